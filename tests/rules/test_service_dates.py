"""When a car reaches its service: by how fast it runs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.service_dates import Reading, pace, reached_on

NEW = Reading(date(2026, 1, 1), 0)
SPRING = Reading(date(2026, 4, 1), 5_000)
AUTUMN = Reading(date(2026, 10, 8), 14_500)  # 190 days, 50 km a day


def test_the_pace_is_that_of_the_last_two_visits() -> None:
    assert pace([AUTUMN, SPRING], [NEW]) == 50
    assert pace([SPRING], [NEW]) == pytest.approx(55.6, abs=0.1)
    assert pace([], [NEW, Reading(date(2026, 2, 10), 1_200)]) == 30


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [SPRING],
        [SPRING, Reading(date(2026, 4, 10), 5_900)],  # too near
        [SPRING, Reading(date(2026, 6, 1), 4_000)],  # fell
        [SPRING, Reading(date(2026, 6, 1), 5_000)],  # stood still
        [SPRING, Reading(date(2026, 5, 1), 145_000)],  # a slip of the keys
    ],
)
def test_readings_that_tell_no_pace(readings: list[Reading]) -> None:
    assert pace(readings, []) is None


def test_two_visits_that_tell_nothing_leave_the_whole_history() -> None:
    again = Reading(date(2026, 4, 4), 5_100)
    assert pace([SPRING, again], [NEW]) == pytest.approx(5_100 / 93)


def test_the_day_it_is_reached() -> None:
    assert reached_on(22_000, [SPRING, AUTUMN], []) == date(2027, 3, 7)  # 7,500 km at 50 a day
    assert reached_on(5_000, [], [NEW]) is None
    assert reached_on(5_000, [], []) is None


def test_a_car_of_unknown_pace_is_due_when_it_is_near() -> None:
    seen = date(2026, 3, 1)
    assert reached_on(5_000, [], [Reading(seen, 4_500)]) == seen
    assert reached_on(5_000, [], [Reading(seen, 4_499)]) is None


def test_what_is_known_late_is_due_when_it_is_known() -> None:
    told = Reading(date(2026, 9, 1), 14_000)
    assert reached_on(5_000, [], [NEW, told]) == told.on


readings = st.builds(Reading, st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.integers(0, 300_000))


@given(st.lists(readings, max_size=4), st.lists(readings, max_size=3), st.integers(0, 10_000_000))
def test_it_is_never_before_the_last_reading_and_never_fails(
    visits: list[Reading], others: list[Reading], km: int
) -> None:
    on = reached_on(km, visits, others)
    assert on is None or on >= max([*visits, *others]).on
    further = reached_on(km + 1_000, visits, others)
    assert on is None or further is None or further - on >= timedelta(0)
