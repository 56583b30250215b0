"""The lunar calendar (农历, GB/T 33661): what day it is by it, and when a lunar birthday falls.

    lunar_of(date(2026, 9, 25))        # LunarDay(year=2026, month=8, day=15, leap=False)
    solar_of(2026, "08-15")            # date(2026, 9, 25)

A lunar date is written "08-15", in a leap month "L08-15". Years 1900 to 2099.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from lunar_python import Lunar, LunarYear

_WRITTEN: Final = re.compile(r"(L?)(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30)")
_J2000: Final = 2_451_545
_DAY_J2000: Final = date(2000, 1, 1)
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2099


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar `year`, which begins with 春节. `leap`: of a leap month (闰月)."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def written(self) -> str:
        """As a birthday is kept: "08-15", "L08-15"."""
        return f"{'L' if self.leap else ''}{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class _Month:
    month: int
    leap: bool
    first: date
    days: int


@cache
def _months(year: int) -> tuple[_Month, ...]:
    """The 12 or 13 months of a lunar year. The library takes milliseconds for them."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no lunar calendar for {year}")
    return tuple(
        _Month(
            abs(month.getMonth()),
            month.getMonth() < 0,
            _DAY_J2000 + timedelta(days=round(month.getFirstJulianDay()) - _J2000),
            month.getDayCount(),
        )
        for month in LunarYear.fromYear(year).getMonthsInYear()
    )


def new_year(year: int) -> date:
    """正月初一, 春节."""
    return _months(year)[0].first


@cache
def pure_brightness(year: int) -> date:
    """清明, the day off that neither the month nor the moon tells."""
    day = Lunar.fromYmd(year, 1, 1).getJieQiTable()["清明"]
    return date(day.getYear(), day.getMonth(), day.getDay())


def lunar_of(day: date) -> LunarDay:
    """What `day` is by the lunar calendar. ValueError outside 1900-01-31 to 2100-02-08."""
    year = day.year if day.year <= LAST_YEAR and day >= new_year(day.year) else day.year - 1
    for month in reversed(_months(year)):
        if month.first <= day < month.first + timedelta(days=month.days):
            return LunarDay(year, month.month, (day - month.first).days + 1, month.leap)
    raise ValueError(f"no lunar calendar for {day}")


def parse_lunar(written: str) -> tuple[bool, int, int]:
    """(leap month, month, day) of "08-15" or "L08-15". ValueError for anything else."""
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(f"not a lunar day: {written!r}")
    return bool(match[1]), int(match[2]), int(match[3])


def solar_of(year: int, written: str) -> date:
    """When the lunar day falls in the lunar `year`; the last ones fall in the next solar year.

    A 30th that the month lacks falls on its 29th, a leap month that the year lacks on the ordinary
    one of that number.
    """
    leap, number, day = parse_lunar(written)
    of_number = [month for month in _months(year) if month.month == number]
    month = next((month for month in of_number if month.leap == leap), of_number[0])
    return month.first + timedelta(days=min(day, month.days) - 1)


def lunar_days_between(written: str, start: date, end: date) -> list[date]:
    """When the lunar day falls from `start` to `end`, both included: some solar years have two."""
    years = range(start.year - 1, end.year + 1)
    return [day for year in years if start <= (day := solar_of(year, written)) <= end]
