"""The touch plan: which contacts a store owes a customer, when, and whether one is owed still.

    rules = rules_for(overrides, store="pudong", model="Model Y")
    owed(facts, rules, date(2026, 11, 1), date(2026, 11, 30))
    still_owed(touch.identity, touch.until, facts, rules, now)     # "" or why not, in Chinese

A plan is a function of the facts: planned again when they change, it gives the same identities for
what has not changed. A service reminder names the visit it counts from, so it comes once for each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.rules.touch_facts import Facts, Identity, Owed
from bot.rules.touch_kinds import Rule

Rules = Mapping[str, Rule]


def owed(facts: Facts, rules: Rules, start: date, end: date) -> list[Owed]:
    """What is due from `start` to `end`, both included, in order of time."""
    raise NotImplementedError


def service_on(facts: Facts, rules: Rules) -> date | None:
    """When the next service is due, by date or by mileage, whichever comes first."""
    raise NotImplementedError


def still_owed(
    identity: Identity, until: datetime | None, facts: Facts, rules: Rules, now: datetime
) -> str:
    """ "" while it is owed; else why not any more, in words for staff."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Cell:
    """计划 and 完成 of one touchpoint, in the month it is due."""

    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """A kind's twelve months on the customer card."""

    code: str
    name: str
    months: tuple[tuple[Cell, ...], ...]


def grid(
    planned: Iterable[Identity], done: Mapping[Identity, date], first: date
) -> tuple[Row, ...]:
    """Kinds down, twelve months across from that of `first`."""
    raise NotImplementedError
