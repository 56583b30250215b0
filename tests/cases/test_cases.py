"""A complaint from its recording to its end, on both databases."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.errors import Conflict, StaffError
from bot.rules.roles import Role
from storage.db import moment, sql
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import (
    Case,
    NewCase,
    by_number,
    clocks_of,
    events,
    of_person,
    one,
    open_case,
)
from storage.queries.staff.colleagues import Staff, add_staff
from storage.secrets import unseal
from tests.people import NOW, Cast, dealership

HOUR = timedelta(hours=1)


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as cast:
        yield cast


async def manager(name: str = "赵经理", role: Role = Role.SERVICE_MANAGER) -> Staff:
    return await add_staff(name, role, now=NOW, store_code="main")


async def complained(cast: Cast, **more: object) -> Case:
    said: dict[str, object] = {
        "what": "前台态度差",
        "category": "attitude",
        "wechat_user_id": cast.wang.user_id,
    }
    return await open_case(NewCase("chat", **{**said, **more}), NOW)  # type: ignore[arg-type]


async def kinds(case: Case) -> list[str]:
    return [event.kind for event in await events(case.id)]


async def test_a_complaint_has_an_owner_a_department_and_running_clocks(cast: Cast) -> None:
    boss = await add_staff("钱总", Role.GENERAL_MANAGER, now=NOW)
    zhao = await manager()
    case = await complained(cast)
    assert (case.state, case.owner_id, case.department) == ("open", zhao.id, "售后服务部")
    assert (case.customer_id, case.vehicle_id) == (cast.wang.customer_id, cast.wang.car)
    assert (case.store, case.number) == ("main", f"T{case.id:06d}")
    assert await kinds(case) == ["recorded", "reported"]
    states = {clock.name: clock.state for clock in await clocks_of(case, NOW)}
    assert states == {
        "report": "met",
        "receipt": "running",
        "reply": "running",
        "progress": "running",
    }
    assert case.look_at
    tasks = await sql().rows("SELECT staff_id, case_id FROM staff_task ORDER BY id")
    assert {(row["staff_id"], row["case_id"]) for row in tasks} == {
        (zhao.id, case.id),
        (boss.id, case.id),
    }


async def test_one_occasion_is_one_complaint(cast: Cast) -> None:
    first = await complained(cast, same="talk 1")
    assert (await complained(cast, same="talk 1")).id == first.id
    assert (await complained(cast)).id != first.id


async def test_a_complaint_ends_with_a_root_cause_and_the_customers_word(cast: Cast) -> None:
    await manager()
    case = await complained(cast)
    for deed, words in (("receive", ""), ("reply", "马上处理"), ("progress", "已约谈")):
        case = await act(case.id, deed, "赵经理", NOW + HOUR, words=words)
    assert case.state == "in_progress"
    with pytest.raises(StaffError, match="根本原因"):
        await act(case.id, "solve", "赵经理", NOW + HOUR, solution="道歉")
    with pytest.raises(StaffError, match="还没有解决方案"):
        await act(case.id, "confirm", "customer", NOW + HOUR)
    case = await act(
        case.id, "solve", "赵经理", NOW + HOUR, root_cause="排班不足", solution="上门道歉"
    )
    assert (case.state, case.root_cause, case.solution) == ("solved", "排班不足", "上门道歉")
    await act(case.id, "tell", "赵经理", NOW + 2 * HOUR)
    case = await act(case.id, "confirm", "customer", NOW + 3 * HOUR)
    assert (case.state, case.ended_at) == ("confirmed", NOW + 3 * HOUR)
    case = await act(case.id, "not_solved", "customer", NOW + 4 * HOUR, words="又发生了")
    assert (case.state, case.root_cause, case.ended_at) == ("reopened", "", None)


async def test_nothing_is_closed_where_the_row_has_no_root_cause(cast: Cast) -> None:
    case = await complained(cast)
    case = await act(case.id, "solve", "赵经理", NOW, root_cause="缺件", solution="补件")
    await sql().run("UPDATE complaint SET root_cause = '' WHERE id = ?", case.id)
    with pytest.raises(StaffError, match="根本原因"):
        await act(case.id, "confirm", "customer", NOW)


async def test_two_who_act_on_what_they_read_do_not_overwrite_each_other(cast: Cast) -> None:
    case = await complained(cast)
    await act(case.id, "receive", "赵经理", NOW, if_rev=case.rev)
    with pytest.raises(Conflict):
        await act(case.id, "progress", "赵经理", NOW, words="已检查", if_rev=case.rev)


async def test_a_complaint_is_found_by_what_people_type(cast: Cast) -> None:
    case = await complained(cast)
    for text in (case.number, f"t{case.id}", f" T00{case.id} ", str(case.id)):
        found = await by_number(text)
        assert found
        assert found.id == case.id
    assert await by_number("T999999") is None
    assert await by_number("L000001") is None
    assert [c.id for c in await of_person(cast.wang.user_id, None)] == [case.id]
    assert [c.id for c in await of_person(None, cast.wang.customer_id)] == [case.id]
    assert await of_person(cast.li.user_id, cast.li.customer_id) == []


async def test_a_withdrawn_complaint_owes_nothing(cast: Cast) -> None:
    case = await complained(cast)
    case = await act(case.id, "withdraw", "customer", NOW + HOUR)
    assert (case.state, case.look_at, case.ended_at) == ("withdrawn", None, NOW + HOUR)
    row = await sql().one("SELECT look_at FROM complaint WHERE id = ?", case.id)
    assert moment(row["look_at"]) is None
    assert {clock.state for clock in await clocks_of(case, NOW + 9 * HOUR)} == {"stopped"}


async def test_a_stranger_without_stores_may_complain(cast: Cast) -> None:
    case = await open_case(
        NewCase("chat", "没人理我", wechat_user_id=cast.stranger.user_id, phone="13700000009"), NOW
    )
    assert (case.phone, case.owner_id, case.store_id) == ("13700000009", None, None)
    again = await one(case.id)
    assert again
    assert again.what == "没人理我"


async def test_moments_are_in_the_stores_zone(cast: Cast) -> None:
    case = await complained(cast)
    assert isinstance(case.recorded_at, datetime)
    assert case.recorded_at.utcoffset() == timedelta(hours=8)


async def test_who_tells_of_danger_is_urgent_at_once(cast: Cast) -> None:
    """Also for the colleague who is told of it; a word of theirs is not lowered by ours."""
    await manager()
    case = await complained(cast, what="刹车失灵，差点撞了")
    assert (case.priority, (await complained(cast)).priority) == ("urgent", "normal")
    assert (await complained(cast, priority="high")).priority == "high"
    rows = await sql().rows("SELECT title FROM staff_task WHERE case_id = ?", case.id)
    titles = [unseal("staff_task.title", row["title"]) for row in rows]
    assert [title.partition(case.number)[0] for title in titles] == ["加急：新投诉"]
