"""What a person said, understood once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from bot.rules.readings import Reading
from bot.rules.sentences import Understood, understand
from bot.rules.zh_days import day_problem
from bot.rules.zh_times import TimeWish


@dataclass(frozen=True)
class Heard:
    """One message. `at` is when it was said, aware, in the store's zone: 明天 counts from there."""

    text: str
    at: datetime
    kind: str = "text"
    media_id: str = ""

    @cached_property
    def understood(self) -> Understood:
        return understand(self.text, self.at)

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
        return understand(self.text, self.at, services=names).service

    @property
    def has_digits(self) -> bool:
        return any(character.isdigit() for character in self.text)

    @property
    def is_number(self) -> bool:
        """A phone number, a plate or a VIN, or an attempt at one."""
        return re.search(r"[0-9A-Za-z]{5,}", self.text) is not None

    @property
    def silent(self) -> bool:
        return not self.text.strip()

    def keep(self) -> dict[str, Any]:
        """For the talk's row: the words and when, and which questions have taken from them."""
        return {"text": self.text, "at": self.at.isoformat(), "used": []}

    @classmethod
    def kept(cls, row: dict[str, Any]) -> "Heard":
        return cls(row["text"], datetime.fromisoformat(row["at"]))
