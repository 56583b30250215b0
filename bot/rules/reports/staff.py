"""员工业绩: what a month came to for everybody who works here, as far as the data knows whose it was.

A rating of a handover is its sales consultant's, every other one the service advisor's of the car. A
complaint is its owner's, a call that of whoever made it; one that nobody made is whose task it was.
"""

from dataclasses import dataclass
from typing import Final

from bot.rules.reports.answers import Ratings, percent
from bot.rules.reports.kpi import Duties, Kpi, kpi
from bot.rules.reports.monthly import Complaints
from bot.rules.roles import ROLE_NAMES, Role

NOBODY: Final = "未指定"


@dataclass(frozen=True, slots=True)
class Calls:
    """回访电话: tries, and those in which somebody was reached."""

    made: int = 0
    reached: int = 0

    @property
    def reached_percent(self) -> float | None:
        return percent(self.reached, self.made)


@dataclass(frozen=True, slots=True)
class StaffFigure:
    """`login` and `role` are "" where nobody was named; `store`: its name, "" of every store."""

    name: str
    login: str
    role: str
    store: str
    ratings: Ratings
    complaints: Complaints
    calls: Calls
    duties: Duties

    @property
    def role_name(self) -> str:
        return ROLE_NAMES[Role(self.role)] if self.role else ""

    @property
    def kpi(self) -> Kpi:
        """What is nobody's is not judged."""
        if not self.role:
            return Kpi(None, ())
        shares = ("completion", "completeness", "second_sale")
        return kpi(
            {name: getattr(self.duties, name) for name in shares}
            | {"satisfaction": self.ratings.satisfaction}
            | {"resolution": self.complaints.due_resolution_percent}
        )


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """`store`: its code, "" all of them."""

    month: str
    store: str
    people: tuple[StaffFigure, ...]
