"""What a complaint's own words say of it: guesses that are read back, and nothing that is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.cases.guess import addition, guessed, ranked, since_in, substance, wish_in
from bot.rules.cases.words import CATEGORIES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("前台爱理不理，还骂人", "attitude"),
        ("你们客服态度太差", "attitude"),
        ("销售说好送脚垫，到现在没给", "empty_promise"),
        ("答应三天修好，又变卦了", "empty_promise"),
        ("等了四个小时没人理", "response_time"),
        ("打了三次电话一直没人回", "response_time"),
        ("你们修完车空调还是坏的，要求免费返修！", "product_quality"),
        ("刹车异响，修不好", "product_quality"),
        ("多收了我200块钱，发票也不给开", "process"),
        ("预约了还要排队", "process"),
        ("没人通知我车修好了，也没有告诉我换了什么", "information"),
        ("我要投诉", ""),
        ("", ""),
    ],
)
def test_the_category_that_the_words_speak_of(text: str, code: str) -> None:
    assert guessed(text) == code
    if code:
        assert ranked(text)[0] == code


@given(st.text(max_size=60))
def test_every_category_is_offered_once(text: str) -> None:
    assert sorted(ranked(text)) == sorted(CATEGORIES)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("你们修完车空调还是坏的，要求免费返修！", "免费返修"),
        ("希望你们给个说法", "给个说法"),
        ("我要求退款并道歉", "退款并道歉"),
        ("请尽快给我换一台新的", "换一台新的"),
        ("赶紧把钱退给我", "钱退给我"),
        ("我要投诉你们", ""),
        ("空调不冷", ""),
        ("请问几点关门", ""),
    ],
)
def test_what_they_wish_for(text: str, wish: str) -> None:
    assert wish_in(text) == wish


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("昨天修的，今天又坏了", "今天"),
        ("上周六保养完就有异响", "上周六"),
        ("三天前提的车", "三天前"),
        ("11月3号开始的", "11月3号"),
        ("两个月了还没修好", "两个月了"),
        ("周六修的车又坏了", "周六"),
        ("空调不冷", ""),
        ("等了3个小时", ""),
    ],
)
def test_since_when(text: str, since: str) -> None:
    assert since_in(text) == since


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("我要投诉", False),
        ("投诉你们", False),
        ("投诉", False),
        ("我要投诉！！", False),
        ("你好", False),
        ("还没解决", False),
        ("我要投诉！你们换的轮胎是旧的", True),
        ("空调", True),
        ("[照片]", True),
        ("", False),
    ],
)
def test_whether_anything_was_said_of_the_matter(text: str, says: bool) -> None:
    assert substance(text) is says


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("补充：左边也不冷", "左边也不冷"),
        ("补充 T12：左边也不冷", "左边也不冷"),
        ("我要补充一下，还多收了钱", "还多收了钱"),
        ("补充T000012 又坏了", "又坏了"),
        ("补充", ""),
        ("补充一下", ""),
        ("左边也不冷", ""),
    ],
)
def test_what_is_added(text: str, words: str) -> None:
    assert addition(text) == words
