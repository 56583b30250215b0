"""A store's calendar: which days are worked, when the doors are open, and working time on it.

The State Council publishes the days off and the make-up workdays (调休) of a year in the November
before. `statutory` knows the years of the installed data; staff enter a newer notice as `days`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from chinese_calendar import holidays, workdays

from bot.errors import StaffError
from bot.rules.lunar import FIRST_YEAR, LAST_YEAR, new_year, pure_brightness, solar_of

HOLIDAYS: dict[date, str] = holidays
MAKE_UP_DAYS: dict[date, str] = workdays
_FIRST_KNOWN = min(HOLIDAYS).year
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# 全国年节及纪念日放假办法 (2024): the days that are off in every year, whatever its notice moves.
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
# A store that is shut for longer than this has no opening hours at all.
LONGEST_CLOSURE = timedelta(days=400)
_TICK = timedelta(microseconds=1)


class DayKind(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"  # a weekend day worked for a holiday


@cache
def known_until() -> date:
    """The last day whose statutory kind is known from the installed data."""
    return date(max(HOLIDAYS).year, 12, 31)


def statutory(day: date) -> DayKind | None:
    """What the State Council's notice makes of `day`; None where its year is not known."""
    if not _FIRST_KNOWN <= day.year <= known_until().year:
        return None
    if day in MAKE_UP_DAYS:
        return DayKind.MAKE_UP
    if day in HOLIDAYS:
        return DayKind.HOLIDAY
    return _by_weekday(day)


def _by_weekday(day: date) -> DayKind:
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY


def is_spring_festival(day: date) -> bool:
    """除夕 to 初三, when dealerships stand still."""
    known = FIRST_YEAR <= day.year <= LAST_YEAR
    return known and -1 <= (day - new_year(day.year)).days <= 2


@cache
def lawful_holidays(year: int) -> frozenset[date]:
    """What the law makes a day off in every year, whatever the year's notice moves around it."""
    fixed = {date(year, month, day) for month, day in _FIXED_HOLIDAYS}
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return frozenset(fixed)
    eve = new_year(year) - timedelta(days=1)
    moving = {pure_brightness(year), solar_of(year, "05-05"), solar_of(year, "08-15")}
    return frozenset(fixed | moving | {eve + timedelta(days=days) for days in range(4)})


Shift = tuple[time, time]
Shifts = tuple[Shift, ...]


def parse_shifts(pairs: Sequence[Sequence[str]]) -> Shifts:
    """`[["08:30", "12:00"], …]` in order. ValueError: reversed, overlapping or not a time."""
    shifts = tuple((time.fromisoformat(opens), time.fromisoformat(shuts)) for opens, shuts in pairs)
    if any(opens >= shuts for opens, shuts in shifts):
        raise ValueError(f"a shift ends before it begins: {pairs}")
    if any(earlier[1] > later[0] for earlier, later in pairwise(shifts)):
        raise ValueError(f"shifts overlap or are out of order: {pairs}")
    return shifts


def parse_week(hours: Mapping[str, Sequence[Sequence[str]]]) -> tuple[Shifts, ...]:
    """Seven days from `{"mon": [["08:30", "12:00"]], …}`; a day that is not named is closed."""
    if unknown := set(hours) - set(WEEKDAYS):
        raise ValueError(f"not a weekday: {', '.join(sorted(unknown))}")
    return tuple(parse_shifts(hours.get(name, ())) for name in WEEKDAYS)


@dataclass(frozen=True)
class DayRule:
    """What staff say of one day; None leaves that side as it would be. No shifts: closed."""

    kind: DayKind | None = None
    shifts: Shifts | None = None
    name: str = ""


