"""Why somebody stays away, in their own words."""

import pytest

from bot.rules.surveys.pack import PACK
from bot.rules.surveys.parts import Answer, Choice, Question
from bot.rules.surveys.reasons import reason

[WHY] = [one.questions[0] for one in PACK if one.code == "win_back"]
OURS = Question(
    "why", "choice", "为什么？", choices=(Choice("far", "太远"), Choice("busy", "太忙"))
)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("太远了不方便", "far"), ("搬到嘉定了", "far"), ("收费太高", "price"), ("比外面贵一倍", "price"),
        ("不便宜啊", "price"), ("每次排队半天", "waiting"), ("等得太久", "waiting"), ("手艺不行", "quality"),
        ("上次没修好", "quality"), ("师傅不理人", "quality"), ("在路边店换的机油", "elsewhere"),
        ("车过户给我弟了", "sold"), ("很少开", "little"), ("一直停着没开", "little"),
        ("不贵，就是没空", "other"), ("太贵了又远", "other"), ("最近没时间", "other"), ("疫情", None),
        ("多少钱？", None), ("你们几点下班呢", None), ("", None),
    ],
)  # fmt: skip  # a line is a reason
def test_what_it_comes_to(words: str, code: str | None) -> None:
    found = reason(WHY, words)
    assert found == (None if code is None else Answer(choices=(code,), words=words))


@pytest.mark.parametrize("words", ["离得远", "离得远。", "1"])
def test_a_line_needs_no_words_beside_it(words: str) -> None:
    assert reason(WHY, words) == Answer(choices=("far",))


def test_a_survey_of_the_stores_own_has_its_own_lines() -> None:
    assert reason(OURS, "太忙") == Answer(choices=("busy",))
    assert reason(OURS, "路远") == Answer(choices=("far",), words="路远")
    assert reason(OURS, "没什么特别的原因") is None
    assert reason(Question("why", "text", "为什么？"), "太远") is None
