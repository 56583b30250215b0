"""The days on which a dealership greets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.festivals import OwnFestival, day_of_year, festivals, own_festivals

OWN = own_festivals(
    [{"name": "店庆", "day": "06-18"}, {"name": "腊八", "day": "12-08", "lunar": True}]
)


def test_the_festivals_of_a_year() -> None:
    assert [(one.name, f"{one.day:%m-%d}") for one in festivals(2026)] == [
        ("元旦", "01-01"), ("春节", "02-17"), ("元宵", "03-03"),
        ("端午", "06-19"), ("中秋", "09-25"), ("国庆", "10-01"),
    ]  # fmt: skip


def test_a_store_has_its_own() -> None:
    assert (OwnFestival("店庆", "06-18"), OwnFestival("腊八", "12-08", lunar=True)) == OWN
    told = {(one.code, one.day) for one in festivals(2026, OWN)} - {
        (one.code, one.day) for one in festivals(2026)
    }
    assert told == {("own:店庆", date(2026, 6, 18)), ("own:腊八", date(2026, 1, 26))}
    assert [one.day for one in festivals(2025, OWN) if one.name == "腊八"] == [date(2025, 1, 7)]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "x", "day": "13-01"}, "month must be"),
        ({"name": "x", "day": "02-30"}, "day"),
        ({"name": "x", "day": "12-31", "lunar": True}, "not a lunar day"),
    ],
)
def test_a_day_that_is_none_is_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        own_festivals([said])


@given(st.integers(1901, 2099))
def test_every_year_has_its_six(year: int) -> None:
    found = festivals(year)
    assert {one.code for one in found} == {
        "new_year", "spring_festival", "lantern", "dragon_boat", "mid_autumn", "national_day",
    }  # fmt: skip
    assert len(found) == 6
    assert {one.day.year for one in found} == {year}
    assert [one.day for one in found] == sorted(one.day for one in found)


def test_the_29th_of_february_falls_on_the_last_day_there_is() -> None:
    assert day_of_year(2028, "02-29") == date(2028, 2, 29)
    assert day_of_year(2026, "02-29") == date(2026, 2, 28)
    leaping = own_festivals([{"name": "闰日", "day": "02-29"}])
    assert date(2026, 2, 28) in {one.day for one in festivals(2026, leaping)}
