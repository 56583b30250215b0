"""A complaint that tells of danger is urgent from its first moment, whoever writes it down."""

import pytest

from bot.rules.cases.priority import at_least


@pytest.mark.parametrize(
    "what",
    [
        "刹车失灵，差点撞了",
        "昨天刹车突然失灵",
        "充电的时候冒烟了",
        "高速上突然熄火，后面全是车",
        "开着开着断电了",
        "撞上了气囊没弹出来",
        "孩子受伤了，去了医院",
        "方向盘打不动",
        "保养完第二天就在路上抛锚了",
        "我被困在车里半小时",
    ],
)
def test_danger_is_urgent(what: str) -> None:
    assert at_least("normal", what) == "urgent"


@pytest.mark.parametrize("what", ["再不处理我打12315", "我已经找了律师", "发到网上曝光你们"])
def test_who_goes_outside_comes_before_others(what: str) -> None:
    assert at_least("normal", what) == "high"


@pytest.mark.parametrize(
    "what",
    [
        "等了三个小时没人说进度",
        "空调不制冷",
        "刹车有点异响",
        "还好没受伤",
        "没有冒烟，就是响",
        "多媒体黑屏",
    ],
)
def test_the_rest_is_as_it_was_said(what: str) -> None:
    for said in ("low", "normal", "high", "urgent"):
        assert at_least(said, what) == said


def test_it_is_never_lowered() -> None:
    assert at_least("urgent", "我要找律师") == "urgent"
    assert at_least("low", "刹不住") == "urgent"
