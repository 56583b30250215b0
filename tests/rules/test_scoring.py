"""What answers come to."""

import pytest

from bot.rules.scoring import complains, low_reason, means_to_buy, nps_of, points, satisfaction
from bot.rules.surveys.choosing import Answer, Choice, Question
from bot.rules.surveys.pack import PACK

SCORE = Question("s", "score", "接待打几分？", "service", low=(1, 2))
NPS = Question("n", "nps", "会推荐吗？", "recommend", low=(0, 1, 2))
FIXED = Question("f", "yes_no", "修好了吗？", "service", low=(0,))
NOISE = Question("o", "yes_no", "有异响吗？", "vehicle", low=(1,))
PLAN = Question(
    "p", "choice", "用车有变化吗？", "intent",
    (Choice("same", "不变"), Choice("change", "想换")), lead=("change",),
)  # fmt: skip
ODD = Question(
    "d", "several", "哪里不对劲？", "vehicle",
    (Choice("none", "都好"), Choice("brake", "刹车"), Choice("start", "启动")),
    low=("brake", "start"),
)  # fmt: skip
WORDS = Question("w", "text", "还想说什么？")


@pytest.mark.parametrize(
    ("question", "answer", "worth"),
    [
        (SCORE, Answer(1), 1.0),
        (SCORE, Answer(5), 5.0),
        (NPS, Answer(0), 1.0),
        (NPS, Answer(5), 3.0),
        (NPS, Answer(10), 5.0),
        (FIXED, Answer(1), 5.0),
        (FIXED, Answer(0), 1.0),
        (NOISE, Answer(1), 1.0),
        (NOISE, Answer(0), 5.0),
        (Question("x", "yes_no", "来过吗？", "service"), Answer(1), None),
        (Question("x", "score", "多想换车？", "intent"), Answer(1), None),
        (SCORE, Answer(), None),
        (PLAN, Answer(choices=("same",)), None),
        (WORDS, Answer(words="好"), None),
    ],
)
def test_an_answer_on_five(question: Question, answer: Answer, worth: float | None) -> None:
    assert points(question, answer) == worth


def test_satisfaction_is_the_mean_of_what_was_judged() -> None:
    assert satisfaction([(SCORE, Answer(4)), (FIXED, Answer(0)), (PLAN, Answer())]) == 2.5
    assert satisfaction([(WORDS, Answer(words="好"))]) is None
    assert satisfaction([]) is None


@pytest.mark.parametrize(
    ("scores", "nps"),
    [
        ([], None),
        ([10], 100),
        ([0], -100),
        ([7, 8], 0),
        ([9, 6], 0),
        ([9, 10, 8, 7, 6], 20),
        ([9, 8, 8], 33),
        ([6, 8, 8], -33),
        ([9] * 2 + [8], 67),
        ([9] + [8] * 7, 13),  # 12.5
        ([6] + [8] * 7, -13),
    ],
)
def test_the_nps_as_it_is_defined(scores: list[int], nps: int | None) -> None:
    assert nps_of(scores) == nps


@pytest.mark.parametrize(
    ("question", "answer", "why"),
    [
        (SCORE, Answer(2), "“接待打几分？”打了2分"),
        (SCORE, Answer(3), ""),
        (FIXED, Answer(0), "“修好了吗？”答“否”"),
        (FIXED, Answer(1), ""),
        (NOISE, Answer(1), "“有异响吗？”答“是”"),
        (ODD, Answer(choices=("none",)), ""),
        (ODD, Answer(choices=("brake", "start")), "“哪里不对劲？”选了“刹车、启动”"),
        (WORDS, Answer(words="我要投诉"), "“还想说什么？”说了：我要投诉"),
        (SCORE, Answer(4, words="没人理我"), "“接待打几分？”说了：没人理我"),
        (WORDS, Answer(words="挺好"), ""),
    ],
)
def test_why_an_answer_is_low(question: Question, answer: Answer, why: str) -> None:
    assert low_reason(question, answer) == why


def test_who_means_to_buy() -> None:
    assert means_to_buy(PLAN, Answer(choices=("change",)))
    assert not means_to_buy(PLAN, Answer(choices=("same",)))
    assert not means_to_buy(PLAN, Answer())
    leading = [one.code for survey in PACK for one in survey.questions if one.lead]
    assert leading == ["plan"]


@pytest.mark.parametrize(
    "text",
    [
        "我要投诉", "我要去12315", "太差了", "态度特别差", "态度 不 好", "服务差劲", "很不满意", "不太满意", "不满意",
        "等了三个小时没人理", "修了三次还是老样子", "没修好", "问题还没有解决", "又没有得到解决", "说话不算数", "乱收费",
        "多收了我两百块", "忽悠人", "骗子", "气死我了", "很失望", "让人失望", "不会再来了", "再也不来了", "推卸责任",
        "垃圾", "要求退款", "赔偿我的损失", "不仅态度差，还慢", "没想到这么差劲", "不能不投诉", "没办法只能投诉",
        "太過分了，我要投訴", "越修越坏", "车门划伤了", "差评", "你们真是太糟糕了", "服务有点差", "洗车质量比较差", "手艺真的差", "没人管", "爱搭不理", "不怎么样",
    ],
)  # fmt: skip
def test_words_of_complaint(text: str) -> None:
    assert complains(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "挺好的", "没有不满意的", "没什么不满意", "不差", "不是很差", "没有投诉", "不想投诉", "我不会投诉的", "别生气",
        "没有让我失望", "没让人失望", "从不忽悠人", "不敷衍", "服务很好", "和以前差不多", "很差不多", "垃圾桶在哪里",
        "满意", "非常满意", "修好了", "解决了", "没有乱收费", "谈不上很差", "价格不贵", "等了一会儿", "续航差一点到500公里",
        "不满500公里就提醒了", "一切正常", "谢谢小王", "没有太差的地方", "还差几公里", "质量不差",
    ],
)  # fmt: skip
def test_words_that_are_none(text: str) -> None:
    assert not complains(text)


def test_a_complaint_at_the_end_of_a_long_story_is_heard() -> None:
    assert complains("今天天气不错。" * 140 + "我要投诉")
    assert not complains("今天天气不错。" * 140)
