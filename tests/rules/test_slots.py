"""Free times: never outside hours, never without a bay and somebody who can do the work."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import DayRule, StoreCalendar, parse_week
from bot.rules.slots import CELL, Need, Resource, candidates, cells, free_starts, has_free_start

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIFTS = [["08:30", "12:00"], ["13:00", "17:30"]]
STORE = StoreCalendar(parse_week(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), SHIFTS)))
FRIDAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

LIFT = Resource(1, "bay", frozenset({"lift"}))
WASH = Resource(2, "bay", frozenset({"lift", "wash", "align"}))
LI = Resource(3, "technician", frozenset({"maintain"}))
WANG = Resource(4, "technician", frozenset({"maintain", "battery", "repair"}))
WORKSHOP = [WANG, WASH, LI, LIFT]
FIRST_SERVICE = Need(60, "maintain", "lift")


def at(text: str, day: date = FRIDAY) -> datetime:
    """A time on the store's wall clock."""
    return datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=SHANGHAI)


def spoken(starts: list[datetime]) -> list[str]:
    return [f"{start:%H:%M}" for start in starts]


def booked(start: datetime, need: Need, *resources: Resource) -> set[tuple[int, datetime]]:
    return {(resource.id, cell) for resource in resources for cell in cells(start, need.minutes)}


def test_cells_are_the_quarters_a_service_touches() -> None:
    assert cells(at("09:00"), 45) == [at("09:00"), at("09:15"), at("09:30")]
    assert cells(at("09:10"), 10) == [at("09:00"), at("09:15")]
    assert cells(at("09:10"), 30) == [at("09:00"), at("09:15"), at("09:30")]
    assert cells(at("09:00"), 1) == [at("09:00")]
    assert cells(at("09:00"), 15)[0].tzinfo is UTC


