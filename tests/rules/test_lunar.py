"""The lunar calendar: held day by day against a second library, and what it does where days lack."""

from datetime import date, timedelta

import pytest
from borax.calendars.lunardate import LCalendars, LunarDate
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.lunar import (
    LunarDay,
    lunar_days_between,
    lunar_of,
    new_year,
    parse_lunar,
    pure_brightness,
    solar_of,
)

# Beyond 2088 the two libraries differ by a day in two months: a new moon within minutes of midnight.
days = st.dates(date(1901, 2, 19), date(2088, 12, 31))
written = st.builds(
    "{}{:02d}-{:02d}".format, st.sampled_from(["", "L"]), st.integers(1, 12), st.integers(1, 30)
)
years = st.integers(1902, 2088)


@given(days)
def test_a_second_library_says_the_same(day: date) -> None:
    said = LunarDate.from_solar(day)
    assert lunar_of(day) == LunarDay(said.year, said.month, said.day, bool(said.leap))


@given(days)
def test_there_and_back(day: date) -> None:
    lunar = lunar_of(day)
    assert solar_of(lunar.year, lunar.written) == day


@given(years, written)
def test_every_lunar_day_falls_once_in_every_lunar_year(year: int, day: str) -> None:
    on = solar_of(year, day)
    fell = lunar_of(on)
    leap, month, number = parse_lunar(day)
    assert (fell.year, fell.month) == (year, month)
    assert fell.day == number or (number, fell.day) == (30, 29)
    assert new_year(year) <= on < new_year(year + 1)
    if fell.leap != leap:  # only where the year has no such leap month
        assert leap
        assert LCalendars.leap_month(year) != month


@pytest.mark.parametrize(
    ("year", "day", "on"),
    [
        (2026, "01-01", date(2026, 2, 17)),
        (2026, "08-15", date(2026, 9, 25)),
        (2026, "12-30", date(2027, 2, 5)),  # the year ends on the 29th
        (2025, "06-10", date(2025, 7, 4)),
        (2025, "L06-10", date(2025, 8, 3)),  # a leap sixth month
        (2026, "L06-10", date(2026, 7, 23)),  # has none: the ordinary one
        (1978, "08-01", date(1978, 9, 3)),  # wrong by a day in well-known tables
    ],
)
def test_what_a_year_lacks_falls_on_the_nearest_it_has(year: int, day: str, on: date) -> None:
    assert solar_of(year, day) == on


@given(written, st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(0, 800))
def test_the_days_of_a_window_are_those_that_fall_into_it(day: str, start: date, more: int) -> None:
    end = start + timedelta(days=more)
    found = lunar_days_between(day, start, end)
    expected = {solar_of(year, day) for year in range(start.year - 2, end.year + 2)}
    assert found == sorted(on for on in expected if start <= on <= end)


def test_a_solar_year_may_have_a_lunar_day_twice_or_not_at_all() -> None:
    def in_year(year: int) -> list[date]:
        return lunar_days_between("12-01", date(year, 1, 1), date(year, 12, 31))

    counts = {len(in_year(year)) for year in range(2000, 2040)}
    assert counts == {0, 1, 2}


@pytest.mark.parametrize("wrong", ["", "13-01", "8-15", "08-31", "l08-15", "08-00", "L8", "00-10"])
def test_what_is_no_lunar_day(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a lunar day"):
        parse_lunar(wrong)


def test_the_edges_of_the_tables() -> None:
    assert lunar_of(date(1900, 1, 31)) == LunarDay(1900, 1, 1)
    assert lunar_of(date(2100, 1, 1)).year == 2099
    for outside in (date(1900, 1, 30), date(2100, 3, 1), date(2101, 1, 1)):
        with pytest.raises(ValueError, match="no lunar calendar"):
            lunar_of(outside)


def test_pure_brightness() -> None:
    assert [pure_brightness(year).day for year in range(2024, 2029)] == [4, 4, 5, 5, 4]
