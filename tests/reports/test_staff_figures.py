"""员工业绩: whose a rating, a complaint and a call is, and who may see it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest

from bot.errors import StaffError
from bot.rules.reports.staff import StaffFigure
from bot.rules.roles import Role
from storage import models as m
from storage.queries.reports.staff import NotTheirStore, by_staff
from storage.queries.staff import colleagues as staff
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from tests.people import NOW, Cast, at
from tests.reports.ledger import LATER, PROMPT, case, november, rating

DAY = date(2026, 11, 10)


@asynccontextmanager
async def worked(url: str) -> AsyncIterator[tuple[Cast, dict[str, Staff]]]:
    async with november(url) as cast:
        yield cast, await crew(cast)


async def crew(cast: Cast) -> dict[str, Staff]:
    """周 serves, 钱 sold Wang's car, 静 calls; 郝 manages the main store, 赵 the house."""
    people = {
        name: await staff.add_staff(name, role, now=NOW, store_code=store, login=login)
        for name, role, store, login in (
            ("周", Role.SERVICE_ADVISOR, "main", "zhou"),
            ("钱", Role.SALES_CONSULTANT, "east", "qian"),
            ("静", Role.CARE_SPECIALIST, None, "jing"),
            ("郝", Role.SERVICE_MANAGER, "main", "hao"),
            ("赵", Role.GENERAL_MANAGER, None, "zhao"),
            ("马", Role.MARKETING, None, "ma"),
        )
    }
    await had(cast, people)
    return people


async def had(cast: Cast, people: dict[str, Staff]) -> None:
    advisor, consultant, caller = (people[name].id for name in ("周", "钱", "静"))
    first, main = at("15:00", DAY), cast.main.id
    await m.Vehicle.filter(id=cast.wang.car).update(consultant_id=consultant)
    sold = {"vehicle_id": cast.wang.car, "advisor_id": advisor}
    await rating(main, "visit", first, 5.0, advisor_id=advisor)
    await rating(main, "month_3", first, 2.0, low=True, **sold)
    await rating(cast.east.id, "delivery", first, 4.0, **sold)
    await rating(main, "visit", at("15:00", date(2026, 10, 1)), 1.0, advisor_id=advisor)
    prompt = [(kind, at(time, date(2026, 11, 9))) for kind, time in PROMPT]
    await case(main, "confirmed", prompt, owner_id=advisor)
    await case(main, "open", prompt[:1], owner_id=advisor)
    task = await m.StaffTask.create(
        account_id=account_id(), kind="call", title="回访", store_id=main, created_at=NOW
    )
    for outcome in ("reached", "no_answer", "later"):
        await m.CallRecord.create(
            account_id=account_id(), task_id=task.id, staff_id=caller, outcome=outcome,
            called_at=first, created_at=first,
        )  # fmt: skip


async def test_what_each_of_them_came_to(migrated_url: str) -> None:
    async with worked(migrated_url):
        found = await by_staff("2026-11", LATER)
        assert [(one.name, one.store) for one in found.people] == [
            ("周", "城南店"), ("钱", "城东店"), ("静", ""), ("未指定", ""),
        ]  # fmt: skip
        advisor, consultant, caller, nobody = found.people
        assert (advisor.login, advisor.role_name) == ("zhou", "服务顾问")
        assert (advisor.ratings.answered, advisor.ratings.satisfaction) == (2, 3.5)
        assert (advisor.ratings.low, advisor.ratings.low_percent) == (1, 50.0)
        assert (advisor.complaints.recorded, advisor.complaints.on_time_percent) == (2, 50.0)
        assert advisor.complaints.resolution_percent == 50.0
        assert (consultant.ratings.answered, consultant.ratings.satisfaction) == (1, 4.0)
        assert (caller.calls.made, caller.calls.reached_percent) == (3, 33.3)
        assert (caller.ratings.satisfaction, caller.complaints.on_time_percent) == (None, None)
        # the ledger's own ratings and complaints name nobody
        assert (nobody.ratings.answered, nobody.complaints.recorded) == (4, 5)
        assert nobody.role_name == ""


async def test_each_of_them_on_a_scale_of_a_hundred(migrated_url: str) -> None:
    """周: 3.5 of 4.5 by 30, 50 of 90 % by 20; 静: 0 of 2 calls by 20, 3 of 3 records by 15."""
    async with worked(migrated_url) as (_, people):
        for _ in range(2):
            await m.StaffTask.create(
                account_id=account_id(), kind="call", title="回访", staff_id=people["静"].id,
                due_at=at("15:00", DAY), created_at=NOW,
            )  # fmt: skip
        found = {one.name: one.kpi for one in (await by_staff("2026-11", LATER)).people}
        assert (found["周"].points, found["周"].flags) == (68.9, ("满意度", "解决率"))
        assert (found["钱"].points, found["钱"].flags) == (88.9, ())
        assert (found["静"].points, found["静"].flags) == (42.9, ("完成率",))
        assert (found["未指定"].points, found["未指定"].flags) == (None, ())


async def test_at_one_store_and_in_another_month(migrated_url: str) -> None:
    async with worked(migrated_url):
        east = await by_staff("2026-11", LATER, "east")
        assert [(one.name, one.ratings.answered) for one in east.people] == [
            ("钱", 1),
            ("未指定", 1),
        ]
        main = await by_staff("2026-11", LATER, "main")
        assert {one.name: one.calls.made for one in main.people}["静"] == 3
        october = await by_staff("2026-10", LATER)
        assert [one.name for one in october.people] == ["周", "未指定"]
        with pytest.raises(StaffError, match="不是月份"):
            await by_staff("2026", LATER)


async def test_who_may_see_whose(migrated_url: str) -> None:
    async with worked(migrated_url) as (_, people):
        seen = {
            name: [one.name for one in (await by_staff("2026-11", LATER, "", people[name])).people]
            for name in ("周", "钱", "静", "郝", "赵")
        }
        everybody = ["周", "钱", "静", "未指定"]
        assert seen == {"周": ["周"], "钱": ["钱"], "静": ["静"], "郝": ["周"], "赵": everybody}
        with pytest.raises(StaffError, match="岗位不能看"):
            await by_staff("2026-11", LATER, "", people["马"])
        await staff.add_staff("周", Role.SERVICE_ADVISOR, now=NOW, active=False)
        left = await staff.get_staff(people["周"].id)
        with pytest.raises(StaffError, match="岗位不能看"):
            await by_staff("2026-11", LATER + timedelta(hours=1), "", left)


async def test_a_store_that_is_not_theirs_is_refused_with_the_reason(migrated_url: str) -> None:
    """No empty table, from which they would think that nobody there has any figures."""
    async with worked(migrated_url) as (_, people):
        for name, store, why in (
            ("郝", "east", "本店"),
            ("钱", "main", "本人"),
            ("静", "east", "本人"),
        ):
            with pytest.raises(NotTheirStore, match=f"您只能看{why}的业绩"):
                await by_staff("2026-11", LATER, store, people[name])
        assert [one.name for one in await _at("east", people["钱"])] == ["钱"]
        assert [one.name for one in await _at("main", people["郝"])] == ["周"]
        assert [one.name for one in await _at("east", people["赵"])] == ["钱", "未指定"]
        assert (await by_staff("2026-10", LATER, "east", people["钱"])).people == ()  # none yet


async def _at(store: str, who: Staff) -> tuple[StaffFigure, ...]:
    return (await by_staff("2026-11", LATER, store, who)).people
