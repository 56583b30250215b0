"""Working days and opening hours, with 调休, festivals and years nobody has announced yet."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaffError
from bot.rules.calendar import (
    SPRING_FESTIVALS,
    DayKind,
    DayRule,
    StoreCalendar,
    known_until,
    parse_shifts,
    parse_week,
    statutory,
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


def test_the_table_of_spring_festivals_agrees_with_every_notice() -> None:
    for first in SPRING_FESTIVALS:
        assert statutory(first) in {DayKind.HOLIDAY, None}, first


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
