"""员工KPI: five measures of a month, each against its target and by its weight, on a scale of 100.

What somebody's work gave no occasion for is not weighed: a caller without complaints is judged by
calls. A target that is passed gives no more than its weight.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.rules.reports.answers import percent


@dataclass(frozen=True, slots=True)
class Measure:
    """`flag`: below it the measure is named by itself; 0 never. Percent, but satisfaction on 5."""

    name: str
    called: str
    target: float
    weight: int
    flag: float = 0


MEASURES: Final[Sequence[Measure]] = (
    Measure("completion", "完成率", 100, 20, flag=90),
    Measure("completeness", "记录完整率", 95, 15),
    Measure("satisfaction", "满意度", 4.5, 30, flag=4.0),
    Measure("resolution", "解决率", 90, 20, flag=80),
    Measure("second_sale", "二次销售率", 15, 15),
)


@dataclass(frozen=True, slots=True)
class Duties:
    """What was due to be done and what was, calls and complete records, leads of owners and sales.

    `due`: calls of the follow-up list and of leads. `owners`: leads of customers who had a car
    already that came to their end; `sold`: those that ended with another car.
    """

    due: int = 0
    done: int = 0
    records: int = 0
    complete: int = 0
    owners: int = 0
    sold: int = 0

    @property
    def completion(self) -> float | None:
        return percent(self.done, self.due)

    @property
    def completeness(self) -> float | None:
        return percent(self.complete, self.records)

    @property
    def second_sale(self) -> float | None:
        return percent(self.sold, self.owners)


@dataclass(frozen=True, slots=True)
class Kpi:
    """`points` of 100, None where nothing can be weighed. `flags`: measures that are too low."""

    points: float | None
    flags: tuple[str, ...]


def kpi(values: Mapping[str, float | None], measures: Iterable[Measure] = MEASURES) -> Kpi:
    """`values` by the name of the measure; None: no occasion."""
    judged = [(one, value) for one in measures if (value := values.get(one.name)) is not None]
    weights = sum(one.weight for one, _ in judged)
    gained = sum(one.weight * min(value / one.target, 1) for one, value in judged)
    flags = tuple(one.called for one, value in judged if value < one.flag)
    return Kpi(round(100 * gained / weights, 1) if weights else None, flags)
