"""The days on which a dealership greets: the festivals everybody keeps, and a store's own."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from bot.rules.lunar import parse_lunar, solar_of

_SOLAR: Final = (("new_year", "元旦", "01-01"), ("national_day", "国庆", "10-01"))
_LUNAR: Final = (
    ("spring_festival", "春节", "01-01"),
    ("lantern", "元宵", "01-15"),
    ("dragon_boat", "端午", "05-05"),
    ("mid_autumn", "中秋", "08-15"),
)


@dataclass(frozen=True, slots=True)
class Festival:
    """One festival on the day it falls."""

    code: str
    name: str
    day: date


@dataclass(frozen=True, slots=True)
class OwnFestival:
    """A store's own, each year: `day` "06-18", or lunar "09-09"."""

    name: str
    day: str
    lunar: bool = False


def day_of_year(year: int, written: str) -> date:
    """The day "06-18" of a year; 29 February falls on the 28th where there is none."""
    month, day = (int(part) for part in written.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def own_festivals(said: Sequence[Mapping[str, Any]]) -> tuple[OwnFestival, ...]:
    """From settings: [{"name": "店庆", "day": "06-18"}, {"name": "重阳", "day": "09-09", "lunar":
    true}]. ValueError for what is no day."""
    own = tuple(
        OwnFestival(str(one["name"]), str(one["day"]), bool(one.get("lunar"))) for one in said
    )
    for one in own:
        parse_lunar(one.day) if one.lunar else date.fromisoformat(f"2000-{one.day}")
    return own


def festivals(year: int, own: Iterable[OwnFestival] = ()) -> list[Festival]:
    """Those that fall in the solar `year`, in order."""
    ours = [
        Festival(f"own:{one.name}", one.name, day)
        for one in own
        for day in (_lunar(year, one.day) if one.lunar else [day_of_year(year, one.day)])
    ]
    return sorted([*_everybodys(year), *ours], key=lambda festival: (festival.day, festival.code))


@cache
def _everybodys(year: int) -> tuple[Festival, ...]:
    solar = (Festival(code, name, day_of_year(year, day)) for code, name, day in _SOLAR)
    lunar = (Festival(code, name, on) for code, name, day in _LUNAR for on in _lunar(year, day))
    return (*solar, *lunar)


def _lunar(year: int, written: str) -> list[date]:
    """A day of the twelfth month falls in the solar year twice, once or never."""
    found = (solar_of(lunar_year, written) for lunar_year in (year - 1, year))
    return [day for day in found if day.year == year]
