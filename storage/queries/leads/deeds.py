"""What becomes of a lead: confirmed, spoken to, nearer or farther, given away, lost, won.

Each deed is one transaction: the lead's row and its history, the task of the contact that is owed,
and the event for the outside. Raises StaffError where it cannot be done now, Changed where the
lead's `rev` is not one of `if_revs`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.errors import CheyuError, StaffError
from bot.rules.leads import OPEN, STATES, hotter, level_of, next_contact_at
from bot.rules.roles import Action, Kind, may
from storage.db import Sql, sql, transaction
from storage.queries.calls.worklist import check_named
from storage.queries.leads import late as lead_late
from storage.queries.leads.rows import Lead, held, note_event, one, tell
from storage.queries.leads.tasks import (
    MOVED,
    calendar_of,
    close_task,
    hand_task,
    move_task,
    tell_of_given,
)
from storage.queries.staff.colleagues import get_staff
from storage.scope import account_id
from storage.secrets import look_up_or_none, seal

Revs = frozenset[int] | None
DETAILS: Final = ("name", "phone", "model", "heard_of_us", "note")
"""What may be changed of a lead as it is told."""


class Changed(CheyuError):
    """The lead's `rev` is not the one that was read."""


async def contacted(
    lead_id: int,
    by: str,
    now: datetime,
    *,
    note: str = "",
    level: str = "",
    if_revs: Revs = None,
) -> Lead:
    """The person was spoken to, for the first time that confirms the lead; `level`: as found then.

    The next contact is owed by the level, from now.
    """
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, if_revs)
        level = level_of(level) if level else lead.level
        await close_task(lead, "reached", by, now)
        await lead_late.settled(lead.id, by, now)
        kind = "contacted" if lead.confirmed_at else "confirmed"
        await note_event(lead.id, kind, by, now, note=note)
        if level != lead.level:
            await note_event(lead.id, "level", by, now, before=lead.level, after=level)
        due = next_contact_at(level, now, await calendar_of(lead.store_id))
        confirmed = lead.confirmed_at or now
        return await _write(lead, now, {"confirmed_at": confirmed, "level": level, "next_at": due})


async def tried(lead_id: int, by: str, now: datetime, *, note: str) -> Lead:
    """Nobody could be reached this time: the next contact is owed by the level all the same."""
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, None)
        await close_task(lead, "tried", by, now)
        await note_event(lead.id, "tried", by, now, note=note)
        due = next_contact_at(lead.level, now, await calendar_of(lead.store_id))
        return await _write(lead, now, {"next_at": due})


async def confirm(
    lead_id: int, by: str, now: datetime, *, note: str = "", if_revs: Revs = None
) -> Lead:
    """The first contact. Raises StaffError where it has been made."""
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, if_revs)
        if lead.confirmed_at is not None:
            raise StaffError(f"{lead.number}已经确认过了。", "再联系请记为跟进。")
        return await contacted(lead_id, by, now, note=note)


async def set_level(
    lead_id: int, level: str, by: str, now: datetime, *, note: str = "", if_revs: Revs = None
) -> Lead:
    """Nearer to buying, or farther: from now on the contacts follow the new level.

    The first contact stays due when it was; of a hotter lead the next one is not put off.
    """
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, if_revs)
        level = level_of(level)
        if level == lead.level:
            return lead
        due = lead.next_at
        if lead.confirmed_at is not None:
            fresh = next_contact_at(level, now, await calendar_of(lead.store_id))
            sooner = due is not None and hotter(level, lead.level) == level
            due = min(due, fresh) if sooner and due is not None else fresh
        if due != lead.next_at:
            await close_task(lead, MOVED, by, now)
        await note_event(lead.id, "level", by, now, before=lead.level, after=level, note=note)
        return await _write(lead, now, {"level": level, "next_at": due})


async def put_off(
    lead_id: int, until: datetime, by: str, now: datetime, *, note: str = "", if_revs: Revs = None
) -> Lead:
    """The person named a time: the contact is owed then, and so is its task."""
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, if_revs)
        until = until.replace(second=0, microsecond=0)
        await check_named(until, lead.store_id, now)
        await move_task(lead, until)
        await note_event(lead.id, "put_off", by, now, after=until.isoformat(), note=note)
        return await _write(lead, now, {"next_at": until})


