"""When colleagues are told, and what a field of twenty characters shows them first."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.rules.staff_hours import headline, told_at

PEKING = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=PEKING)


def test_the_deadline_comes_first_and_is_never_cut() -> None:
    now = at(18, 10)
    assert headline("T000012请接单", at(18, 18), now) == "今天18:00前T000012请接单"
    assert headline("T000012重开接单", at(19, 8), now) == "19日08:00前T000012重开接单"
    assert headline("T000012超时", at(17, 8), now) == "17日08:00到期T000012超时"
    assert headline("T000012请阅", None, now) == "T000012请阅"
    assert len(headline("T000012回复客户", at(28, 18), now)) <= 20


def test_nobody_is_woken() -> None:
    assert told_at(at(18, 10), PEKING) == at(18, 10)
    assert told_at(at(18, 22), PEKING) == at(19, 8)
    assert told_at(at(18, 3), PEKING) == at(18, 8)
