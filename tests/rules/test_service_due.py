"""First service: three months or 5,000 km. After that: six months or 7,500 km."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.service_due import CarFacts, add_months, next_service, spoken

TODAY = date(2026, 11, 18)


def test_a_car_that_was_never_here_is_told_its_first_service() -> None:
    due = next_service(CarFacts(date(2026, 8, 30), 4200), TODAY)
    assert (due.kind, due.service) == ("first", "first_service")
    assert (due.by_date, due.by_km, due.overdue) == (date(2026, 11, 30), 5000, False)
    assert due.reason == (
        "您的爱车8月30日交车，首保在交车后3个月或5,000公里（先到为准），"
        "目前约4,200公里，请在11月30日前到店。"
    )


@pytest.mark.parametrize(
    ("car", "why"),
    [
        (CarFacts(date(2026, 8, 17), 3000), "days"),
        (CarFacts(date(2026, 10, 30), 5001), "kilometres"),
        (CarFacts(None, 5200), "kilometres of a car nobody remembers delivering"),
    ],
)
def test_whichever_comes_first_makes_it_late(car: CarFacts, why: str) -> None:
    due = next_service(car, TODAY)
    assert due.kind == "first", why
    assert due.overdue
    assert due.reason.endswith("现在已经超过，建议尽快到店。")


def test_on_its_last_day_it_is_not_late() -> None:
    assert not next_service(CarFacts(date(2026, 8, 18), 5000), TODAY).overdue


def test_after_a_visit_the_interval_counts_from_it() -> None:
    car = CarFacts(date(2025, 12, 1), 9000, 1, date(2026, 6, 2), 4800)
    due = next_service(car, TODAY)
    assert (due.kind, due.by_date, due.by_km) == ("regular", date(2026, 12, 2), 12300)
    assert due.reason == (
        "您的爱车上次保养是6月2日（4,800公里），建议每6个月或7,500公里（先到为准）保养一次，"
        "目前约9,000公里，请在12月2日前到店。"
    )
    late = next_service(CarFacts(None, 12301, 1, date(2026, 6, 2), 4800), TODAY)
    assert late.overdue
    unread = next_service(CarFacts(None, None, 1, date(2025, 1, 2)), TODAY)
    assert (unread.by_km, unread.overdue) == (None, True)
    assert "2025年1月2日，" in unread.reason


def test_of_an_unknown_car_nothing_is_claimed() -> None:
    due = next_service(CarFacts(), TODAY)
    assert (due.kind, due.by_date, due.by_km, due.overdue, due.reason) == (
        *("regular", None, None, False),
        "",
    )


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 10, 1), 3, date(2027, 1, 1)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_the_year_is_said_where_it_is_another() -> None:
    assert spoken(date(2026, 8, 30), TODAY) == "8月30日"
    assert spoken(date(2025, 8, 30), TODAY) == "2025年8月30日"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 40))
def test_later_months_are_later_days(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
