"""Mentions of days and times, and what a sentence does with them: refuses, moves, or lists them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.rules.patterns import Lazy
from bot.rules.readings import Problem, Reading
from bot.rules.zh.text import BLANK, Plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mention(Generic[T]):
    """One place in the plain text. `kind` tells the grammars apart where they are joined."""

    values: tuple[T, ...]
    start: int
    end: int
    problem: Problem = ""
    kind: str = ""


def sweep(
    text: str,
    pattern: Lazy,
    read: Callable[[re.Match[str]], Mention[T] | None],
    found: list[Mention[T]],
) -> str:
    """Read every match, and return the text with what was read blanked."""
    signs: list[str] | None = None
    for match in pattern.finditer(text):
        mention = read(match)
        if mention is None:
            continue
        found.append(mention)
        if signs is None:
            signs = list(text)
        signs[mention.start : mention.end] = BLANK * (mention.end - mention.start)
    return text if signs is None else "".join(signs)


# 周六不行，周日吧 · 周六我没空 · 明天上午有事
_NOT = (
    r"[ ,的]*(?:那天)?(?:我|都|也|可能|就|恐怕|实在|已经|应该|们|要){0,3}"
    r"(?:不行|不可以|不太?方便|没空|没有?时间|没有空|有事|来不了|去不了|来不及|过不[来去]|"
    r"不能|不来|不去|不要|不约|约满|满了|出差|不合适|太[早晚]|不一定|不确定|不好说|够呛|悬)"
)
_REFUSED = Lazy(_NOT)
_REFUSED_WITH_TIME = Lazy(rf"[{BLANK} 的]*{_NOT}")
# 不是周六 · 除了周六 · 别约周六; 是不是 and 要不要 only ask
_REFUSED_BEFORE = Lazy(
    r"(?:(?<!是)不是|(?<!要)不要|除了?|除开|别|(?<![能可想要是用])不(?:想|能|用)?|不去)(?:约|在|选|改到|安排)?$"
)
_MOVED = Lazy(
    r"(?:改|换|挪|推迟|推后|推|延后|延期|延迟|延|提前|调整?|移|顺延|更改|变更|修改)(?:到|成|为|至|在)"
    rf"|(?:改|换|挪|推|延)(?=[{BLANK}])"
)


def chosen(mentions: Sequence[Mention[T]], text: str) -> list[Mention[T]]:
    """Those that are wished: not the refused ones, and after 改到 only what follows it.

    `text` is the plain text with the mentions blanked.
    """
    wished = [each for each in mentions if not _refused(each, text)]
    if len(wished) < 2:
        return wished
    # 周六上午不行 refuses the morning, unless another day is offered instead
    wished = [e for e in wished if not _REFUSED_WITH_TIME.match(text, e.end)] or wished
    for move in reversed(list(_MOVED.finditer(text))):
        after = [each for each in wished if each.start >= move.end()]
        if after:
            wished = after
            break
    return [each for each in wished if not each.problem] or wished


def _refused(mention: Mention[T], text: str) -> bool:
    if _REFUSED.match(text, mention.end):
        return True
    before = text[max(0, mention.start - 8) : mention.start]
    return _REFUSED_BEFORE.search(before.rstrip(f"{BLANK} ")) is not None


def join(mentions: Sequence[Mention[T]], source: Plain) -> Reading[T] | None:
    """All wished mentions as one reading: their values in the order they were said.

    One that says nothing new is left out, and beside a problem only what shares it counts.
    """
    values: dict[T, None] = {}
    telling: list[Mention[T]] = []
    for each in mentions:
        new = [value for value in each.values if value not in values]
        if not telling or (new and each.problem == mentions[0].problem):
            telling.append(each)
            values.update(dict.fromkeys(new))
    if not telling:
        return None
    start, end = source.span(min(m.start for m in telling), max(m.end for m in telling))
    return Reading(tuple(values), start, end, source.source[start:end], telling[0].problem)
