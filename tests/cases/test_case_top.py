"""问题TOP5 of a week, on the store's wall."""

from datetime import date, timedelta

from storage import models as m
from storage.queries.cases import routes as case_routes
from storage.queries.cases.routes import Line
from storage.queries.cases.top import of_week, tell_departments
from tests.cases.office import Office, office, tasks
from tests.people import NOW, TODAY, at

MONDAY = date(2026, 11, 16)


async def week(here: Office) -> None:
    for category, day, said in (
        ("response_time", MONDAY, {"state": "solved", "root_cause": "没有排班"}),
        ("response_time", TODAY, {"state": "open"}),
        ("response_time", TODAY, {"state": "withdrawn"}),
        ("attitude", MONDAY + timedelta(days=6), {"store_id": here.cast.east.id}),
        ("attitude", MONDAY - timedelta(days=1), {}),
        ("attitude", MONDAY + timedelta(days=7), {}),
    ):
        await here.complaint(at=at("00:00", day), category=category, **said)


async def test_what_was_complained_of_that_week(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        await week(here)
        found = await of_week(TODAY)
        assert (found.first, found.last, found.total) == (MONDAY, date(2026, 11, 22), 3)
        assert found.lines() == [
            "1. 回应时间 2件（67%），主要原因：没有排班",
            "2. 服务态度 1件（33%），主要原因：尚未查明",
        ]
        main = await of_week(TODAY, store_id=here.cast.main.id)
        assert [issue.category for issue in main.issues] == ["response_time"]
        east = await of_week(TODAY, who=here.who("hou"))
        assert [issue.category for issue in east.issues] == ["attitude"]
        assert (await of_week(TODAY, who=here.who("shi"))).lines() == []


async def test_departments_hear_of_it_once_a_week(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        await week(here)
        await case_routes.put(here.who("zhao"), Line("east", "", "", "城东客服", "wu"), NOW)
        monday = at("08:00", MONDAY + timedelta(days=7))
        assert await tell_departments(monday) == 8
        assert await tell_departments(monday + timedelta(days=3)) == 0
        assert await tasks() == ["fu", "fu", "gu", "hou", "tao", "wu", "zhao", "zhao"]
        [main] = await m.StaffTask.filter(staff_id=here.who("gu").id)
        assert main.title == "上周问题TOP5：城南店，共2件"
        assert main.detail == "1. 回应时间 2件（100%），主要原因：没有排班"
        assert await tell_departments(monday + timedelta(days=7)) == 4
        assert await tasks() == ["fu", "gu", "tao", "zhao"]
        assert await tell_departments(monday + timedelta(days=14)) == 0
        assert await tasks() == []
