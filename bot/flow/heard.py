"""What a person said, understood once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from bot.rules.openings import match_opening
from bot.rules.readings import Reading
from bot.rules.sentences import Understood, understand
from bot.rules.zh.days import day_problem
from bot.rules.zh.times import TimeWish

ALOUD = "[语音]"
"""Stands before words that were spoken: what a machine understood may be a slip."""


@dataclass(frozen=True)
class Heard:
    """One message. `at` is when it was said, aware, in the store's zone: 明天 counts from there."""

    text: str
    at: datetime
    kind: str = "text"
    media_id: str = ""

    @cached_property
    def understood(self) -> Understood:
        return _understood(self.text, self.at, self.at.replace(tzinfo=None))

    @property
    def day(self) -> Reading[date] | None:
        return self.understood.day

    @property
    def impossible_day(self) -> str:
        """Words for a day that does not exist; '' otherwise."""
        day = self.day
        return (day_problem(day) or "") if day and day.problem == "impossible" else ""

    @property
    def time(self) -> Reading[TimeWish] | None:
        return self.understood.time

    @property
    def earliest(self) -> bool:
        return self.time is not None and any(wish.label == "最早" for wish in self.time.values)

    @property
    def says_when(self) -> bool:
        """A time of day that rules some out; 什么时候有空 and 随便几点 rule out nothing."""
        return self.time is not None and any(wish.label != "任意" for wish in self.time.values)

    @property
    def any_will_do(self) -> bool:
        return "都行" in self.text or "都可以" in self.text or "随便" in self.text

    @property
    def phone(self) -> str:
        found = self.understood.phone
        return found.value if found and found.certain else ""

    @property
    def plate(self) -> str:
        found = self.understood.plate
        return found.value if found and found.certain else ""

    def mentioned(self, names: Mapping[str, Sequence[str]]) -> Reading[str] | None:
        """Which of these (name → other names) the words mention."""
        listed = tuple((name, tuple(others)) for name, others in names.items())
        return _mentioned(self.text, self.at, self.at.replace(tzinfo=None), listed)

    @property
    def has_digits(self) -> bool:
        return any(character.isdigit() for character in self.text)

    @property
    def is_number(self) -> bool:
        """A phone number, a plate or a VIN, or an attempt at one."""
        return re.search(r"[0-9A-Za-z]{5,}", self.text) is not None

    @property
    def worded(self) -> bool:
        """Words, typed or understood from a voice note."""
        return self.kind == "text" or (self.kind == "voice" and not self.silent)

    @property
    def quoted(self) -> str:
        """The words for the record, marked where they were understood from a voice note."""
        text = self.text.strip()
        return f"{ALOUD} {text}" if self.kind == "voice" and text else text

    @property
    def silent(self) -> bool:
        return not self.text.strip()

    def keep(self) -> dict[str, Any]:
        """For the talk's row: the words and when, and which questions have taken from them."""
        row: dict[str, Any] = {"text": self.text, "at": self.at.isoformat(), "used": []}
        return row if self.kind == "text" else {**row, "kind": self.kind, "media": self.media_id}

    @classmethod
    def kept(cls, row: dict[str, Any]) -> "Heard":
        at = datetime.fromisoformat(row["at"])
        return cls(row["text"], at, row.get("kind", "text"), row.get("media", ""))


# What was said is looked at again each turn until the talk ends. Moments are equal across zones,
# and 明天 is not: the wall clock belongs to the key.
@lru_cache(maxsize=4096)
def _understood(text: str, at: datetime, _wall: datetime) -> Understood:
    return understand(text, at)


@lru_cache(maxsize=4096)
def _mentioned(
    text: str, at: datetime, _wall: datetime, names: tuple[tuple[str, tuple[str, ...]], ...]
) -> Reading[str] | None:
    return understand(text, at, services=dict(names)).service


@lru_cache(maxsize=4096)
def opens(text: str, conversation: str) -> bool:
    """Whether these words open this conversation; customers tap and type the same ones."""
    return match_opening(text, (conversation,)) is not None
