"""What must hold of the clocks of any complaint, under any calendar."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StaffError
from bot.rules.calendar import DayKind, DayRule, StoreCalendar
from bot.rules.cases.states import CUSTOMER_DEEDS, DEEDS, STAFF_DEEDS, after, refusal
from bot.rules.cases.words import CLOCK_STATES, CLOCKS
from bot.rules.sla import ASKS, USUAL, Clock, Happened, Terms, clocks, look_at, spans, steps

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
SHIFTS = ((), ((time(9), time(18)),), ((time(8, 30), time(12)), (time(13), time(17, 30))))
rules = st.builds(DayRule, st.sampled_from([None, *DayKind]), st.sampled_from([None, *SHIFTS]))
calendars = st.builds(
    StoreCalendar,
    st.tuples(*[st.sampled_from(SHIFTS)] * 7),
    st.dictionaries(st.dates(date(2026, 11, 10), date(2026, 12, 20)), rules, max_size=8),
)
lulls = st.timedeltas(timedelta(0), timedelta(days=4))
work = st.lists(st.tuples(st.sampled_from([*STAFF_DEEDS, *CUSTOMER_DEEDS]), lulls), max_size=25)


def history(deeds: list[tuple[str, timedelta]]) -> list[Happened]:
    """Deeds as far as they may be done, one after the other."""
    at, state, events = MONDAY, "open", [Happened("recorded", MONDAY)]
    for deed, lull in deeds:
        at += lull
        if not refusal(state, deed):
            state = after(state, deed)
            events.append(Happened(DEEDS[deed], at))
    return events


def tended(events: list[Happened], calendar: StoreCalendar, until: datetime) -> list[Happened]:
    """The history with what the clock job would have written, had it run only at `until`."""
    written = list(events)
    while True:
        due = steps(clocks(written, calendar, USUAL, until), written, until)
        if not due or due[0].at > until:
            return written
        step = due[0]
        written.append(Happened(step.deed, until, step.clock.key, step.level))


@given(work, calendars, lulls)
def test_every_clock_makes_sense(
    deeds: list[tuple[str, timedelta]], calendar: StoreCalendar, lull: timedelta
) -> None:
    events = history(deeds)
    now = events[-1].at + lull
    found = clocks(events, calendar, USUAL, now)
    for clock in found:
        assert clock.name in CLOCKS
        assert clock.state in CLOCK_STATES
        assert clock.starts_at <= clock.warn_at <= clock.due_at
        assert clock.ended == (clock.state in {"met", "late", "stopped"})
        assert (clock.state == "broken") == (not clock.ended and now > clock.due_at)
        assert list(clock.levels_at) == sorted(clock.levels_at)
    assert len({clock.key for clock in found}) == len(found)
    running = [clock.name for clock in found if not clock.ended]
    assert len(running) == len(set(running))
    if events[-1].kind == "withdrawn":
        assert not running


@given(work, calendars, lulls)
def test_figures_read_the_same_clocks(
    deeds: list[tuple[str, timedelta]], calendar: StoreCalendar, lull: timedelta
) -> None:
    events = history(deeds)
    now = events[-1].at + lull
    bare = [
        (one.name, one.starts_at, one.due_at, one.ended_at or one.stopped_at, one.state(now))
        for one in spans(events, calendar, USUAL)
    ]
    assert bare == [
        (
            *(one.name, one.starts_at, one.due_at, one.ended_at),
            one.state.replace("warned", "running"),
        )
        for one in clocks(events, calendar, USUAL, now)
    ]


@given(work, calendars, calendars)
def test_a_clock_keeps_its_name_whatever_the_calendar(
    deeds: list[tuple[str, timedelta]], one: StoreCalendar, other: StoreCalendar
) -> None:
    events = history(deeds)
    keys = [[c.key for c in clocks(events, by, USUAL, events[-1].at)] for by in (one, other)]
    assert sorted(keys[0]) == sorted(keys[1])


@given(work, calendars, lulls)
def test_the_job_comes_to_an_end_and_does_each_thing_once(
    deeds: list[tuple[str, timedelta]], calendar: StoreCalendar, lull: timedelta
) -> None:
    events = history(deeds)
    until = events[-1].at + lull
    written = tended(events, calendar, until)[len(events) :]
    assert len({(one.kind, one.about, one.level) for one in written}) == len(written)
    later = look_at(clocks(events + written, calendar, USUAL, until), events + written, until)
    assert later is None or later > until


@given(work, calendars, lulls, lulls)
def test_looking_early_is_never_too_late(
    deeds: list[tuple[str, timedelta]], calendar: StoreCalendar, first: timedelta, more: timedelta
) -> None:
    """What was worked out at one moment holds until something happens."""
    events = history(deeds)
    then, later = events[-1].at + first, events[-1].at + first + more
    kept = look_at(clocks(events, calendar, USUAL, then), events, then)
    true = look_at(clocks(events, calendar, USUAL, later), events, later)
    assert true is None or (kept is not None and kept <= true)


def named(found: tuple[Clock, ...], name: str) -> Clock:
    return next(clock for clock in found if clock.name == name)


def test_a_store_that_never_opens_has_ordinary_hours() -> None:
    shut = StoreCalendar(((),) * 7)
    found = clocks([Happened("recorded", MONDAY)], shut, USUAL, MONDAY)
    assert named(found, "reply").due_at == MONDAY + timedelta(hours=9)


def test_a_deadline_right_at_the_opening_is_warned_of_when_it_comes() -> None:
    """There is no open hour before it in which anybody could be told."""
    mondays = StoreCalendar((((time(9), time(10)),), *(((),) * 6)))
    closing = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    found = named(clocks([Happened("recorded", closing)], mondays, USUAL, closing), "receipt")
    assert found.due_at == found.warn_at == datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


def test_a_store_without_a_working_day_has_ordinary_hours_too() -> None:
    sundays = StoreCalendar((*(((),) * 6), ((time(9), time(10)),)))
    found = clocks([Happened("recorded", MONDAY)], sundays, USUAL, MONDAY)
    assert named(found, "reply").due_at == MONDAY + timedelta(hours=9)


def test_where_the_doors_open_no_more_everybody_above_hears_of_it_at_once() -> None:
    days = {date(2026, 11, day): DayRule(shifts=SHIFTS[1]) for day in (16, 17)}
    found = clocks([Happened("recorded", MONDAY)], StoreCalendar(((),) * 7, days), USUAL, MONDAY)
    reply = named(found, "reply")
    assert reply.due_at == MONDAY + timedelta(hours=9)
    assert reply.levels_at == (reply.due_at, reply.due_at + timedelta(hours=19, minutes=30))
    last = named(found, "progress")
    assert last.due_at == MONDAY + timedelta(days=1, hours=9)
    assert last.levels_at == (last.due_at, last.due_at)


def test_what_the_system_asks_is_not_escalated() -> None:
    calendar = StoreCalendar((SHIFTS[1],) * 7)
    kinds = ("recorded", "replied", "solved", "told")
    events = [Happened(kind, MONDAY + timedelta(hours=n)) for n, kind in enumerate(kinds)]
    late = MONDAY + timedelta(days=30)
    todo = steps(clocks(events, calendar, USUAL, late), events, late)
    assert {step.deed for step in todo if step.clock.name in ASKS} == {"checked", "checked_again"}


@pytest.mark.parametrize("said", ["1/2", 0.5, Fraction(1, 2), " 0.5 "])
def test_terms_are_numbers_or_fractions(said: object) -> None:
    assert Terms.of({"reply_days": said}).reply_days == Fraction(1, 2)


@pytest.mark.parametrize("said", [0, -1, "", "half", "1/0", True, None, 10_001, [1]])
def test_terms_that_make_no_sense_are_refused(said: object) -> None:
    with pytest.raises(StaffError, match="reply_days"):
        Terms.of({"reply_days": said})


def test_there_are_no_other_terms() -> None:
    with pytest.raises(StaffError, match="reply_weeks"):
        Terms.of({"reply_weeks": 1})
