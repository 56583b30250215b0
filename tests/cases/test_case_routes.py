"""投诉分派 as staff set it, and whom a new complaint goes to by it."""

import pytest

from bot.errors import StaffError
from bot.rules.roles import Role
from storage.queries import audit
from storage.queries.cases import routes as case_routes
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.cases.routes import Line
from storage.queries.staff.colleagues import add_staff
from tests.cases.office import LATER, Office, office
from tests.people import NOW

TECH = Line("", "product_quality", "bev", "新能源技术部", "yan")


async def goes_to(here: Office, category: str = "product_quality") -> tuple[str, str]:
    """Department and owner of a new complaint about 李强's electric car, at the east store."""
    han = here.cast.li.cars[1][1]
    new = NewCase(
        "chat", "充不进电", category, customer_id=here.cast.li.customer_id, vehicle_id=han
    )
    case = await open_case(new, NOW)
    return case.department, case.owner


async def test_a_line_sends_what_comes_next(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        await here.electric()
        assert await goes_to(here) == ("技术部", "侯经理")
        assert await case_routes.put(here.who("zhao"), TECH, NOW)
        assert not await case_routes.put(here.who("fu"), TECH, LATER)
        [kept] = await case_routes.table()
        assert (kept.line, kept.owner_name, kept.changed_by) == (TECH, "严工", "赵敏")
        assert await goes_to(here) == ("新能源技术部", "严工")
        assert await goes_to(here, "attitude") == ("售后服务部", "侯经理")
        assert await case_routes.remove(here.who("zhao"), *TECH.key, LATER)
        assert not await case_routes.remove(here.who("zhao"), *TECH.key, LATER)
        assert await goes_to(here) == ("技术部", "侯经理")
        noted = await audit.entries(subject="complaint_route")
        assert [entry.detail["lines"] for entry in noted] == [["* product_quality bev"]] * 2


async def test_who_left_gets_nothing_any_more(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        await here.electric()
        await case_routes.put(here.who("zhao"), TECH, NOW)
        await add_staff("严工", Role.SERVICE_ADVISOR, now=NOW, active=False)
        assert await goes_to(here) == ("新能源技术部", "侯经理")
        [kept] = await case_routes.table()
        assert kept.owner_name == ""


async def test_a_manager_decides_for_their_own_store(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        hou = here.who("hou")
        assert await case_routes.put(hou, Line("east", "", "", "城东客服", "wu"), NOW)
        for line in (TECH, Line("main", "", "", "客服")):
            with pytest.raises(StaffError, match="本店"):
                await case_routes.put(hou, line, NOW)
        with pytest.raises(StaffError, match="岗位"):
            await case_routes.put(here.who("yan"), Line("main", "", "", "客服"), NOW)


async def test_the_whole_table_at_once(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        zhao = here.who("zhao")
        lines = [
            TECH,
            Line("main", "门店礼仪", "", "客服部"),
            Line("", "", "", "客户关系部", "tao"),
        ]
        assert await case_routes.replace(zhao, lines, NOW) == 3
        assert await case_routes.replace(zhao, lines, LATER) == 0
        assert {kept.changed_at for kept in await case_routes.table()} == {NOW}
        assert await case_routes.replace(zhao, lines[:1], LATER) == 2
        assert [kept.line for kept in await case_routes.table()] == lines[:1]
        with pytest.raises(StaffError, match="同一类"):
            await case_routes.replace(zhao, [TECH, TECH], LATER)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Line("nowhere", "", "", "客服"), "门店"),
        (Line("", "", "wind", "客服"), "能源"),
        (Line("", "", "", " "), "部门"),
        (Line("", "长" * 33, "", "客服"), "类别"),
        (Line("", "", "", "客服", "nobody"), "登录名"),
    ],
)
async def test_lines_that_lead_nowhere(migrated_sqlite_url: str, line: Line, said: str) -> None:
    async with office(migrated_sqlite_url) as here:
        with pytest.raises(StaffError, match=said):
            await case_routes.put(here.who("zhao"), line, NOW)
        assert await case_routes.table() == []
