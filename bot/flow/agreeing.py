"""Yes or no to what was read out. Only a whole message counts: 可以改成下午吗 is no yes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.flow.answers import Gone, Got, Kept, Option, Result, Unclear
from bot.flow.heard import Heard
from bot.rules.wording import plain

_POLITE = "吧|啊|呀|哈|呢|哦|噢|啦|了|的|谢谢|多谢|麻烦|辛苦|您|你|那|就|先|我|帮"
_YES = "确认|确定|好|可以|是|对|嗯|恩|行|成|妥|要|没错|没问题|无误|没有误|同意|ok|okay|yes|这样|这个|约|预约|👌|👍"
_WRONG = "不是|不对|不行|不可以|不好|不太好|有问题|错"
_NO = "不用|不要|不是|不对|不行|不可以|不好|不约|不去|不取消|不改|不|算|否|no|再说|再想想|考虑一下|考虑|下次"


def _names(option: Option) -> str:
    """Its line and what else it is called: 确定撤回 is a yes and the line."""
    called = (plain(name) for name in (option.label, *option.aliases))
    return "".join(f"|{re.escape(name)}" for name in called if name)


def _said(words: str, text: str) -> bool:
    """Nothing but these words and manners."""
    whole = re.fullmatch(rf"(?:{words}|{_POLITE})+", text)
    return whole is not None and re.search(words, text) is not None


@dataclass(frozen=True, slots=True)
class Agreement:
    """True, False, or one of the lines 改… that the engine takes as corrections."""

    yes: Option
    no: Option
    change: Sequence[str] = ()

    async def prepare(self) -> None:
        """Nothing to fetch."""

    def options(self) -> Sequence[Option]:
        lines = (Option(f"改{name}", f"改{name}") for name in self.change)
        return [self.yes, *lines, self.no]

    def read(self, said: Heard) -> Result:
        text = plain(said.text)
        if self.change and _said(_WRONG, text):
            return Unclear(tuple(self.options()[1:]), "想改哪一项？")
        refused = f"|(?:不要?|别)(?:{_names(self.yes)[1:]})"  # 不要撤回 is neither line
        if _said(_NO + _names(self.no) + refused, text):
            return Got(self.no.key)
        return Got(self.yes.key) if _said(_YES + _names(self.yes), text) else None

    def find(self, said: Heard) -> Result:
        """Never taken from something said before the summary was read."""
        return None

    def value(self, kept: Kept) -> bool:
        if kept not in (self.yes.key, self.no.key):
            raise Gone("想改什么请直接说，比如“改日期”。")
        return kept == self.yes.key
