"""Somebody who only ever called: two complaints and a wish for a car, by colleagues' hands."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from bot.rules.roles import Role
from storage import models
from storage.queries import webhooks
from storage.queries.calls import records as calls
from storage.queries.calls.records import Told
from storage.queries.cases import compensations, links, measures
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase, take_down
from storage.queries.leads import deeds as leads
from storage.queries.leads.opening import NewLead, register
from storage.queries.staff.colleagues import Staff, add_staff
from tests.people import NOW, Cast

PHONE, LANDLINE = "13700000009", "010-8888 6666"
NAME, WORDS = "欧阳静怡", "空调滴水弄湿了公文包"


@dataclass(frozen=True)
class Caller:
    cases: tuple[int, ...]
    lead: int
    boss: Staff


async def calls_in(cast: Cast, phone: str = PHONE) -> Caller:
    """`phone` as the colleague writes it; every free text anybody writes of it has WORDS in it."""
    boss = await add_staff("顾海波", Role.GENERAL_MANAGER, now=NOW, login="gu")
    user = await models.WeChatUser.create(
        account_id=cast.account, openid="oBoss", window_kind="message", window_opened_at=NOW,
        created_at=NOW,
    )  # fmt: skip
    await models.StaffWeChat.create(
        account_id=cast.account, staff_id=boss.id, wechat_user=user, bound_at=NOW
    )
    await webhooks.add("https://dms.example.com/hook", ["*"], "s" * 32, NOW)
    first = await _complains(cast, phone, boss)
    second = (await take_down(NewCase("call", WORDS, phone=phone, by=boss.actor), NOW)).id
    await links.link(boss, first, second, NOW, why=WORDS)
    return Caller((first, second), await _wants_a_car(cast, boss), boss)


async def _complains(cast: Cast, phone: str, boss: Staff) -> int:
    new = NewCase(
        "call", WORDS, since=WORDS, wish=WORDS, phone=phone, by=boss.actor, store_id=cast.main.id
    )
    case = (await take_down(new, NOW)).id
    await act(case, "receive", boss.actor, NOW, staff_id=boss.id)
    await act(case, "reply", boss.actor, NOW, words=f"{WORDS}，{PHONE}")
    await act(case, "progress", boss.actor, NOW, words=WORDS)
    gift = await compensations.ask(boss, case, "gift", WORDS, NOW, amount=Decimal(100))
    assert gift is not None
    plan = measures.New(WORDS, (NOW + timedelta(days=9)).date(), case_id=case)
    assert await measures.propose(boss, plan, NOW) is not None
    for task in await models.StaffTask.filter(kind="call", case_id=case):
        await calls.record(task.id, boss, Told("reached", f"{WORDS}，请打{phone}"), NOW)
    await models.Evidence.create(
        account_id=cast.account, case_id=case, kind="image", media_id=f"m{WORDS}",
        sha256="ab" * 32, sent_at=NOW,
    )  # fmt: skip
    return case


async def _wants_a_car(cast: Cast, boss: Staff) -> int:
    new = NewLead(
        "call", name=NAME, phone=PHONE, model="汉EV", heard_of_us=NAME, note=WORDS,
        consultant_id=boss.id, store_id=cast.main.id, by=boss.actor, same="api:call 1",
    )  # fmt: skip
    lead, _ = await register(new, NOW)
    await register(replace(new, note=f"{WORDS}，今天", same="api:call 2"), NOW)
    for task in await models.StaffTask.filter(kind="lead", done_at=None):
        await calls.record(task.id, boss, Told("reached", WORDS), NOW)
    await leads.set_level(lead.id, "H", boss.actor, NOW, note=WORDS)
    return lead.id
