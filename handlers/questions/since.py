"""Since when, and what they wish: taken as it is said, and corrected in a word at the read-back."""

import re
from dataclasses import dataclass
from typing import Final

from bot.flow.answers import Got, Result
from bot.flow.heard import Heard
from bot.flow.manners import polite
from bot.flow.particulars import Words
from bot.rules.cases.guess import since_in, wish_in
from bot.rules.wording import plain

LEFT_TO_US: Final = "请门店给出方案"
_SLIP: Final = re.compile(
    "对了|哦|噢|等等|等一下|不对|不是|(?:说|写|点|打)?错了?|应该|就是|是|改成|改为|[，,。.！! ]"
)
_UNSURE: Final = re.compile(
    "(?:我|也|都|真|就)*(?:不知道|不清楚|忘了|不记得了?|记不清了?|记不得了?|说不(?:清|好|上来)了?|随便|都行|都可以|无所谓|没想好"
    "|你们(?:看着办|看|定|决定|说呢)|看着办|说完了?|就这些|没有了?|没了)(?:吧|啊|呀|了|呢)*"
)
_WISHED: Final = re.compile(
    "(?:我|就|只|要|想|给我|帮我|必须|全额|免费|重新|赶紧|尽快|马上)*"
    "(?:退款|退钱|退车|退货|赔偿|赔钱|补偿|道歉|返修|返工|重修|修好|换车|换新|换一台|答复|说法|解释)(?:吧|了|给我|我)*"
)
_AHEAD: Final = re.compile(
    "明天|后天|下周|之内|尽快|马上|必须|答复|回复|解决|退款|退钱|赔|道歉|给我"
)


@dataclass(frozen=True)
class Since(Words):
    """A moment in their words; None: they cannot say."""

    def read(self, said: Heard) -> Result:
        text = plain(said.text)
        if _UNSURE.fullmatch(text):
            return Got(None)
        # a wish said early, or more of the story
        ahead = wish_in(said.text) or (_AHEAD.search(text) and not since_in(said.text))
        return None if ahead or polite(said.text) else super().read(said)

    def find(self, said: Heard) -> Result:
        """等等，说错了，是前天: nothing but another moment."""
        rest = _SLIP.sub("", said.text)
        return Got(rest) if rest and since_in(rest) == rest else None


@dataclass(frozen=True)
class Wish(Words):
    """What they want done; whoever leaves it to us is taken at their word."""

    def read(self, said: Heard) -> Result:
        if _UNSURE.fullmatch(plain(said.text)):
            return Got(LEFT_TO_US)
        return None if polite(said.text) else super().read(said)

    def find(self, said: Heard) -> Result:
        """退款: nothing but another wish."""
        rest = _SLIP.sub("", said.text)
        return Got(rest) if _WISHED.fullmatch(plain(rest)) else None
