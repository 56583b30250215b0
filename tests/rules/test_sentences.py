"""Whole sentences: what they open and every answer they give."""

import pytest

from bot.rules.sentences import Understood, understand
from tests.rules.zh_tables import WEDNESDAY, at, days, phrases, times

NOW = at(WEDNESDAY)
SERVICES = {
    "首保": ("首次保养", "第一次保养"),
    "常规保养": ("保养", "小保养", "换机油"),
    "空调清洗": ("洗空调",),
    "换轮胎": ("轮胎",),
    "四轮定位": (),
}
OWN = ("京A12345", "沪B54345")

# sentence | what is understood: intent, then each reading by its first letter
SENTENCES = phrases("""
周六上午十点给京A12345做个保养 | 预约保养 d=11-28 t=10:00 p=京A12345 s=常规保养
预约保养 | 预约保养
预约保养 周六上午 | 预约保养 d=11-28 t=上午
我想下周六下午三点做首保，电话13800000001 | 预约保养 d=12-05 t=15:00 m=13800000001 s=首保
首保 | 预约保养 s=首保
空调清洗 | 预约保养 s=空调清洗
周日洗空调 | 预约保养 d=11-29 s=空调清洗
想约个空调清洗，周日都行 | 预约保养 d=11-29 s=空调清洗
换轮胎，明天下午，沪AD12345 | 预约保养 d=11-26 t=下午 p=沪AD12345 s=换轮胎
不做保养，换轮胎 | 预约保养 s=换轮胎
保养和换轮胎一起做，周六上午9点 | 预约保养 d=11-28 t=09:00 s=常规保养,换轮胎
周五下班后做保养 | 预约保养 d=11-27 t=下班后 s=常规保养
半小时后到店换个机油 | 预约保养 d=11-25 t=10:50 s=常规保养
明天下午三点半到店，京A·12345，常规保养，手机 138-0000-0001 | 预约保养 d=11-26 t=15:30 p=京A12345 m=13800000001 s=常规保养
LSVAA4183E2000001 周五上午保养 | 预约保养 d=11-27 t=上午 v=LSVAA4183E2000001 s=常规保养
A12345 明天保养 | 预约保养 d=11-26 p=京A12345 s=常规保养
尾号2345的车周六做保养 | 预约保养 d=11-28 p=京A12345 s=常规保养
尾号345的车周六做保养 | 预约保养 d=11-28 p=京A12345,沪B54345 s=常规保养
5000公里了，周六来做首保 | 预约保养 d=11-28 s=首保
国庆当天能做保养吗 | 预约保养 d=2027-10-01 s=常规保养
最早什么时候能做保养 | 预约保养 t=最早 s=常规保养
周六有空位吗 | 预约保养 d=11-28
预约明天下午三点 | 预约保养 d=11-26 t=15:00
周六上午或者周日做个保养行吗 | 预约保养 d=11-28,11-29 s=常规保养
周三保养 | 预约保养 d=11-25,12-02 s=常规保养
周六八点做保养 | 预约保养 d=11-28 t=08:00,20:00 s=常规保养
２月３０号做保养 | 预约保养 d=impossible s=常规保养
给京AO1234做保养 | 预约保养 p=impossible s=常规保养
預約週六上午十點 | 预约保养 d=11-28 t=10:00
明天下五三点做个保样 | d=11-26 t=15:00
我的预约 | 我的预约
我周六的预约是几点 | 我的预约 d=11-28
改约 | 改约
把周六上午10点的预约改到周日下午3点 | 改约 d=11-29 t=15:00
帮我把预约改到后天下午 | 改约 d=11-27 t=下午
周六去不了了，改到周日行吗 | 改约 d=11-29
取消周六的预约 | 取消预约 d=11-28
明天不去了，帮我取消预约 | 取消预约
绑定 京A12345 13800000001 | 绑定 p=京A12345 m=13800000001
绑定我的车 沪AD12345 | 绑定 p=沪AD12345
转人工 | 人工
我要投诉，周六修的车又坏了 | 投诉 d=11-28
我想周六试驾 | 试驾 d=11-28

周六上午 | d=11-28 t=上午
13800000001 | m=13800000001
京A12345 | p=京A12345
我上周六做的保养，现在有异响 | d=past,11-21 s=常规保养
昨天做的保养花了多少钱 | d=past,11-24 s=常规保养
保养多少钱 | s=常规保养
我不想预约保养了 |
300块太贵了 |
两天前就坏了 |
第一天就有异响 |
有3点建议 |
一点都不好 |
12345公里了 |
你好 |
谢谢 |
""")


def _shown(understood: Understood) -> str:
    day = days(understood.day, WEDNESDAY).replace(" ", ",")
    time = times(understood.time).replace(" ", ",")
    parts = [understood.intent or "", f"d={day}", f"t={time}"]
    for letter, reading in (
        ("p", understood.plate),
        ("v", understood.vin),
        ("m", understood.phone),
        ("s", understood.service),
    ):
        values = ",".join(reading.values) or reading.problem if reading else "-"
        parts.append(f"{letter}={values}")
    return " ".join(part for part in parts if part and not part.endswith("=-"))


@pytest.mark.parametrize("line", SENTENCES)
def test_understood(line: str) -> None:
    sentence, expected = line.split(" |")
    shown = _shown(understand(sentence, NOW, services=SERVICES, plates=OWN))
    assert shown == expected.strip()


def test_only_existing_conversations_are_meant() -> None:
    assert understand("我想试驾", NOW, among=("预约保养",)).intent is None
    assert understand("周日洗空调", NOW, services=SERVICES, among=("人工",)).intent is None
    assert (
        understand("周日洗空调", NOW, services=SERVICES, among=("预约保养",)).intent == "预约保养"
    )


def test_a_name_shared_by_two_services_is_asked_back() -> None:
    shared = {"首保": ("保养",), "常规保养": ("保养",)}
    service = understand("做个保养", NOW, services=shared).service
    assert service is not None
    assert service.values == ("首保", "常规保养")
    assert service.text == "保养"


def test_spans_stand_in_the_text_as_it_was_sent() -> None:
    text = "　周六　上午１０点，给　京Ａ·１２３４５　做个 保养🙏"
    understood = understand(text, NOW, services=SERVICES)
    found = [understood.day, understood.time, understood.plate, understood.service]
    spans = [reading.text for reading in found if reading]
    assert spans == ["周六", "上午１０点", "京Ａ·１２３４５", "保养"]
    for reading in found:
        assert reading is not None
        assert text[reading.start : reading.end] == reading.text


def test_without_services_none_is_read() -> None:
    assert understand("周六做个保养", NOW).service is None
