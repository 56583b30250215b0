"""Other times for who did not come: two that are free, near the hour they had chosen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

LEAST: Final = timedelta(hours=2)
"""Nobody who reads it is asked to be there sooner."""
OFFERED: Final = 2


def second_times(
    free: Sequence[Sequence[datetime]], missed: datetime, now: datetime
) -> list[datetime]:
    """One of each day at the hour nearest to `missed`; of a single day the two nearest.

    `free`: the free times of each day, in the store's zone, as `missed` is.
    """

    def far(at: datetime) -> tuple[int, datetime]:
        there, then = at.hour * 60 + at.minute, missed.hour * 60 + missed.minute
        return abs(there - then), at

    days = [sorted((at for at in day if at >= now + LEAST), key=far) for day in free]
    days = [day for day in days if day]
    if len(days) == 1:
        return sorted(days[0][:OFFERED])
    return [day[0] for day in days[:OFFERED]]
