"""Two open leads of one person, once it is known that it is one person: the older one goes on.

What the younger one knew is the older one's, its history stays with it, and each names the other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.rules.leads import JOINED, OPEN, hotter
from storage.db import sql, transaction
from storage.queries.leads import late as lead_late
from storage.queries.leads.rows import Lead, held, note_event, one, tell
from storage.queries.leads.tasks import MOVED, close_task, hand_task, move_task, put_task
from storage.scope import account_id

Parts = list[list[Any]]
"""Of each lead that was joined to another one: its id, when it was owed a contact, which one it was
joined to, and what that one has from it."""
_THEIRS: Final[Mapping[str, Mapping[str, Any]]] = {
    "phone_hash": {"phone": "", "phone_hash": None},
    "model": {"model": ""},
    "wechat_user_id": {"wechat_user_id": None},
}
"""What says who somebody is and what they want: given back where they were two people."""


async def join(customer_id: int, by: str, now: datetime) -> Parts:
    """The customer's open leads are one from now on; what `part` needs to undo it."""
    async with transaction() as connection:
        rows = await connection.rows(
            "SELECT id FROM lead WHERE account_id = ? AND customer_id = ? AND state = 'open'"
            " ORDER BY id",
            *(account_id(), customer_id),
        )
        found = [await held(connection, row["id"]) for row in rows]
        still = [lead for lead in found if lead and lead.state == OPEN]
        parts: Parts = []
        for other in still[1:]:
            first, owed = still[0], other.next_at.isoformat() if other.next_at else None
            has, knows = await _its_own(first.id), await _its_own(other.id)
            taken = [one for one in _THEIRS if knows[one] and not has[one]]
            parts.append([other.id, owed, first.id, taken])
            still[0] = await _take_in(first, other, by, now)
        return parts


async def _take_in(first: Lead, other: Lead, by: str, now: datetime) -> Lead:
    await close_task(other, MOVED, by, now)
    await lead_late.settled(other.id, by, now)
    await _put(other.id, {"state": JOINED, "next_at": None}, now)  # its wish has not ended
    await note_event(other.id, "joined", by, now, after=first.number)
    due = min((at for at in (first.next_at, other.next_at) if at), default=now)
    await move_task(first, due)
    warmer = hotter(first.level, other.level)
    confirmed = [at for at in (first.confirmed_at, other.confirmed_at) if at]
    columns: dict[str, Any] = {
        "level": warmer,
        "next_at": due,
        "confirmed_at": min(confirmed, default=None),
        "model": first.model or other.model,
        "wechat_user_id": first.wechat_user_id or other.wechat_user_id,
        "consultant_id": first.consultant_id or other.consultant_id,
        "store_id": first.store_id or other.store_id,
    }
    await _put(first.id, columns, now)
    await _number(first.id, other.id)
    told = "\n".join(part for part in (other.model, other.note) if part)
    await note_event(first.id, "joined", by, now, before=other.number, note=told)
    if warmer != first.level:
        await note_event(first.id, "level", by, now, before=first.level, after=warmer)
    after = await one(first.id)
    assert after is not None  # noqa: S101 - just written
    await put_task(after, now)
    await hand_task(after)
    if after.confirmed_at is not None:
        await lead_late.settled(after.id, by, now)
    for changed in (first.id, other.id):
        await tell("lead.changed", changed, now)
    return after


async def _number(first: int, other: int) -> None:
    """The number that was left with the one is the other's where that had none of its own."""
    theirs = "(SELECT o.{} FROM lead o WHERE o.account_id = ? AND o.id = ?)"
    await sql().run(
        f"UPDATE lead SET phone = {theirs.format('phone')},"  # noqa: S608 - two columns named here; values are marks
        f" phone_hash = {theirs.format('phone_hash')}"
        " WHERE account_id = ? AND id = ? AND phone_hash IS NULL",
        *(account_id(), other, account_id(), other, account_id(), first),
    )


async def part(parts: Sequence[Sequence[Any]], by: str, now: datetime) -> None:
    """They were two people after all: what was joined is open again, owed what it was."""
    async with transaction() as connection:
        for lead_id, next_at, first_id, taken in parts:
            first, lead = await held(connection, first_id), await held(connection, lead_id)
            if first is not None and lead is not None:
                await _give_back(lead_id, first_id, taken, now)
            if lead is None or lead.state != JOINED:
                continue
            due = datetime.fromisoformat(next_at) if next_at else now
            await _put(lead_id, {"state": OPEN, "next_at": due}, now)
            await note_event(lead_id, "parted", by, now)
            after = await one(lead_id)
            assert after is not None  # noqa: S101 - just written
            await put_task(after, now)
            await tell("lead.changed", lead_id, now)


async def _its_own(lead_id: int) -> Any:
    """What the row itself has, without its customer's file."""
    return await sql().one(
        "SELECT phone_hash, model, wechat_user_id FROM lead WHERE account_id = ? AND id = ?",
        *(account_id(), lead_id),
    )


async def _give_back(lead_id: int, first_id: int, taken: Sequence[str], now: datetime) -> None:
    """What the one that went on has of the other's, and nobody has changed since, is empty."""
    has, knows = await _its_own(first_id), await _its_own(lead_id)
    columns: dict[str, Any] = {}
    for name in taken:
        if has[name] == knows[name]:
            columns |= _THEIRS[name]
    if columns:
        await _put(first_id, columns, now)
        await tell("lead.changed", first_id, now)


async def _put(lead_id: int, columns: dict[str, Any], now: datetime) -> None:
    settings = ", ".join(f"{name} = ?" for name in columns)
    await sql().run(
        f"UPDATE lead SET {settings}, rev = rev + 1, changed_at = ?"  # noqa: S608 - columns named in this file; values are marks
        " WHERE account_id = ? AND id = ?",
        *(*columns.values(), now, account_id(), lead_id),
    )
