"""Hours, preferences and caps of keeping contact: the table as the trade has it, and what always holds."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaffError
from bot.rules.calendar import MAKE_UP_DAYS, WEEKDAYS, StoreCalendar, parse_week, statutory
from bot.rules.etiquette import (
    USUAL,
    Care,
    Slot,
    Spans,
    common,
    own_hours,
    when,
    within_hours,
    without,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = parse_week({day: [["08:30", "17:30"]] for day in WEEKDAYS})
CALENDAR = StoreCalendar(WEEK)
WEDNESDAY, SATURDAY, MAKE_UP, HOLIDAY = "2026-11-18", "2026-11-21", "2026-02-14", "2026-10-01"


def at(said: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=zone)


def asked(wish: str, **known: Any) -> str:
    """When a greeting wished for at `wish` goes, on the store's wall."""
    purpose, hours = known.pop("purpose", "care"), known.pop("hours", "")
    if until := known.pop("until", None):
        known["until"] = at(until)
    now = at(known.pop("now", "2026-01-01 09:00"))
    slot = when(purpose, at(wish), known.pop("care", USUAL), CALENDAR, hours, now, **known)
    assert slot.at.tzinfo is UTC
    assert slot.why
    return f"{slot.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("wish", "goes"),
    [
        (f"{WEDNESDAY} 07:00", f"{WEDNESDAY} 16:00"),
        (f"{WEDNESDAY} 10:00", f"{WEDNESDAY} 16:00"),  # 9–11 is avoided
        (f"{WEDNESDAY} 12:30", f"{WEDNESDAY} 16:00"),
        (f"{WEDNESDAY} 16:00", f"{WEDNESDAY} 16:00"),
        (f"{WEDNESDAY} 17:59", f"{WEDNESDAY} 17:59"),
        (f"{WEDNESDAY} 18:00", "2026-11-19 16:00"),  # 18–20 is avoided
        (f"{WEDNESDAY} 21:00", "2026-11-19 16:00"),
        (f"{SATURDAY} 09:30", f"{SATURDAY} 14:00"),
        (f"{SATURDAY} 15:00", f"{SATURDAY} 15:00"),
        (f"{SATURDAY} 18:30", f"{SATURDAY} 18:30"),  # nothing is avoided on a weekend
        (f"{SATURDAY} 20:00", "2026-11-22 14:00"),
        (f"{MAKE_UP} 10:00", f"{MAKE_UP} 16:00"),  # a Saturday that is worked
        (f"{HOLIDAY} 10:00", f"{HOLIDAY} 14:00"),  # a Thursday that is not
    ],
)
def test_the_hours_of_the_trade(wish: str, goes: str) -> None:
    assert asked(wish) == goes


def test_the_days_of_the_table_are_what_they_are_said_to_be() -> None:
    assert date.fromisoformat(MAKE_UP) in MAKE_UP_DAYS
    assert date.fromisoformat(MAKE_UP).weekday() == 5
    assert statutory(date.fromisoformat(HOLIDAY)) == "holiday"


def test_the_customers_own_hours_win_inside_the_hard_bounds() -> None:
    assert asked(f"{WEDNESDAY} 10:00", hours="18:00-20:00") == f"{WEDNESDAY} 18:00"
    assert asked(f"{WEDNESDAY} 10:00", hours="09:30-10:30") == f"{WEDNESDAY} 10:00"
    assert asked(f"{WEDNESDAY} 10:30", hours="09:30-10:30") == "2026-11-19 09:30"
    assert asked(f"{WEDNESDAY} 10:00", hours="19:00-23:00") == f"{WEDNESDAY} 19:00"
    assert asked(f"{WEDNESDAY} 19:59", hours="19:00-23:00") == f"{WEDNESDAY} 19:59"
    assert asked(f"{WEDNESDAY} 20:00", hours="19:00-09:30") == "2026-11-19 09:00"
    # Hours that lie outside the bounds altogether are none.
    assert asked(f"{WEDNESDAY} 10:00", hours="21:00-23:00") == f"{WEDNESDAY} 16:00"


