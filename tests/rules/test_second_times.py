"""Other times for who did not come."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.second_times import second_times
from bot.rules.touch.lines import OFFER, book_at, lines

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


MISSED, NOW = at("19 09:00"), at("20 09:00")


def test_the_hour_they_had_chosen_on_two_days() -> None:
    days = [
        [at("20 09:30"), at("20 10:30"), at("20 11:00"), at("20 16:00")],
        [at("21 08:30"), at("21 09:15"), at("21 14:00")],
        [at("22 09:00")],
    ]
    assert second_times(days, MISSED, NOW) == [at("20 11:00"), at("21 09:15")]


def test_two_of_the_only_day() -> None:
    days = [[], [at("20 10:00")], [at("23 15:00"), at("23 14:00"), at("23 16:00")]]
    assert second_times(days, MISSED, NOW) == [at("23 14:00"), at("23 15:00")]
    assert second_times([[at("20 10:59")]], MISSED, NOW) == []
    assert second_times([], MISSED, NOW) == []


def test_a_line_says_all_of_the_booking() -> None:
    own = book_at([at("20 11:00")], "首保", "京A12345")
    assert own == [("11月20日 周五 11:00", "预约保养 11月20日11:00 京A12345 首保")]
    assert book_at([at("20 11:00")], "首保", "")[0][1] == "预约保养 11月20日11:00 首保"
    assert lines("no_show", own)[:2] == [[*own[0], OFFER], ["预约保养", "预约保养", OFFER]]
