"""Colleagues with phones of their own beside 王芳's: the two see each other's words.

office = await at_work(chat)
gu = await office.phone("gu")             # bound to 顾海波, service manager of the main store
case = await office.complaint()           # 王芳's, and his to handle
await gu.says(f"收到 {case.number}")
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.clock import clock
from bot.rules.roles import Role
from storage.db import dumps, sql
from storage.queries.cases import opening as cases
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import Case, NewCase, open_case
from storage.queries.cases.rows import events
from storage.queries.platform_templates import map_notice
from storage.queries.staff import wechat as staff_wechat
from storage.queries.staff.colleagues import Staff, add_staff
from storage.scope import account_id
from tests.cases.office import team
from tests.conversations.chat import Chat

WORKING = timedelta(hours=2)
"""From the hour of the cast to ten in the morning."""


@dataclass
class Office:
    """`chat` is 王芳's phone."""

    chat: Chat
    staff: dict[str, Staff]

    def role(self, login: str) -> Role:
        return Role(self.staff[login].role)

    async def leaves(self, login: str) -> None:
        """They work here no more."""
        async with self.chat.database():
            name, role = self.staff[login].name, self.role(login)
            await add_staff(name, role, now=clock.now(), active=False)

    async def code(self, login: str) -> str:
        async with self.chat.database():
            return (await staff_wechat.new_code(self.staff[login].id, clock.now())).text

    async def phone(self, login: str) -> Chat:
        """Their own WeChat, bound."""
        openid = f"o{login.title()}"
        self.chat.world.add_follower(openid)
        phone = self.chat.of(openid)
        await phone.says(f"绑定员工 {await self.code(login)}")
        phone.heard("绑定好了", self.staff[login].name)
        return phone

    async def complaint(self, **said: Any) -> Case:
        """王芳 complains, with no word of it in her chat."""
        wang = self.chat.cast.wang
        usual: dict[str, Any] = {
            "category": "response_time",
            "customer_id": wang.customer_id,
            "wechat_user_id": wang.user_id,
            "vehicle_id": wang.car,
        }
        async with self.chat.database():
            new = NewCase("chat", "等了三个小时没人说进度", **{**usual, **said})
            return await open_case(new, clock.now())

    async def customer(self, deed: str, case: Case, **said: Any) -> None:
        """What the customer does to it, by whatever way."""
        async with self.chat.database():
            await act(case.id, deed, "customer", clock.now(), **said)

    async def now(self, case: Case) -> Case:
        async with self.chat.database():
            found = await cases.one(case.id)
        assert found is not None
        return found

    async def happened(self, case: Case) -> list[tuple[str, str, str]]:
        """What happened to it: the kind, who did it, and in which words."""
        async with self.chat.database():
            return [(one.kind, one.actor, one.words) for one in await events(case.id)]


async def mapped(notice: str, mapping: Mapping[str, str]) -> None:
    """The account has a template of two fields for it."""
    content = "{{thing1.DATA}}\n事项：{{thing2.DATA}}"
    await sql().run(
        "INSERT INTO platform_template (account_id, template_id, title, content, keys, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        *(account_id(), f"TPL-{notice}", "提醒", content),
        *(dumps({"thing1": "标题", "thing2": "事项"}), clock.now()),
    )
    await map_notice(f"TPL-{notice}", notice, mapping, "沈文", clock.now())


async def at_work(chat: Chat) -> Office:
    """The team of the complaints' tests, at ten in the morning."""
    async with chat.database():
        staff = await team()
    clock.forward(WORKING)
    return Office(chat, staff)
