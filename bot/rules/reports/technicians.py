"""技师: what customers said of the visits that a technician was booked for."""

from dataclasses import dataclass

from bot.rules.reports.answers import Ratings


@dataclass(frozen=True, slots=True)
class TechnicianFigure:
    """`complaints` about such a visit, but for those withdrawn; `store`: its name."""

    name: str
    store: str
    ratings: Ratings
    complaints: int
