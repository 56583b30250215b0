"""Levels, and when somebody who wants a car is spoken to: on the store's calendar, never on a closed day."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaffError
from bot.rules.calendar import DayRule, StoreCalendar, parse_week
from bot.rules.leads import (
    EVERY_DAYS,
    LEVELS,
    answer_by,
    closes_at,
    confirm_by,
    hotter,
    id_of,
    level_of,
    next_contact_at,
    opens_from,
)
from tests.people import SHANGHAI

SPLIT = [["08:30", "12:00"], ["13:00", "17:30"]]
SIX_DAYS = StoreCalendar(
    parse_week(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), SPLIT)),
    {date(2026, 11, 24): DayRule(shifts=())},
)
SHUT = StoreCalendar(parse_week({}))


def at(said: str) -> datetime:
    return datetime.fromisoformat(f"2026-{said}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("created", "until"),
    [
        ("11-18 10:00", "11-19 10:00"),  # a Wednesday: 24 hours later the doors are open
        ("11-18 12:30", "11-19 12:00"),  # over lunch: when the morning ends
        ("11-18 22:00", "11-19 17:30"),  # at night: when the day before closes
        ("11-18 08:00", "11-18 17:30"),  # before the doors open: today still
        ("11-21 10:00", "11-21 17:30"),  # Saturday, and Sunday is closed
        ("11-21 18:00", "11-23 08:30"),  # after closing, nothing opens for 24 hours
        ("11-23 18:00", "11-25 08:30"),  # the store is closed on the 24th
    ],
)
def test_a_new_lead_is_confirmed_within_24_hours_while_the_doors_are_open(
    created: str, until: str
) -> None:
    assert confirm_by(at(created), SIX_DAYS) == at(until)


@pytest.mark.parametrize(
    ("level", "last", "due"),
    [
        ("H", "11-18 16:00", "11-19 08:30"),
        ("H", "11-21 10:00", "11-23 08:30"),  # Sunday is closed
        ("H", "11-23 10:00", "11-25 08:30"),  # so is the 24th
        ("A", "11-18 16:00", "11-25 08:30"),
        ("A", "11-17 16:00", "11-25 08:30"),  # the 24th, closed
        ("B", "11-18 16:00", "12-03 08:30"),
        ("C", "11-18 16:00", "12-18 08:30"),
        ("C", "10-31 16:00", "11-30 08:30"),  # a month has no 31st
        ("O", "11-18 16:00", "11-25 08:30"),
    ],
)
def test_the_next_contact_is_due_by_level_as_the_doors_open(
    level: str, last: str, due: str
) -> None:
    assert next_contact_at(level, at(last), SIX_DAYS) == at(due)


def test_somebody_who_comes_is_called_an_hour_before() -> None:
    assert answer_by(at("11-18 10:00"), SIX_DAYS, at("11-18 15:00")) == at("11-18 14:00")
    assert answer_by(at("11-18 10:00"), SIX_DAYS, at("11-18 10:30")) == at("11-18 10:00")
    assert answer_by(at("11-18 10:00"), SIX_DAYS, at("11-25 15:00")) == at("11-19 10:00")


def test_the_day_closes_with_its_last_shift() -> None:
    assert closes_at(at("11-18 08:30"), SIX_DAYS) == at("11-18 17:30")
    assert closes_at(at("11-22 08:30"), SIX_DAYS) == at("11-22 08:30")


def test_a_store_that_never_opens_is_said_so() -> None:
    now = at("11-18 10:00")
    with pytest.raises(StaffError, match="营业时间"):
        next_contact_at("H", now, SHUT)
    with pytest.raises(StaffError, match="营业时间"):
        opens_from(now, SHUT)
    with pytest.raises(StaffError, match="营业时间"):
        confirm_by(now, SHUT)


def test_levels_as_staff_type_them() -> None:
    assert [level_of(said) for said in ("h", " A ", "O")] == ["H", "A", "O"]
    with pytest.raises(StaffError, match="没有级别X"):
        level_of("X")
    assert (hotter("C", "A"), hotter("H", "A"), hotter("O", "H")) == ("A", "H", "O")


def test_numbers_as_people_read_them_out() -> None:
    assert [id_of(said) for said in ("L000012", "l12", " 12 ", "L 12")] == [12, 12, 12, 12]
    assert [id_of(said) for said in ("A000012", "L0", "", "L1x", "-3")] == [None] * 5


hours = st.lists(st.integers(0, 47), min_size=2, max_size=4, unique=True).map(sorted)


@st.composite
def calendars(draw: st.DrawFn) -> StoreCalendar:
    """Weeks with split shifts and closed days, at least one day open."""

    def shifts(halves: list[int]) -> tuple[tuple[time, time], ...]:
        ends = [time(half // 2, half % 2 * 30) for half in halves]
        return tuple(zip(ends[::2], ends[1::2], strict=False))

    week = [draw(st.one_of(st.just(()), hours.map(shifts))) for _ in range(7)]
    week[draw(st.integers(0, 6))] = shifts(draw(hours))
    closed = draw(st.lists(st.integers(0, 40), max_size=10))
    days = {date(2026, 11, 1) + timedelta(days=n): DayRule(shifts=()) for n in closed}
    return StoreCalendar(tuple(week), days)


@given(calendars(), st.integers(0, 60 * 24 * 40), st.sampled_from(sorted(LEVELS)))
def test_no_contact_falls_on_a_closed_day_or_before_its_time(
    calendar: StoreCalendar, minutes: int, level: str
) -> None:
    last = at("11-01 00:00") + timedelta(minutes=minutes)
    due = next_contact_at(level, last, calendar)
    day, today = calendar.local_day(due), calendar.local_day(last)
    assert due == calendar.hours(day)[0][0]
    assert (day - today).days >= EVERY_DAYS.get(level, 28)
    until = confirm_by(last, calendar)
    assert calendar.hours(calendar.local_day(until))
    if until > last + timedelta(hours=24):  # only where the doors are shut for 24 hours
        shut = calendar.working_time_between(last, last + timedelta(hours=24))
        assert shut == timedelta(0)