def test_what_was_asked_for_goes_at_once_inside_the_hard_bounds() -> None:
    for known in ({"purpose": "service"}, {"named": True}):
        assert asked(f"{WEDNESDAY} 10:05", hours="18:00-20:00", **known) == f"{WEDNESDAY} 10:05"
        assert asked(f"{WEDNESDAY} 21:00", **known) == "2026-11-19 09:00"
        assert asked(f"{WEDNESDAY} 06:00", **known) == f"{WEDNESDAY} 09:00"


def test_a_less_welcome_hour_is_better_than_a_day_too_late() -> None:
    assert asked(f"{WEDNESDAY} 12:00", until=f"{WEDNESDAY} 15:00") == f"{WEDNESDAY} 12:00"
    assert asked(f"{WEDNESDAY} 18:30", until=f"{WEDNESDAY} 23:59") == f"{WEDNESDAY} 18:30"
    assert asked(f"{WEDNESDAY} 09:10", until=f"{WEDNESDAY} 10:00") == f"{WEDNESDAY} 09:10"
    assert asked(f"{WEDNESDAY} 10:00", hours="18:00-20:00", until=f"{WEDNESDAY} 17:00") == (
        f"{WEDNESDAY} 16:00"
    )
    # Nothing lawful is left: the next moment, which the caller finds too late.
    assert asked(f"{WEDNESDAY} 20:30", until=f"{WEDNESDAY} 23:00") == "2026-11-19 16:00"


def test_nothing_goes_before_now() -> None:
    assert asked(f"{WEDNESDAY} 16:00", now=f"{WEDNESDAY} 17:00") == f"{WEDNESDAY} 17:00"


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("", ()),
        ("晚上", ()),
        ("18:00", ()),
        ("18:00-18:00", ()),
        ("18:00-20:00", ((time(18), time(20)),)),
        (" 18:00 - 20:00", ((time(18), time(20)),)),
        ("22:00-07:30", ((time(0), time(7, 30)), (time(22), time.max))),
    ],
)
def test_own_hours_are_read(said: str, hours: object) -> None:
    assert own_hours(said) == hours


TIMES = st.times().map(lambda t: t.replace(microsecond=0))
SPANS = st.lists(
    st.tuples(TIMES, TIMES).map(sorted).map(tuple).filter(lambda s: s[0] < s[1]), max_size=3
).map(tuple)


def care_of(bounds: tuple[int, int], avoid: Spans, workdays: Spans, weekends: Spans) -> Care:
    """`bounds` in minutes of the day."""
    first, last = (time(minutes // 60, minutes % 60) for minutes in bounds)
    return Care(first, last, avoid, workdays, weekends)


CARES = st.builds(
    care_of,
    st.tuples(st.integers(9 * 60, 14 * 60), st.integers(14 * 60 + 1, 20 * 60)),
    SPANS,
    SPANS,
    SPANS,
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1)).map(  # noqa: DTZ001 - the zone is set next
    lambda moment: moment.replace(tzinfo=UTC)
)
HOURS = st.one_of(
    st.sampled_from(["", "18:00-20:00", "09:30-10:30", "21:00-23:00", "22:00-09:30"]),
    st.tuples(TIMES, TIMES).map(lambda pair: f"{pair[0]:%H:%M}-{pair[1]:%H:%M}"),
)
ZONES = st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "America/New_York"])
DELAYS = st.one_of(st.none(), st.integers(0, 200).map(lambda hours: timedelta(hours=hours)))


