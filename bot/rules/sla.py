"""The clocks of a complaint, worked out from what happened to it and the calendar in force.

Source: the working rules of after-sales care, section 5 "投诉与问题闭环". What each clock means:

| clock | runs from | is due | ends with |
|---|---|---|---|
| report 上报总经理 | recorded | half a working day later | reported, seen |
| receipt 确认接单 | recorded, reopened | 24 hours later | received, or any work on it |
| reply 首次回复客户 | recorded, reopened | one working day later | replied, called, told, confirmed |
| progress 记录当日进展 | recorded, reopened, the day's first note | closing time of the next working day | a note on a later day, solved |
| told 告知客户结果 | solved | 24 hours later | told, confirmed |
| check 询问是否满意 | told, else confirmed | at once | checked, confirmed |
| check_again 再次询问 | told, else confirmed | 10 days later | checked_again |

A working day is an official one (调休 counted) and as long as that day's opening hours, so half a
day from an hour before closing ends on the next working day. Hours and days that are not working
days are the wall's; where they end while the doors are shut, the deadline moves to the next
opening. A moment at which the doors open or shut is inside. A deadline that is reached to the
moment is met; a microsecond later it is broken.

Reopening begins receipt, reply and progress anew and stops what was still running. A withdrawn
complaint owes nothing: what was not overdue is stopped. Nothing here is kept: with another calendar
the same events give other deadlines, and only what was done because of the old ones stays done.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final, NamedTuple, TypeVar

from bot.errors import StaffError
from bot.rules.calendar import StoreCalendar
from bot.rules.sla_terms import USUAL, Terms

__all__ = ["USUAL", "Clock", "Happened", "Span", "Step", "Terms", "clocks", "look_at", "spans", "steps"]  # fmt: skip

TICK: Final = timedelta(microseconds=1)
STARTS: Final = ("recorded", "reopened")
NOTES: Final = ("progressed", "replied", "called")
WORK: Final = ("received", *NOTES, "solved")
REPLIES: Final = ("replied", "called", "told", "confirmed")
ASKS: Final[Mapping[str, str]] = {"check": "checked", "check_again": "checked_again"}
"""Clocks that the system itself ends, by asking the customer, and the event that it leaves."""
LEVELS: Final = 2
"""Above the owner, who is warned: 1 the service manager of the store, 2 the general manager."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event. `about`: the key of the clock it is about; `level`: of an escalation."""

    kind: str
    at: datetime
    about: str = ""
    level: int = 0


class Span(NamedTuple):
    """What a clock measures, without its warnings. `asks_at`: of those that the system ends itself,
    when the customer is asked. Moments are UTC, but for `starts_at`.
    """

    name: str
    starts_at: datetime
    due_at: datetime
    ended_at: datetime | None
    stopped_at: datetime | None
    asks_at: datetime | None = None

    def state(self, now: datetime) -> str:
        """running | broken, and once it has ended met | late | stopped."""
        if self.ended_at is not None:
            return "met" if self.ended_at <= self.due_at else "late"
        if self.stopped_at is not None:
            return "stopped" if self.stopped_at <= self.due_at else "late"
        return "broken" if now > self.due_at else "running"


