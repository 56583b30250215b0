"""满意度趋势 from the tables themselves: a few counts a month, each by the index of its month."""

from datetime import date, datetime
from typing import Final

from bot.rules.reports import monthly as figures
from bot.rules.reports.answers import ratings
from bot.rules.reports.monthly import Complaints
from bot.rules.reports.trend import Point, Trend, months_until
from storage.db import sql
from storage.queries.reports.months import EARLIEST, Month, contacts, month_of, rated
from storage.queries.stores.shops import Shop, shop

_SOLVED: Final = ("solved", "confirmed")


async def trend(last: str, now: datetime, store_code: str = "", months: int = 12) -> Trend:
    """The `months` up to "2026-12". Raises StaffError as the monthly report does."""
    known = await shop()
    wanted = month_of(last, known, store_code, now)
    days = [day for day in months_until(wanted.first, months) if day >= EARLIEST]
    points = [await _point(day, known, store_code, now) for day in days]
    return Trend(store_code, tuple(points))


async def _point(first: date, known: Shop, store_code: str, now: datetime) -> Point:
    month = month_of(f"{first:%Y-%m}", known, store_code, now)
    called, rates = await contacts(month), await rated(month)
    return Point(
        f"{first:%Y-%m}",
        figures.follow_ups(one for some in called.values() for one in some),
        ratings([one for some in rates.values() for one in some]),
        await _complaints(month),
    )


async def _complaints(month: Month) -> Complaints:
    where, values = month.among("recorded_at", month.begin, month.end)
    rows = await sql().rows(
        f"SELECT state, COUNT(*) AS many FROM complaint WHERE {where} GROUP BY 1",  # noqa: S608 - the conditions of the month; values are marks
        *values,
    )
    counts = {row["state"]: int(row["many"]) for row in rows}
    solved = sum(counts.get(state, 0) for state in _SOLVED)
    return Complaints(sum(counts.values()), counts.get("withdrawn", 0), solved)
