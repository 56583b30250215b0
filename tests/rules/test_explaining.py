"""Rules and touchpoints as staff read them."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules.explaining import MESSAGES, STATES, Told, days_said, rule_said, sentences
from bot.rules.touch.kinds import Override, rules_for

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 21, 16, tzinfo=ZONE)
TOLD = Told(
    "first_service", "王芳", "奥迪Q5L 京A12345", "城南店", AT, AT, "sent", "service", "",
    {"保养日期": "2026-11-28"}, ("客户最近来过消息，可以直接发消息",),
    [("service", "accepted", "", AT)], "按系统默认的跟踪计划自动执行", ZONE,
    rules_for(())["first_service"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("first_service", "保养到期日（间隔3个月或5,000公里，先到为准）前7天，一般在16:00以后联系"),
        ("month_3", "交车日后3个月，一般在16:00以后联系"),
        ("insurance", "保险到期日前30天、前7天，一般在16:00以后联系"),
        ("incident", "事故或故障登记时间后1小时，在可联系的时段内"),
        ("birthday", "客户生日当天，一般在11:00以后联系"),
    ],
)
def test_a_rule_is_said_in_words(code: str, said: str) -> None:
    assert rule_said(rules_for(())[code]) == said


def test_a_rule_is_said_as_a_store_changed_it() -> None:
    changed = (
        Override("first_service", offset_days=-14, at="10:00", km=7500),
        Override("month_3", offset_days=2),
        Override("win_back", offset_days=0, months=9),
    )
    rules = rules_for(changed)
    first = "保养到期日（间隔3个月或7,500公里，先到为准）前14天，一般在10:00以后联系"
    assert rule_said(rules["first_service"]) == first
    assert rule_said(rules["month_3"]) == "交车日后3个月，再后2天，一般在16:00以后联系"
    assert rule_said(rules["win_back"]) == "应保养而未到店的日期后9个月，一般在16:00以后联系"
    assert days_said(0) == "当天"


def test_each_question_has_its_line() -> None:
    lines = sentences(TOLD)
    assert lines[0] == "首保提醒：王芳，奥迪Q5L 京A12345，城南店。"
    assert [line.partition("：")[0] for line in lines[1:]] == [
        *("规则", "依据", "时间", "状态", "为什么", "消息", "批准"),
    ]
    assert lines[5] == "为什么：选了客服消息，客户最近来过消息，可以直接发消息。"


def test_what_went_its_way_was_owed_for_a_day() -> None:
    assert sentences(TOLD)[3].startswith("时间：2026-11-21 16:00起")
    gone = replace(TOLD, due=AT.date(), until=None)
    assert sentences(gone)[3] == "时间：2026-11-21起。"


def test_what_is_not_known_is_not_said() -> None:
    bare = replace(
        TOLD,
        kind="gone",
        rule=None,
        who="",
        car="",
        store="",
        until=None,
        facts={},
        reasons=(),
        attempts=(),
    )
    assert [line.partition("：")[0] for line in sentences(bare)] == ["gone", "时间", "状态", "批准"]
    assert sentences(bare)[0] == "gone：没有客户档案。"


def test_every_state_has_a_word() -> None:
    for state, word in STATES.items():
        assert any(word in line for line in sentences(replace(TOLD, state=state)))
    for state, word in MESSAGES.items():
        told = replace(TOLD, attempts=[("mass", state, "原因", AT)])
        assert f"消息：群发，{word}（原因），2026-11-21 16:00。" in sentences(told)
