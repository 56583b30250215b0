"""Which times a service can still be booked at: bay × skill × duration on the store's calendar.

Capacity is counted in cells of a quarter of an hour. A booking takes every cell of one bay and of
one technician; the database keeps each cell of a resource unique, which is what forbids overbooking.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from bot.rules.calendar import StoreCalendar

CELL = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Taken = AbstractSet[tuple[int, datetime]]  # (resource id, cell start in UTC)


@dataclass(frozen=True)
class Resource:
    """A 工位 or 技师 and what can be done there, or by them."""

    id: int
    kind: Literal["bay", "technician"]
    skills: frozenset[str]


@dataclass(frozen=True)
class Need:
    """What a service takes. An empty skill is one that every bay, or technician, has."""

    minutes: int
    skill: str
    bay_skill: str = ""

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise ValueError(f"a service takes time, not {self.minutes} minutes")


def cells(start: datetime, minutes: int) -> list[datetime]:
    """The starts (UTC) of every cell that `minutes` from `start` touch."""
    first = start - (start - EPOCH) % CELL
    touched = -((first - start - timedelta(minutes=minutes)) // CELL)
    return [first.astimezone(UTC) + CELL * n for n in range(touched)]


def candidates(
    resources: Sequence[Resource], need: Need, taken: Taken, start: datetime
) -> Iterator[tuple[Resource, Resource]]:
    """Bay and technician pairs that are free for the whole service.

    The least versatile first, so that scarce skills stay free for those who need them.
    """
    wanted = cells(start, need.minutes)
    bays = _free(resources, "bay", need.bay_skill, taken, wanted)
    technicians = _free(resources, "technician", need.skill, taken, wanted)
    return ((bay, technician) for bay in bays for technician in technicians)


def _free(
    resources: Sequence[Resource],
    kind: Literal["bay", "technician"],
    skill: str,
    taken: Taken,
    wanted: Sequence[datetime],
) -> list[Resource]:
    able = [
        resource
        for resource in resources
        if resource.kind == kind
        and _able(resource, skill)
        and not any((resource.id, cell) in taken for cell in wanted)
    ]
    return sorted(able, key=lambda resource: (len(resource.skills), resource.id))


def free_starts(
    calendar: StoreCalendar,
    day: date,
    resources: Sequence[Resource],
    need: Need,
    taken: Taken,
    now: datetime,
    *,
    step: timedelta = timedelta(minutes=30),
    lead: timedelta = timedelta(minutes=60),
    horizon_days: int = 60,
) -> list[datetime]:
    """The times on `day`, in the store's zone, at which the service can begin.

    It fits into one shift (no car waits on the lift over lunch), begins `lead` from now at the
    earliest, and `day` is at most `horizon_days` away.
    """
    if day > calendar.local_day(now) + timedelta(days=horizon_days):
        return []
    free, soonest = _free_all_along(resources, need, taken), now + lead
    return [
        start
        for start, wanted in _fitting(tuple(calendar.hours(day)), need.minutes, step)
        if start >= soonest and free(wanted)
    ]


def has_free_start(
    calendar: StoreCalendar,
    day: date,
    resources: Sequence[Resource],
    need: Need,
    taken: Taken,
    now: datetime,
    *,
    step: timedelta = timedelta(minutes=30),
    lead: timedelta = timedelta(minutes=60),
    horizon_days: int = 60,
) -> bool:
    """Whether `free_starts` would find any, looking no further than the first."""
    if day > calendar.local_day(now) + timedelta(days=horizon_days):
        return False
    free, soonest = _free_all_along(resources, need, taken), now + lead
    fitting = _fitting(tuple(calendar.hours(day)), need.minutes, step)
    return any(start >= soonest and free(wanted) for start, wanted in fitting)


def _free_all_along(
    resources: Sequence[Resource], need: Need, taken: Taken
) -> Callable[[Sequence[datetime]], bool]:
    """Whether `candidates` has any pair for these cells; it asks for no more than one of each."""
    bays = [r.id for r in resources if r.kind == "bay" and _able(r, need.bay_skill)]
    technicians = [r.id for r in resources if r.kind == "technician" and _able(r, need.skill)]

    def free(wanted: Sequence[datetime]) -> bool:
        return all(
            any(taken.isdisjoint([(able, cell) for cell in wanted]) for able in group)
            for group in (bays, technicians)
        )

    return free


def _able(resource: Resource, skill: str) -> bool:
    return not skill or skill in resource.skills


@lru_cache(maxsize=1024)
def _fitting(
    hours: tuple[tuple[datetime, datetime], ...], minutes: int, step: timedelta
) -> tuple[tuple[datetime, tuple[datetime, ...]], ...]:
    """Every `step` of each shift at which the service would still end by the shift's end, in the
    store's zone, with the cells it takes. The same for everybody who asks for that day."""
    found = []
    for opens, shuts in hours:
        start, last = opens.astimezone(UTC), shuts.astimezone(UTC) - timedelta(minutes=minutes)
        while start <= last:
            found.append((start.astimezone(opens.tzinfo), tuple(cells(start, minutes))))
            start += step
    return tuple(found)
