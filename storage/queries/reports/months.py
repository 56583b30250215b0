"""A month of figures: which rows are its own, and what of them is counted by store.

A month is that of the store's wall: follow-ups by the day they were due, ratings by their first
answer, complaints by when they were recorded.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import StaffError
from bot.rules.etiquette import BEIJING
from bot.rules.reports.answers import Rated
from bot.rules.reports.monthly import Contacts
from bot.rules.service_due import add_months
from storage.db import sql
from storage.queries.stores.shops import Shop
from storage.scope import account_id

EARLIEST: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Month:
    """From its `first` day to `before`, and as moments; `store_id` None: of all stores.

    What is due later than today is not due yet, so `before` is tomorrow in the month that runs.
    """

    first: date
    before: date
    begin: datetime
    end: datetime
    store_id: int | None

    def among(
        self, column: str, begin: Any, end: Any, *, of_store: str = "store_id"
    ) -> tuple[str, tuple[Any, ...]]:
        """The rows of the month, by an index that begins with the account and `column`.

        `of_store`: the column that names the store; "": the table has none.
        """
        narrow = of_store and self.store_id is not None
        here, more = (f" AND {of_store} = ?", (self.store_id,)) if narrow else ("", ())
        where = f"account_id = ? AND {column} >= ? AND {column} < ?{here}"
        return where, (account_id(), begin, end, *more)


def zone_of(known: Shop) -> ZoneInfo:
    first = next(iter(known.stores), None)
    return first.calendar.zone if first else BEIJING


def month_of(month: str, known: Shop, store_code: str, now: datetime) -> Month:
    """Of "2026-12". Raises StaffError for what is no month of ours, has not begun, or no store."""
    store = known.by_code(store_code) if store_code else next(iter(known.stores), None)
    if store_code and store is None:
        raise StaffError(f"没有门店{store_code[:32]}。", "用cheyu store add添加。")
    try:
        year, number = (int(part) for part in month.split("-"))
        first = date(year, number, 1)
    except ValueError:
        first = date.min
    if f"{first:%Y-%m}" != month or not EARLIEST <= first < date(2200, 1, 1):
        raise StaffError(f"{month[:16]}不是月份。", "写成2026-12这样。")
    zone = store.calendar.zone if store else BEIJING
    after, tomorrow = add_months(first, 1), now.astimezone(zone).date() + timedelta(days=1)
    begin, end = _midnight(first, zone), _midnight(after, zone)
    if begin > now:
        raise StaffError(f"{month}还没到。", "请选已经开始的月份。")
    only = store.id if store and store_code else None
    return Month(first, min(after, tomorrow), begin, end, only)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


async def contacts(month: Month) -> Mapping[int | None, list[Contacts]]:
    """Follow-ups by store."""
    where, values = month.among("due_on", month.first, month.before)
    rows = await sql().rows(
        "SELECT store_id, state, outcome, CASE WHEN state = 'skipped' THEN why ELSE '' END AS why,"  # noqa: S608 - the conditions above; values are marks
        f" COUNT(*) AS many FROM touchpoint WHERE {where} AND purpose = 'follow_up'"
        " GROUP BY 1, 2, 3, 4",
        *values,
    )
    found = defaultdict(list)
    for row in rows:
        one = Contacts(row["state"], row["outcome"], row["why"], int(row["many"]))
        found[row["store_id"]].append(one)
    return found


async def rated(month: Month) -> Mapping[int | None, list[Rated]]:
    """Answered ratings by store."""
    return await rated_by("store_id", month)


async def rated_by(key: str, month: Month) -> Mapping[int | None, list[Rated]]:
    """Answered ratings by `key`, an expression over their columns that gives a number.

    Who said why they stay away has rated nothing.
    """
    where, values = month.among("first_answer_at", month.begin, month.end)
    rows = await sql().rows(
        f"SELECT {key} AS place, CASE WHEN occasion = 'visit' THEN 1 ELSE 0 END AS visit,"  # noqa: S608 - expressions of these queries; values are marks
        " COUNT(*) AS answered, COUNT(satisfaction) AS judged,"
        " COALESCE(SUM(satisfaction), 0) AS points, COUNT(nps) AS asked_nps,"
        " SUM(CASE WHEN nps >= 9 THEN 1 ELSE 0 END) AS promoters,"
        " SUM(CASE WHEN nps < 7 THEN 1 ELSE 0 END) AS detractors,"
        " SUM(CASE WHEN low THEN 1 ELSE 0 END) AS low"
        f" FROM rating WHERE {where} AND occasion <> 'win_back' GROUP BY 1, 2",
        *values,
    )
    found = defaultdict(list)
    for row in rows:
        counts = (int(row[name]) for name in ("asked_nps", "promoters", "detractors", "low"))
        sums = (int(row["answered"]), int(row["judged"]), float(row["points"]))
        found[row["place"]].append(Rated(bool(row["visit"]), *sums, *counts))
    return found
