"""Working days and opening hours, with 调休, festivals and years nobody has announced yet."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaffError
from bot.rules.calendar import (
    DayKind,
    DayRule,
    StoreCalendar,
    known_until,
    lawful_holidays,
    parse_shifts,
    parse_week,
    statutory,
    unknown_year,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKSHOP = [["08:30", "12:00"], ["13:00", "17:30"]]
MORNING = [["09:00", "12:00"]]
WEEK = parse_week(
    {**dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), WORKSHOP), "sun": MORNING}
)
STORE = StoreCalendar(WEEK)

days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
amounts = st.timedeltas(timedelta(0), timedelta(hours=200))
calendars = st.sampled_from(
    [STORE, StoreCalendar(WEEK, timezone="America/New_York"), StoreCalendar(WEEK[:1] * 7)]
)


def at(text: str) -> datetime:
    """A moment on the store's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def opening(day: date, calendar: StoreCalendar = STORE) -> list[str]:
    return [f"{a:%H:%M}-{b:%H:%M}" for a, b in calendar.hours(day)]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 20), DayKind.WORKDAY),
        (date(2026, 11, 21), DayKind.WEEKEND),
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 4), DayKind.HOLIDAY),
        (date(2026, 10, 10), DayKind.MAKE_UP),
        (date(2026, 2, 14), DayKind.MAKE_UP),
        (date(2003, 10, 1), None),
    ],
)
def test_the_state_councils_days(day: date, kind: DayKind | None) -> None:
    assert statutory(day) == kind


def test_a_year_that_is_not_announced_is_guessed_and_says_so() -> None:
    unknown = known_until().year + 1
    assert statutory(date(unknown, 3, 3)) is None
    assert not STORE.known(date(unknown, 3, 3))
    assert STORE.known(known_until())
    assert STORE.kind(date(unknown, 10, 1)) is DayKind.HOLIDAY
    assert STORE.kind(date(2041, 3, 2)) is DayKind.WEEKEND
    assert STORE.kind(date(2041, 3, 4)) is DayKind.WORKDAY


def test_a_notice_that_staff_enter_makes_the_year_known() -> None:
    notice = {
        date(2031, 9, 28): DayRule(DayKind.MAKE_UP),
        date(2031, 10, 1): DayRule(DayKind.HOLIDAY, name="国庆节"),
    }
    told = StoreCalendar(WEEK, notice)
    assert told.kind(date(2031, 9, 28)) is DayKind.MAKE_UP
    assert told.known(date(2031, 3, 3))
    assert not told.known(date(2032, 3, 3))
    half = StoreCalendar(WEEK, {date(2031, 9, 28): DayRule(DayKind.MAKE_UP)})
    assert half.known(date(2031, 9, 28))
    assert not half.known(date(2031, 3, 3))


def test_the_days_of_the_law_agree_with_every_notice_since() -> None:
    for year in range(2025, known_until().year + 1):
        for day in lawful_holidays(year):
            assert statutory(day) is DayKind.HOLIDAY, day


def test_a_year_that_is_not_announced_has_its_days_of_the_law() -> None:
    assert {date(2031, 4, 5), date(2031, 6, 24), date(2031, 10, 1)} <= lawful_holidays(2031)
    assert {date(2031, 1, day) for day in range(22, 26)} <= lawful_holidays(2031)
    assert STORE.kind(date(2031, 6, 24)) is DayKind.HOLIDAY  # 端午, a Tuesday
    assert STORE.kind(date(2150, 10, 1)) is DayKind.HOLIDAY  # beyond the lunar tables
    assert STORE.hours(date(2150, 1, 28)) != []


def test_the_first_year_that_some_store_does_not_know() -> None:
    last = known_until()
    assert unknown_year([STORE], last - timedelta(days=60), last) is None
    assert unknown_year([STORE], last, last + timedelta(days=1)) == last.year + 1
    assert unknown_year([], last, last + timedelta(days=1)) is None
    told = StoreCalendar(WEEK, {date(last.year + 1, 10, 1): DayRule(DayKind.HOLIDAY)})
    assert unknown_year([told], last, last + timedelta(days=300)) is None
    assert unknown_year([told, STORE], last, last + timedelta(days=300)) == last.year + 1
    assert unknown_year([told], last, last + timedelta(days=900)) == last.year + 2


