"""Words of somebody who is in danger at this moment: safety comes before every question."""

from typing import Final

from bot.rules.patterns import Lazy

SAFE: Final = "人身安全最要紧：请先到护栏外等安全的地方，有危险请拨122、110或120；要救援请致电门店或发“人工”。"
_DANGER: Final = Lazy(
    r"救命|着火|起火|自燃|冒烟|刹不住|刹车(?:突然)?(?:失灵|失效|没反应|没有反应|踩不动|踩不住)|方向盘(?:突然)?(?:失灵|锁死|打不动)|锁在(?:车|里)|追尾|"
    r"(?:高速|路上|半路|行驶中|开着)[^,，。；;！!？?\n]{0,6}(?:熄火|断电|失去动力)|"
    r"受伤|被困|抛锚|趴窝|(?:停|困|坏|扔)在(?:半路|路上|高速|路边)|(?:人|现在|还)在高速"
)
_PAST: Final = Lazy(r"上次|上回|上个?月|上周|上礼拜|昨|前天|前几天|那天|当时|以前|去年|差点")


def in_danger(text: str) -> bool:
    """What is told of an earlier day is no danger any more."""
    return _DANGER.search(text) is not None and _PAST.search(text) is None
