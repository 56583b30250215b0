"""What a colleague has to do, and whom a complaint may go to."""

from dataclasses import dataclass
from datetime import datetime

from bot.rules.cases.words import UNSETTLED
from bot.rules.roles import Action, Kind, Scope
from bot.rules.sla import Clock
from storage.db import moment, sql
from storage.queries.access.rows import allowed, reach
from storage.queries.cases import opening as cases
from storage.queries.cases.alerts import REPORT
from storage.queries.cases.opening import Case
from storage.queries.records.tables import among
from storage.queries.staff.colleagues import Staff, all_staff
from storage.queries.staff.notices import GIVEN, NEW
from storage.scope import account_id
from storage.secrets import unseal

SHOWN = 20
OF_CASES = ("case_new", "case_given", "case_warned", "case_broken", "case_added")
"""Tasks that say of one's own complaint what its clocks say anyway."""
_COLLEAGUES = ("receipt", "reply", "progress", "told")
"""Clocks that whoever handles it ends; the others are the system's own."""
_RUNNING = ("running", "warned", "broken")


@dataclass(frozen=True, slots=True)
class Mine:
    """A complaint of one's own, with the clock that ends first; None: nothing is running."""

    case: Case
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A task: what it is, whom it is about, and until when."""

    id: int
    title: str
    who: str
    due_at: datetime | None


async def own(who: Staff, now: datetime) -> list[Mine]:
    """Complaints that somebody handles and that are not settled, the most urgent first."""
    db = sql()
    condition, value = among(db, "state", UNSETTLED)
    rows = await db.rows(
        "SELECT id FROM complaint WHERE account_id = ? AND owner_id = ?"  # noqa: S608 - our own condition
        f" AND {condition} ORDER BY id LIMIT ?",
        *(account_id(), who.id, value, SHOWN),
    )
    found = [case for row in rows if (case := await cases.one(row["id"]))]
    mine = [Mine(case, await _next(case, now)) for case in found]
    return sorted(mine, key=_urgency)


async def _next(case: Case, now: datetime) -> Clock | None:
    """The clock that a colleague has to meet next."""
    running = [one for one in await cases.clocks_of(case, now) if one.state in _RUNNING]
    theirs = [one for one in running if one.name in _COLLEAGUES]
    return min(theirs, key=lambda one: one.due_at, default=None)


def _urgency(mine: Mine) -> tuple[bool, bool, datetime, int]:
    urgent = mine.case.priority == "urgent"
    if mine.clock is None:
        return not urgent, True, mine.case.recorded_at, mine.case.id
    return not urgent, False, mine.clock.due_at, mine.case.id


async def duties(who: Staff) -> list[Duty]:
    """What else somebody has to do: with a deadline first, then the oldest."""
    db = sql()
    condition, value = among(db, "t.kind", OF_CASES)
    mine = "SELECT 1 FROM complaint p WHERE p.id = t.case_id AND p.owner_id = t.staff_id"
    rows = await db.rows(
        "SELECT t.id, t.title, t.due_at, c.name FROM staff_task t"  # noqa: S608 - our own condition
        " LEFT JOIN customer c ON c.id = t.customer_id"
        f" WHERE t.account_id = ? AND t.staff_id = ? AND t.done_at IS NULL"
        f" AND NOT ({condition} AND EXISTS ({mine}))"
        " ORDER BY t.due_at IS NULL, t.due_at, t.id LIMIT ?",
        *(account_id(), who.id, value, SHOWN),
    )
    return [
        Duty(
            row["id"],
            unseal("staff_task.title", row["title"]),
            row["name"] or "",
            moment(row["due_at"]),
        )
        for row in rows
    ]


async def has_read(who: Staff, case_id: int, now: datetime) -> None:
    """What they were told of it in copy is off their list."""
    await sql().run(
        "UPDATE staff_task SET done_at = ?, done_by = ? WHERE account_id = ? AND case_id = ?"
        " AND staff_id = ? AND kind = ? AND done_at IS NULL",
        *(now, who.actor, account_id(), case_id, who.id, REPORT),
    )


async def to_confirm(who: Staff, case_id: int) -> bool:
    """It was given to them, and they have not said yet that they take it."""
    row = await sql().row(
        "SELECT 1 AS yes FROM staff_task WHERE account_id = ? AND case_id = ? AND staff_id = ?"
        " AND kind IN (?, ?) AND done_at IS NULL",
        *(account_id(), case_id, who.id, NEW, GIVEN),
    )
    return row is not None


async def handled(who: Staff, number: int | None) -> Case | None:
    """The complaint, if somebody may work on it; whatever they may not see is not there."""
    if number is None or not await allowed(who, Kind.CASE, number, Action.EDIT):
        return None
    return await cases.one(number)


async def colleagues(case: Case, name: str, me: Staff) -> list[Staff]:
    """Who of those that may handle it is meant: by log-in or whole name, else by a part of it.

    "" is a part of every name.
    """
    if name in ("我", "自己", "我自己"):
        return [me]
    able = [one for one in await all_staff() if _may_handle(one, case)]
    exact = [one for one in able if name in (one.name, one.login)]
    return exact or [one for one in able if name in one.name]


def _may_handle(one: Staff, case: Case) -> bool:
    """Whose hands reach so far. Those who reach their own get it by this very step."""
    found = reach(one, Kind.CASE, Action.EDIT)
    if found is Scope.NONE:
        return False
    here = case.store_id is None or one.store_id in (None, case.store_id)
    return found is Scope.ALL or here
