"""试驾车: which of a store's demo cars somebody can drive at an hour, so that one is promised once.

A drive begins at a full hour and takes at most one, so a car's drives are told apart by their
beginnings; the database keeps each beginning of a car unique.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.rules.calendar import Shifts
from bot.rules.wording import plain

LONGEST: Final = timedelta(hours=1)
Busy = Collection[tuple[int, datetime]]
"""A car's id and when a drive of it begins."""


@dataclass(frozen=True, slots=True)
class DemoCar:
    """`name`: how the house calls it, its plate mostly. `shifts`: when it can be driven; none: as
    long as the doors are open.
    """

    id: int
    name: str
    model: str
    shifts: Shifts = ()

    def out_at(self, at: datetime) -> bool:
        """Whether it can be driven from `at` on, which is on the store's wall."""
        begin, end = at.time(), (at + LONGEST).time()
        return not self.shifts or any(
            opens <= begin and end <= shuts for opens, shuts in self.shifts
        )


def meant(cars: Sequence[DemoCar], model: str) -> tuple[DemoCar, ...]:
    """Those of the model as a customer calls it; every one where they named none."""
    said = plain(model).lower()
    return tuple(car for car in cars if (own := plain(car.model).lower()) in said or said in own)


def car_for(cars: Sequence[DemoCar], model: str, at: datetime, busy: Busy) -> DemoCar | None:
    """The first that is free then; `at` on the store's wall."""
    free = (car for car in meant(cars, model) if car.out_at(at) and (car.id, at) not in busy)
    return next(free, None)


def free_hours(
    cars: Sequence[DemoCar], model: str, hours: Sequence[datetime], busy: Busy
) -> list[datetime]:
    """The hours at which one can be driven. Of a model that the store has told us of no car of,
    all: the consultant sees to one.
    """
    if not meant(cars, model):
        return list(hours)
    return [at for at in hours if car_for(cars, model, at, busy) is not None]
