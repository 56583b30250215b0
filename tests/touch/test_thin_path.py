"""One reminder, all the way: owed by the calendar, put on the plan, decided, queued, explained."""

from datetime import date

from bot.jobs.plan import plan_due
from bot.outbox.decide import decide_due
from bot.outbox.why import explained
from tests.people import at, dealership
from tests.touch.rig import agrees, ledger, writes

# 王芳 runs 56 km a day: her first service, at 5,000 km, comes on Saturday 28 November.
DAY = date(2026, 11, 21)


async def test_a_first_service_is_planned_queued_and_explained(migrated_url: str) -> None:
    async with dealership(migrated_url, at("08:00", date(2026, 11, 18))) as cast:
        await agrees(cast.wang, now=at("08:00", DAY))
        await writes(cast.wang, at("10:00", DAY))
        await plan_due(at("11:00", date(2026, 11, 18)))
        assert (await plan_due(at("08:00", DAY)))["planned"] >= 1
        [owed] = await ledger("first_service")
        assert (owed.state, owed.due_on) == ("planned", DAY)
        await decide_due(at("16:00", DAY))
        [sent] = await ledger("first_service")
        assert (sent.state, sent.channel) == ("due", "service")
        assert sent.said.startswith("王女士，您好！")
        assert "首保" in sent.said
        lines = "\n".join(await explained(f"P{sent.id}"))
        assert "首保提醒：王芳" in lines
        assert "保养日期2026-11-28" in lines
        assert "客服消息，排队中" in lines
        assert "客户最近来过消息，可以直接发消息" in lines
        assert "按系统默认的跟踪计划自动执行" in lines


async def test_planning_again_adds_nothing(migrated_url: str) -> None:
    async with dealership(migrated_url) as _:
        await plan_due(at("11:00", date(2026, 11, 18)))
        await plan_due(at("08:00", DAY))
        before = await ledger()
        assert before
        assert (await plan_due(at("09:00", DAY)))["planned"] == 0
        assert await ledger() == before
