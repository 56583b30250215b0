"""A call's questions stay readable, also twenty of them in two surveys."""

from bot.cli.call_words import question_lines
from bot.rules.surveys.choosing import Answer, Audience, Choice, Condition, Question, Survey
from storage.queries.calls.questions import Asking

HOME = (Choice("home", "家里"), Choice("public", "公共充电站"))
LONG = Survey(
    *("standard", 1, "标准问卷", "standard", (), Audience()),
    tuple(Question(f"q{n}", "score", f"第{n}个方面您打几分？", low=(1, 2)) for n in range(1, 17)),
)
MORE = Survey(
    *("ev", 1, "新能源", "extension", (), Audience()),
    (
        Question("slow", "yes_no", "充电变慢过吗？"),
        Question("where", "choice", "在哪里？", choices=HOME, when=(Condition("slow", (1,)),)),
        Question("when", "several", "什么时候？", choices=HOME, optional=True),
        Question("words", "text", "还想说什么？", optional=True),
    ),
)


def lines(answers: dict[tuple[str, str], Answer]) -> list[str]:
    return list(question_lines(Asking(surveys=(LONG, MORE), answers=answers)))


def test_twenty_questions_in_their_order() -> None:
    shown = lines({})
    assert shown[:4] == [
        "",
        "共20题，已答0题，还要问19题：",
        "【标准问卷】",
        " 1. 第1个方面您打几分？（1到5分）",
    ]
    assert shown[19:] == [
        "【新能源】",
        "17. 充电变慢过吗？（是、否）",
        "18. 在哪里？",
        "    选项：家里、公共充电站",
        "    只在第17题答“是”时问",
        "19. 什么时候？（可多选，可不问）",
        "    选项：家里、公共充电站",
        "20. 还想说什么？（文字，可不问）",
    ]
    assert max(map(len, shown)) < 40


def test_what_was_answered_stands_below_its_question() -> None:
    shown = lines({("standard", "q2"): Answer(2), ("ev", "slow"): Answer(1)})
    assert shown[1] == "共20题，已答2题，还要问18题："
    assert shown[4:6] == [" 2. 第2个方面您打几分？（1到5分）", "    → 2分"]
    place = shown.index("18. 在哪里？")
    assert shown[place - 1 : place + 3] == [
        "    → 是", "18. 在哪里？", "    选项：家里、公共充电站", "    因为第17题答“是”",
    ]  # fmt: skip


def test_a_call_without_questions_has_no_lines() -> None:
    assert list(question_lines(Asking())) == []


def test_one_survey_needs_no_name() -> None:
    assert "【标准问卷】" not in list(question_lines(Asking(surveys=(LONG,), answers={})))
