"""Kilometres as owners say them, and which of them can be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.mileage import Known, kilometres_in, read_kilometres, weigh
from tests.rules.zh_tables import phrases, rows

TODAY = date(2026, 11, 18)
LAST_WEEK = Known(4_200, date(2026, 11, 13), date(2026, 8, 30))

ANSWERS = rows("""
12000 | 12000
12,000 | 12000
１２０００ | 12000
12000公里 | 12000
大概12000km吧 | 12000
12000左右 | 12000
1.2万 | 12000
1.2w公里 | 12000
1万2 | 12000
3万5千 | 35000
一万二 | 12000
一万两千公里 | 12000
三万五千六百 | 35600
12k | 12000
4千5 | 4500
4千公里 | 4000
12345.6公里 | 12345
现在跑了8千公里 | 8000
跑了一万二千多公里 | 12000
总里程：56789 | 56789
""")

SURE = rows("""
现在跑了12000公里 | 12000
我的车开了三万公里了 | 30000
里程12500 | 12500
更新里程 5200 | 5200
公里数是8000 | 8000
""")

UNSURE = phrases("""
开了3年
跑了2个月
明天9点
12000
13800000001
京A12345
""")


@pytest.mark.parametrize(("text", "km"), ANSWERS)
def test_read(text: str, km: str) -> None:
    assert read_kilometres(text) == (int(km),)


@pytest.mark.parametrize(("text", "km"), SURE)
def test_named_in_a_sentence(text: str, km: str) -> None:
    assert kilometres_in(text) == (int(km),)


@pytest.mark.parametrize("text", UNSURE)
def test_not_surely_kilometres(text: str) -> None:
    assert kilometres_in(text) == ()


def test_two_numbers_are_not_clear() -> None:
    assert read_kilometres("12000还是13000") == (12000, 13000)
    assert read_kilometres("不知道") == ()


@given(st.text(max_size=40))
def test_never_raises(text: str) -> None:
    assert all(km >= 0 for km in read_kilometres(text))


@pytest.mark.parametrize(
    ("km", "weight"),
    [
        (4_200, "fine"),
        (5_100, "fine"),
        (9_200, "fine"),
        (9_300, "jump"),
        (19_200, "jump"),
        (19_201, "too_far"),
        (42_000, "too_far"),
        (4_199, "fell"),
        (0, "fell"),
    ],
)
def test_weighed_against_the_last_reading(km: int, weight: str) -> None:
    assert weigh(km, LAST_WEEK, TODAY).weight == weight


def test_a_digit_too_many_is_asked_back_however_long_ago_the_last_reading_was() -> None:
    old = Known(31_000, date(2023, 1, 1))
    assert weigh(310_000, old, TODAY).weight == "jump"
    assert weigh(61_000, old, TODAY).weight == "fine"


def test_without_a_reading_the_delivery_counts() -> None:
    new = Known(delivered_on=date(2026, 11, 16))
    assert weigh(120, new, TODAY).weight == "fine"
    assert weigh(6_001, new, TODAY).weight == "too_far"
    assert "11月16日交的" in weigh(60_000, new, TODAY).why


def test_of_a_car_of_which_nothing_is_known_anything_sensible_is_taken() -> None:
    assert weigh(180_000, Known(), TODAY).weight == "fine"
    assert weigh(2_000_001, Known(), TODAY).weight == "too_far"


def test_a_second_reading_on_the_same_day_may_be_a_long_drive() -> None:
    today = Known(10_000, TODAY)
    assert weigh(12_999, today, TODAY).weight == "fine"
    assert weigh(13_001, today, TODAY).weight == "too_far"


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.dates(date(2020, 1, 1), TODAY))
def test_what_is_taken_never_falls_nor_outruns_the_days(km: int, last: int, on: date) -> None:
    verdict = weigh(km, Known(last, on), TODAY)
    possible = 0 <= km - last <= 3_000 * max((TODAY - on).days, 1) and km <= 2_000_000
    assert (verdict.weight in {"fine", "jump"}) == possible
    assert (verdict.why == "") == (verdict.weight == "fine")