async def assign(
    lead_id: int, staff_id: int, by: str, now: datetime, *, if_revs: Revs = None
) -> Lead:
    """Another consultant looks after the lead, and takes the open task over."""
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, if_revs)
        new = await get_staff(staff_id)
        if new is None or not new.active or not may(new.role, Kind.LEAD, Action.EDIT):
            raise StaffError("没有这位能跟进潜客的在职员工。", "请看 cheyu staff list。")
        if new.id == lead.consultant_id:
            return lead
        before, after = lead.consultant, new.name
        await note_event(lead.id, "assigned", by, now, before=before, after=after)
        store = new.store_id or lead.store_id
        written = await _write(lead, now, {"consultant_id": new.id, "store_id": store})
        await hand_task(written)
        if new.name != by:
            await tell_of_given(written, now)
        return written


async def hand_over(
    to: int, by: str, now: datetime, *, gone: int | None = None, customer_id: int | None = None
) -> int:
    """Open leads of a colleague who is `gone`, or of a customer, are `to`'s; how many were not."""
    rows = await sql().rows(
        "SELECT id FROM lead WHERE account_id = ? AND state = 'open' AND (consultant_id = ?"
        " OR customer_id = ?) AND (consultant_id IS NULL OR consultant_id <> ?) ORDER BY id",
        *(account_id(), gone, customer_id, to),
    )
    for row in rows:
        await assign(row["id"], to, by, now)
    return len(rows)


async def change(
    lead_id: int, said: Mapping[str, str], by: str, now: datetime, *, if_revs: Revs = None
) -> Lead:
    """What is told of a lead (`DETAILS`) is as `said`; what was so already is left alone."""
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, if_revs)
        news = {
            name: said[name]
            for name in DETAILS
            if said.get(name, getattr(lead, name)) != getattr(lead, name)
        }
        if not news:
            return lead
        columns: dict[str, Any] = {**news}
        if "phone" in news:
            columns |= {"phone": seal("lead.phone", news["phone"])}
            columns |= {"phone_hash": look_up_or_none("phone", news["phone"])}
        if "note" in news:
            columns["note"] = seal("lead.note", news["note"])
        await note_event(lead.id, "changed", by, now, after="、".join(news))
        return await _write(lead, now, columns)


async def lose(lead_id: int, reason: str, by: str, now: datetime, *, if_revs: Revs = None) -> Lead:
    """They will not buy here. Raises StaffError without a reason."""
    if not reason.strip():
        raise StaffError("战败要写原因。", "例：买了别的品牌、价格没谈拢、暂时不买。")
    return await _end(lead_id, "lost", by, now, reason.strip()[:120], if_revs)


async def win(
    lead_id: int, by: str, now: datetime, *, note: str = "", if_revs: Revs = None
) -> Lead:
    """They bought."""
    return await _end(lead_id, "won", by, now, note, if_revs)


async def _end(lead_id: int, state: str, by: str, now: datetime, words: str, if_revs: Revs) -> Lead:
    async with transaction() as connection:
        lead = await _opened(connection, lead_id, if_revs)
        await close_task(lead, state, by, now)
        await lead_late.settled(lead.id, by, now)
        await note_event(lead.id, state, by, now, note=words)
        why = seal("lead.lost_why", words if state == "lost" else "")
        columns = {"state": state, "lost_why": why, "ended_at": now, "next_at": None}
        columns |= {"drive_at": None, "drive_car_id": None}
        return await _write(lead, now, columns)


async def _opened(connection: Sql, lead_id: int, if_revs: Revs) -> Lead:
    """The lead, held; still open, and as it was read."""
    lead = await held(connection, lead_id)
    if lead is None:
        raise StaffError("没有这位潜客。", "请看 cheyu lead list。")
    if if_revs is not None and lead.rev not in if_revs:
        raise Changed(f"{lead.number} is at rev {lead.rev}")
    if lead.state != OPEN:
        hint = "客户再来咨询会成为新的潜客。"
        raise StaffError(f"{lead.number}{STATES[lead.state]}，不能再改。", hint)
    return lead


async def _write(lead: Lead, now: datetime, columns: Mapping[str, Any]) -> Lead:
    settings = ", ".join(f"{name} = ?" for name in columns)
    async with transaction() as connection:
        await connection.run(
            f"UPDATE lead SET {settings}, rev = rev + 1, changed_at = ?"  # noqa: S608 - columns named in this file; values are marks
            " WHERE account_id = ? AND id = ?",
            *(*columns.values(), now, account_id(), lead.id),
        )
        await tell("lead.changed", lead.id, now)
    after = await one(lead.id)
    assert after is not None  # noqa: S101 - just written
    return after
