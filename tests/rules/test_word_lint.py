"""Words to avoid: the trade's four phrases and what comes to the same, and what is fine to say."""

import pytest

from bot.rules.word_lint import AVOID, lint, lint_reply

TIME, SATISFIED, WARRANTY, TRADE_IN = (avoid.word for avoid in AVOID)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("您有没有时间", TIME),
        ("您 有没有 时间？", TIME),
        ("您有没，有时间", TIME),
        ("您最近有没有空来一趟？", TIME),
        ("你有时间吗", TIME),
        ("您周末有空吗？", TIME),
        ("您什么时候有空？", TIME),
        ("不知您哪天有时间", TIME),
        ("您是否有时间到店", TIME),
        ("您对我们的服务满意吗", SATISFIED),
        ("您对我们的服务满意吗？", SATISFIED),
        ("您对这次保养满意嘛", SATISFIED),
        ("请问您满意吗", SATISFIED),
        ("您对本店的接待是否满意", SATISFIED),
        ("您是否对我们的服务满意", SATISFIED),
        ("您满不满意", SATISFIED),
        ("您满意不满意", SATISFIED),
        ("您要不要买延保", WARRANTY),
        ("您要不要再买一份延保呢", WARRANTY),
        ("您需要延长质保吗", WARRANTY),
        ("是否考虑延保服务", WARRANTY),
        ("您想买延保吗？", WARRANTY),
        ("您要不要考虑置换新车", TRADE_IN),
        ("要不要换车", TRADE_IN),
        ("您考虑置换吗", TRADE_IN),
        ("您是否考虑换一辆新车", TRADE_IN),
        ("您打算换新车吗", TRADE_IN),
        ("有没有考虑以旧换新", TRADE_IN),
    ],
)
def test_what_the_trade_avoids_is_found(text: str, word: str) -> None:
    found = lint(text)
    assert [finding.word for finding in found] == [word]
    assert found[0].better
    begin, end = found[0].span
    assert 0 <= begin < end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "周六上午10点和下午2点都可以，您选哪个？",
        "您看周六上午10点方便吗？",
        "没有时间到店的话，我们可以上门取车。",
        "我们有空位，随时来。",
        "这次等了多久？顾问的接待您打几分（1到5）？",
        "哪里不满意，请直说。",
        "祝您满意。",
        "您的质保到6月30日为止，延长一年和两年两种方案发给您看，您想先看哪种？",
        "延保从原厂质保结束之日起算。",
        "置换补贴到月底为止。",
        "您换轮胎了吗？",
        "爱车现在的估价，我们也可以发给您参考。",
        "",
    ],
)
def test_good_words_pass(text: str) -> None:
    assert lint(text) == []


def test_the_better_wording_is_better() -> None:
    for avoid in AVOID:
        assert lint(avoid.word)
        assert not lint(avoid.better), avoid.better


def test_spans_are_where_the_words_stand_in_their_order() -> None:
    text = "王女士您好！您要不要买延保？您 有没有 时 间？"
    found = lint(text)
    assert [text[slice(*finding.span)] for finding in found] == [
        "您要不要买延保",
        "您 有没有 时 间",
    ]
    assert [finding.word for finding in found] == [WARRANTY, TIME]


def test_full_width_and_blanks_hide_nothing() -> None:
    assert lint("您\u3000要·不·要——买《延保》")
    assert lint("您有没\u200b有时间")


@pytest.mark.parametrize(
    "text",
    ["请等一下", "请您 稍等", "请耐心等待", "您先等一等", "等一下给您回电", "请稍候", "请再等一会"],
)
def test_who_complains_is_not_told_to_wait(text: str) -> None:
    [finding] = lint_reply(text)
    assert finding.word == "请等一下"
    assert finding.better


@pytest.mark.parametrize(
    "text",
    ["刹车片、机油等等都换了", "让您久等了，抱歉", "请等我们周五10点的电话", "不用等一下午", "稍后17点前给您答复", "请留意等候区的屏幕"],
)  # fmt: skip
def test_other_words_of_waiting_may_be_said(text: str) -> None:
    assert lint_reply(text) == []
