"""What colleagues type: verbs, numbers and words, and what is nobody's command."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.staff_hours import told_at
from bot.rules.staff_words import Command, name_in, read_command
from bot.rules.time_left import time_left

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("收到 T000012", Command("接单", 12)),
        ("接单t12", Command("接单", 12)),
        ("收到：Ｔ１２", Command("接单", 12)),
        ("T12 收到", Command("接单", 12)),
        ("t000012接单。", Command("接单", 12)),
        ("收到T12，马上处理", Command("接单", 12, "马上处理")),
        ("回复 T12 您好，已安排检测。", Command("回复客户", 12, "您好，已安排检测。")),
        ("回复T12：第一行\n第二行", Command("回复客户", 12, "第一行\n第二行")),
        ("回复客户 t12 T恤送您", Command("回复客户", 12, "T恤送您")),
        ("回复 T12 12点见", Command("回复客户", 12, "12点见")),
        ("转 T12 给 张伟", Command("转派", 12, "给 张伟")),
        ("转T12张伟", Command("转派", 12, "张伟")),
        ("完成T12", Command("完成投诉", 12)),
        ("结案 t12", Command("完成投诉", 12)),
        ("记录 T12 已电话沟通", Command("记录进展", 12, "已电话沟通")),
        ("已阅 T12", Command("已阅投诉", 12)),
        ("我的任务", Command("我的任务")),
        (" 待办 ", Command("我的任务")),
        ("绑定员工 1234 5678", Command("绑定员工", None, "12345678")),
        ("员工绑定12345678", Command("绑定员工", None, "12345678")),
        ("绑定员工", Command("绑定员工")),
        ("员工解绑", Command("解除员工绑定")),
        ("接单", Command("接单")),
        ("完成", Command("完成投诉")),
        ("回复 好的明天联系", Command("回复客户", None, "好的明天联系")),
    ],
)
def test_a_command_is_read_however_it_is_typed(typed: str, meant: Command) -> None:
    assert read_command(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "收到", "收到了", "好的收到", "接", "转人工", "转", "回复一下我", "完成了", "记录了吗", "你们收到T12了吗",
        "收到 T0", "收到 T1234567890123", "京T12345完成保养", "绑定", "绑定员工张伟", "任务完成了没有", "", "T12",
    ],
)  # fmt: skip  # what customers say
def test_what_customers_say_is_no_command(typed: str) -> None:
    assert read_command(typed) is None


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    found = read_command(typed)
    assert found is None or found.words in typed or found.name == "绑定员工"


@given(st.integers(1, 999_999_999_999), st.sampled_from(["t", "T", " T", "：T"]))
def test_every_number_is_read(number: int, mark: str) -> None:
    found = read_command(f"收到{mark}{number:06d}")
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    ("words", "name"),
    [("给 张伟", "张伟"), ("给张伟处理", "张伟"), ("张伟吧", "张伟"), ("到李娜", "李娜"), ("", ""), ("给", "")],
)  # fmt: skip
def test_whom_it_goes_to(words: str, name: str) -> None:
    assert name_in(words) == name


def test_how_long_there_is() -> None:
    now = datetime(2026, 11, 18, 10, tzinfo=SHANGHAI)
    said = {
        "还有2天": timedelta(days=2, hours=5),
        "还有3小时": timedelta(hours=3, minutes=59),
        "还有1分钟": timedelta(seconds=61),
        "马上到期": timedelta(seconds=59),
        "刚刚超时": -timedelta(seconds=1),
        "已超时30分钟": -timedelta(minutes=30),
        "已超时1天": -timedelta(days=1),
    }
    assert {words: time_left(now + gap, now) for words, gap in said.items()} == {
        words: words for words in said
    }


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        ("2026-11-18 08:00", "2026-11-18 08:00"),
        ("2026-11-18 20:59", "2026-11-18 20:59"),
        ("2026-11-18 21:00", "2026-11-19 08:00"),
        ("2026-11-18 23:30", "2026-11-19 08:00"),
        ("2026-11-19 03:00", "2026-11-19 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
    ],
)
def test_colleagues_sleep_at_night(hour: str, told: str) -> None:
    now, then = (datetime.fromisoformat(one).replace(tzinfo=SHANGHAI) for one in (hour, told))
    assert told_at(now, SHANGHAI) == then