@dataclass(frozen=True)
class StoreCalendar:
    """Opening hours by weekday (Monday first, local times) and the days that differ."""

    week: tuple[Shifts, ...]
    days: Mapping[date, DayRule] = field(default_factory=dict)
    timezone: str = "Asia/Shanghai"
    # Worked out before: a month's complaints ask for the same few days again and again.
    _shifts: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _ticks: dict[date, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _ends: dict[tuple[date, int, int], datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"a week has seven days, not {len(self.week)}")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def local_day(self, moment: datetime) -> date:
        """The date on the store's wall at `moment`."""
        return moment.astimezone(self.zone).date()

    def known(self, day: date) -> bool:
        """Whether the kind of `day` is official and not guessed from its weekday.

        A newer year counts once staff have entered its notice, whose last holiday is 1 October.
        """
        notice = self.days.get(date(day.year, 10, 1))
        entered = notice is not None and notice.kind is DayKind.HOLIDAY
        return entered or self._said(day) is not None or statutory(day) is not None

    def kind(self, day: date) -> DayKind:
        """What `day` is; where nobody knows yet, what the law and its weekday suggest."""
        if official := self._said(day) or statutory(day):
            return official
        return DayKind.HOLIDAY if day in lawful_holidays(day.year) else _by_weekday(day)

    def works(self, day: date) -> bool:
        """Whether `day` is an official working day, a make-up day included."""
        return self.kind(day) in {DayKind.WORKDAY, DayKind.MAKE_UP}

    def _said(self, day: date) -> DayKind | None:
        rule = self.days.get(day)
        return rule.kind if rule else None

    def hours(self, day: date) -> list[tuple[datetime, datetime]]:
        """When the doors are open on `day`, in the store's zone.

        Dealerships open on weekends and most holidays, so the week's hours hold on make-up
        workdays and holidays alike; 除夕 to 初三 are closed unless staff say otherwise.
        """
        rule = self.days.get(day)
        if rule and rule.shifts is not None:
            shifts = rule.shifts
        else:
            shifts = () if is_spring_festival(day) else self.week[day.weekday()]
        return [
            (datetime.combine(day, opens, self.zone), datetime.combine(day, shuts, self.zone))
            for opens, shuts in shifts
        ]

    def is_open(self, moment: datetime) -> bool:
        shifts = self._shifts_of(self.local_day(moment))
        return any(opens <= moment < shuts for opens, shuts in shifts)

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The moment (UTC) at which the doors have been open for `amount` since `start`.

        Raises StaffError where the store never opens.
        """
        if amount < timedelta(0):
            raise ValueError("working time is added, never taken away")
        if not amount:
            return start.astimezone(UTC)
        left = amount
        for opens, shuts in self._shifts_from(start):
            if shuts - opens >= left:
                return opens + left
            left -= shuts - opens
        raise _never_open()

    def add_working_days(self, start: datetime, amount: Fraction | int) -> datetime:
        """The moment (UTC) at which `amount` of official working days have passed since `start`.

        A day's opening hours are one working day, however long they are: half a day from Friday
        17:00, half an hour before closing, ends on Monday before noon. Raises StaffError where the
        store opens on no working day.
        """
        # Over and under: fractions that are not reduced cost far less than those that are.
        over, under = amount.as_integer_ratio()
        if over < 0:
            raise ValueError("working time is added, never taken away")
        if not over:
            return start.astimezone(UTC)
        return self._after_working_days(self.local_day(start), start.astimezone(UTC), over, under)

    def working_days_after(self, day: date, amount: Fraction | int) -> datetime:
        """The moment (UTC) at which `amount` of working days have passed since `day` was over."""
        key = (day, *amount.as_integer_ratio())
        if (known := self._ends.get(key)) is None:
            midnight = datetime.combine(day + timedelta(days=1), time.min, self.zone)
            known = self._ends[key] = self.add_working_days(midnight, amount)
        return known

    def _after_working_days(self, day: date, start: datetime, over: int, under: int) -> datetime:
        silent_until = day + LONGEST_CLOSURE
        while day <= silent_until:
            if whole := self._working_ticks(day):
                shifts, rest = self._shifts_of(day), whole
                if start > shifts[0][0]:
                    ahead = [(max(opens, start), shuts) for opens, shuts in shifts if shuts > start]
                    rest = _length(ahead) // _TICK
                if rest >= (wanted := _rounded(over * whole, under)):
                    return self.add_working_time(max(start, shifts[0][0]), wanted * _TICK)
                over, under = over * whole - rest * under, under * whole
                silent_until = day + LONGEST_CLOSURE
            day += timedelta(days=1)
        raise _never_open()

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """How long the doors are open from `a` to `b`; negative where `b` is the earlier one."""
        if b < a:
            return -self.working_time_between(b, a)
        total = timedelta(0)
        day, last = self.local_day(a), self.local_day(b)
        while day <= last:
            for opens, shuts in self._shifts_of(day):
                total += max(min(shuts, b) - max(opens, a), timedelta(0))
            day += timedelta(days=1)
        return total

    def _working_ticks(self, day: date) -> int:
        """How long the doors are open on an official working day; 0 on any other."""
        if (known := self._ticks.get(day)) is None:
            known = self._ticks[day] = (
                _length(self._shifts_of(day)) // _TICK if self.works(day) else 0
            )
        return known

    def _shifts_of(self, day: date) -> Sequence[tuple[datetime, datetime]]:
        # In UTC: the difference of two local times is wrong where the clocks change between them.
        if (known := self._shifts.get(day)) is not None:
            return known
        inside = [
            (opens.astimezone(UTC), shuts.astimezone(UTC)) for opens, shuts in self.hours(day)
        ]
        found = tuple((opens, shuts) for opens, shuts in inside if opens < shuts)
        self._shifts[day] = found
        return found

    def _shifts_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of each shift from `start` on, until nothing opened for a very long time."""
        day = self.local_day(start)
        silent_until = day + LONGEST_CLOSURE
        while day <= silent_until:
            for opens, shuts in self._shifts_of(day):
                if shuts > start:
                    silent_until = day + LONGEST_CLOSURE
                    yield max(opens, start.astimezone(UTC)), shuts
            day += timedelta(days=1)


def _length(shifts: Sequence[tuple[datetime, datetime]]) -> timedelta:
    return sum((shuts - opens for opens, shuts in shifts), timedelta(0))


def _rounded(over: int, under: int) -> int:
    """`over` / `under` to the nearest, of two the even one."""
    found, rest = divmod(over, under)
    return found + (2 * rest > under or (2 * rest == under and found % 2))


def _never_open() -> StaffError:
    return StaffError("门店一年内都没有营业时间。", "请在门店设置里填写营业时间。")


def unknown_year(calendars: Iterable[StoreCalendar], first: date, last: date) -> int | None:
    """The first year from `first` to `last` whose notice some calendar lacks; None: all known."""
    years = range(first.year, last.year + 1)
    calendars = tuple(calendars)
    return next(
        (y for y in years if not all(c.known(min(last, date(y, 12, 31))) for c in calendars)), None
    )