@dataclass(frozen=True, slots=True)
class Clock:
    """`state`: running | warned | broken, and once it has ended met | late | stopped.

    Moments are UTC. `levels_at`: after when each level hears that it broke. Of the clocks that the
    system ends itself, `warn_at` is when the customer is asked.
    """

    name: str
    starts_at: datetime
    warn_at: datetime
    due_at: datetime
    ended_at: datetime | None
    state: str
    levels_at: tuple[datetime, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same clock under every calendar."""
        return f"{self.name} {self.starts_at.astimezone(UTC).isoformat()}"

    @property
    def ended(self) -> bool:
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class Step:
    """What the clocks will have done at `at`: warned, escalated (to `level`), checked(_again)."""

    at: datetime
    deed: str
    clock: Clock
    level: int = 0


def clocks(
    events: Sequence[Happened], calendar: StoreCalendar, terms: Terms, now: datetime
) -> tuple[Clock, ...]:
    """Every clock there ever was, in the order in which they began; `events` in their own order.

    A store that never opens is taken for one with ordinary hours: somebody complained all the same.
    """
    return _by_some_hours(calendar, lambda by: _Reading(by, terms).clocks(events, now))


def spans(events: Sequence[Happened], calendar: StoreCalendar, terms: Terms) -> tuple[Span, ...]:
    """The same without warnings, which cost more than all the rest: for the figures of many."""
    return _by_some_hours(calendar, lambda by: _Reading(by, terms).spans(events))


_ORDINARY: Final = (((time(9), time(18)),),) * 7
_T = TypeVar("_T")


def _by_some_hours(calendar: StoreCalendar, read: Callable[[StoreCalendar], _T]) -> _T:
    try:
        return read(calendar)
    except StaffError:
        return read(_ordinary(calendar.timezone))


@cache
def _ordinary(timezone: str) -> StoreCalendar:
    return StoreCalendar(_ORDINARY, timezone=timezone)


class _Reading:
    """One reading of a complaint's events."""

    def __init__(self, calendar: StoreCalendar, terms: Terms) -> None:
        self._calendar = calendar
        self._terms = terms

    def clocks(self, events: Sequence[Happened], now: datetime) -> tuple[Clock, ...]:
        return tuple(self._clock(span, now) for span in self.spans(events))

    def spans(self, events: Sequence[Happened]) -> tuple[Span, ...]:
        found: list[Span] = []
        for part, stop in _rounds(events):
            found += self._round(part, stop)
        return tuple(sorted(found, key=lambda span: span.starts_at))

    def _round(self, part: Sequence[Happened], stop: datetime | None) -> Iterator[Span]:
        """The clocks from the recording, or from a reopening, on; at `stop` it is over."""
        begun, terms, days = part[0].at, self._terms, self._calendar.add_working_days
        if part[0].kind == "recorded":
            ended = _first(part, ("reported", "seen"))
            yield Span("report", begun, days(begun, terms.report_days), ended, stop)
        receipt = self._after(begun, terms.receipt_within)
        yield Span("receipt", begun, receipt, _first(part, WORK), stop)
        reply = days(begun, terms.reply_days)
        yield Span("reply", begun, reply, _first(part, REPLIES), stop)
        solved = _first(part, ("solved",))
        yield from self._progress(part, solved, stop)
        if solved is None:
            return
        told = _first(part, ("told",)) or _first(part, ("confirmed",))
        ended = _first(part, ("told", "confirmed"))
        yield Span("told", solved, self._after(solved, terms.told_within), ended, stop)
        if told is not None:
            yield from self._checks(part, told, stop)

    def _progress(
        self, part: Sequence[Happened], solved: datetime | None, stop: datetime | None
    ) -> Iterator[Span]:
        """One clock from the first note of a day to the first of another; the last until solved."""
        begun, day = part[0].at, self._calendar.local_day(part[0].at)
        for one in part:
            if one.kind not in NOTES or (solved is not None and one.at >= solved):
                continue
            if (noted := self._calendar.local_day(one.at)) > day:
                yield Span("progress", begun, self._next_day(day), one.at, stop)
                begun, day = one.at, noted
        yield Span("progress", begun, self._next_day(day), solved, stop)

    def _checks(
        self, part: Sequence[Happened], told: datetime, stop: datetime | None
    ) -> Iterator[Span]:
        within = self._terms.told_within
        ended = _first(part, ("checked", "confirmed"), since=told)
        yield Span("check", told, self._after(told, within), ended, stop, told)
        asks = self._after(told, self._terms.check_again_within)
        ended = _first(part, ("checked_again",), since=told)
        yield Span("check_again", told, self._after(asks, within), ended, stop, asks)

    def _clock(self, span: Span, now: datetime) -> Clock:
        """With its warnings, which a running clock may have behind it."""
        begun, due, state = span.starts_at, span.due_at, span.state(now)
        warn, levels = span.asks_at, tuple[datetime, ...]()
        if warn is None:
            warn = self._warn_at(begun, due)
            levels = (due, self._second(due))
        if state == "running" and now >= warn:
            state = "warned"
        return Clock(span.name, begun, warn, due, span.ended_at or span.stopped_at, state, levels)

    def _second(self, due: datetime) -> datetime:
        """When the second level hears of it: at once, where the doors open no more."""
        try:
            return self._calendar.add_working_days(due, self._terms.second_days)
        except StaffError:
            return due

    def _after(self, begun: datetime, wait: timedelta) -> datetime:
        """So much later by the wall clock, or when the doors open next."""
        at = (begun + wait).astimezone(UTC)
        if self._calendar.is_open(at) or self._calendar.is_open(at - TICK):
            return at
        return self._calendar.add_working_time(at, TICK) - TICK

    def _next_day(self, day: date) -> datetime:
        """When the doors shut on the working day after `day`."""
        return self._calendar.working_days_after(day, self._terms.progress_days)

    def _warn_at(self, begun: datetime, due: datetime) -> datetime:
        """While there is still time to act: so much of opening hours before, at most half of all."""
        room = self._calendar.working_time_between(begun, due) / 2
        left = min(timedelta(minutes=float(self._terms.warn_minutes)), room)
        day = self._calendar.local_day(due)
        while left > timedelta(0):
            for opens, shuts in reversed(self._calendar.hours(day)):
                end, begin = min(shuts.astimezone(UTC), due), opens.astimezone(UTC)
                if end - begin >= left:
                    return end - left
                left -= max(end - begin, timedelta(0))
            day -= timedelta(days=1)
        return due


def _rounds(events: Sequence[Happened]) -> Iterator[tuple[Sequence[Happened], datetime | None]]:
    """From each beginning to the next one, and when that one's clocks stop; until a withdrawal."""
    gone = next((n for n, one in enumerate(events) if one.kind == "withdrawn"), None)
    alive = events[:gone]
    begins = [n for n, one in enumerate(alive) if one.kind in STARTS]
    ends = [alive[n].at for n in begins[1:]] + [None if gone is None else events[gone].at]
    for n, (begin, stop) in enumerate(zip(begins, ends, strict=True)):
        until = begins[n + 1] if n + 1 < len(begins) else len(alive)
        yield alive[begin:until], stop


def _first(
    part: Iterable[Happened], kinds: Sequence[str], *, since: datetime | None = None
) -> datetime | None:
    return next(
        (one.at for one in part if one.kind in kinds and (since is None or one.at >= since)), None
    )


def steps(found: Iterable[Clock], events: Sequence[Happened], now: datetime) -> list[Step]:
    """What is still to be done because of the clocks, soonest first; what is past is due.

    Each clock warns once and, once it is broken, no more; each level hears of it once.
    """
    done = {(one.kind, one.about, one.level) for one in events if one.about}
    ahead: list[Step] = []
    for clock in found:
        if clock.ended:
            continue
        if clock.name in ASKS:
            ahead.append(Step(clock.warn_at, ASKS[clock.name], clock))
            continue
        if now <= clock.due_at and ("warned", clock.key, 0) not in done:
            ahead.append(Step(clock.warn_at, "warned", clock))
        ahead += [
            Step(at + TICK, "escalated", clock, level)
            for level, at in enumerate(clock.levels_at, 1)
            if ("escalated", clock.key, level) not in done
        ]
    return sorted(ahead, key=lambda step: step.at)


def look_at(found: Iterable[Clock], events: Sequence[Happened], now: datetime) -> datetime | None:
    """When the clocks are to be looked at next; None: not until something happens."""
    return next((step.at for step in steps(found, events, now)), None)
