"""What customers read of their complaint: the deadlines of the clocks, and lateness admitted."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.cases import lines as case_lines
from bot.rules.cases.words import STATES
from bot.rules.sla import Clock

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)
LONG = "空调" * 2000


def running(name: str, hours: float, state: str = "running") -> Clock:
    return Clock(name, NOW, NOW, NOW + hours * HOUR, None, state)


def ended(name: str) -> Clock:
    return Clock(name, NOW, NOW, NOW, NOW, "met")


RECORDED = [
    running("report", 4),
    running("receipt", 24),
    running("reply", 26),
    running("progress", 30),
]


def test_who_complained_reads_the_next_two_steps() -> None:
    said = case_lines.recorded("T000012", RECORDED, NOW)
    assert "T000012" in said
    assert "最晚11月19日 周四（明天） 10:00前由负责人接手。" in said
    assert "最晚11月19日 周四（明天） 12:00前给您答复。" in said
    assert "更新进展" not in said
    assert "谢谢您" in said


def test_nobody_is_told_of_a_step_that_is_due_after_the_answer() -> None:
    """On a Sunday evening the answer is owed on Monday, and the receipt not before Tuesday."""
    clocks = [running("receipt", 38), running("reply", 24), running("progress", 24)]
    [said] = case_lines.steps(clocks, NOW.date(), ZONE)
    assert "10:00前给您答复" in said
    late = [running("receipt", -1, "broken"), running("reply", 24)]
    assert ["晚了" in line for line in case_lines.steps(late, NOW.date(), ZONE)] == [True, False]


def test_what_the_dealership_does_for_itself_is_not_told() -> None:
    assert case_lines.steps([running("report", 4), running("check", 1)], NOW.date(), ZONE) == []


def test_what_is_overdue_is_admitted() -> None:
    [said] = case_lines.steps([running("reply", -1, "broken")], NOW.date(), ZONE)
    assert "晚了" in said
    assert "抱歉" in said
    assert "09:00" in said


@pytest.mark.parametrize("state", list(STATES))
def test_every_state_has_words(state: str) -> None:
    clocks = RECORDED if state in ("open", "reopened") else [ended("told")]
    said = case_lines.next_lines(state, "更换冷媒管", clocks, NOW, NOW)
    assert said or state == "in_progress"
    assert STATES[state] in case_lines.state_line("T000012", state, "空调不冷")


def test_the_solution_is_read_once_it_has_been_told() -> None:
    before = case_lines.next_lines("solved", "更换冷媒管", [running("told", 5)], NOW, None)
    assert "更换冷媒管" not in "".join(before)
    assert "15:00前把处理结果告诉您" in "".join(before)
    after = case_lines.next_lines("solved", "更换冷媒管", [ended("told")], NOW, None)
    assert "更换冷媒管" in "".join(after)


def test_a_rating_is_called_by_what_was_asked_and_answered() -> None:
    what = "客户评价：\n总的来说，您打几分？1分最低，5分最高。：2分"
    assert case_lines.short(what) == "评价：总的来说，您打几分？2分"


def test_reopened_says_so_and_by_when() -> None:
    said = case_lines.passed_on("T000012", RECORDED, NOW, reopened=True)
    assert "重新处理" in said
    assert "10:00前" in said
    assert "记下了" in case_lines.passed_on("T000012", RECORDED, NOW, reopened=False)


def test_everything_is_read_back() -> None:
    facts = case_lines.facts_of("产品品质", "", "修好", "奥迪 Q5L", "")
    said = case_lines.read_back(["空调不冷", "[照片]"], facts)
    for words in ("空调不冷", "[照片]", "类别：产品品质", "诉求：修好", "在微信里回复您"):
        assert words in said
    assert "时间" not in said


def test_after_it_was_set_right_only_that_is_read_back() -> None:
    assert case_lines.set_right(["还多收了200块"], {"类别": "系统流程", "时间": ""}).split(
        "\n"
    ) == [*("补充：还多收了200块", "类别：系统流程", "时间：不写", "这样登记可以吗？")]
    assert case_lines.set_right([], {}) == "还没登记，这样登记可以吗？"


def test_no_story_is_too_long_for_a_message() -> None:
    facts = case_lines.facts_of("产品品质", LONG, LONG, "奥迪 Q5L", "138****0001")
    for said in (
        case_lines.read_back([LONG, LONG], facts),
        case_lines.set_right([LONG, LONG], facts),
    ):
        assert len(said.encode()) < 1900
    assert case_lines.too_long([LONG])
    assert not case_lines.too_long(["空调不冷"])
    for state in STATES:
        lines = case_lines.next_lines(state, LONG, RECORDED, NOW, NOW)
        shown = "\n".join([case_lines.state_line("T000012", state, LONG), *lines])
        assert len(shown.encode()) < 1900


@pytest.mark.parametrize("words", ["请等", "稍等", "请稍候", "误会", "按规定"])
def test_nobody_is_put_off_or_argued_with(words: str) -> None:
    every = [
        case_lines.SORRY,
        case_lines.recorded("T1", RECORDED, NOW),
        case_lines.passed_on("T1", RECORDED, NOW, reopened=True),
        *(line for s in STATES for line in case_lines.next_lines(s, "", RECORDED, NOW, NOW)),
    ]
    assert not any(words in line for line in every)
