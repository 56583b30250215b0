"""Who leaves, or gives their WeChat back: their complaints go on, and nothing more is told them."""

from datetime import timedelta

import pytest

from bot.rules.roles import Role
from storage import models as m
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase, one, open_case
from storage.queries.staff import cases as staff_cases
from storage.queries.staff import consultants
from storage.queries.staff import wechat as staff_wechat
from storage.queries.staff.alerts import alert, over
from storage.queries.staff.colleagues import add_staff
from storage.queries.staff.notices import NEW
from tests.cases.office import LATER, Office, office
from tests.people import NOW, Person
from tests.touch.rig import writes

NIGHT = LATER + timedelta(hours=12)


async def opened(here: Office) -> int:
    wang = here.cast.wang
    new = NewCase("staff", "等了三个小时", customer_id=wang.customer_id, vehicle_id=wang.car)
    return (await open_case(new, NOW)).id


async def bound(here: Office, login: str, person: Person) -> None:
    code = await staff_wechat.new_code(here.who(login).id, NOW)
    assert await staff_wechat.bind(person.user_id, code.text, NOW) is not None
    await writes(person, LATER)


async def alerts() -> list[str]:
    return [one.state for one in await m.Message.filter(idem__startswith="alert:").order_by("id")]


async def test_a_leaving_colleagues_complaints_go_to_who_takes_over(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        open_one, ended = await opened(here), await opened(here)
        await act(ended, "withdraw", "customer", NOW)
        gu, zhao = here.who("gu"), here.who("zhao")
        tang = await add_staff("唐静", Role.SERVICE_MANAGER, now=NOW, store_code="main")
        handed = await consultants.leave(zhao, gu.id, tang.id, LATER)
        assert handed is not None
        assert handed.cases == 1
        now, then = await one(open_one), await one(ended)
        assert now is not None
        assert then is not None
        assert (now.owner, then.owner) == ("唐静", "顾海波")
        assert [mine.case.id for mine in await staff_cases.own(tang, LATER)] == [open_one]


@pytest.mark.parametrize("how", ["left", "unbound", "handed over"])
async def test_what_waits_for_the_morning_is_not_told_who_has_left(
    migrated_url: str, how: str
) -> None:
    async with office(migrated_url) as here:
        await bound(here, "gu", here.cast.li)
        gu = here.who("gu")
        await alert([gu.id], NEW, "新投诉", "请看", NIGHT, same="one")
        assert await alerts() == ["queued"]
        if how == "left":
            await add_staff("顾海波", Role.SERVICE_MANAGER, now=NIGHT, active=False)
        elif how == "unbound":
            assert await staff_wechat.unbind(gu.id, NIGHT, actor="cli")
            assert not await staff_wechat.unbind(gu.id, NIGHT, actor="cli")
        else:
            tang = await add_staff("唐静", Role.SERVICE_MANAGER, now=NOW, store_code="main")
            await consultants.leave(here.who("zhao"), gu.id, tang.id, NIGHT)
        assert await alerts() == ["cancelled"]
        await alert([gu.id], NEW, "又一单", "", NIGHT, same="two")
        assert await alerts() == ["cancelled"]


async def test_one_occasion_is_one_task_for_each(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        both = [here.who("gu").id, here.who("yan").id]
        assert await alert(both, NEW, "新投诉", "", NOW, same="one", case_id=7) == 2
        assert await alert([*both, here.who("mo").id], NEW, "新投诉", "", NOW, same="one") == 1
        assert await alert([], NEW, "新投诉", "", NOW, same="one") == 0
        assert await alert([10**9], NEW, "新投诉", "", NOW, same="one") == 0
        assert await over(7, NOW, by="顾海波", kinds=["case_added"]) == 0
        assert await over(7, NOW, by="顾海波") == 2
        assert await m.StaffTask.filter(done_by="顾海波").count() == 2


async def test_those_of_another_store_or_role_may_not_be_given_it(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case = await one(await opened(here))
        assert case is not None
        me = here.who("gu")
        names = {one.login for one in await staff_cases.colleagues(case, "", me)}
        assert names == {"yan", "mo", "gu", "tao", "zhao", "fu"}
        assert await staff_cases.colleagues(case, "吴东", me) == []
        assert await staff_cases.colleagues(case, "我", me) == [me]
        assert await staff_cases.handled(here.who("wu"), case.id) is None
        assert await staff_cases.handled(here.who("mo"), case.id) == case
        assert await staff_cases.handled(here.who("mo"), None) is None
