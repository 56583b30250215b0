"""The contacts that leads are owed, as tasks for their consultants.

While a lead is open its `next_at` names the contact, and the task carries `task_key` of the two:
one contact is one task, whoever makes it and how often. Where the contact moves, its task is ended
(`close_task`) or goes with it (`move_task`) in the same transaction.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from bot.rules.calendar import StoreCalendar
from bot.rules.leads import LEVELS, closes_at, opens_from
from bot.rules.roles import Role
from bot.rules.wording import salutation
from storage.db import sql, transaction
from storage.queries.cases.people import in_charge, of_role
from storage.queries.leads.rows import COLUMNS, FROM, Lead, lead_of, tell
from storage.queries.staff import alerts as staff_alerts
from storage.queries.stores.shops import Shop, shop
from storage.scope import account_id
from storage.secrets import seal, unseal

KIND: Final = "lead"
NEW: Final = "lead:"
"""With the id, the occasion of a new lead: its consultant hears of it once."""
MOVED: Final = "moved"
"""The outcome of a task whose contact is owed at another time now."""
_USUAL: Final = StoreCalendar((((time(9), time(18)),),) * 7)


def task_key(lead_id: int, next_at: datetime) -> str:
    return f"lead:{lead_id}:{next_at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def lead_of_task(same: str | None) -> int | None:
    """Whose contact the task with this key is."""
    found = re.match(r"lead:([0-9]+):", same or "")
    return int(found[1]) if found else None


async def calendar_of(store_id: int | None) -> StoreCalendar:
    """The store's calendar, else the first store's; a store without any hours keeps the usual."""
    return calendar_in(await shop(), store_id)


def calendar_in(known: Shop, store_id: int | None) -> StoreCalendar:
    """The same of stores that are at hand."""
    store = known.by_id.get(store_id or 0) or next(iter(known.stores), None)
    return store.calendar if store and any(store.calendar.week) else _USUAL


async def put_task(lead: Lead, now: datetime, *, asked: bool = False) -> bool:
    """The task of the contact that is owed; False where it is there already.

    A contact by the calendar is in time all that day; who `asked` is answered by the moment itself.
    """
    assert lead.next_at is not None  # noqa: S101 - an open lead is always owed one
    due = lead.next_at
    if lead.confirmed_at is not None and not asked:
        due = closes_at(due, await calendar_of(lead.store_id))
    title, detail = _title(lead), _detail(lead)
    made = bool(
        await sql().rows(
            "INSERT INTO staff_task (account_id, kind, wechat_user_id, customer_id, title, detail,"
            " same, store_id, staff_id, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id, same) DO NOTHING RETURNING id",
            *(account_id(), KIND, lead.wechat_user_id, lead.customer_id),
            *(seal("staff_task.title", title), seal("staff_task.detail", detail)),
            *(task_key(lead.id, lead.next_at), lead.store_id, lead.consultant_id, due, now),
        )
    )
    if made and lead.confirmed_at is None:
        await _tell_of_new(lead, title, detail, due, now)
    return made


async def _tell_of_new(lead: Lead, title: str, detail: str, due: datetime, now: datetime) -> None:
    """Its consultant; of one that has none, those who give it to somebody."""
    same = f"{NEW}{lead.id}"
    if lead.consultant_id is not None:
        await staff_alerts.word(lead.consultant_id, title, detail, now, same=same, due_at=due)
        return
    people = await in_charge(lead.store_id)
    for one in of_role(people, Role.SERVICE_MANAGER) or of_role(people, Role.GENERAL_MANAGER):
        asked = f"{title}，还没有顾问，请分派"
        of_each = f"{same}:{one.id}"
        await staff_alerts.word(one.id, asked, detail, now, same=of_each, due_at=due)


async def tell_of_given(lead: Lead, now: datetime) -> None:
    """Whoever was given a lead that nobody has spoken to yet; the rest stands on their list."""
    if lead.consultant_id is not None and lead.confirmed_at is None:
        same = f"{NEW}{lead.id}:to:{lead.consultant_id}:{lead.rev}"
        said = f"转给您：{_title(lead)}"
        await staff_alerts.word(
            *(lead.consultant_id, said, _detail(lead), now), same=same, due_at=lead.next_at
        )


def _title(lead: Lead) -> str:
    who = salutation(lead.name, lead.gender) if lead.name else "微信客户"
    what = "确认新潜客" if lead.confirmed_at is None else "跟进潜客"
    return f"{what} {lead.number} {who} {lead.model}".strip()


def _detail(lead: Lead) -> str:
    parts = (
        f"{lead.level}级：{LEVELS[lead.level]}",
        lead.model and f"意向车型 {lead.model}",
        lead.note,
    )
    return "\n".join(part for part in parts if part)


async def close_task(lead: Lead, outcome: str, by: str, now: datetime) -> None:
    """End the open task of the contact that is owed; its key is free for another one."""
    await _rekey(
        lead,
        f"lead:{lead.id}:r{lead.rev}",
        "done_at = ?, outcome = ?, done_by = ?",
        now,
        outcome,
        by[:64],
    )


async def move_task(lead: Lead, until: datetime) -> None:
    """The open task is for `until`, with all that was tried for it."""
    await _rekey(lead, task_key(lead.id, until), "due_at = ?", until)


async def _rekey(lead: Lead, key: str, settings: str, *values: object) -> None:
    if lead.next_at is not None:
        await sql().run(
            f"UPDATE staff_task SET same = ?, {settings}"  # noqa: S608 - columns named above; values are marks
            " WHERE account_id = ? AND same = ? AND done_at IS NULL",
            *(key, *values, account_id(), task_key(lead.id, lead.next_at)),
        )


async def hand_task(lead: Lead) -> None:
    """The open task goes to the lead's consultant and store."""
    if lead.next_at is not None:
        await sql().run(
            "UPDATE staff_task SET staff_id = ?, store_id = ? WHERE account_id = ? AND same = ?"
            " AND done_at IS NULL",
            *(lead.consultant_id, lead.store_id, account_id(), task_key(lead.id, lead.next_at)),
        )


