"""A score that stands somewhere in a sentence: 总体还可以，给个4分; 五分吧，小李服务特别好."""

import re
from typing import Final

from bot.rules.patterns import Lazy
from bot.rules.surveys.parts import Answer, Question
from bot.rules.wording import plain
from bot.rules.zh.numbers import to_int

_GIVEN: Final = Lazy(
    r"(?<![不别])(?:给|打|评)(?:你们|您们|你|他们?|她|它|个|了|到|上|满|顶多|最多|只|就)*"
    r"(?<![0-9.])([0-9]{1,2}|[零一二两三四五六七八九十]{1,2})分(?!钟|之|店|公司)"
)

_CLAUSE: Final = re.compile(r"[\s，,。.；;！!、~～]+")
_ALONE: Final = Lazy(
    r"(?:我|就|给|打|那|只能|总体|整体|评)*([0-9]{1,2}|[零一二两三四五六七八九十]{1,2})分(?!钟).{0,3}"
)


def score_given(question: Question, text: str) -> Answer | None:
    """The only score that a sentence gives, where the question knows it; None: none, or several."""
    if question.kind not in {"score", "nps"}:
        return None
    found = {to_int(hit[1]) for hit in _GIVEN.finditer(plain(text))}
    parts = (_ALONE.fullmatch(plain(part)) for part in _CLAUSE.split(text))
    found |= {to_int(part[1]) for part in parts if part}
    value = found.pop() if len(found) == 1 else None
    return Answer(value) if value is not None and value in question.known else None