@given(
    purpose=st.sampled_from(["service", "care", "follow_up", "marketing"]),
    wish=MOMENTS, now=MOMENTS, care=st.one_of(st.just(USUAL), CARES), hours=HOURS, zone=ZONES,
    delay=DELAYS, named=st.booleans(),
)  # fmt: skip
def test_a_slot_is_lawful_never_past_and_stays_where_it_is(
    *, purpose: str, wish: datetime, now: datetime, care: Care, hours: str, zone: str,
    delay: timedelta | None, named: bool,
) -> None:  # fmt: skip
    calendar = StoreCalendar(WEEK, timezone=zone)
    start = max(wish, now)
    until = start + delay if delay is not None else None

    def slot(wish: datetime, now: datetime) -> Slot:
        return when(purpose, wish, care, calendar, hours, now, until=until, named=named)

    found = slot(wish, now)
    local = found.at.astimezone(calendar.zone).time()
    assert time(9) <= care.not_before <= local < care.not_after <= time(20)
    assert within_hours(found.at, care, calendar.zone)
    assert found.at >= start
    assert slot(found.at, found.at).at == found.at
    assert slot(wish, found.at).at == found.at
    earliest = when("service", wish, care, calendar, "", now).at
    assert found.at == earliest if purpose == "service" or named else found.at >= earliest
    if until is not None and earliest <= until:
        assert found.at <= until


@given(wish=MOMENTS, hours=HOURS, zone=ZONES, care=st.one_of(st.just(USUAL), CARES))
def test_without_hurry_it_is_the_customers_hour_or_one_that_is_not_avoided(
    wish: datetime, hours: str, zone: str, care: Care
) -> None:
    calendar = StoreCalendar(WEEK, timezone=zone)
    found = when("care", wish, care, calendar, hours, wish).at.astimezone(calendar.zone)
    lawful = ((care.not_before, care.not_after),)
    own = common(own_hours(hours), lawful)
    if own:
        assert any(begin <= found.time() < end for begin, end in own)
    elif calendar.kind(found.date()) in ("workday", "make_up") and without(
        lawful, care.avoid_workdays
    ):
        assert not any(begin <= found.time() < end for begin, end in care.avoid_workdays) or any(
            begin <= found.time() < end for begin, end in care.prefer_workdays
        )


@given(wish=MOMENTS, now=MOMENTS)
def test_what_was_asked_for_waits_only_for_the_morning(wish: datetime, now: datetime) -> None:
    start = max(wish, now)
    found = when("service", wish, USUAL, CALENDAR, "", now).at
    if within_hours(start, USUAL, SHANGHAI):
        assert found == start
    else:
        assert found.astimezone(SHANGHAI).time() == time(9)
        assert found - start <= timedelta(hours=13)


@given(spans=SPANS, avoided=SPANS, probe=TIMES)
def test_spans_are_cut_and_kept(spans: Any, avoided: Any, probe: time) -> None:
    def inside(any_of: Any) -> bool:
        return any(begin <= probe < end for begin, end in any_of)

    assert inside(common(spans, avoided)) == (inside(spans) and inside(avoided))
    assert inside(without(spans, avoided)) == (inside(spans) and not inside(avoided))


def test_a_store_changes_what_it_may() -> None:
    care = Care.of(
        {
            "not_before": "10:00", "not_after": "19:00", "avoid_workdays": [],
            "prefer_workdays": [["12:00", "13:00"]], "customer_cap": 2, "high_tiers": ["金卡"],
            "festivals": ["06-18"], "marketing_cap": None,
        }
    )  # fmt: skip
    assert asked(f"{WEDNESDAY} 09:00", care=care) == f"{WEDNESDAY} 12:00"
    assert (care.customer_cap, care.marketing_cap) == (2, 2)
    assert care.high_value("金卡")
    assert not care.high_value("A")
    assert Care.of(None) == Care.of({}) == USUAL


@pytest.mark.parametrize(
    "said",
    [
        {"not_before": "08:00"},
        {"not_after": "21:00"},
        {"not_before": "12:00", "not_after": "11:00"},
        {"not_before": "九点"},
        {"not_before": 9},
        {"prefer_workdays": [["18:00", "16:00"]]},
        {"prefer_weekends": [["14:00"]]},
        {"avoid_workdays": "09:00-11:00"},
        {"customer_cap": "3"},
        {"customer_cap": True},
        {"marketing_days": -1},
        {"high_tiers": "VIP"},
        {"high_tiers": [1]},
    ],
)
def test_a_store_cannot_set_nonsense_nor_widen_the_bounds(said: dict[str, Any]) -> None:
    with pytest.raises(StaffError):
        Care.of(said)
