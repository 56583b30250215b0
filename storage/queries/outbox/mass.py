"""Mass sends: one text to a list of 2 to 10,000, four a calendar month for each person.

A list is claimed as one, its people are looked at again one by one, and the month of each is
counted in the claiming transaction. What was claimed and never settled keeps its list: the platform
knows the repeat by its key.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.rules.mass_lists import lists
from bot.rules.receipts import MassCounts, Receipt
from storage.db import Sql, moment, sql, transaction
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import people as outbox_people
from storage.queries.outbox.claiming import Claimed
from storage.queries.touch import touchpoints
from storage.scope import account_id
from storage.secrets import seal, unseal

_SLICE = 400  # rows in one statement


@dataclass(frozen=True, slots=True)
class Batch:
    """A mass send in one dispatcher's hands. `fresh`: its people were not looked at yet."""

    id: int
    key: str
    purpose: str
    body: str
    attempts: int
    due_at: datetime
    people: tuple[Claimed, ...]
    fresh: bool


_CLAIM = """
UPDATE mass_send SET state = 'sending', lease_until = ?, attempts = attempts + 1, why = '',
  changed_at = ?
WHERE id = (SELECT id FROM mass_send WHERE account_id = ? AND due_at <= ?
    AND (state IN ('queued', 'waiting') OR (state = 'sending' AND lease_until <= ?))
  ORDER BY due_at, id LIMIT 1{lock})
RETURNING id, key, purpose, body, attempts, due_at
"""
_PUT = (
    "INSERT INTO message (account_id, wechat_user_id, touchpoint_id, mass_id, idem, channel, purpose,"
    " body, due_at, until, created_at, changed_at) VALUES {rows}"
    " ON CONFLICT (account_id, idem) DO NOTHING"
)
_TOUCHED = """
UPDATE touchpoint SET state = 'sent', channel = 'mass', why = '', done_at = ?, changed_at = ?
WHERE account_id = ? AND state IN ('planned', 'due') AND id IN (
  SELECT touchpoint_id FROM message WHERE account_id = ? AND mass_id = ? AND state = ?)
"""
_SETTLE = """
UPDATE mass_send SET state = ?, why = ?, msgid = CASE WHEN ? = '' THEN msgid ELSE ? END,
  due_at = COALESCE(?, due_at), lease_until = NULL, changed_at = ?
WHERE account_id = ? AND id = ? AND attempts = ? AND state = 'sending'
"""


async def put(
    people: Sequence[tuple[int, int | None]],
    purpose: str,
    text: str,
    idem: str,
    now: datetime,
    *,
    until: datetime | None = None,
    due_at: datetime | None = None,
) -> list[int]:
    """Queue one text for (wechat_user_id, touchpoint_id) each; the ids of the mass sends.

    The same `idem` again changes nothing. Two people at least: one alone cannot be sent to.
    """
    made = []
    async with transaction() as db:
        for number, part in enumerate(lists(people)):
            key = sha256(f"{account_id()}:{idem}:{number}".encode()).hexdigest()[:32]
            row = await db.row(
                "INSERT INTO mass_send (account_id, key, purpose, body, people, due_at, created_at,"
                " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (account_id, key) DO NOTHING RETURNING id",
                *(account_id(), key, purpose, seal("mass_send.body", text), len(part)),
                *(due_at or now, now, now),
            )
            if row is not None:
                shared = ("mass", purpose, "", due_at or now, until, now, now)
                await _put_people(db, row["id"], key, part, shared)
                made.append(row["id"])
    return made


async def _put_people(
    db: Sql, mass: int, key: str, people: Sequence[tuple[int, int | None]], shared: tuple[Any, ...]
) -> None:
    for start in range(0, len(people), _SLICE):
        part = people[start : start + _SLICE]
        values = [
            value
            for user, touchpoint in part
            for value in (account_id(), user, touchpoint, mass, f"mass:{key}:{user}", *shared)
        ]
        await db.run(_PUT.format(rows=", ".join([f"({', '.join('?' * 12)})"] * len(part))), *values)


