"""The clock job: it warns once, goes up once a level, asks again, and follows the calendar."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from bot.jobs.clocks import clocks_due
from bot.rules.calendar import DayKind
from bot.rules.roles import Role
from storage.db import sql
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import Case, NewCase, clocks_of, events, one, open_case
from storage.queries.staff.colleagues import Staff, add_staff
from storage.queries.stores import care
from storage.queries.stores.shops import add_calendar_day
from tests.people import NOW, SHANGHAI, Cast, dealership

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as cast:
        yield cast


def on(day: int, time: str, month: int = 11) -> datetime:
    return datetime.fromisoformat(f"2026-{month:02}-{day:02} {time}").replace(tzinfo=SHANGHAI)


async def hired(name: str, role: Role, store: str | None = "main") -> Staff:
    return await add_staff(name, role, now=NOW, store_code=store)


async def complained(cast: Cast, at: datetime) -> Case:
    return await open_case(NewCase("chat", "没人理", wechat_user_id=cast.wang.user_id), at)


async def said(case: Case, *kinds: str) -> list[tuple[str, str, int]]:
    """(kind, clock, level) of the events of these kinds."""
    return [
        (event.kind, event.data.get("clock", ""), event.data.get("level", 0))
        for event in await events(case.id)
        if event.kind in kinds
    ]


async def told(staff: Staff, kind: str) -> int:
    row = await sql().one(
        "SELECT count(*) AS n FROM staff_task WHERE staff_id = ? AND kind = ?", staff.id, kind
    )
    return int(row["n"])


async def run(*moments: datetime) -> None:
    for at in moments:
        await clocks_due(at)


async def test_a_clock_warns_its_owner_once_and_goes_up_a_level_at_a_time(cast: Cast) -> None:
    advisor = await hired("周顾问", Role.SERVICE_ADVISOR)
    zhao, qian = (
        await hired("赵经理", Role.SERVICE_MANAGER),
        await hired("钱总", Role.GENERAL_MANAGER),
    )
    case = await complained(cast, on(18, "09:00"))
    await act(case.id, "assign", "赵经理", on(18, "09:10"), staff_id=advisor.id)
    await act(case.id, "receive", "周顾问", on(18, "09:20"))
    clock = next(c for c in await clocks_of(case, on(18, "09:20")) if c.name == "reply")
    assert clock.due_at == on(19, "09:00")
    await run(clock.warn_at - MINUTE)
    assert await said(case, "warned", "escalated") == []
    await run(clock.warn_at, clock.warn_at + MINUTE, clock.due_at)
    assert await said(case, "warned", "escalated") == [("warned", "reply", 0)]
    assert await told(advisor, "case_warned") == 1
    await run(clock.due_at + MINUTE, clock.due_at + 2 * MINUTE)
    assert await said(case, "escalated") == [("escalated", "reply", 1)]
    assert (await told(zhao, "case_broken"), await told(qian, "case_broken")) == (1, 0)
    await run(clock.levels_at[1], clock.levels_at[1] + MINUTE)
    assert await said(case, "escalated") == [("escalated", "reply", 1), ("escalated", "reply", 2)]
    assert await told(qian, "case_broken") == 1


async def test_what_ends_a_clock_ends_the_tasks_about_it(cast: Cast) -> None:
    zhao = await hired("赵经理", Role.SERVICE_MANAGER)
    case = await complained(cast, on(18, "09:00"))
    await run(on(19, "08:59"), on(19, "09:01"))
    await act(case.id, "reply", zhao.name, on(19, "09:30"), words="这就来")
    rows = await sql().rows(
        "SELECT done_at, same FROM staff_task WHERE kind IN ('case_warned', 'case_broken')"
    )
    about = {row["same"].split(":")[3].split(" ")[0]: row["done_at"] for row in rows}
    assert about["reply"] is not None
    assert about["receipt"] is not None


async def test_the_general_manager_who_comes_later_still_hears_of_it(cast: Cast) -> None:
    case = await complained(cast, on(18, "09:00"))
    assert await said(case, "reported") == []
    qian = await hired("钱总", Role.GENERAL_MANAGER, None)
    await run(on(18, "13:30"))
    assert await said(case, "reported") == [("reported", "", 0)]
    assert await told(qian, "case_report") == 1


async def test_satisfaction_is_asked_with_the_result_and_again_ten_days_later(cast: Cast) -> None:
    zhao = await hired("赵经理", Role.SERVICE_MANAGER)
    case = await complained(cast, on(18, "09:00"))
    await act(case.id, "solve", "赵经理", on(18, "10:00"), root_cause="漏派", solution="已道歉")
    await act(case.id, "tell", "赵经理", on(18, "10:30"))
    assert await said(case, "checked") == [("checked", "", 0)]
    await run(on(28, "10:29"))
    assert await said(case, "checked_again") == []
    await run(on(28, "10:30"), on(28, "10:31"))
    assert await said(case, "checked_again") == [("checked_again", "check_again", 0)]
    rows = await sql().rows("SELECT kind FROM touchpoint WHERE kind LIKE 'case_%' ORDER BY id")
    assert [row["kind"] for row in rows] == ["case_solved", "case_check"]
    after = await one(case.id)
    assert after
    assert after.look_at is None
    assert await told(zhao, "case_added") == 1  # the customer never said whether it is


async def test_a_changed_calendar_moves_every_running_clock(cast: Cast) -> None:
    await hired("赵经理", Role.SERVICE_MANAGER)
    case = await complained(cast, on(18, "09:00"))
    assert (await clocks_due(on(18, "09:01")))["clocks_repriced"] == 1
    before = case.look_at
    await add_calendar_day(date(2026, 11, 18), hours=[["08:30", "10:00"]], store_code="main")
    await clocks_due(on(18, "09:02"))
    after = await one(case.id)
    assert before
    assert after
    assert after.look_at
    assert after.look_at < before
    await add_calendar_day(date(2026, 11, 19), kind=DayKind.HOLIDAY, store_code="main")
    await clocks_due(on(18, "09:03"))
    due = {clock.name: clock.due_at for clock in await clocks_of(case, on(18, "09:03"))}
    assert due["reply"] > on(20, "08:00")


async def test_a_store_promises_its_own_times(cast: Cast) -> None:
    await care.set_care("main", {"sla": {"reply_days": "1/2"}}, "钱总", NOW)
    case = await complained(cast, on(18, "08:30"))
    due = {clock.name: clock.due_at for clock in await clocks_of(case, on(18, "08:30"))}
    assert due["reply"] == on(18, "13:30")  # half of eight hours, and the shop shuts at noon


async def test_two_processes_write_each_event_once(migrated_postgres_url: str) -> None:
    async with dealership(migrated_postgres_url) as cast:
        await hired("赵经理", Role.SERVICE_MANAGER)
        cases = [await complained(cast, on(18, "09:00")) for _ in range(12)]
        await asyncio.gather(*(clocks_due(on(20, "17:00")) for _ in range(4)))
        for case in cases:
            found = await said(case, "warned", "escalated", "reported")
            assert len(found) == len(set(found))
            assert ("escalated", "reply", 2) in found
