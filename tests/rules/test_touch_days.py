"""Looking back from the days that are planned finds every anchor, and nothing that is not due."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.festivals import day_of_year
from bot.rules.lunar import lunar_days_between
from bot.rules.service_due import add_months
from bot.rules.touch.days import Span, anchored, birthday_keys, joined
from bot.rules.touch.kinds import KINDS, Override, resolve

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(st.integers(0, 24), st.integers(-60, 60), DAYS, st.integers(0, 5), DAYS)
def test_an_anchor_is_found_if_and_only_if_it_is_due(
    months: int, days: int, first: date, length: int, anchor: date
) -> None:

    rule = resolve(KINDS["month_3"], [Override("month_3", offset_days=days, months=months)], "", "")
    span = Span(first, first + timedelta(days=length))
    due = add_months(anchor, months) + timedelta(days=days)
    found = any(one.first <= anchor <= one.last for one in anchored(rule, span))
    assert found == (span.first <= due <= span.last)


@given(DAYS)
def test_the_last_days_of_months_are_found_from_short_ones(anchor: date) -> None:
    rule = resolve(KINDS["month_3"], [], "", "")
    due = add_months(anchor, 3)
    [one] = anchored(rule, Span(due, due))
    assert one.first <= anchor <= one.last


@given(DAYS, DAYS)
def test_a_birthday_is_looked_for_on_its_day(born: date, day: date) -> None:
    solar, _ = birthday_keys(Span(day, day))
    assert (f"{born:%m-%d}" in solar) == (day_of_year(day.year, f"{born:%m-%d}") == day)


@given(st.integers(1, 12), st.integers(1, 30), st.booleans(), DAYS)
def test_a_lunar_birthday_is_looked_for_on_its_day(
    month: int, day: int, leap: bool, today: date
) -> None:
    written = f"{'L' if leap else ''}{month:02d}-{day:02d}"
    _, lunar = birthday_keys(Span(today, today))
    assert (written in lunar) == bool(lunar_days_between(written, today, today))


def test_ranges_that_touch_are_one() -> None:
    a, b, c = (date(2026, 1, day) for day in (1, 5, 6))
    assert joined([Span(c, c), Span(a, b), Span(c, a)]) == [Span(a, c)]
    assert joined([Span(a, a), Span(c, c)]) == [Span(a, a), Span(c, c)]


def test_what_comes_hours_after_a_moment_may_be_of_the_day_before() -> None:
    day = date(2026, 11, 18)
    rule = resolve(KINDS["incident"], [], "", "")
    assert anchored(rule, Span(day, day)) == [Span(day - timedelta(days=1), day)]