def test_split_shifts_on_every_day_that_is_not_special() -> None:
    assert opening(date(2026, 11, 20)) == ["08:30-12:00", "13:00-17:30"]
    assert opening(date(2026, 11, 22)) == ["09:00-12:00"]
    assert opening(date(2026, 10, 10)) == ["08:30-12:00", "13:00-17:30"]  # a make-up Saturday
    assert opening(date(2026, 10, 1)) == ["08:30-12:00", "13:00-17:30"]  # a holiday
    assert STORE.hours(date(2026, 11, 22))[0][0].tzinfo == SHANGHAI


@pytest.mark.parametrize("day", [5, 6, 7, 8])
def test_closed_from_the_eve_of_spring_festival_to_its_third_day(day: int) -> None:
    assert opening(date(2027, 2, day)) == []
    assert STORE.kind(date(2027, 2, day)) is DayKind.HOLIDAY


def test_open_around_it() -> None:
    assert opening(date(2027, 2, 4)) == ["08:30-12:00", "13:00-17:30"]
    assert opening(date(2027, 2, 9)) == ["08:30-12:00", "13:00-17:30"]


def test_what_staff_say_of_a_day_wins() -> None:
    festival, stocktaking = date(2027, 2, 7), date(2026, 12, 31)
    told = StoreCalendar(
        WEEK,
        {
            festival: DayRule(shifts=parse_shifts([["10:00", "15:00"]])),
            stocktaking: DayRule(shifts=(), name="盘点"),
            date(2026, 12, 1): DayRule(DayKind.HOLIDAY),
        },
    )
    assert opening(festival, told) == ["10:00-15:00"]
    assert opening(stocktaking, told) == []
    assert opening(date(2026, 12, 1), told) == ["08:30-12:00", "13:00-17:30"]
    assert told.kind(date(2026, 12, 1)) is DayKind.HOLIDAY


def test_the_doors() -> None:
    assert STORE.is_open(at("2026-11-20T08:30"))
    assert not STORE.is_open(at("2026-11-20T12:00"))
    assert not STORE.is_open(at("2026-11-20T12:30"))
    assert STORE.is_open(at("2026-11-20T17:29"))
    assert STORE.local_day(datetime(2026, 11, 20, 17, tzinfo=UTC)) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T09:00", 2, "2026-11-20T11:00"),
        ("2026-11-20T11:00", 2, "2026-11-20T14:00"),  # over lunch
        ("2026-11-20T17:00", 1, "2026-11-21T09:00"),  # over night
        ("2026-11-20T20:00", 1, "2026-11-21T09:30"),  # asked after closing
        ("2026-11-22T11:00", 2, "2026-11-23T09:30"),  # over a Sunday's noon
        ("2027-02-04T17:00", 1, "2027-02-09T09:00"),  # over Spring Festival
        ("2026-11-20T08:30", 3.5, "2026-11-20T12:00"),  # exactly to the closing
        ("2026-11-20T20:00", 0, "2026-11-20T20:00"),
    ],
)
def test_working_time_is_counted_while_the_doors_are_open(
    start: str, hours: float, end: str
) -> None:
    amount = timedelta(hours=hours)
    assert STORE.add_working_time(at(start), amount) == at(end)
    assert STORE.working_time_between(at(start), at(end)) == amount
    assert STORE.working_time_between(at(end), at(start)) == -amount


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-20T17:00", HALF, "2026-11-23T12:00"),  # half an hour of eight on the Friday
        ("2026-11-20T08:30", HALF, "2026-11-20T13:30"),  # eight hours in two shifts
        ("2026-11-20T12:30", HALF, "2026-11-20T17:00"),  # asked at lunch
        ("2026-11-20T19:00", 1, "2026-11-23T17:30"),  # asked after closing
        ("2026-11-20T10:00", 1, "2026-11-23T10:00"),  # open on Saturday, but not a working day
        ("2026-09-30T17:30", 1, "2026-10-08T17:30"),  # over the National Day
        ("2026-10-09T10:00", 1, "2026-10-10T10:00"),  # a make-up Saturday is one
        ("2026-09-18T17:00", HALF, "2026-09-20T10:18:45"),  # a make-up Sunday of three hours
        ("2026-11-21T07:00", 0, "2026-11-21T07:00"),
    ],
)
def test_working_days_are_the_official_ones(start: str, days: Fraction | int, end: str) -> None:
    assert STORE.add_working_days(at(start), days) == at(end)


