"""Numbers in Chinese, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.zh.numbers import neighbours, to_int, to_zh


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12), ("零", 0), ("七", 7), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21),
        ("廿三", 23), ("卅", 30), ("零五", 5), ("二〇二六", 2026), ("一百", 100), ("一百零五", 105),
        ("两百五十", 250), ("一千二百", 1200), ("五千", 5000), ("一万", 10_000), ("三万五千", 35_000),
        ("3万", 30_000), ("35万", 350_000), ("一亿", 100_000_000), ("拾伍", 15),
    ],
)  # fmt: skip
def test_read(text: str, number: int) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize("text", ["", "周", "三天", "1.5", "十x", "三四十", "-3"])
def test_not_a_number(text: str) -> None:
    assert to_int(text) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"), (3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"),
        (1005, "一千零五"), (10_000, "一万"), (20_005, "二万零五"), (35_000, "三万五千"), (100_000, "十万"),
    ],
)  # fmt: skip
def test_written(number: int, text: str) -> None:
    assert to_zh(number) == text


def test_written_within_bounds() -> None:
    for number in (-1, 100_000_000):
        with pytest.raises(ValueError, match="between 0 and"):
            to_zh(number)


@given(st.integers(min_value=0, max_value=99_999_999))
def test_what_is_written_reads_back(number: int) -> None:
    assert to_int(to_zh(number)) == number


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("三四", (3, 4)),
        ("两三", (2, 3)),
        ("十一二", (11, 12)),
        ("十一", None),
        ("三五", None),
        ("四", None),
        ("12", None),
    ],
)
def test_two_neighbours_are_said_for_about(text: str, pair: tuple[int, int] | None) -> None:
    assert neighbours(text) == pair
