"""问题TOP5: what customers complained of most, each with its share and its main cause."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.rules.cases.words import category_name
from bot.rules.wording import plain

NO_CAUSE = "尚未查明"


@dataclass(frozen=True, slots=True)
class Complained:
    """One complaint. `cause`: what was found at its root, "" not yet; `solved`: a solution stands."""

    category: str
    cause: str = ""
    department: str = ""
    solved: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """`share` of all complaints, 0 to 1. `cause`: the one named most, `caused` times."""

    category: str
    count: int
    share: float
    cause: str
    caused: int
    departments: tuple[str, ...]
    solved: int

    @property
    def name(self) -> str:
        return category_name(self.category)

    @property
    def said(self) -> str:
        """回应时间 3件（60%），主要原因：没有排班"""
        return f"{self.name} {self.count}件（{self.share:.0%}），主要原因：{self.cause}"


def top_issues(found: Iterable[Complained], most: int = 5) -> tuple[Issue, ...]:
    """The categories by how many complained, of two equal ones the one that came first."""
    by_category: dict[str, list[Complained]] = {}
    for one in found:
        by_category.setdefault(one.category, []).append(one)
    total = sum(map(len, by_category.values()))
    ranked = sorted(by_category.values(), key=len, reverse=True)
    return tuple(_issue(group, total) for group in ranked[:most])


def _issue(group: Sequence[Complained], total: int) -> Issue:
    cause, caused = _main_cause([one.cause for one in group if one.cause.strip()])
    return Issue(
        group[0].category,
        len(group),
        len(group) / total,
        cause,
        caused,
        tuple(dict.fromkeys(one.department for one in group if one.department)),
        sum(one.solved for one in group),
    )


def _main_cause(causes: Sequence[str]) -> tuple[str, int]:
    """The same but for blanks and punctuation is the same; it is said as it was first."""
    if not causes:
        return NO_CAUSE, 0
    [(key, times)] = Counter(map(plain, causes)).most_common(1)
    return next(cause.strip() for cause in causes if plain(cause) == key), times


def week_of(day: date) -> tuple[date, date]:
    """Its Monday and the next one."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)
