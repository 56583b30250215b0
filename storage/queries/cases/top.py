"""问题TOP5 of a week, for a store or for all of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.rules.etiquette import BEIJING
from bot.rules.reports.top_issues import Complained, Issue, top_issues, week_of
from bot.rules.roles import Kind
from storage.db import sql
from storage.queries.access.rows import visible
from storage.queries.cases.people import in_charge
from storage.queries.staff.alerts import alert
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import unseal

TOLD: Final = "issues"
"""The kind of task by which colleagues hear of a week's issues."""
_SOLVED: Final = ("solved", "confirmed")


@dataclass(frozen=True, slots=True)
class Week:
    """`first` is its Monday, `last` its Sunday; `total` counts what nobody withdrew."""

    first: date
    last: date
    total: int
    issues: tuple[Issue, ...]

    def lines(self) -> list[str]:
        """As a colleague reads it."""
        return [f"{rank}. {issue.said}" for rank, issue in enumerate(self.issues, 1)]


async def today(now: datetime) -> date:
    """On the wall of the first store."""
    first = next(iter((await shop()).stores), None)
    return now.astimezone(first.calendar.zone if first else BEIJING).date()


async def of_week(
    day: date, *, store_id: int | None = None, who: Staff | None = None, most: int = 5
) -> Week:
    """The week that `day` lies in, on the store's wall; `who`: of what this colleague sees."""
    monday, next_monday = week_of(day)
    known = await shop()
    store = known.by_id.get(store_id or 0) or next(iter(known.stores), None)
    zone = store.calendar.zone if store else BEIJING
    begin, end = (
        datetime.combine(one, time.min, zone).astimezone(UTC) for one in (monday, next_monday)
    )
    where, values = "", [account_id(), begin, end]
    if store_id is not None:
        where, values = " AND c.store_id = ?", [*values, store_id]
    if who is not None:
        seen = visible(who, Kind.CASE, "c")
        where, values = f"{where} AND {seen.text}", [*values, *seen.values]
    rows = await sql().rows(
        "SELECT c.category, c.root_cause, c.department, c.state FROM complaint c"  # noqa: S608 - the conditions above; values are marks
        " WHERE c.account_id = ? AND c.recorded_at >= ? AND c.recorded_at < ?"
        f" AND c.state <> 'withdrawn'{where} ORDER BY c.recorded_at, c.id",
        *values,
    )
    found = [
        Complained(
            row["category"],
            unseal("complaint.root_cause", row["root_cause"]),
            row["department"],
            row["state"] in _SOLVED,
        )
        for row in rows
    ]
    last = next_monday - timedelta(days=1)
    return Week(monday, last, len(found), top_issues(found, most))


async def tell_departments(now: datetime) -> int:
    """Last week's issues of each store to those who answer for its complaints; how many were told.

    Said again in the same week it tells nobody twice; what was told before is over by then.
    """
    last_week, told = await today(now) - timedelta(days=7), 0
    for store in (await shop()).stores:
        week = await of_week(last_week, store_id=store.id)
        same = f"{TOLD}:{week.first}:{store.id}"
        await _over(store.id, same, now)
        if week.total:
            title = f"上周问题TOP5：{store.name}，共{week.total}件"
            people = await _whom(store.id, store.code)
            detail = "\n".join(week.lines())
            told += await alert(people, TOLD, title, detail, now, same=same, store_id=store.id)
    return told


async def _whom(store_id: int, code: str) -> list[int]:
    """Managers and specialists of the store, and whom the routes name for it."""
    rows = await sql().rows(
        "SELECT DISTINCT r.owner_id FROM complaint_route r WHERE r.account_id = ?"
        " AND r.scope IN ('', ?) AND r.owner_id IS NOT NULL",
        *(account_id(), code),
    )
    return [one.id for one in await in_charge(store_id)] + [row["owner_id"] for row in rows]


async def _over(store_id: int, same: str, now: datetime) -> None:
    await sql().run(
        "UPDATE staff_task SET done_at = ?, done_by = 'system' WHERE account_id = ?"
        " AND done_at IS NULL AND kind = ? AND store_id = ? AND same NOT LIKE ?",
        *(now, account_id(), TOLD, store_id, f"{same}:%"),
    )
