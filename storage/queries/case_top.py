"""问题TOP5 of a week, for a store or for all of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from bot.rules.etiquette import BEIJING
from bot.rules.roles import Kind
from bot.rules.top_issues import Complained, Issue, top_issues, week_of
from storage.db import sql
from storage.queries.access import visible
from storage.queries.staff import Staff
from storage.queries.stores import shop
from storage.scope import account_id
from storage.secrets import unseal

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
    last = date.fromordinal(next_monday.toordinal() - 1)
    return Week(monday, last, len(found), top_issues(found, most))
