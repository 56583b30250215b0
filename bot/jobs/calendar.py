"""The calendar is looked ahead on: a year that nobody has announced is said in time."""

from datetime import datetime, timedelta

import structlog

from bot.rules.calendar import unknown_year
from bot.rules.open_days import HORIZON_DAYS
from storage.queries.stores.shops import shop

log = structlog.get_logger("calendar")


async def year_not_known(now: datetime) -> int | None:
    """The year whose statutory holidays some store lacks, as far ahead as customers book."""
    stores = (await shop()).stores
    if not stores:
        return None
    today = min(store.calendar.local_day(now) for store in stores)
    last = today + timedelta(days=HORIZON_DAYS)
    return unknown_year((store.calendar for store in stores), today, last)


async def watch_calendar(now: datetime) -> dict[str, int]:
    """Say in the log that weekdays are guessed."""
    if year := await year_not_known(now):
        log.warning("holidays_unknown", year=year, mend="cheyu calendar import")
    return {"calendar_unknown_year": year or 0}
