"""Tables of phrases: `phrase | what is expected`, one a line, and how a reading is written there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.rules.readings import Reading
from bot.rules.zh.times import TimeWish

ZONE = ZoneInfo("Asia/Shanghai")

SUNDAY = date(2026, 11, 22)
WEDNESDAY = date(2026, 11, 25)
SATURDAY = date(2026, 11, 28)
YEAR_END = date(2026, 12, 31)
LEAP_DAY = date(2028, 2, 29)


def at(day: date, hour: int = 10, minute: int = 20) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def rows(table: str) -> list[tuple[str, str]]:
    """The lines of a table; blank ones only part it."""
    lines = [line for line in table.splitlines() if line.strip()]
    pairs = [line.split(" | ") for line in lines]
    assert all(len(pair) == 2 for pair in pairs), "a line has one ` | `"
    return [(phrase, expected.strip()) for phrase, expected in pairs]


def phrases(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.strip()]


def days(reading: Reading[date] | None, base: date) -> str:
    """`12-05`, with the year only where it is another; `past 11-21`, `impossible`, `-` for None."""
    if reading is None:
        return "-"
    shown = [f"{d:%m-%d}" if d.year == base.year else f"{d:%Y-%m-%d}" for d in reading.values]
    return " ".join([reading.problem, *shown] if reading.problem else shown)


def times(reading: Reading[TimeWish] | None) -> str:
    """The labels: `15:00`, `08:00 20:00`, `上午`; `past 09:00`, `impossible`, `-` for None."""
    if reading is None:
        return "-"
    shown = [wish.label for wish in reading.values]
    return " ".join([reading.problem, *shown] if reading.problem else shown)