def test_the_day_of_an_empty_workshop() -> None:
    starts = free_starts(STORE, FRIDAY, WORKSHOP, FIRST_SERVICE, set(), NOW)
    assert spoken(starts)[:7] == ["08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "13:00"]
    assert spoken(starts)[-1] == "16:30"
    assert starts[0].tzinfo == SHANGHAI


def test_no_car_waits_on_the_lift_over_lunch() -> None:
    long = free_starts(STORE, FRIDAY, WORKSHOP, Need(240, "maintain"), set(), NOW)
    assert spoken(long) == ["13:00", "13:30"]
    assert free_starts(STORE, FRIDAY, WORKSHOP, Need(300, "maintain"), set(), NOW) == []


@pytest.mark.parametrize("need", [Need(30, "paint"), Need(30, "maintain", "oven")])
def test_nothing_is_free_where_nobody_can_do_it(need: Need) -> None:
    assert free_starts(STORE, FRIDAY, WORKSHOP, need, set(), NOW) == []


def test_nothing_is_free_without_a_bay_or_without_hands() -> None:
    for kind in ("bay", "technician"):
        half = [resource for resource in WORKSHOP if resource.kind == kind]
        assert free_starts(STORE, FRIDAY, half, FIRST_SERVICE, set(), NOW) == []


def test_the_least_versatile_are_given_away_first() -> None:
    pairs = list(candidates(WORKSHOP, FIRST_SERVICE, set(), at("09:00")))
    assert pairs == [(LIFT, LI), (LIFT, WANG), (WASH, LI), (WASH, WANG)]
    battery = list(candidates(WORKSHOP, Need(60, "battery"), set(), at("09:00")))
    assert battery == [(LIFT, WANG), (WASH, WANG)]


def test_a_booking_takes_its_bay_and_technician_and_no_more() -> None:
    taken = booked(at("09:00"), FIRST_SERVICE, LIFT, LI)
    assert list(candidates(WORKSHOP, FIRST_SERVICE, taken, at("09:30"))) == [(WASH, WANG)]
    assert len(list(candidates(WORKSHOP, FIRST_SERVICE, taken, at("10:00")))) == 4
    taken |= booked(at("09:30"), FIRST_SERVICE, WASH, WANG)
    starts = free_starts(STORE, FRIDAY, WORKSHOP, FIRST_SERVICE, taken, NOW)
    assert spoken(starts)[:3] == ["08:30", "10:00", "10:30"]


def test_today_begins_after_the_lead_and_the_past_is_over() -> None:
    now = at("09:40").astimezone(UTC)
    starts = free_starts(STORE, FRIDAY, WORKSHOP, FIRST_SERVICE, set(), now)
    assert spoken(starts)[:2] == ["11:00", "13:00"]
    assert free_starts(STORE, FRIDAY, WORKSHOP, FIRST_SERVICE, set(), at("16:00")) == []
    yesterday = FRIDAY - timedelta(days=1)
    assert free_starts(STORE, yesterday, WORKSHOP, FIRST_SERVICE, set(), now) == []


def test_as_far_as_the_horizon() -> None:
    today = STORE.local_day(NOW)
    last = today + timedelta(days=58)  # a Tuesday
    assert free_starts(STORE, last, WORKSHOP, FIRST_SERVICE, set(), NOW, horizon_days=58)
    assert not free_starts(STORE, last, WORKSHOP, FIRST_SERVICE, set(), NOW, horizon_days=57)


def test_closed_days_offer_nothing() -> None:
    told = StoreCalendar(STORE.week, {FRIDAY: DayRule(shifts=())})
    assert free_starts(told, FRIDAY, WORKSHOP, FIRST_SERVICE, set(), NOW) == []
    assert free_starts(STORE, date(2026, 11, 29), WORKSHOP, FIRST_SERVICE, set(), NOW) == []


def test_a_service_takes_time() -> None:
    with pytest.raises(ValueError, match="takes time"):
        Need(0, "maintain")


needs = st.builds(
    Need,
    st.sampled_from([15, 20, 30, 60, 90, 150]),
    st.sampled_from(["maintain", "battery"]),
    st.sampled_from(["", "lift", "wash"]),
)
days = st.dates(date(2026, 11, 20), date(2027, 2, 20))
nows = st.integers(0, 30 * 24 * 60).map(lambda n: NOW + timedelta(minutes=n))
busy = st.sets(st.tuples(st.sampled_from(range(1, 5)), st.integers(0, 9 * 4)), max_size=60)


def on(day: date, marks: set[tuple[int, int]]) -> set[tuple[int, datetime]]:
    opening = at("08:30", day).astimezone(UTC)
    return {(resource, opening + CELL * n) for resource, n in marks}


@given(days, nows, needs, busy)
def test_a_free_start_has_a_candidate_inside_hours_and_not_too_soon(
    day: date, now: datetime, need: Need, marks: set[tuple[int, int]]
) -> None:
    taken = on(day, marks)
    for start in free_starts(STORE, day, WORKSHOP, need, taken, now):
        bay, technician = next(candidates(WORKSHOP, need, taken, start))
        assert bay.kind == "bay"
        assert technician.kind == "technician"
        assert booked(start, need, bay, technician).isdisjoint(taken)
        end = start + timedelta(minutes=need.minutes)
        assert any(opens <= start and end <= shuts for opens, shuts in STORE.hours(day))
        assert start >= now + timedelta(minutes=60)


@given(days, nows, needs, busy)
def test_no_start_with_a_candidate_is_left_out(
    day: date, now: datetime, need: Need, marks: set[tuple[int, int]]
) -> None:
    taken = on(day, marks)
    free = set(free_starts(STORE, day, WORKSHOP, need, taken, now))
    for start in free_starts(STORE, day, WORKSHOP, need, set(), now):
        assert (start in free) == any(candidates(WORKSHOP, need, taken, start))
    assert has_free_start(STORE, day, WORKSHOP, need, taken, now) == bool(free)
    assert not has_free_start(STORE, day, WORKSHOP, need, taken, now, horizon_days=-1)


@given(nows, needs, busy, st.data())
def test_booking_the_only_bay_or_technician_takes_the_time_away(
    now: datetime, need: Need, marks: set[tuple[int, int]], data: st.DataObject
) -> None:
    alone = data.draw(st.sampled_from([[LIFT, LI, WANG], [LIFT, WASH, WANG], [WASH, WANG]]))
    day = STORE.local_day(now) + timedelta(days=1)
    taken = on(day, marks)
    starts = free_starts(STORE, day, alone, need, taken, now)
    if not starts:
        return
    start = data.draw(st.sampled_from(starts))
    taken |= booked(start, need, *next(candidates(alone, need, taken, start)))
    left = free_starts(STORE, day, alone, need, taken, now)
    assert start not in left
    assert set(left) < set(starts)


@given(needs, busy, busy)
def test_a_fuller_workshop_never_has_more_room(
    need: Need, marks: set[tuple[int, int]], more: set[tuple[int, int]]
) -> None:
    free = free_starts(STORE, FRIDAY, WORKSHOP, need, on(FRIDAY, marks), NOW)
    fuller = free_starts(STORE, FRIDAY, WORKSHOP, need, on(FRIDAY, marks | more), NOW)
    assert set(fuller) <= set(free)
