"""The rows of the clock table as real complaints: a store and a person for each."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.rules.roles import Role
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.cases.rows import Case, one
from storage.queries.staff.colleagues import Staff, add_staff
from storage.queries.stores import equip
from storage.queries.stores.shops import add_calendar_day
from tests.cases.clock_table import Row
from tests.people import NOW, Cast, dealership, follower

LOGIN = "gu"
DEEDS = {
    "received": "receive",
    "replied": "reply",
    "progressed": "progress",
    "assigned": "assign",
    "called": "call",
    "call_missed": "call",
    "solved": "solve",
    "told": "tell",
    "confirmed": "confirm",
    "reopened": "not_solved",
    "withdrawn": "withdraw",
}
"""Kind of event → the deed that leaves it; others are called as they are."""

EXTRA: dict[str, dict[str, Any]] = {
    "call_missed": {"reached": False},
    "solved": {"root_cause": "漏派", "solution": "已道歉"},
}


@dataclass(frozen=True)
class Told:
    """A row that happened: to whom, and the complaint it became."""

    row: Row
    code: str
    openid: str
    case_id: int

    async def case(self) -> Case:
        found = await one(self.case_id)
        assert found
        return found


@asynccontextmanager
async def world(url: str, rows: Sequence[Row]) -> AsyncIterator[tuple[Cast, list[Told]]]:
    """Every row up to the last thing that happened; its calendar is not changed yet."""
    async with dealership(url) as cast:
        boss = await add_staff("顾海波", Role.SERVICE_MANAGER, now=NOW, login=LOGIN)
        yield cast, [await _tell(number, row, boss) for number, row in enumerate(rows)]


async def _tell(number: int, row: Row, boss: Staff) -> Told:
    code, openid = f"row{number}", f"oRow{number}"
    store = await equip.add_store(code, name=row.why, hours=row.hours)
    recorded, *rest = row.events
    user = await follower(openid, None)
    new = NewCase("chat", row.why, wechat_user_id=user, store_id=store.id)
    case = await open_case(new, recorded.at)
    for event in rest:
        if event.kind == "checked":  # asked together with the result
            continue
        extra: dict[str, Any] = {"staff_id": boss.id} if event.kind == "assigned" else {}
        extra |= EXTRA.get(event.kind, {})
        deed = DEEDS.get(event.kind, event.kind)
        await act(case.id, deed, boss.name, event.at, words="已在处理", **extra)
    return Told(row, code, openid, case.id)


async def change_calendar(told: Told) -> None:
    for change in told.row.changes:
        await add_calendar_day(
            change.day, kind=change.kind, hours=change.hours, store_code=told.code
        )
