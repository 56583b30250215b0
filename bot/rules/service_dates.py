"""On which day a car reaches its next service: by date, or by how fast it runs."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Final, NamedTuple

from bot.rules.mileage import USUAL_A_DAY

SHORTEST: Final = 14
"""Days between two readings that say something of a car's pace."""
NEAR_KM: Final = 500
"""A car of unknown pace that is this near to its service is there."""


class Reading(NamedTuple):
    """Kilometres on a day."""

    on: date
    km: int


def pace(visits: Sequence[Reading], others: Sequence[Reading]) -> float | None:
    """Kilometres a day: from the last two visits, else from all that is known of the car.

    None where the readings lie too near, fall, or tell of a pace nobody drives.
    """
    known = sorted({*visits, *others})
    last_two = sorted(visits)[-2:]
    for readings in (last_two, known):
        if len(readings) >= 2 and (found := _between(readings[0], readings[-1])):
            return found
    return None


def _between(a: Reading, b: Reading) -> float | None:
    days = (b.on - a.on).days
    if days < SHORTEST or not 0 < b.km - a.km <= USUAL_A_DAY * days:
        return None
    return (b.km - a.km) / days


def reached_on(km: int, visits: Sequence[Reading], others: Sequence[Reading]) -> date | None:
    """The day on which the car has run `km`; None where nobody can say.

    Not before the reading that told us: what is known late is due when it is known.
    """
    known = [*visits, *others]
    if not known:
        return None
    last = max(known)
    left = km - last.km
    if left <= 0:
        return last.on
    if a_day := pace(visits, others):
        # Past all plans where the car stands still: no date overflows.
        return last.on + timedelta(days=min(ceil(left / a_day), 36_500))
    return last.on if left <= NEAR_KM else None
