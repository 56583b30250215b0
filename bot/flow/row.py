"""Reading and writing the row of a talk: answers by name, and the lines that were shown."""

import hashlib
import re
from typing import Any

from bot.flow.answers import Got, Kept
from bot.flow.heard import Heard
from bot.flow.store import TalkRow
from bot.rules.wording import plain

_ORDINAL = re.compile(
    r"(?:我?[选要]|就)*(?:第([1-9一二三四五六七八九])[个项条]?|选([1-9一二三四五六七八九])[个项条]?)(?:吧|了)?"
)
WAS = "once:was "
"""Under this and its name: the answer that 返回 brings back while it is asked anew."""


def picked(asking: dict[str, Any], said: Heard) -> Got | None:
    """The shown line that was named by its number, its words or a tap."""
    wanted = plain(said.text)
    if not wanted:
        return None
    shown = asking["shown"]
    number = _number(wanted)
    if 1 <= number <= len(shown):
        return Got(shown[number - 1][0])
    for key, label, aliases in shown:
        if wanted == plain(label) or wanted in map(plain, aliases):
            return Got(key)
    return None


def _number(wanted: str) -> int:
    """2, 第二个, 选2: which line; 0 where no line is named by its number."""
    if wanted.isdecimal() and len(wanted) <= 2:
        return int(wanted)
    found = _ORDINAL.fullmatch(wanted)
    if found is None:
        return 0
    digits = found[1] or found[2]
    return int(digits) if digits.isdecimal() else "一二三四五六七八九".index(digits) + 1


def keep_answer(row: TalkRow, name: str, kept: Kept, about: str) -> None:
    """Write an answer down behind the others."""
    row.answers.pop(f"{WAS}{name}", None)
    row.answers[name] = {"v": kept, "n": next_number(row), "of": about}


def next_number(row: TalkRow) -> int:
    """The place of the next answer; it is also the number that the question's lines carry."""
    return 1 + max((entry["n"] for entry in row.answers.values()), default=0)


def digest(of: object) -> str:
    """A short mark of what an answer was about; '' for nothing."""
    if of is None:
        return ""
    return hashlib.sha256(repr(of).encode()).hexdigest()[:16]
