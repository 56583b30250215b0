"""满意度趋势: the same figures month by month."""

from dataclasses import dataclass
from datetime import date

from bot.rules.reports.answers import Ratings
from bot.rules.reports.monthly import Complaints, FollowUps
from bot.rules.service_due import add_months


@dataclass(frozen=True, slots=True)
class Point:
    """`month`: 2026-12. `complaints` without their clocks: nothing is said of handling in time."""

    month: str
    follow_ups: FollowUps
    ratings: Ratings
    complaints: Complaints


@dataclass(frozen=True, slots=True)
class Trend:
    """`store`: its code, "" all of them. The oldest month first."""

    store: str
    points: tuple[Point, ...]

    def changed(self, place: int) -> float | None:
        """How far satisfaction is from the month before; None where one of them has none."""
        if place == 0:
            return None
        before, now = (self.points[n].ratings.satisfaction for n in (place - 1, place))
        return None if before is None or now is None else round(now - before, 2)


def months_until(last: date, count: int) -> tuple[date, ...]:
    """The first days of `count` months, the last of them that of `last`."""
    first = last.replace(day=1)
    return tuple(add_months(first, -back) for back in reversed(range(count)))