async def any_due(now: datetime) -> bool:
    """Whether a list is to be sent, or was never settled."""
    row = await sql().row(
        "SELECT 1 AS yes FROM mass_send WHERE account_id = ? AND due_at <= ?"
        " AND (state IN ('queued', 'waiting') OR (state = 'sending' AND lease_until <= ?)) LIMIT 1",
        *(account_id(), now, now),
    )
    return row is not None


async def claim(now: datetime, lease: timedelta) -> Batch | None:
    """The next list that is due, in the open transaction."""
    db = sql()
    row = await db.row(
        _CLAIM.format(lock=" FOR UPDATE SKIP LOCKED" if db.postgres else ""),
        *(now + lease, now, account_id(), now, now),
    )
    if row is None:
        return None
    of = "m.account_id = ? AND m.mass_id = ? AND (m.state = ?) IS TRUE"  # by the list's index
    held = await outbox.read(db, of, account_id(), row["id"], "sending")
    fresh = not held
    if fresh:
        held = await outbox.read(db, of, account_id(), row["id"], "queued")
    due_at = moment(row["due_at"])
    assert due_at is not None  # noqa: S101 - the column is never NULL
    body = unseal("mass_send.body", row["body"])
    return Batch(
        row["id"], row["key"], row["purpose"], body, row["attempts"], due_at, tuple(held), fresh
    )


async def hold(batch: Batch, drop: Mapping[int, str], month: str, now: datetime) -> list[str]:
    """Look at a fresh list: leave out who may not have it (message id → why), count it for the
    rest; their openids. In the claiming transaction.
    """
    for one in batch.people:
        if one.id in drop:
            await _leave_out(one, drop[one.id], now)
    taken = await _people_to(batch, "queued", "sending", now)
    # Whose message was cancelled at this very moment is not among them.
    kept = [one for one in batch.people if one.id in taken]
    await outbox_people.mass_counted([one.to.id for one in kept], month, 1)
    return [one.to.openid for one in kept]


async def _leave_out(one: Claimed, why: str, now: datetime) -> None:
    await sql().run(
        "UPDATE message SET state = 'failed', why = ?, changed_at = ? WHERE account_id = ? AND id = ?",
        *(why[:200], now, account_id(), one.id),
    )
    if one.touchpoint_id is not None:
        await touchpoints.failed(one.touchpoint_id, why, now)


async def _people_to(
    batch: Batch, before: str, state: str, now: datetime, why: str = ""
) -> set[int]:
    rows = await sql().rows(
        "UPDATE message SET state = ?, why = ?, changed_at = ? WHERE account_id = ?"
        " AND mass_id = ? AND state = ? RETURNING id",
        *(state, why[:200], now, account_id(), batch.id, before),
    )
    return {row["id"] for row in rows}


async def settle(
    batch: Batch,
    state: str,
    now: datetime,
    *,
    why: str = "",
    msgid: str = "",
    due_at: datetime | None = None,
    doubt: bool = False,
    month: str = "",
) -> bool:
    """accepted (`msgid`), waiting (until `due_at`), failed or uncertain. False: another one has it.

    A list that certainly was not taken is counted in nobody's month `month`, and looked at again.
    """
    ours = await sql().run(
        _SETTLE,
        *(state, why[:200], msgid, msgid[:32], due_at, now, account_id(), batch.id, batch.attempts),
    )
    if not ours:
        return False
    if doubt and state == "waiting":
        return True  # the people stay as they are: the same list goes once more
    ends = {"accepted": "accepted", "uncertain": "uncertain", "waiting": "queued"}
    if state in ("accepted", "uncertain"):
        await sql().run(
            "UPDATE message SET msgid = ? WHERE account_id = ? AND mass_id = ? AND state = 'sending'",
            *(msgid[:32], account_id(), batch.id),
        )
        await _people_to(batch, "sending", ends[state], now, why)
        await sql().run(_TOUCHED, now, now, account_id(), account_id(), batch.id, state)
        return True
    people = await _sending(batch)
    await outbox_people.mass_counted([user for user, _ in people], month, -1)
    await _people_to(batch, "sending", ends.get(state, "failed"), now, why)
    if state == "failed":
        await _fail_touchpoints([touchpoint for _, touchpoint in people], why, now)
    return True


