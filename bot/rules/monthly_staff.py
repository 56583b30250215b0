"""员工业绩: what a month came to for everybody who works here, as far as the data knows whose it was.

A rating of a handover is its sales consultant's, every other one the service advisor's of the car. A
complaint is its owner's, a call that of whoever made it.
"""

from dataclasses import dataclass
from typing import Final

from bot.rules.monthly import Complaints
from bot.rules.monthly_answers import Ratings, percent
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

    @property
    def role_name(self) -> str:
        return ROLE_NAMES[Role(self.role)] if self.role else ""


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """`store`: its code, "" all of them."""

    month: str
    store: str
    people: tuple[StaffFigure, ...]
