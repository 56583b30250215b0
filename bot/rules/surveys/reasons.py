"""Why somebody stays away, in their own words: 太贵了, 搬家了, 一直在外面做."""

from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.scoring import complains
from bot.rules.surveys.parts import Answer, Question
from bot.rules.surveys.reading import read_answer
from bot.rules.wording import plain

_OTHER: Final = "other"
_QUALITY: Final = "quality"
_KNOWN: Final[tuple[tuple[str, Lazy], ...]] = (
    ("far", Lazy(r"(?<!不)(?<!不算)(?<!不太)远|搬家|搬走|搬到|换城市|去外地|在外地|不顺路")),
    ("price", Lazy(r"(?<!不)(?<!不算)(?<!不太)贵|(?:价格|价钱|收费|费用)(?:太|有点|比较|偏|很)?高|不便宜|不划算")),
    ("waiting", Lazy(r"等得?(?:太|很|好|了)?(?:久|半天)|排队|(?:太|很|有点|好)慢|约不上|没有?号")),
    (_QUALITY, Lazy(r"(?:服务|态度|手艺|技术|质量)[^,，。]{0,3}(?:不好|不行|差)|没做好|没修好|修不好")),
    ("elsewhere", Lazy(r"(?<!比)别家|(?<!比)别的店|别处|别的地方|其他店|其它店|其他地方|(?<!比)(?:在|到|去)?外面|路边|修理厂|途虎|朋友的?店|自己(?:做|换|保养)")),
    ("sold", Lazy(r"车.{0,4}(?:卖|过户|报废|转手)|(?:卖|过户|报废|转手)了|换车了")),
    ("little", Lazy(r"(?:很少|不怎么|不常|不太|没怎么|没)开|开得?(?:很|比较)?少|没开车|闲置|停着")),
)  # fmt: skip
"""Codes of the house's choices; a survey of the store's own that lacks one has it under 其他."""
_ASKS: Final = Lazy(r"[?？]|请问|[吗么呢]$|^(?:怎么|多少|什么时候|几点)")
LEAST: Final = 3
"""Signs from which on words that name none of the lines are a reason of their own."""


def reason(question: Question, text: str) -> Answer | None:
    """The line it comes to, with their words where they said more than that; None: it is none."""
    words = text.strip()
    if question.kind != "choice" or not words:
        return None
    found = read_answer(question, words)
    code = found.choices[0] if found is not None else _named(question, words)
    if code is None:
        return None
    bare = plain(words)
    only = bare.isdecimal() or bare == plain(question.label(code))
    return Answer(choices=(code,), words="" if only else words)


def _named(question: Question, words: str) -> str | None:
    named = [code for code, pattern in _KNOWN if pattern.search(words)]
    if complains(words):
        named = [_QUALITY]
    if len(named) == 1 and named[0] in question.known:
        return named[0]
    if _OTHER not in question.known or (not named and _ASKS.search(words)):
        return None
    return _OTHER if named or len(plain(words)) >= LEAST else None
