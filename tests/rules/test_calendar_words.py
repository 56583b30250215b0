"""Special days as staff write them, and as they are shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import DayKind
from bot.rules.calendar_words import (
    KIND_NAMES,
    SpecialDay,
    read_day,
    read_hours,
    read_kind,
    read_row,
    special,
)

SHIFTS = (("08:30", "12:00"), ("13:00", "17:30"))


@pytest.mark.parametrize("said", ["2027-02-06", "2027/2/6", "2027年2月6日", " 2027.02.06 "])
def test_days(said: str) -> None:
    assert read_day(said) == date(2027, 2, 6)


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("", None),
        ("停业", ()),
        ("Closed", ()),
        ("08:30-12:00 13:00-17:30", SHIFTS),
        ("8:30~12:00，13:00至17:30", SHIFTS),
        ("8：30-12：00；13：00-17：30", SHIFTS),
    ],
)
def test_hours(said: str, hours: tuple[tuple[str, str], ...] | None) -> None:
    assert read_hours(said) == hours


@pytest.mark.parametrize("wrong", ["9点", "09:00", "25:00-26:00", "12:00-09:00", "09:00-12:00 x"])
def test_hours_that_are_none(wrong: str) -> None:
    with pytest.raises(ValueError, match="营业时间"):
        read_hours(wrong)


@given(st.sampled_from(list(KIND_NAMES)), st.sampled_from([None, (), SHIFTS]))
def test_what_is_shown_is_read_again(kind: DayKind, hours: tuple[tuple[str, str], ...]) -> None:
    day = SpecialDay(date(2027, 2, 6), kind, hours)
    assert special(f"{day.day}", day.kind_name, day.hours_said) == day
    assert read_kind(kind.value) is kind
    assert SpecialDay.of(day.day, kind.value, hours, "", "") == day


def test_a_row_is_known_by_its_headers() -> None:
    row = {"日期": "2027-02-06", "类型": "休", "名称": "春节", "备注": "随便", "门店": " main "}
    assert read_row(row) == SpecialDay(date(2027, 2, 6), DayKind.HOLIDAY, None, "春节", "main")
    assert read_row({"Date": "2027-02-20", "Hours": "停业"}).kind_name == ""
    with pytest.raises(ValueError, match="请给出"):
        read_row({"日期": "2027-02-06", "类型": ""})
    with pytest.raises(ValueError, match="日期"):
        read_row({"类型": "放假"})
