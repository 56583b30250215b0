"""What customers type in place of a tap."""

import pytest

from bot.rules.surveys.parts import Answer, Choice, Question
from bot.rules.surveys.reading import read_answer

SCORE = Question("q", "score", "几分？")
NPS = Question("q", "nps", "推荐？")
YES_NO = Question("q", "yes_no", "是吗？")
PLACES = (Choice("home", "家里"), Choice("work", "单位"), Choice("public", "公共充电站"))
CHOICE = Question("q", "choice", "哪里？", choices=PLACES)
SEVERAL = Question("q", "several", "哪些？", choices=PLACES)
TEXT = Question("q", "text", "说说")


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (SCORE, "5", 5), (SCORE, "五分", 5), (SCORE, "给5分吧", 5), (SCORE, "4星", 4),
        (SCORE, "我打三分", 3), (SCORE, "非常满意", 5), (SCORE, "挺好的", 5), (SCORE, "满意", 4),
        (SCORE, "一般般", 3), (SCORE, "还行吧", 3), (SCORE, "不太满意", 2), (SCORE, "不好", 2),
        (SCORE, "很差", 1), (SCORE, "非常不满意", 1), (SCORE, "差评", 1), (SCORE, "6", None),
        (SCORE, "0", None), (SCORE, "等了3个小时", None), (SCORE, "3到4分", None),
        (SCORE, "你们几点关门", None), (SCORE, "4.5分", None), (SCORE, "十分满意", 5), (SCORE, "等了三个小时", None),
        (SCORE, "态度1分", 1), (SCORE, "等了3分钟", None), (SCORE, "不是5分", None),
        (NPS, "10", 10), (NPS, "0", 0), (NPS, "十分", 10), (NPS, "8分", 8), (NPS, "11", None),
        (NPS, "满意", None),
        (YES_NO, "是的", 1), (YES_NO, "对", 1), (YES_NO, "差不多", 1), (YES_NO, "没问题", 1),
        (YES_NO, "不是", 0), (YES_NO, "没有", 0), (YES_NO, "差远了", 0), (YES_NO, "否", 0),
        (YES_NO, "有", 1), (YES_NO, "修好了", 1), (YES_NO, "没修好", 0), (YES_NO, "说来话长", None),
        (YES_NO, "我上次去的时候跟你们的师傅讲过这个事情", None),
    ],
)  # fmt: skip
def test_scores_and_yes_or_no(question: Question, text: str, value: int | None) -> None:
    assert read_answer(question, text) == (None if value is None else Answer(value))


@pytest.mark.parametrize(
    ("question", "text", "codes"),
    [
        (CHOICE, "家里", ("home",)), (CHOICE, "在家里充", ("home",)), (CHOICE, "充电站", ("public",)),
        (CHOICE, "家里和单位", ()), (CHOICE, "路上", ()), (SEVERAL, "1 3", ("home", "public")),
        (SEVERAL, "1、2", ("home", "work")), (SEVERAL, "家里和单位", ("home", "work")),
        (SEVERAL, "9", ()), (SEVERAL, "家里，家里", ("home",)),
    ],
)  # fmt: skip
def test_one_or_several_of_the_lines(question: Question, text: str, codes: tuple[str, ...]) -> None:
    assert read_answer(question, text) == (Answer(choices=codes) if codes else None)


def test_free_text_is_what_was_said() -> None:
    assert read_answer(TEXT, " 都挺好 ") == Answer(words="都挺好")
    assert read_answer(TEXT, "  ") is None
