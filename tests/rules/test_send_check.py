"""The last question before a message leaves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.backoff import midnight, next_try, repeatable
from bot.rules.errcodes import Refuses, reaction, refuses, stops_the_api, template_broken
from bot.rules.mass_lists import lists
from bot.rules.send_check import Sending, check, month_of

TEN = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)  # in Shanghai
HOUR = timedelta(hours=1)
TEMPLATE = Sending("template", "care", template="TPL1")


@pytest.mark.parametrize(
    ("one", "at", "state", "why"),
    [
        (TEMPLATE, TEN, "", ""),
        (replace(TEMPLATE, subscribed=False), TEN, "failed", "客户已取消关注"),
        (replace(TEMPLATE, channel="once", subscribed=False), TEN, "", ""),
        (replace(TEMPLATE, agreed=False), TEN, "failed", "客户没有同意接收关怀"),
        (replace(TEMPLATE, purpose="service", agreed=False), TEN, "", ""),
        (replace(TEMPLATE, refusals={"*": ""}), TEN, "failed", "客户关闭了接收消息，或在公众号黑名单中"),
        (replace(TEMPLATE, refusals={"TPL1": ""}), TEN, "failed", "客户拒收此模板的消息"),
        (replace(TEMPLATE, refusals={"TPL2": ""}), TEN, "", ""),
        (replace(TEMPLATE, channel="service", refusals={"*": ""}), TEN, "", ""),
        (replace(TEMPLATE, until=TEN), TEN, "", ""),
        (replace(TEMPLATE, until=TEN), TEN + HOUR, "failed", "已经过了还有意义的时间"),
        (TEMPLATE, TEN - HOUR, "", ""),
        (TEMPLATE, TEN - 2 * HOUR, "waiting", "不在可联系的时段内"),
        (replace(TEMPLATE, purpose=""), TEN - 2 * HOUR, "", ""),
        (TEMPLATE, TEN + 10 * HOUR, "waiting", "不在可联系的时段内"),
        (
            replace(TEMPLATE, until=TEN + 12 * HOUR), TEN + 11 * HOUR, "failed",
            "可联系的时段已过，之后发送不再有意义",
        ),
        (replace(TEMPLATE, doubt_at=TEN, subscribed=False), TEN, "uncertain", "客户已取消关注"),
        (
            replace(TEMPLATE, doubt_at=TEN - HOUR), TEN, "uncertain",
            "微信没有给出明确答复，已不能再确认客户是否收到",
        ),
        (
            Sending("mass", "care", mass_month="2026-12", mass_sent=4), TEN, "failed",
            "客户本月已收到4条群发消息",
        ),
        (Sending("mass", "care", mass_month="2026-11", mass_sent=4), TEN, "", ""),
        (Sending("mass", "care", mass_month="2026-12", mass_sent=3), TEN, "", ""),
    ],
)  # fmt: skip
def test_the_last_question(one: Sending, at: datetime, state: str, why: str) -> None:
    said = check(one, at)
    assert (said.state, said.why) == (state, why)
    if state == "waiting":
        assert said.due_at is not None
        assert said.due_at > at
        assert check(one, said.due_at).state == ""


def test_a_month_begins_in_beijing() -> None:
    assert month_of(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == "2026-12"
    assert month_of(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == "2027-01"


def test_a_quota_comes_back_at_midnight_in_beijing() -> None:
    assert midnight(TEN) == TEN + 14 * HOUR
    assert midnight(TEN + 14 * HOUR) == TEN + 38 * HOUR
    assert next_try(reaction(45009), 1, TEN) == midnight(TEN)


def test_tries_come_later_and_later_and_not_all_at_once() -> None:
    busy = reaction(-1)
    waits = []
    for attempts in range(1, 5):
        due = next_try(busy, attempts, TEN, "")
        assert due is not None
        waits.append((due - TEN).total_seconds())
    assert waits == [30, 60, 120, 240]
    assert next_try(busy, 5, TEN) is None
    spread = {next_try(busy, 1, TEN, f"{n}") for n in range(100)}
    assert len(spread) == 100
    assert all(
        due and timedelta(seconds=30) <= due - TEN <= timedelta(seconds=38) for due in spread
    )


def test_what_may_be_repeated_and_for_how_long() -> None:
    minute = timedelta(minutes=1)
    assert repeatable("template", TEN, TEN + 8 * minute)
    assert not repeatable("template", TEN, TEN + 9 * minute)
    assert repeatable("mass", TEN, TEN + 22 * HOUR)
    assert not repeatable("mass", TEN, TEN + 24 * HOUR)
    for channel in ("service", "once"):
        assert repeatable(channel, None, TEN)
        assert not repeatable(channel, TEN, TEN)


@pytest.mark.parametrize(
    ("errcode", "what"),
    [
        (43004, Refuses.FOLLOWING), (50005, Refuses.FOLLOWING), (48002, Refuses.ANYTHING),
        (43019, Refuses.ANYTHING), (43101, Refuses.TEMPLATE), (45015, Refuses.NOTHING),
        (0, Refuses.NOTHING),
    ],
)  # fmt: skip
def test_what_a_refusal_says_of_the_person(errcode: int, what: Refuses) -> None:
    assert refuses(errcode) is what


def test_what_stops_an_api_and_what_one_template() -> None:
    assert all(map(stops_the_api, (45009, 45011, 45028, 48001, 40164, 50002)))
    assert not any(map(stops_the_api, (40037, 45047, 43004, 47003, -1, 0)))
    assert all(map(template_broken, (40037, 40249)))
    assert not any(map(template_broken, (47003, 48001)))


@pytest.mark.parametrize("count", [2, 3, 9_999, 10_000, 10_001, 20_001, 39_999])
def test_no_list_is_too_short_or_too_long(count: int) -> None:
    parts = lists(range(count))
    assert [one for part in parts for one in part] == list(range(count))
    assert len(parts) == -(-count // 10_000)
    assert all(2 <= len(part) <= 10_000 for part in parts)


@pytest.mark.parametrize("count", [0, 1])
def test_a_list_needs_two(count: int) -> None:
    with pytest.raises(ValueError, match="two"):
        lists(range(count))
