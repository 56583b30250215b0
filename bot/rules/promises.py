"""What the store promised who complained: its answers, with the day that each names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from bot.rules.zh.days import days_in
from bot.rules.zh.text import plain

_SAID: Final = ("replied", "called", "solved", "told")
"""Kinds of events in which a customer is told something."""


@dataclass(frozen=True, slots=True)
class Promise:
    """`until`: the last day that the words name, None where they name none. `at` is aware."""

    at: datetime
    by: str
    words: str
    until: date | None


def day_named(words: str, said_on: date) -> date | None:
    """明天下午前给您答复 → the day after it was said; a day that was past by then is no promise."""
    mentions, _ = days_in(plain(words).text, said_on)
    days = [day for mention in mentions if not mention.problem for day in mention.values]
    return max((day for day in days if day >= said_on), default=None)


def promises(said: Iterable[tuple[str, datetime, str, str]], zone: tzinfo | None) -> list[Promise]:
    """`said`: an event's kind, moment, actor and words, in order."""
    return [
        Promise(at, by, words, day_named(words, at.astimezone(zone).date()))
        for kind, at, by, words in said
        if kind in _SAID and words.strip()
    ]
