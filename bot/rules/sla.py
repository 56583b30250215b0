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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Final

from bot.errors import StaffError
from bot.rules.calendar import StoreCalendar
from bot.rules.sla_terms import USUAL, Terms

__all__ = ["USUAL", "Clock", "Happened", "Step", "Terms", "clocks", "look_at", "steps"]

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
    try:
        return tuple(_Reading(calendar, terms, now).all(events))
    except StaffError:
        ordinary = StoreCalendar(_ORDINARY, timezone=calendar.timezone)
        return tuple(_Reading(ordinary, terms, now).all(events))


_ORDINARY: Final = (((time(9), time(18)),),) * 7


class _Reading:
    """One reading of a complaint's events."""

    def __init__(self, calendar: StoreCalendar, terms: Terms, now: datetime) -> None:
        self._calendar = calendar
        self._terms = terms
        self._now = now

    def all(self, events: Sequence[Happened]) -> list[Clock]:
        found: list[Clock] = []
        for part, stop in _rounds(events):
            found += self._round(part, stop)
        return sorted(found, key=lambda clock: clock.starts_at)

    def _round(self, part: Sequence[Happened], stop: datetime | None) -> Iterator[Clock]:
        """The clocks from the recording, or from a reopening, on; at `stop` it is over."""
        begun, terms, days = part[0].at, self._terms, self._calendar.add_working_days
        if part[0].kind == "recorded":
            ended = _first(part, ("reported", "seen"))
            yield self._clock("report", begun, days(begun, terms.report_days), ended, stop)
        receipt = self._after(begun, terms.receipt_hours)
        yield self._clock("receipt", begun, receipt, _first(part, WORK), stop)
        reply = days(begun, terms.reply_days)
        yield self._clock("reply", begun, reply, _first(part, REPLIES), stop)
        solved = _first(part, ("solved",))
        yield from self._progress(part, solved, stop)
        if solved is None:
            return
        told = _first(part, ("told",)) or _first(part, ("confirmed",))
        ended = _first(part, ("told", "confirmed"))
        yield self._clock("told", solved, self._after(solved, terms.told_hours), ended, stop)
        if told is not None:
            yield from self._checks(part, told, stop)

    def _progress(
        self, part: Sequence[Happened], solved: datetime | None, stop: datetime | None
    ) -> Iterator[Clock]:
        """One clock from the first note of a day to the first of another; the last until solved."""
        calendar, begun = self._calendar, part[0].at
        for one in part:
            if one.kind not in NOTES or (solved is not None and one.at >= solved):
                continue
            if calendar.local_day(one.at) > calendar.local_day(begun):
                yield self._clock("progress", begun, self._next_day(begun), one.at, stop)
                begun = one.at
        yield self._clock("progress", begun, self._next_day(begun), solved, stop)

    def _checks(
        self, part: Sequence[Happened], told: datetime, stop: datetime | None
    ) -> Iterator[Clock]:
        hours = self._terms.told_hours
        ended = _first(part, ("checked", "confirmed"), since=told)
        yield self._clock("check", told, self._after(told, hours), ended, stop, asks=told)
        asks = self._after(told, self._terms.check_again_days * 24)
        ended = _first(part, ("checked_again",), since=told)
        due = self._after(asks, hours)
        yield self._clock("check_again", told, due, ended, stop, asks=asks)

    def _clock(
        self,
        name: str,
        begun: datetime,
        due: datetime,
        ended: datetime | None,
        stop: datetime | None,
        *,
        asks: datetime | None = None,
    ) -> Clock:
        warn = asks or self._warn_at(begun, due)
        levels = (
            () if asks else (due, self._calendar.add_working_days(due, self._terms.second_days))
        )
        if ended is not None:
            state = "met" if ended <= due else "late"
        elif stop is not None:
            state = "stopped" if stop <= due else "late"
        elif self._now > due:
            state = "broken"
        else:
            state = "warned" if self._now >= warn else "running"
        return Clock(name, begun, warn, due, ended or stop, state, levels)

    def _after(self, begun: datetime, hours: Fraction) -> datetime:
        """So many hours later by the wall clock, or when the doors open next."""
        at = (begun + timedelta(microseconds=int(hours * 3_600_000_000))).astimezone(UTC)
        if self._calendar.is_open(at) or self._calendar.is_open(at - TICK):
            return at
        return self._calendar.add_working_time(at, TICK) - TICK

    def _next_day(self, begun: datetime) -> datetime:
        """When the doors shut on the next working day."""
        day = self._calendar.local_day(begun) + timedelta(days=1)
        midnight = datetime.combine(day, time.min, self._calendar.zone)
        return self._calendar.add_working_days(midnight, self._terms.progress_days)

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
