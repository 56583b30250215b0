"""What a customer can agree to, in which words they are asked, and how they say what to stop.

Consent is by purpose and on record with the words that were shown (personal information law,
articles 14 to 16: told before, withdrawn as easily as given). A change of the words is a new
version; what was kept with the old one stays as it was.
"""

from dataclasses import dataclass
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.zh.text import plain


@dataclass(frozen=True, slots=True)
class Purpose:
    """`code` as the DMS and the database name it; `covers` is what the customer gets."""

    code: str
    name: str
    covers: str
    words: Lazy


PURPOSES: Final = (
    Purpose("care", "关怀", "保养提醒和节日生日问候", Lazy("关怀|问候|提醒|生日|节日|祝福")),
    Purpose("follow_up", "回访", "到店后的回访", Lazy("回访|访问|调查|问卷|满意度|打分")),
    Purpose(
        "marketing", "营销", "活动和优惠",
        Lazy("营销|广告|推销|活动|优惠|促销|推广|宣传|卖车|新车|推荐"),
    ),
)  # fmt: skip
BY_CODE: Final = {purpose.code: purpose for purpose in PURPOSES}
CODES: Final = tuple(BY_CODE)

VERSION: Final = "2026-11"
ASK: Final = "保养提醒和节日问候、到店后的回访、活动和优惠，要发给您吗？同意就回“同意接收”，随时发“退订”就停。"
"""Asked once, at the end of the first thing done together."""

_ALL: Final = Lazy("全部|所有|全都|都|一切|全退|全停|什么都")


def wording(text: str) -> str:
    """What was shown, with its version, as it is kept."""
    return f"[{VERSION}] {text}"


def purposes_in(text: str) -> tuple[str, ...]:
    """The codes that the words name; all of them for 全部 and 都."""
    said = plain(text).text
    named = tuple(purpose.code for purpose in PURPOSES if purpose.words.search(said))
    return named or (CODES if _ALL.search(said) else ())


def called(codes: tuple[str, ...] | list[str]) -> str:
    """「关怀、营销」"""
    return "、".join(BY_CODE[code].name for code in codes if code in BY_CODE)


def covering(codes: tuple[str, ...] | list[str]) -> str:
    """「保养提醒和节日生日问候、活动和优惠」"""
    return "、".join(BY_CODE[code].covers for code in codes if code in BY_CODE)