async def said_again(lead: Lead, said: str) -> None:
    """The open task tells what the customer has said since."""
    if lead.next_at is None or not said:
        return
    row = await sql().row(
        "SELECT id, detail FROM staff_task WHERE account_id = ? AND same = ? AND done_at IS NULL",
        *(account_id(), task_key(lead.id, lead.next_at)),
    )
    if row:
        detail = f"{unseal('staff_task.detail', row['detail'])}\n客户又说：{said}"
        await sql().run(
            "UPDATE staff_task SET detail = ? WHERE account_id = ? AND id = ?",
            *(seal("staff_task.detail", detail), account_id(), row["id"]),
        )


def _key_in_sql(postgres: bool) -> str:
    """`task_key` of the lead `l`, for a condition."""
    if postgres:
        at = """to_char(l.next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI')"""
    else:
        at = "replace(substr(l.next_at, 1, 16), ' ', 'T')"
    return f"'lead:' || l.id || ':' || {at}"


@dataclass(frozen=True, slots=True)
class Batch:
    """How many leads were looked at, and of those got a task, or another day."""

    found: int
    made: int
    moved: int


async def make_due(now: datetime, limit: int) -> Batch:
    """A task for each contact that is due; what falls on a closed day moves to the next opening.

    A day that closed after the contact was planned is seen here, at the moment of action. Others
    who do this at the same time take the next ones.
    """
    made = moved = 0
    async with transaction():
        found = await _due(now, limit)
        for lead in found:
            assert lead.next_at is not None  # noqa: S101 - it is due
            calendar = await calendar_of(lead.store_id)
            named = calendar.hours(calendar.local_day(lead.next_at))
            later = lead.next_at if named else opens_from(lead.next_at, calendar)
            if later > now:
                await _put_back(lead, later, now)
                moved += 1
            else:
                made += await put_task(lead, now)
    return Batch(len(found), made, moved)


async def _due(now: datetime, limit: int) -> list[Lead]:
    """Open leads whose contact is due and has no task, held until the open transaction ends."""
    db = sql()
    lock = " FOR UPDATE OF l SKIP LOCKED" if db.postgres else ""
    rows = await db.rows(
        f"SELECT {COLUMNS}{FROM} AND l.state = 'open' AND l.next_at <= ? AND NOT EXISTS"  # noqa: S608 - our own columns and conditions; values are marks
        " (SELECT 1 FROM staff_task k WHERE k.account_id = l.account_id"
        f" AND k.same = {_key_in_sql(db.postgres)}) ORDER BY l.next_at, l.id LIMIT ?{lock}",
        *(account_id(), now, limit),
    )
    return [lead_of(row) for row in rows]


async def _put_back(lead: Lead, next_at: datetime, now: datetime) -> None:
    """The store does not work on the day that was meant: the contact is owed at `next_at`."""
    await sql().run(
        "UPDATE lead SET next_at = ?, changed_at = ?, rev = rev + 1 WHERE account_id = ? AND id = ?",
        *(next_at, now, account_id(), lead.id),
    )
    await tell("lead.changed", lead.id, now)
