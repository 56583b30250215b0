"""How often a customer is contacted: follow-ups in twelve months, marketing in thirty days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.etiquette import USUAL, Past, over_cap


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


NOW = at("2026-11-18 16:00")


def past(purpose: str, *days_ago: int) -> list[Past]:
    return [
        Past("month_3", purpose, (NOW - timedelta(days=ago)).astimezone(UTC)) for ago in days_ago
    ]


def test_follow_ups_are_capped_in_twelve_months() -> None:
    three = past("follow_up", 300, 200, 20)
    assert over_cap("follow_up", three, USUAL, NOW, first_time_buyer=True) == ""
    assert "上限" not in over_cap("follow_up", three[:2], USUAL, NOW)
    assert over_cap("follow_up", three, USUAL, NOW) == "老客户12个月内最多回访3次，已有3次"
    four = [*three, *past("follow_up", 5)]
    assert "最多回访4次" in over_cap("follow_up", four, USUAL, NOW, first_time_buyer=True)
    # A year later the first one counts no more; what is of another purpose never did.
    assert over_cap("follow_up", past("follow_up", 365, 200, 20), USUAL, NOW) == ""
    assert over_cap("follow_up", past("care", 3, 2, 1, 1), USUAL, NOW) == ""


def test_a_first_buyer_gets_all_four_of_the_first_year() -> None:
    """24 h, 3, 6 and 12 months after a delivery on any day of the year."""
    for day in range(366):
        delivered = at("2027-01-01 10:00") + timedelta(days=day)
        history: list[Past] = []
        for months_days in (1, 91, 182, 365):
            due = delivered + timedelta(days=months_days)
            assert over_cap("follow_up", history, USUAL, due, first_time_buyer=True) == ""
            history.append(Past("x", "follow_up", due))


def test_a_high_value_customer_is_called_on_once_a_quarter() -> None:
    this, last = past("follow_up", 40), past("follow_up", 60)
    assert "每季度" in over_cap("follow_up", this, USUAL, NOW, high_value=True)
    assert over_cap("follow_up", last, USUAL, NOW, high_value=True) == ""
    # The quarter turns at midnight on the store's wall, not in London.
    eve = [Past("x", "follow_up", at("2026-09-30 23:00"))]
    assert over_cap("follow_up", eve, USUAL, at("2026-10-01 00:30"), high_value=True) == ""


def test_marketing_has_a_cap_of_its_own_and_what_was_asked_for_none() -> None:
    two = past("marketing", 3, 29)
    assert over_cap("marketing", two, USUAL, NOW) == "近30天已有2次营销联系，上限2次"
    assert over_cap("marketing", past("marketing", 3, 31), USUAL, NOW) == ""
    assert over_cap("follow_up", two, USUAL, NOW) == ""
    assert over_cap("service", past("service", *range(50)), USUAL, NOW) == ""
    assert over_cap("care", past("care", *range(50)), USUAL, NOW) == ""