def test_a_store_that_opens_on_no_working_day_says_so() -> None:
    weekends = StoreCalendar(parse_week({"sat": MORNING, "sun": MORNING}))
    with pytest.raises(StaffError, match="营业时间"):
        StoreCalendar(((),) * 7).add_working_days(at("2026-11-20T09:00"), 1)
    assert weekends.add_working_days(at("2026-01-05T09:00"), 1) == at("2026-02-14T12:00")
    with pytest.raises(ValueError, match="never taken away"):
        STORE.add_working_days(at("2026-11-20T09:00"), -1)


def test_a_store_that_never_opens_is_said_to_the_staff() -> None:
    with pytest.raises(StaffError, match="营业时间"):
        StoreCalendar(((),) * 7).add_working_time(at("2026-11-20T09:00"), timedelta(hours=1))


def test_time_is_not_taken_away() -> None:
    with pytest.raises(ValueError, match="never taken away"):
        STORE.add_working_time(at("2026-11-20T09:00"), timedelta(hours=-1))


@pytest.mark.parametrize(
    "shifts",
    [[["12:00", "08:00"]], [["08:00", "12:00"], ["11:00", "15:00"]], [["8点", "12:00"]]],
)
def test_nonsense_hours_are_refused(shifts: list[list[str]]) -> None:
    with pytest.raises(ValueError, match=r"shift|Invalid"):
        parse_week({"mon": shifts})


def test_a_week_has_seven_days_with_their_names() -> None:
    assert parse_week({"tue": MORNING})[1] == ((time(9), time(12)),)
    with pytest.raises(ValueError, match="montag"):
        parse_week({"montag": MORNING})
    with pytest.raises(ValueError, match="seven"):
        StoreCalendar(WEEK[:6])


def test_clocks_that_change_between_shifts_cost_no_working_time() -> None:
    night = StoreCalendar(parse_week({"sun": [["01:00", "04:00"]]}), timezone="America/New_York")
    opens, shuts = night.hours(date(2026, 3, 8))[0]
    assert night.working_time_between(opens, shuts) == timedelta(hours=2)
    gap = StoreCalendar(parse_week({"sun": [["02:30", "03:00"]]}), timezone="America/New_York")
    opens, shuts = gap.hours(date(2026, 3, 8))[0]
    assert gap.working_time_between(opens, shuts + timedelta(days=1)) == timedelta(0)


@given(days)
def test_every_day_of_every_year_has_a_kind_and_hours(day: date) -> None:
    assert STORE.kind(day) in DayKind
    assert STORE.known(day) == (day <= known_until())
    assert all(opens < shuts for opens, shuts in STORE.hours(day))


@given(calendars, moments, amounts)
def test_adding_then_measuring_gives_back_what_was_added(
    calendar: StoreCalendar, start: datetime, amount: timedelta
) -> None:
    end = calendar.add_working_time(start, amount)
    assert end >= start
    assert calendar.working_time_between(start, end) == amount


@given(calendars, moments, moments, amounts, amounts)
def test_later_or_longer_never_ends_earlier(
    calendar: StoreCalendar, a: datetime, b: datetime, x: timedelta, y: timedelta
) -> None:
    (a, b), (x, y) = sorted([a, b]), sorted([x, y])
    assert calendar.add_working_time(a, x) <= calendar.add_working_time(b, y)
    assert timedelta(0) <= calendar.working_time_between(a, b) <= b - a


@given(calendars, moments, st.fractions(0, 12, max_denominator=8), st.fractions(0, 3))
def test_working_days_one_after_the_other_are_their_sum(
    calendar: StoreCalendar, start: datetime, a: Fraction, b: Fraction
) -> None:
    stepwise = calendar.add_working_days(calendar.add_working_days(start, a), b)
    at_once = calendar.add_working_days(start, a + b)
    assert start <= at_once
    # One ends as the doors shut where the other ends as they open: no working time lies between.
    assert abs(calendar.working_time_between(stepwise, at_once)) <= timedelta(milliseconds=1)
