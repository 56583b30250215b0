"""The people who work on complaints at the cast's two stores, and a complaint to work on.

async with office(url) as here:
    case = await here.complaint()
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.rules.roles import Role
from storage import models as m
from storage.db import sql
from storage.queries.staff.colleagues import Staff, add_staff
from storage.scope import account_id
from tests.people import NOW, Cast, dealership

LATER = NOW + timedelta(hours=2)
TEAM = {
    "yan": ("严工", Role.SERVICE_ADVISOR, "main"),
    "mo": ("莫可", Role.SERVICE_ADVISOR, "main"),
    "gu": ("顾海波", Role.SERVICE_MANAGER, "main"),
    "tao": ("陶倩", Role.CARE_SPECIALIST, "main"),
    "zhao": ("赵敏", Role.GENERAL_MANAGER, None),
    "fu": ("傅总", Role.GENERAL_MANAGER, None),
    "wu": ("吴东", Role.SERVICE_ADVISOR, "east"),
    "hou": ("侯经理", Role.SERVICE_MANAGER, "east"),
    "shi": ("市场小史", Role.MARKETING, "main"),
}
"""log-in → name, role, store"""


@dataclass(frozen=True)
class Office:
    """`who("gu")`: a colleague by log-in."""

    cast: Cast
    staff: dict[str, Staff]

    def who(self, login: str) -> Staff:
        return self.staff[login]

    async def complaint(self, *, at: datetime = NOW, **said: Any) -> int:
        """王芳 complains about her visit to the main store; the case's id."""
        wang = self.cast.wang
        usual: dict[str, Any] = {
            "source": "chat",
            "category": "response_time",
            "customer_id": wang.customer_id,
            "wechat_user_id": wang.user_id,
            "vehicle_id": wang.car,
            "store_id": self.cast.main.id,
            "owner_id": self.who("yan").id,
            "what": "等了三个小时没人说进度",
            "recorded_at": at,
            "changed_at": at,
        }
        made = await m.Case.create(account_id=account_id(), **{**usual, **said})
        return int(made.id)

    async def electric(self) -> None:
        """李强's second car runs on electricity, as its file says."""
        await m.Vehicle.filter(id=self.cast.li.cars[1][1]).update(energy="bev")


async def history(case_id: int) -> list[tuple[str, str, str]]:
    """What happened, who did it, and in which words."""
    found = await m.CaseEvent.filter(case_id=case_id).order_by("number")
    return [(one.kind, one.actor, one.words) for one in found]


@asynccontextmanager
async def office(url: str) -> AsyncIterator[Office]:
    async with dealership(url) as cast:
        yield Office(cast, await team())


async def team() -> dict[str, Staff]:
    return {
        login: await add_staff(name, role, now=NOW, store_code=store, login=login)
        for login, (name, role, store) in TEAM.items()
    }


async def tasks() -> list[str]:
    """Who has something left to do, by log-in."""
    found = await m.StaffTask.filter(done_at=None).prefetch_related("staff")
    return sorted(str(one.staff.login) for one in found if one.staff)


async def sealed(table: str, column: str) -> list[str]:
    """A column as the database has it."""
    rows = await sql().rows(f"SELECT {column} FROM {table}")  # noqa: S608 - names that tests give
    return [row[column] for row in rows]