async def _sending(batch: Batch) -> list[tuple[int, int | None]]:
    rows = await sql().rows(
        "SELECT wechat_user_id, touchpoint_id FROM message WHERE account_id = ? AND mass_id = ?"
        " AND state = 'sending' ORDER BY id",
        *(account_id(), batch.id),
    )
    return [(row["wechat_user_id"], row["touchpoint_id"]) for row in rows]


async def _fail_touchpoints(ids: Sequence[int | None], why: str, now: datetime) -> None:
    for touchpoint in ids:
        if touchpoint is not None:
            await touchpoints.failed(touchpoint, why, now)


async def finished(receipt: Receipt, now: datetime) -> bool:
    """MASSSENDJOBFINISH. False: no mass send has this id yet."""
    db, counts = sql(), receipt.mass or MassCounts(0, 0, 0, 0)
    state = "done" if receipt.state == "delivered" else "failed"
    row = await db.row(
        "UPDATE mass_send SET state = ?, why = ?, total = ?, filtered = ?, sent = ?, errors = ?,"
        " changed_at = ? WHERE account_id = ? AND msgid = ? AND state IN ('accepted', 'uncertain')"
        " RETURNING id",
        *(state, receipt.why[:200], counts.total, counts.filtered, counts.sent, counts.errors),
        *(now, account_id(), receipt.msgid[:32]),
    )
    if row is None:
        found = await db.row(
            "SELECT 1 AS yes FROM mass_send WHERE account_id = ? AND msgid = ?",
            *(account_id(), receipt.msgid[:32]),
        )
        return found is not None
    await _told(row["id"], receipt, counts, now)
    return True


async def _told(mass: int, receipt: Receipt, counts: MassCounts, now: datetime) -> None:
    """Its people's messages end with it; whom the platform left out it does not say."""
    state, why = "failed", receipt.why
    if receipt.state == "delivered":
        everybody = counts.sent >= counts.total > 0
        state = "delivered" if everybody else "accepted"
        why = f"群发{counts.total}人，微信发出{counts.sent}人" if counts.total else ""
        why = "" if everybody else why or "群发已完成，微信没有说明人数"
    rows = await sql().rows(
        "UPDATE message SET state = ?, why = ?, changed_at = ? WHERE account_id = ? AND mass_id = ?"
        " AND state IN ('accepted', 'uncertain') RETURNING touchpoint_id",
        *(state, why[:200], now, account_id(), mass),
    )
    if state == "failed":
        await _fail_touchpoints([row["touchpoint_id"] for row in rows], why, now)


async def without_receipt(before: datetime) -> list[str]:
    """Ids of mass sends that were taken before this moment and never heard of since."""
    rows = await sql().rows(
        "SELECT msgid FROM mass_send WHERE account_id = ? AND state = 'accepted' AND msgid <> ''"
        " AND changed_at <= ? ORDER BY id LIMIT 50",
        *(account_id(), before),
    )
    return [row["msgid"] for row in rows]


async def take_kept(now: datetime) -> list[str]:
    """Take up receipts that came before their mass send had its id; their ids."""
    rows = await sql().rows(
        "SELECT r.msgid, r.state, r.why FROM receipt r WHERE r.account_id = ? AND EXISTS ("
        "SELECT 1 FROM mass_send s WHERE s.account_id = r.account_id AND s.msgid = r.msgid)",
        account_id(),
    )
    for row in rows:
        why, *counts = _unpacked(row["why"])
        await finished(Receipt(row["msgid"], row["state"], str(why), MassCounts(*counts)), now)
    return [row["msgid"] for row in rows]


def _unpacked(kept: str) -> list[Any]:
    try:
        why, total, filtered, sent, errors = json.loads(kept)
    except (ValueError, TypeError):
        return [kept, 0, 0, 0, 0]
    return [why, int(total), int(filtered), int(sent), int(errors)]
