"""回访月报: what a month's follow-ups, ratings and complaints come to.

Everything here works on counts that the database has made; shares are in percent with one digit
behind the point, None where there is nothing to share.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.rules.cases.words import CLOCKS
from bot.rules.reports.answers import QuestionFigure, Ratings, percent
from bot.rules.reports.top_issues import Issue
from bot.rules.sla import ASKS
from bot.rules.touch.ends import MISSED, RATED

REACHED: Final = ("rated", "reached")
"""Outcomes of a contact in which the customer said something."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """So many follow-ups of one state, outcome and reason."""

    state: str
    outcome: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class FollowUps:
    """应回访, 已回访, 成功回访. `spared`: those who were rightly left alone, not among the due."""

    due: int = 0
    done: int = 0
    successful: int = 0
    spared: int = 0

    @property
    def done_percent(self) -> float | None:
        return percent(self.done, self.due)

    @property
    def successful_percent(self) -> float | None:
        """Of the done."""
        return percent(self.successful, self.done)


def follow_ups(found: Iterable[Contacts]) -> FollowUps:
    """Cancelled ones are owed no more. One that came too late was owed; a refusal is an answer.

    Sent, called or answered is done; handed over to somebody who has not called yet is not.
    """
    due = done = successful = spared = 0
    for one in found:
        rated = one.outcome in REACHED or (one.state == "skipped" and RATED in one.why)
        if one.state == "cancelled":
            continue
        if one.state == "skipped" and not rated and not any(word in one.why for word in MISSED):
            spared += one.count
            continue
        due += one.count
        done += one.count if rated or one.state in {"sent", "done"} else 0
        successful += one.count if rated else 0
    return FollowUps(due, done, successful, spared)


@dataclass(frozen=True, slots=True)
class Complaints:
    """Of those recorded in the month. Withdrawn ones count in no share.

    `late`: a clock of theirs was missed; `on_time`: all of them were met and nothing is running;
    `in_hand`: not solved yet, and in time so far.
    """

    recorded: int = 0
    withdrawn: int = 0
    solved: int = 0
    on_time: int = 0
    late: int = 0
    in_hand: int = 0

    @property
    def resolution_percent(self) -> float | None:
        """解决率."""
        return percent(self.solved, self.recorded - self.withdrawn)

    @property
    def due_resolution_percent(self) -> float | None:
        """解决率 of those whose time has come: what somebody took today is not held against them."""
        return percent(self.solved, self.recorded - self.withdrawn - self.in_hand)

    @property
    def on_time_percent(self) -> float | None:
        """及时处理率: of those whose clocks have all been met or one of them missed."""
        return percent(self.on_time, self.on_time + self.late)


@dataclass(frozen=True, slots=True)
class Handled:
    """A complaint. `timely`: None while nobody can say."""

    state: str
    timely: bool | None


def complaints(found: Sequence[Handled]) -> Complaints:
    counted = [one for one in found if one.state != "withdrawn"]
    unsolved = [one for one in counted if one.state not in {"solved", "confirmed"}]
    return Complaints(
        len(found),
        len(found) - len(counted),
        len(counted) - len(unsolved),
        sum(one.timely is True for one in counted),
        sum(one.timely is False for one in counted),
        sum(one.timely is not False for one in unsolved),
    )


@dataclass(frozen=True, slots=True)
class ClockFigure:
    """How often one of the clocks was met, and how often it was not."""

    name: str
    met: int
    late: int

    @property
    def called(self) -> str:
        return CLOCKS[self.name]

    @property
    def on_time_percent(self) -> float | None:
        return percent(self.met, self.met + self.late)


_MISSED_STATES: Final = frozenset({"late", "broken"})
Stand = tuple[str, str]
"""A clock's name, and its state without its warnings."""


def timely(clocks: Iterable[Stand]) -> bool | None:
    """Whether a complaint was handled in time; None: nobody can say yet.

    The clocks that the system itself ends, by asking the customer, are not the store's.
    """
    states = {state for name, state in clocks if name not in ASKS}
    if states & _MISSED_STATES:
        return False
    return None if "running" in states or "met" not in states else True


def clock_figures(all_clocks: Iterable[Stand]) -> tuple[ClockFigure, ...]:
    met, late = dict.fromkeys(CLOCKS, 0), dict.fromkeys(CLOCKS, 0)
    for name, state in all_clocks:
        met[name] += state == "met"
        late[name] += state in _MISSED_STATES
    return tuple(ClockFigure(name, met[name], late[name]) for name in CLOCKS if name not in ASKS)


@dataclass(frozen=True, slots=True)
class Headline:
    """A store's own line; `store` is its code, "" where nobody knows which it was."""

    store: str
    name: str
    follow_ups: FollowUps
    ratings: Ratings
    complaints: Complaints


@dataclass(frozen=True, slots=True)
class Monthly:
    """`month`: 2026-12. `stores`: each by itself, where the report is of all of them."""

    month: str
    store: str
    follow_ups: FollowUps
    ratings: Ratings
    questions: tuple[QuestionFigure, ...]
    complaints: Complaints
    clocks: tuple[ClockFigure, ...]
    issues: tuple[Issue, ...]
    stores: tuple[Headline, ...]
