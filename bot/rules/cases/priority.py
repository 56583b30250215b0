"""How urgent a complaint is by what it tells: danger to people first, then who means to go outside."""

import re
from typing import Final

from bot.rules.cases.words import PRIORITIES

_NOT: Final = "(?<!没)(?<!没有)(?<!未)(?<!无)(?<!没人)"
_DANGER: Final = re.compile(
    rf"{_NOT}(?:刹车(?:突然)?(?:失灵|失效|没反应|没有反应|踩不动|踩不住)|刹不住|起火|着火|自燃|冒烟|爆炸|失控|受伤|流血|住院"
    r"|救命|被困|锁在(?:车|里)|抛锚|趴窝|气囊(?:没|不|未|自己|突然)|方向盘(?:失灵|锁死|打不动|卡住)|突然(?:加速|熄火|断电|失去动力)"
    r"|(?:高速|路上|半路|行驶中|开着)[^,，。；;！!？?\n]{0,6}(?:熄火|断电|失去动力))"
)
_OUTSIDE: Final = re.compile(
    rf"{_NOT}(?:12315|12345|消协|消费者协会|市场监管|工商局|曝光|(?<!多)媒体|电视台|律师|起诉|法院)"
)
_ORDER: Final = tuple(PRIORITIES)


def at_least(said: str, what: str) -> str:
    """The priority that was `said`, or a higher one where the words tell of more.

    A colleague who has read it may lower it afterwards.
    """
    told = "urgent" if _DANGER.search(what) else "high" if _OUTSIDE.search(what) else said
    return max(said, told, key=_ORDER.index)
