"""A plan follows its facts: what is not owed any more, what never comes twice, what always holds."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.touch.facts import Booked, Facts, Identity, Owed, Visit
from bot.rules.touch.kinds import KINDS, Override, Rule, rules_for
from bot.rules.touchplan import grid, owed, service_on, still_owed
from tests.rules.touch_people import (
    CAME,
    NEW,
    REGULAR,
    RULES,
    WANG,
    at,
    books,
    histories,
    only,
    plan,
    windows,
    with_car,
)

Book = dict[str, Rule]
DAY = timedelta(days=1)


def why(touch: Owed, facts: Facts, when: str, rules: Book = RULES) -> str:
    return still_owed(touch.identity, touch.until, facts, rules, at(when))


def test_why_a_service_reminder_is_not_owed_any_more() -> None:
    touch = only(NEW, "first_service")
    assert why(touch, NEW, "2026-06-03T16:00") == ""
    booked = with_car(NEW, bookings=(Booked(9, at("2026-06-08T09:00")),))
    assert why(touch, booked, "2026-06-03T16:00") == "客户已预约6月8日到店"
    came = with_car(NEW, visits=(Visit(40, at("2026-06-01T11:00"), 4_000),))
    assert why(touch, came, "2026-06-03T16:00") == "客户已在6月1日到店"
    assert why(touch, with_car(NEW, sold=True), "2026-06-03T16:00") == "车辆已转让"
    assert why(touch, NEW, "2026-08-03T00:00") == "已经过期，现在联系没有意义了"
    off = rules_for([Override("first_service", active=False)])
    assert why(touch, NEW, "2026-06-03T16:00", off) == "“首保提醒”已停用"
    moved = rules_for([Override("first_service", offset_days=-14)])
    assert why(touch, NEW, "2026-06-03T16:00", moved) == "资料已变更，这一天不用再联系"


def test_why_others_are_not() -> None:
    birthday = plan(NEW, "2026-09-25", "2026-09-25", kind="birthday")[0]
    other = replace(NEW, person=replace(WANG, birthday=date(1990, 9, 26)))
    assert "资料已变更" in why(birthday, other, "2026-09-25T11:00")
    assert why(birthday, with_car(NEW, sold=True), "2026-09-25T11:00") == ""
    gone = Identity("telegram", "c7", date(2026, 9, 25))
    assert still_owed(gone, None, NEW, RULES, at("2026-09-25T11:00")) == "“telegram”已停用"
    insured = with_car(NEW, insurance_until=date(2027, 3, 9))
    touch = plan(insured, "2027-02-07", "2027-02-07", kind="insurance")[0]
    renewed = with_car(NEW, insurance_until=date(2028, 3, 9))
    assert "资料已变更" in why(touch, renewed, "2027-02-08T16:00")


def test_a_date_that_moves_a_little_brings_no_second_reminder() -> None:
    sent = only(REGULAR, "regular_service").identity
    told = replace(REGULAR, made=frozenset({sent}))
    assert only(told, "regular_service").identity == sent
    faster = with_car(told, mileage=9_000, mileage_on=date(2026, 8, 1))
    assert service_on(faster, RULES) != service_on(told, RULES)
    assert not plan(faster, "2026-01-01", "2028-12-31", kind="regular_service")
    came = with_car(faster, visits=(CAME, Visit(34, at("2026-12-01T10:00"), 12_000)))
    assert only(came, "regular_service").subject == "r34"


def test_the_two_before_an_expiry_are_two() -> None:
    insured = with_car(NEW, insurance_until=date(2027, 3, 9))
    first, second = plan(insured, "2027-01-01", "2027-12-31", kind="insurance")
    told = replace(insured, made=frozenset({first.identity}))
    assert plan(told, "2027-01-01", "2027-12-31", kind="insurance") == [first, second]
    corrected = with_car(told, insurance_until=date(2027, 3, 10))
    left = plan(corrected, "2027-01-01", "2027-12-31", kind="insurance")
    assert [touch.due_on for touch in left] == [date(2027, 3, 3)]


def test_the_card_shows_kinds_down_and_months_across() -> None:
    touches = [touch.identity for touch in plan(NEW, "2026-03-01", "2027-02-28")]
    thanks = Identity("delivery_thanks", "v12", date(2026, 3, 10))
    rows = {row.code: row for row in grid(touches, {thanks: date(2026, 3, 11)}, date(2026, 3, 1))}
    assert list(rows) == list(KINDS)
    assert {len(row.months) for row in rows.values()} == {12}
    ((cell,), *rest) = rows["delivery_thanks"].months
    assert (cell.due_on, cell.done_on) == (date(2026, 3, 10), date(2026, 3, 11))
    assert not any(rest)
    assert [len(month) for month in rows["festival"].months] == [1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 2]
    assert rows["month_3"].name == "3个月回访"
    assert rows["month_3"].months[3][0].done_on is None


@given(histories, books, windows)
def test_the_whole_is_the_sum_of_its_parts(facts: Facts, rules: Book, days: list[date]) -> None:
    parts = [
        touch for begin, end in pairwise(days) for touch in owed(facts, rules, begin, end - DAY)
    ]
    whole = owed(facts, rules, days[0], days[-1] - DAY)
    assert sorted(parts, key=lambda one: (one.due_at, one.identity)) == whole


@given(histories, books)
def test_nothing_is_owed_twice(facts: Facts, rules: Book) -> None:
    touches = owed(facts, rules, date(2025, 12, 1), date(2028, 6, 1))
    assert len({touch.identity for touch in touches}) == len(touches)
    assert all(len(touch.subject) <= 48 for touch in touches)


@given(histories, books, windows)
def test_what_is_owed_is_still_owed_until_it_is_too_late(
    facts: Facts, rules: Book, days: list[date]
) -> None:
    for touch in owed(facts, rules, days[0], days[-1]):
        assert days[0] <= touch.due_on <= days[-1]
        moment = touch.until - timedelta(microseconds=1)
        assert still_owed(touch.identity, touch.until, facts, rules, moment) == ""
        assert "过期" in still_owed(touch.identity, touch.until, facts, rules, touch.until)


@given(histories, books, st.data())
def test_what_was_made_is_not_made_again(facts: Facts, rules: Book, data: st.DataObject) -> None:
    window = date(2025, 12, 1), date(2028, 6, 1)
    touches = owed(facts, rules, *window)
    if not touches:
        return
    sent = data.draw(st.sampled_from(touches)).identity
    again = owed(replace(facts, made=frozenset({sent})), rules, *window)
    near = [one for one in again if (one.kind, one.subject) == (sent.kind, sent.subject)]
    apart = KINDS[sent.kind].apart_days
    assert all(
        one.identity == sent or abs((one.due_on - sent.due_on).days) >= apart for one in near
    )
    assert {one.identity for one in again} <= {one.identity for one in touches}


@given(histories)
def test_the_services_are_never_both_due(facts: Facts) -> None:
    touches = owed(facts, RULES, date(2020, 1, 1), date(2040, 1, 1))
    services = {one.kind for one in touches} & {"first_service", "regular_service"}
    assert len(services) <= 1
    if services:
        assert facts.car is not None
        assert not facts.car.bookings
        assert (services == {"regular_service"}) == bool(facts.car.visits)


@pytest.mark.parametrize("kind", [code for code, kind in KINDS.items() if kind.catch_up_days >= 14])
def test_what_helps_late_is_made_up_for_two_weeks_at_least(kind: str) -> None:
    assert kind not in {"birthday", "festival", "delivery_thanks", "after_visit", "incident"}


@given(histories, books)
def test_nothing_that_is_past_its_time_is_worth_making_up_for(facts: Facts, rules: Book) -> None:
    for touch in owed(facts, rules, date(2026, 1, 1), date(2027, 12, 31)):
        longest = timedelta(days=rules[touch.kind].catch_up_days + 2)
        day = touch.due_on + longest
        assert touch.until < at(f"{day}T00:00")
