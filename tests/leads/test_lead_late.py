"""A new lead that nobody speaks to within 24 hours goes up to a named manager, once."""

import asyncio
from datetime import timedelta

from bot.jobs.leads import leads_due
from storage.db import sql
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import late as lead_late
from storage.queries.leads import opening as leads
from storage.queries.leads.opening import Lead, NewLead, open_lead
from storage.queries.staff.colleagues import Staff, get_staff
from tests.leads.rig import colleague, duties
from tests.people import NOW, TODAY, Cast, at, dealership

LATE = at("08:01", TODAY + timedelta(days=1))


async def fresh(staff: Staff, phone: str = "13700000009") -> Lead:
    new = NewLead("visit", name="赵六", phone=phone, model="唐DM", consultant_id=staff.id)
    return await open_lead(new, at("08:31", TODAY))


async def managers(cast: Cast) -> list[Staff]:
    return [
        await colleague(cast, "顾海波", "service_manager"),
        await colleague(cast, "赵敏", "general_manager", everywhere=True),
    ]


async def late() -> list[tuple[str, bool]]:
    """Whose task it is, and whether it is done."""
    return [
        (found.name if (found := await get_staff(one.staff_id or 0)) else "", one.done)
        for one in await duties("lead_late")
    ]


async def test_it_goes_to_the_stores_manager_once(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        lead = await fresh(await colleague(cast, "李雷"))
        await managers(cast)
        assert lead.next_at is not None
        assert (await leads_due(lead.next_at))["leads_late"] == 0
        counts = await asyncio.gather(
            *(leads_due(lead.next_at + timedelta(minutes=1)) for _ in range(3))
        )
        assert sum(one["leads_late"] for one in counts) == 1
        assert (await leads_due(lead.next_at + timedelta(days=9)))["leads_late"] == 0
        [task] = await duties("lead_late")
        assert task.title == f"{lead.number}新潜客还没有确认"
        assert "负责人：李雷" in task.detail
        assert await late() == [("顾海波", False)]
        events = [(one.kind, one.actor, one.after) for one in await leads.events(lead.id)]
        assert events[-1] == ("escalated", "system", "顾海波")
        await lead_deeds.confirm(lead.id, "李雷", lead.next_at + timedelta(days=9))
        assert await late() == [("顾海波", True)]


async def test_who_was_spoken_to_or_is_lost_goes_nowhere(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        staff = await colleague(cast, "李雷")
        await managers(cast)
        spoken, lost = await fresh(staff), await fresh(staff, "13700000008")
        await lead_deeds.confirm(spoken.id, "李雷", at("09:00", TODAY))
        await lead_deeds.lose(lost.id, "买了别家", "李雷", at("09:00", TODAY))
        assert (await leads_due(LATE + timedelta(days=60)))["leads_late"] == 0
        assert await late() == []


async def test_nobody_hears_of_their_own_and_somebody_always_does(migrated_url: str) -> None:
    """A manager's own lead goes to the general manager; without any it waits for one."""
    async with dealership(migrated_url) as cast:
        lead = await fresh(await colleague(cast, "顾海波", "service_manager"))
        when = (lead.next_at or NOW) + timedelta(hours=1)
        assert (await leads_due(when))["leads_late"] == 0
        await colleague(cast, "赵敏", "general_manager", everywhere=True)
        assert (await leads_due(when))["leads_late"] == 1
        assert await late() == [("赵敏", False)]
        await lead_deeds.lose(lead.id, "买了别家", "顾海波", when)
        assert await late() == [("赵敏", True)]
        rows = await sql().rows("SELECT id FROM staff_task WHERE done_at IS NULL")
        assert not rows


async def test_tried_in_vain_counts_from_when_it_was_opened(migrated_url: str) -> None:
    """A C lead's next contact is a month away; its 24 hours are over all the same."""
    async with dealership(migrated_url) as cast:
        staff = await colleague(cast, "李雷")
        await managers(cast)
        lead = await fresh(staff)
        assert lead.level == "B"
        await lead_deeds.set_level(lead.id, "C", "李雷", at("09:00", TODAY))
        tried = await lead_deeds.tried(lead.id, "李雷", at("10:00", TODAY), note="无人接听")
        assert tried.next_at is not None
        assert tried.next_at > at("10:00", TODAY + timedelta(days=25))
        in_time = lead.created_at + timedelta(hours=24)
        assert (await leads_due(in_time))["leads_late"] == 0
        assert (await leads_due(in_time + timedelta(minutes=1)))["leads_late"] == 1
        assert (await leads_due(tried.next_at + timedelta(days=1)))["leads_late"] == 0
        [task] = await duties("lead_late")
        assert "打过电话，没有联系上。" in task.detail
        assert task.due_at == in_time
        assert await late() == [("顾海波", False)]


async def test_who_named_a_time_after_that_is_late_only_by_it(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await managers(cast)
        lead = await fresh(await colleague(cast, "李雷"))
        await lead_deeds.tried(lead.id, "李雷", at("10:00", TODAY), note="无人接听")
        named = at("15:00", TODAY + timedelta(days=4))
        await lead_deeds.put_off(lead.id, named, "李雷", at("11:00", TODAY))
        assert (await leads_due(named))["leads_late"] == 0
        assert (await leads_due(named + timedelta(minutes=1)))["leads_late"] == 1


async def test_those_that_nobody_can_hear_of_hold_up_none(migrated_url: str) -> None:
    """A manager's own leads wait for a general manager; a consultant's newer one goes up before."""
    async with dealership(migrated_url) as cast:
        boss = await colleague(cast, "顾海波", "service_manager")
        for number in range(3):
            await fresh(boss, f"1370000010{number}")
        theirs = await fresh(await colleague(cast, "李雷"))
        when = (theirs.next_at or NOW) + timedelta(hours=1)
        assert await lead_late.escalate_due(when, 2) == 1
        assert await lead_late.escalate_due(when, 2) == 0
        assert await late() == [("顾海波", False)]
        await colleague(cast, "赵敏", "general_manager", everywhere=True)
        assert [await lead_late.escalate_due(when, 2) for _ in range(3)] == [2, 1, 0]
