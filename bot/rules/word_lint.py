"""Words that the trade teaches to avoid, and what to say instead (回访规范).

Closed questions are answered with "no": an offer names two times, one item or one number instead.
Blanks, punctuation and full-width signs between the words hide nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ASK: Final = r"(?:要不要|需不需要|需要不需要|想不想|用不用|是否|是不是|考不考虑|考虑不考虑|有没有(?:考虑|打算|想))"
_WANT: Final = r"(?:需要|要|想|考虑|打算|愿意|买|购买|办理|办)"
_WARRANTY: Final = r"(?:延保|延长保修|延长质保|质保延长|保修延长|延长保质)"
_TRADE_IN: Final = r"(?:置换|换购|以旧换新|换新车|换一?[辆台部]?新?车)"
_OH: Final = r"[吗么嘛]"


@dataclass(frozen=True, slots=True)
class Avoid:
    """A way of asking; `word` names it as the trade does, `better` is the wording taught."""

    word: str
    pattern: re.Pattern[str]
    better: str


AVOID: Final = (
    Avoid(
        "您有没有时间",
        re.compile(
            r"[您你]?(?:最近|近期|今天|明天|现在|周末|这周|本周|下周)?"
            r"(?:(?:有没有|有没|有无|是否有|是不是有)(?:时间|空闲|空|功夫|工夫)"
            rf"|(?<!没)有(?:时间|空闲|空|功夫|工夫){_OH}|(?:什么时候|啥时候|何时|哪天)有(?:时间|空))"
        ),
        "给出两个时间请客户选，如“周六上午10点和下午2点都可以，您选哪个？”",
    ),
    Avoid(
        "您对我们的服务满意吗",
        re.compile(
            rf"(?:[您你](?:是否|是不是)?对\w{{0,16}}?)?(?:满意{_OH}|满意不|满不满意|满意与否|是否满意|是不是满意)"
            r"|[您你]?(?:是否|是不是)对\w{0,16}?满意"
        ),
        "问具体的一件事并请打分，如“这次等了多久？顾问的接待您打几分（1到5）？”",
    ),
    Avoid(
        "您要不要买延保",
        re.compile(
            rf"[您你]?(?:{_ASK}\w{{0,8}}?{_WARRANTY}|{_WANT}\w{{0,6}}?{_WARRANTY}\w{{0,3}}?{_OH})"
        ),
        "说清好处再给选择，如“质保到6月30日为止，延长一年和两年两种方案发给您看，您想先看哪种？”",
    ),
    Avoid(
        "您要不要考虑置换新车",
        re.compile(
            rf"[您你]?(?:{_ASK}\w{{0,8}}?{_TRADE_IN}|{_WANT}\w{{0,6}}?{_TRADE_IN}\w{{0,4}}?{_OH})"
        ),
        "先问用车的变化，如“家里用车有什么变化？您的车现在的估价，我可以发给您参考。”",
    ),
)


WAITING: Final = Avoid(
    "请等一下",
    re.compile(
        r"请[您你]?(?:再|先|耐心|稍微|稍)*等(?:一下(?!午)|一等|等|一会儿?|会儿?|候|待)|请[您你]?稍[等候]"
        r"|稍等|(?<!不用)(?<!不必)等(?:一下(?!午)|一等)"
    ),
    "说清谁在办、什么时候有结果，如“我现在去核实，今天17点前给您答复。”",
)
"""Not said to who complains: they have waited already."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`span` of the text, the phrase it comes to, and what to say instead."""

    span: tuple[int, int]
    word: str
    better: str


def lint_reply(text: str) -> list[Finding]:
    """What an answer to a complaint should not say besides."""
    return lint(text, (WAITING,))


def lint(text: str, avoided: Iterable[Avoid] = AVOID) -> list[Finding]:
    """What the text should not say, in its order."""
    kept = [
        (sign, at)
        for at, written in enumerate(text)
        for sign in unicodedata.normalize("NFKC", written)
        if sign.isalnum()
    ]
    squeezed = "".join(sign for sign, _ in kept)
    return sorted(
        (
            Finding((kept[hit.start()][1], kept[hit.end() - 1][1] + 1), avoid.word, avoid.better)
            for avoid in avoided
            for hit in avoid.pattern.finditer(squeezed)
        ),
        key=lambda finding: finding.span,
    )
