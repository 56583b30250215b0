"""What still hangs on colleagues who work here no more: nobody sees to it until it is given away."""

from dataclasses import dataclass
from typing import Any, Final

from bot.rules.cases.words import UNSETTLED
from storage.db import sql
from storage.scope import account_id

_RUNNING: Final = ", ".join(f"'{state}'" for state in UNSETTLED)
_COUNTED: Final = {
    "customers": "customer x WHERE x.consultant_id = s.id AND x.merged_into_id IS NULL"
    " AND x.erased_at IS NULL",
    "cars": "vehicle x WHERE (x.consultant_id = s.id OR x.advisor_id = s.id)",
    "cases": f"complaint x WHERE x.owner_id = s.id AND x.state IN ({_RUNNING})",
    "leads": "lead x WHERE x.consultant_id = s.id AND x.state = 'open'",
    "measures": "measure x WHERE x.owner_id = s.id AND x.state IN ('proposed', 'approved')",
    "tasks": "staff_task x WHERE x.staff_id = s.id AND x.done_at IS NULL",
}
_CHINESE: Final = {
    "customers": "位客户",
    "cars": "台车",
    "cases": "单投诉",
    "leads": "位潜客",
    "measures": "项措施",
    "tasks": "项任务",
}


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who left, and how many of each are still theirs."""

    id: int
    name: str
    login: str
    role: str
    count: dict[str, int]

    @property
    def said(self) -> str:
        """3位客户、1单投诉"""
        return "、".join(f"{n}{_CHINESE[what]}" for what, n in self.count.items() if n)


async def hanging(staff_id: int | None = None) -> list[Left]:
    """Those who left with something of theirs left; `staff_id`: only this one."""
    counts = ", ".join(
        f"(SELECT count(*) FROM {rows} AND x.account_id = s.account_id) AS {what}"  # noqa: S608 - tables and conditions named above
        for what, rows in _COUNTED.items()
    )
    rows = await sql().rows(
        f"SELECT s.id, s.name, s.login, s.role, {counts} FROM staff s WHERE s.account_id = ?"  # noqa: S608 - tables and conditions named above; values are marks
        " AND s.active = ? AND s.id = COALESCE(?, s.id) ORDER BY s.id",
        *(account_id(), False, staff_id),
    )
    return [found for row in rows if (found := _left(row)).said]


def _left(row: Any) -> Left:
    counted = {what: int(row[what]) for what in _COUNTED}
    return Left(row["id"], row["name"], row["login"] or "", row["role"], counted)
