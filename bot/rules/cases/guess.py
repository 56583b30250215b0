"""What a complaint's own words already say: its category, since when, and what is wished for.

Guesses, and nothing more: the category is offered first and asked all the same, the others are read
back before anything is recorded.
"""

import re
from collections.abc import Mapping
from typing import Final

from bot.rules.cases.words import CATEGORIES
from bot.rules.wording import plain

_HINTS: Final[Mapping[str, str]] = {
    "attitude": "态度|爱理不理|爱答不理|不耐烦|骂|吼|凶|没礼貌|不理人|不搭理|白眼|嘲讽|恶劣|冷漠|敷衍|甩脸",
    "empty_promise": "说好|答应|承诺|保证过|许诺|忽悠|骗|不认账|反悔|没兑现|没有?给|没送|不送|说送|变卦|画饼",
    "response_time": "等了|没人理|没人联系|没人回|没人管|不回|拖了|拖着|迟迟|一直没|催了|太慢|小时|半天|到现在",
    "product_quality": "坏|异响|响|漏|故障|不制冷|不冷|不热|抖|断|裂|锈|质量|松|失灵|熄火|自燃|旧的|瑕疵|没修好|修不好|刹车|电池|掉漆",
    "process": "流程|手续|发票|系统|排队|单据|多收|乱收|收费|扣了|合同|预约了|约好|没留位|退款|定金|押金",
    "information": "没告诉|没有告诉|没通知|没有通知|没说明|没提醒|没人说|不清楚|查不到|不解释|没解释|资料|说明书",
}  # fmt: skip
_HEARD: Final = {code: re.compile(words) for code, words in _HINTS.items()}
_WISH: Final = re.compile(
    r"(?:要求|希望|诉求是?|我只?要(?!求)|必须|赶紧|请)(?:你们|店里|能|能够|可以|尽快|马上|给我|帮我|把)*"
    r"(?P<what>[^，。！？,.!?;；\n]{0,12}?"
    r"(?:返修|返工|重修|重新|修好|退|赔|补偿|道歉|换|免费|解释|说法|兑现|补给|补上)"
    r"[^，。！？,.!?;；\n]{0,16})"
)
_BY: Final = re.compile(
    r"(?:今天|今晚|明天|后天|(?:这|本|下)?(?:周|星期|礼拜)[一二三四五六日天末内]?|月底|[一二两三四五六七八九十\d]{1,3}(?:个?小时|天|个?工作日))"
    r"(?:下班|中午|晚上|上午|下午|\d{1,2}点)?(?:之?[前内]|以[前内])?(?:必须|务必|一定|要|请|得)*(?:给我?|帮我|把)?"
    r"[^，。！？,.!?;；\n]{0,6}(?:答复|回复|回电|回话|解决|处理|修好|退款?|赔|说法|解释)"
)
"""明天之前给我答复: a wish by its day."""
_PAST: Final = re.compile("没|不|还|说|未|才|答应|承诺|保证")
"""今天还没解决, 说好两天内解决: what was, and is complained of."""
_COUNT: Final = r"(?:[一二两三四五六七八九十几半]|\d{1,3})"
_SINCE: Final = re.compile(
    r"今天早上|今早|今天|昨天晚上|昨晚|昨天|前天|大前天|前几天|前两天|这两天|这几天|这周[一二三四五六日天末]?"
    r"|上个?(?:周|星期|礼拜)[一二三四五六日天末]?|上个?月(?:初|底|中旬)?|去年(?:底|初)?|年初|刚提车|提车(?:以后|后)?"
    rf"|{_COUNT}(?:多)?(?:天|周|个?星期|个?礼拜|个多?月|年)(?:以?前|了)"
    r"|\d{1,2}月\d{1,2}[日号]|(?<![上这下])(?:周[一二三四五六日末]|星期[一二三四五六日天])(?!之?前|以前|之?内)"
)
_EMPTY: Final = re.compile(
    r"(?:我们?|你们|您|要|想|去|来|必须|只能|投诉|投拆|举报|一下|建议|提|个|点|意见|反馈|补充|说明|(?:还|还是|根本)?(?:没|没有|未)解决|问题|人|啊|了|吧|呀|哈|的"
    r"|你好|您好|在吗|请问|有人吗|谢谢|complaint|complain|iwantto|ihavea|makea|i|want|to|a)*"
)
_HEAD: Final = re.compile(
    r"^\s*(?:我?[要想]?再?(?:补充|追加|(?:再?加|还有)[一1](?:[条点句]|件事|个事|个问题))(?:一下|一点|说明|投诉)?)\s*(?:[TtＴｔ]?\d{1,12})?\s*[:：,，、。]?\s*"
)


def ranked(text: str) -> tuple[str, ...]:
    """The category codes, likely ones first, the others in their own order."""
    scores = {code: len(set(words.findall(text))) for code, words in _HEARD.items()}
    return tuple(sorted(CATEGORIES, key=lambda code: -scores[code]))


def guessed(text: str) -> str:
    """The category that the words speak of; "" where they speak of none."""
    best = ranked(text)[0]
    return best if _HEARD[best].search(text) else ""


def wish_in(text: str) -> str:
    """What they want done: 要求免费返修 wants 免费返修; "" where nothing is asked for."""
    found = [match["what"].strip() for match in _WISH.finditer(text) if "投诉" not in match[0]]
    by = [match[0] for match in _BY.finditer(text) if not _PAST.search(_with_before(match))]
    return found[-1] if found else (by[-1] if by else "")


def _with_before(match: re.Match[str]) -> str:
    """What was matched, with the few signs before it."""
    return match.string[max(0, match.start() - 5) : match.end()]


def since_in(text: str) -> str:
    """Since when, in their words: the moment they named last; "" where they named none."""
    found = _SINCE.findall(text)
    return found[-1] if found else ""


def substance(text: str) -> bool:
    """Whether it says anything of the matter itself: 我要投诉你们 does not."""
    return _EMPTY.fullmatch(plain(text)) is None


def addition(text: str) -> str:
    """What is added in 补充T12：左边也不冷; "" where only the wish to add was said."""
    rest = _HEAD.sub("", text, count=1)
    return rest.strip() if rest != text and len(plain(rest)) > 1 else ""
