"""跟踪点, what is owed: planned once, taken up when due, settled by whoever brings it to an end.

planned (the planner put it there) → due (taken up; `channel` names the one that is tried) → sent
(the outbox), done (by staff or the customer), handed_over (a call task), skipped or cancelled (with
`why`). In the hands of the outbox `due_at` is the moment to look whether it has forgotten it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.rules.touch.facts import Identity
from storage.db import calendar_day, moment, sql, transaction
from storage.queries.records.tables import among
from storage.scope import account_id
from storage.secrets import seal_json, unseal_json

OPEN: Final = ("planned", "due")
NAMED: Final = "later"
"""The outcome of one that the customer has put off to a moment of their own."""
FACTS, _REASONS = "touchpoint.facts", "touchpoint.reasons"
_COLUMNS: Final = (
    "id, kind, subject, purpose, customer_id, vehicle_id, store_id, due_on, due_at, until, state,"
    " channel, why, outcome, facts, reasons, done_at, created_at, changed_at, wechat_user_id"
)


@dataclass(frozen=True, slots=True)
class Touch:
    """A touchpoint as it stands. `wechat_user_id`: the one identity it is for; None: any of them."""

    id: int
    kind: str
    subject: str
    purpose: str
    customer_id: int | None
    vehicle_id: int | None
    store_id: int | None
    due_on: date
    due_at: datetime
    until: datetime | None
    state: str
    channel: str
    why: str
    outcome: str
    facts: Mapping[str, Any]
    reasons: Sequence[str]
    done_at: datetime | None
    created_at: datetime
    changed_at: datetime
    wechat_user_id: int | None = None

    @property
    def identity(self) -> Identity:
        return Identity(self.kind, self.subject, self.due_on)


async def one(touchpoint_id: int) -> Touch | None:
    row = await sql().row(
        f"SELECT {_COLUMNS} FROM touchpoint WHERE account_id = ? AND id = ?",  # noqa: S608 - our own columns
        *(account_id(), touchpoint_id),
    )
    return _touch(row) if row else None


async def open_for(column: str, ids: Sequence[int]) -> list[Touch]:
    """What has not ended for these cars ("vehicle_id"), or for these customers themselves."""
    if not ids:
        return []
    db = sql()
    condition, value = among(db, column, ids)
    own = " AND vehicle_id IS NULL" if column == "customer_id" else ""
    rows = await db.rows(
        f"SELECT {_COLUMNS} FROM touchpoint WHERE account_id = ? AND {condition}{own}"  # noqa: S608 - our own columns
        " AND state IN ('planned', 'due')",
        *(account_id(), value),
    )
    return [_touch(row) for row in rows]


DUE: Final = (
    f"SELECT {_COLUMNS} FROM touchpoint WHERE account_id = ? AND state = ? AND due_at <= ?"  # noqa: S608 - our own columns
    " ORDER BY due_at, id LIMIT ?"
)


async def claim_due(state: str, now: datetime, limit: int) -> list[Touch]:
    """Up to `limit` that are due, locked until the open transaction ends; others take the next."""
    db = sql()
    lock = " FOR UPDATE SKIP LOCKED" if db.postgres else ""
    rows = await db.rows(DUE + lock, account_id(), state, now, limit)
    return [_touch(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a touchpoint; `due_at` None leaves it."""

    id: int
    state: str
    channel: str = ""
    why: str = ""
    reasons: Sequence[str] = ()
    due_at: datetime | None = None


async def settle(rows: Sequence[Settled], now: datetime) -> None:
    """Write what was decided of touchpoints that the caller has claimed in this transaction."""
    ended = {"sent", "done", "handed_over", "skipped", "cancelled"}
    await sql().many(
        "UPDATE touchpoint SET state = ?, channel = ?, why = ?, reasons = ?,"
        " due_at = COALESCE(?, due_at), done_at = ?, changed_at = ? WHERE account_id = ? AND id = ?",
        [
            (
                *(one.state, one.channel, one.why[:200]),
                seal_json(_REASONS, list(one.reasons)) if one.reasons else None,
                *(one.due_at, now if one.state in ended else None, now, account_id(), one.id),
            )
            for one in rows
        ],
    )


async def sent(touchpoint_id: int, channel: str, now: datetime) -> bool:
    """The outbox has sent it. False: it had come to another end."""
    return await _move(touchpoint_id, OPEN, "sent", channel, "", now)


async def failed(touchpoint_id: int, why: str, now: datetime) -> bool:
    """Its channel would not carry it: it is due again, to be decided anew without that channel.

    Also where a receipt takes back what had been counted as sent. False: it had ended otherwise.
    """
    done = await sql().run(
        "UPDATE touchpoint SET state = 'due', channel = '', why = ?, due_at = ?, done_at = NULL,"
        " changed_at = ? WHERE account_id = ? AND id = ? AND state IN ('due', 'sent')",
        *(why[:200], now, now, account_id(), touchpoint_id),
    )
    return done == 1


async def settle_by_message(message_id: int, reached: bool, why: str, now: datetime) -> bool:
    """The same by the message that carried it; False where it carried none."""
    row = await sql().row(
        "SELECT touchpoint_id, channel FROM message WHERE account_id = ? AND id = ?",
        *(account_id(), message_id),
    )
    if row is None or row["touchpoint_id"] is None:
        return False
    if reached:
        return await sent(row["touchpoint_id"], row["channel"], now)
    return await failed(row["touchpoint_id"], why, now)


