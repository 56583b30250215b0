"""What deciding writes: messages for the outbox, mass sends being filled, calls for colleagues."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from storage.db import sql, transaction
from storage.queries.records.tables import among
from storage.scope import account_id
from storage.secrets import seal

_SLICE: Final = 400  # rows in one statement: up to 13 values each, and SQLite takes 32,766
FILLING: Final = "open"
"""The state of a mass send that is not complete: the outbox takes it once it is `queued`."""
STALE: Final = timedelta(minutes=15)
UNDER_WAY: Final = ("queued", "waiting", "sending")
REACHED: Final = ("accepted", "delivered", "uncertain")
TAKEN_BACK: Final = "taken back"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a touchpoint; `body` as the outbox reads it for its channel."""

    touchpoint_id: int
    wechat_user_id: int
    channel: str
    purpose: str
    body: str
    until: datetime | None = None
    mass_id: int | None = None
    before: int = 0

    @property
    def idem(self) -> str:
        """A touchpoint tries a channel once, and again only after it arrived `before` times."""
        again = f":{self.before}" if self.before else ""
        return f"touch:{self.touchpoint_id}:{self.channel}{again}"


async def queue_many(letters: Sequence[Letter], now: datetime) -> None:
    """Put them into the outbox; one that is there already stays."""
    account = account_id()
    for start in range(0, len(letters), _SLICE):
        part = letters[start : start + _SLICE]
        rows = ", ".join([f"({', '.join('?' * 12)})"] * len(part))
        values: list[Any] = []
        for one in part:
            values += (account, one.wechat_user_id, one.touchpoint_id, one.mass_id, one.idem)
            values += (one.channel, one.purpose, seal("message.body", one.body), now, one.until)
            values += (now, now)
        await sql().run(
            "INSERT INTO message (account_id, wechat_user_id, touchpoint_id, mass_id, idem,"  # noqa: S608 - question marks only
            " channel, purpose, body, due_at, until, created_at, changed_at)"
            f" VALUES {rows} ON CONFLICT (account_id, idem) DO NOTHING",
            *values,
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a touchpoint's messages on one channel: of the last, and how many are over.

    One that we took back ourselves is over, and says nothing against the channel; a mass send that
    found only one person does.
    """

    state: str
    reached: int

    @property
    def failed(self) -> bool:
        return self.state not in (*REACHED, *UNDER_WAY, TAKEN_BACK)


async def attempts(touchpoints: Collection[int]) -> dict[int, dict[str, Tried]]:
    """Touchpoint → channel → what became of it there."""
    if not touchpoints:
        return {}
    db = sql()
    condition, value = among(db, "touchpoint_id", touchpoints)
    rows = await db.rows(
        "SELECT touchpoint_id, channel, state FROM message"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition} ORDER BY id",
        *(account_id(), value),
    )
    found: dict[int, dict[str, Tried]] = {}
    for row in rows:
        of = found.setdefault(row["touchpoint_id"], {})
        before = of.get(row["channel"], Tried("", 0)).reached
        state = row["state"]
        if state == "cancelled" and row["channel"] != "mass":
            state = TAKEN_BACK
        of[row["channel"]] = Tried(state, before + (state in (*REACHED, TAKEN_BACK)))
    return found


async def new_mass(key: str, purpose: str, text: str, now: datetime) -> int:
    """A mass send to be filled with people; `key` is the platform's clientmsgid."""
    row = await sql().one(
        "INSERT INTO mass_send (account_id, key, purpose, body, state, due_at, created_at,"
        " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        *(account_id(), key, purpose, seal("mass_send.body", text), FILLING, now, now, now),
    )
    return int(row["id"])


async def stale_masses(now: datetime) -> list[int]:
    """What a run that broke off left unfinished."""
    rows = await sql().rows(
        "SELECT id FROM mass_send WHERE account_id = ? AND state = ? AND due_at <= ?",
        *(account_id(), FILLING, now - STALE),
    )
    return [row["id"] for row in rows]


async def close_mass(mass_id: int, now: datetime) -> int:
    """The outbox may take it; how many people it has. One person is no mass: their message ends."""
    async with transaction() as db:
        rows = await db.rows(
            "SELECT id, touchpoint_id FROM message WHERE account_id = ? AND mass_id = ?"
            " AND state = 'queued' LIMIT 10000",
            *(account_id(), mass_id),
        )
        state = "queued" if len(rows) >= 2 else "cancelled"
        closed = await db.run(
            "UPDATE mass_send SET state = ?, people = ?, due_at = ?, changed_at = ?"
            " WHERE account_id = ? AND id = ? AND state = ?",
            *(state, len(rows), now, now, account_id(), mass_id, FILLING),
        )
        if closed and len(rows) == 1:
            await _alone(rows[0]["id"], rows[0]["touchpoint_id"], now)
    return len(rows)


async def join_mass(last: int, before: int, now: datetime) -> None:
    """The people of the last mass send go into the one before, which is not closed yet either."""
    async with transaction() as db:
        await db.run(
            "UPDATE message SET mass_id = ? WHERE account_id = ? AND mass_id = ?",
            *(before, account_id(), last),
        )
        await db.run(
            "UPDATE mass_send SET state = 'cancelled', why = '并入上一批', changed_at = ?"
            " WHERE account_id = ? AND id = ?",
            *(now, account_id(), last),
        )


async def _alone(message_id: int, touchpoint_id: int, now: datetime) -> None:
    why = "群发至少要有2个人，这次只有1个人"
    await sql().run(
        "UPDATE message SET state = 'cancelled', why = ?, changed_at = ?"
        " WHERE account_id = ? AND id = ?",
        *(why, now, account_id(), message_id),
    )
    await sql().run(
        "UPDATE touchpoint SET state = 'due', channel = '', why = ?, due_at = ?, changed_at = ?"
        " WHERE account_id = ? AND id = ?",
        *(why, now, now, account_id(), touchpoint_id),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """电话任务: a colleague calls, because no channel of WeChat is lawful."""

    touchpoint_id: int
    customer_id: int | None
    wechat_user_id: int | None
    store_id: int | None
    staff_id: int | None
    title: str
    detail: str
    due_at: datetime | None
    case_id: int | None = None


async def call_many(calls: Sequence[Call], now: datetime) -> None:
    """One task for each touchpoint."""
    account = account_id()
    await sql().many(
        "INSERT INTO staff_task (account_id, kind, wechat_user_id, customer_id, title, detail,"
        " same, touchpoint_id, case_id, store_id, staff_id, due_at, created_at)"
        " VALUES (?, 'call', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, same) DO NOTHING",
        [
            (
                *(account, one.wechat_user_id, one.customer_id),
                seal("staff_task.title", one.title[:120]),
                seal("staff_task.detail", one.detail),
                *(f"touch:{one.touchpoint_id}", one.touchpoint_id, one.case_id),
                *(one.store_id, one.staff_id, one.due_at, now),
            )
            for one in calls
        ],
    )


async def callers(cars: Collection[int]) -> dict[int, tuple[int | None, int | None]]:
    """Car → who sold it and who serves it, of those who still work here."""
    if not cars:
        return {}
    db = sql()
    condition, value = among(db, "v.id", cars)
    rows = await db.rows(
        "SELECT v.id, c.id AS consultant, a.id AS advisor FROM vehicle v"  # noqa: S608 - our own columns
        " LEFT JOIN staff c ON c.id = v.consultant_id AND c.active"
        " LEFT JOIN staff a ON a.id = v.advisor_id AND a.active"
        f" WHERE v.account_id = ? AND {condition}",
        *(account_id(), value),
    )
    return {row["id"]: (row["consultant"], row["advisor"]) for row in rows}
