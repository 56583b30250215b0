"""A colleague acts by their role; what the customer said stays the customer's."""

from typing import Any

import pytest

from bot.errors import StaffError
from bot.rules.cases.states import STAFF_DEEDS
from bot.rules.roles import Role
from storage import models as m
from storage.queries.cases import acting as case_acting
from storage.queries.cases.acting import DEEDS, do
from storage.queries.cases.history import MovedOn
from storage.queries.cases.opening import NewCase, events, open_case
from storage.queries.staff.colleagues import add_staff
from tests.cases.office import LATER, Office, history, office
from tests.people import NOW


async def opened(here: Office) -> int:
    wang = here.cast.wang
    new = NewCase("chat", "等了三个小时", "response_time", wechat_user_id=wang.user_id)
    return (await open_case(new, NOW)).id


async def test_from_receipt_to_confirmation(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        for deed, login, said in (
            ("seen", "zhao", {}),
            ("receive", "yan", {}),
            ("prioritise", "gu", {"priority": "high"}),
            ("reply", "yan", {"words": "明天十点前给您答复"}),
            ("assign", "gu", {"staff_id": here.who("mo").id}),
            ("add", "yan", {"words": "客户来电催问"}),
            ("solve", "mo", {"root_cause": "没有排班", "solution": "增设进度专员"}),
            ("tell", "mo", {}),
            ("confirm", "tao", {"words": "可以"}),
        ):
            done = await do(here.who(login), case_id, deed, LATER, **said)
        assert done is not None
        assert (done.state, done.owner, done.priority) == ("confirmed", "莫可", "high")
        kinds = [(kind, actor) for kind, actor, _ in await history(case_id) if actor != "system"]
        assert kinds == [
            ("recorded", "customer"),
            ("seen", "赵敏"),
            ("received", "严工"),
            ("prioritised", "顾海波"),
            ("replied", "严工"),
            ("assigned", "顾海波"),
            ("added", "customer"),
            ("solved", "莫可"),
            ("told", "莫可"),
            ("confirmed", "customer"),
        ]
        assert (await events(case_id))[-1].data["entered_by"] == "陶倩"


async def test_a_case_that_has_moved_on_says_where_it_is(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        seen = await do(here.who("yan"), case_id, "receive", NOW)
        assert seen is not None
        later = await do(
            here.who("yan"), case_id, "progress", LATER, words="已查监控", if_rev=seen.rev
        )
        assert later is not None
        with pytest.raises(MovedOn, match="新的变化") as raised:
            await do(here.who("gu"), case_id, "progress", LATER, words="重复", if_rev=seen.rev)
        assert raised.value.state == "in_progress"
        with pytest.raises(MovedOn) as raised:
            await do(here.who("gu"), case_id, "confirm", LATER)
        assert raised.value.state == "in_progress"
        with pytest.raises(StaffError, match="根本原因") as without:
            await do(here.who("gu"), case_id, "solve", LATER, solution="换件")
        assert not isinstance(without.value, MovedOn)


async def test_who_may_not(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        for login in ("hou", "wu", "shi"):
            assert await do(here.who(login), case_id, "progress", NOW, words="x") is None
        with pytest.raises(StaffError, match="总经理"):
            await do(here.who("gu"), case_id, "seen", NOW)
        with pytest.raises(StaffError, match="这一步"):
            await do(here.who("gu"), case_id, "escalated", NOW)
        assert await do(here.who("gu"), 999_999, "seen", NOW) is None


async def test_a_step_is_its_owners_and_of_those_above(migrated_url: str) -> None:
    """Once it is taken, colleagues who see it are told whose it is."""
    async with office(migrated_url) as here:
        selling = await add_staff("姜销售", Role.SALES_CONSULTANT, now=NOW, store_code="main")
        await m.Vehicle.filter(id=here.cast.wang.car).update(consultant_id=selling.id)
        case_id = await opened(here)
        with pytest.raises(StaffError, match="由顾海波负责"):  # nor may they take it first
            await do(selling, case_id, "receive", NOW)
        await do(here.who("yan"), case_id, "receive", NOW)
        solution: dict[str, Any] = {"root_cause": "没有排班", "solution": "增设进度专员"}
        for deed in STAFF_DEEDS.keys() - {"seen"}:
            for who in (here.who("mo"), here.who("tao"), selling):
                with pytest.raises(StaffError, match="由严工负责") as no:
                    await do(who, case_id, deed, LATER, words="x", **solution)
                assert no.value.hint == "请联系严工，或请服务经理把它转给您。"
        for who in (here.who("yan"), here.who("gu"), here.who("zhao"), here.who("fu")):
            done = await do(who, case_id, "progress", LATER, words="在查")
            assert done is not None
        await do(selling, case_id, "add", LATER, words="客户又问了一次")
        await add_staff("严工", Role.SERVICE_ADVISOR, now=NOW, active=False)
        with pytest.raises(StaffError, match="没有负责人") as none:
            await do(selling, case_id, "progress", LATER, words="x")
        assert none.value.hint == "请联系服务经理指定负责人。"
        taken = await do(here.who("mo"), case_id, "receive", LATER)
        assert taken is not None
        assert taken.owner == "莫可"


def test_every_deed_has_a_name() -> None:
    assert all(DEEDS.values())
    assert {"evidence", "warned"}.isdisjoint(case_acting.DEEDS)