async def done(touchpoint_id: int, outcome: str, now: datetime) -> bool:
    """Staff called, or the customer did what it was about."""
    written = await sql().run(
        "UPDATE touchpoint SET state = 'done', outcome = ?, done_at = ?, changed_at = ?"
        " WHERE account_id = ? AND id = ? AND state IN ('planned', 'due', 'sent', 'handed_over')",
        *(outcome[:24], now, now, account_id(), touchpoint_id),
    )
    return written == 1


async def postpone(touchpoint_id: int, until: datetime, why: str, now: datetime) -> bool:
    """Not before `until`: the customer named a time. Also one that was sent: it is said again then."""
    async with transaction() as db:
        moved = await db.run(
            "UPDATE touchpoint SET state = 'due', channel = '', outcome = 'later', due_at = ?,"
            " done_at = NULL, until = CASE WHEN until < ? THEN NULL ELSE until END, why = ?, changed_at = ?"
            " WHERE account_id = ? AND id = ? AND state IN ('planned', 'due', 'sent')",
            *(until, until, why[:200], now, account_id(), touchpoint_id),
        )
        if moved:
            await _stop_messages([touchpoint_id], why, now)
    return moved == 1


async def hold_back(ids: Sequence[int], why: str, now: datetime) -> int:
    """Take their messages out of the outbox, those not gone yet: they are decided anew. How many."""
    async with transaction() as db:
        condition, value = among(db, "id", ids or (0,))
        rows = await db.rows(
            "UPDATE touchpoint SET channel = '', why = ?, due_at = ?, changed_at = ?"  # noqa: S608 - our own conditions
            f" WHERE account_id = ? AND {_NOT_GONE} AND {condition} RETURNING id",
            *(why[:200], now, now, account_id(), value),
        )
        await _stop_messages([row["id"] for row in rows], why, now)
    return len(rows)


async def cancel_for_customer(
    customer_id: int, why: str, now: datetime, purposes: Sequence[str] | None = None
) -> int:
    """What is still open for a customer, of `purposes` or all; queued messages go with it."""
    return await _cancel("customer_id = ?", [customer_id], "purpose", purposes, why, now)


async def cancel(ids: Sequence[int], why: str, now: datetime) -> int:
    """These, where they are still open; queued messages go with them."""
    if not ids:
        return 0
    condition, value = among(sql(), "id", ids)
    return await _cancel(condition, [value], "kind", None, why, now)


# What is being sent at this moment, or has been, is left to its sender to settle.
_NOT_GONE: Final = (
    "state IN ('planned', 'due') AND (channel = '' OR EXISTS (SELECT 1 FROM message m"
    " WHERE m.account_id = touchpoint.account_id AND m.touchpoint_id = touchpoint.id"
    " AND m.state IN ('queued', 'waiting')))"
)


async def _cancel(
    where: str,
    values: Sequence[Any],
    column: str,
    only: Sequence[str] | None,
    why: str,
    now: datetime,
) -> int:
    async with transaction() as db:
        more, limits = "", list(values)
        if only is not None:
            condition, value = among(db, column, only)
            more, limits = f" AND {condition}", [*values, value]
        rows = await db.rows(
            "UPDATE touchpoint SET state = 'cancelled', why = ?, done_at = ?, changed_at = ?"  # noqa: S608 - our own conditions
            f" WHERE account_id = ? AND {_NOT_GONE} AND {where}{more} RETURNING id",
            *(why[:200], now, now, account_id(), *limits),
        )
        await _stop_messages([row["id"] for row in rows], why, now)
    return len(rows)


async def _stop_messages(ids: Sequence[int], why: str, now: datetime) -> None:
    if ids:
        db = sql()
        condition, value = among(db, "touchpoint_id", ids)
        await db.run(
            "UPDATE message SET state = 'cancelled', why = ?, changed_at = ?"  # noqa: S608 - our own columns
            f" WHERE account_id = ? AND state IN ('queued', 'waiting') AND {condition}",
            *(why[:200], now, account_id(), value),
        )


async def _move(
    touchpoint_id: int,
    before: Sequence[str],
    state: str,
    channel: str,
    why: str,
    now: datetime,
) -> bool:
    marks = ", ".join("?" * len(before))
    written = await sql().run(
        "UPDATE touchpoint SET state = ?, channel = ?, why = ?, done_at = ?, changed_at = ?"  # noqa: S608 - question marks only
        f" WHERE account_id = ? AND id = ? AND state IN ({marks})",
        *(state, channel, why[:200], now, now, account_id(), touchpoint_id, *before),
    )
    return written == 1


def _day(value: Any) -> date:
    found = calendar_day(value)
    assert found is not None  # noqa: S101 - the column is never NULL
    return found


def _at(value: Any) -> datetime:
    found = moment(value)
    assert found is not None  # noqa: S101 - the column is never NULL
    return found


def _touch(row: Any) -> Touch:
    return Touch(
        *(row["id"], row["kind"], row["subject"], row["purpose"]),
        *(row["customer_id"], row["vehicle_id"], row["store_id"]),
        *(_day(row["due_on"]), _at(row["due_at"]), moment(row["until"])),
        *(row["state"], row["channel"], row["why"], row["outcome"]),
        unseal_json(FACTS, row["facts"]) or {},
        unseal_json(_REASONS, row["reasons"]) or (),
        *(moment(row["done_at"]), _at(row["created_at"]), _at(row["changed_at"])),
        row["wechat_user_id"],
    )
