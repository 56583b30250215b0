"""What becomes of a lead, and what its consultant has to do next because of it."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import StaffError
from bot.jobs.leads import leads_due
from storage.db import sql
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.queries.leads.deeds import Changed
from storage.queries.leads.opening import Lead, NewLead, open_lead
from storage.queries.staff import consultants
from storage.queries.stores.shops import add_calendar_day
from tests.leads.rig import colleague, duties
from tests.people import NOW, TODAY, TOMORROW, at, dealership

LATER = at("10:00", TODAY)


async def fresh(level: str = "A") -> Lead:
    return await open_lead(NewLead("visit", level=level, name="赵六", phone="13700000009"), NOW)


async def history(lead: Lead) -> list[tuple[str, str, str]]:
    return [(one.kind, one.before, one.after) for one in await leads.events(lead.id)]


async def test_confirmed_then_contacted_by_cadence(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh("H")
        lead = await lead_deeds.confirm(lead.id, "李雷", LATER, note="想看唐DM")
        assert (lead.confirmed_at, lead.next_at) == (LATER, at("08:30", TOMORROW))
        assert [(one.done, one.outcome) for one in await duties()] == [(True, "reached")]
        assert await leads_due(at("08:29")) == {
            "lead_tasks": 0,
            "lead_tasks_moved": 0,
            "leads_late": 0,
        }
        for _ in range(3):  # one task for one contact, however often the clock looks
            await leads_due(at("08:30"))
        _, task = await duties()
        assert task.title == f"跟进潜客 {lead.number} 赵六"
        assert (task.due_at, task.done) == (at("17:30"), False)
        lead = await lead_deeds.contacted(lead.id, "李雷", at("09:00"), level="o")
        assert (lead.level, lead.next_at) == ("O", at("08:30", TOMORROW + timedelta(days=7)))
        assert await history(lead) == [
            ("created", "", "H"), ("confirmed", "", ""), ("contacted", "", ""), ("level", "H", "O"),
        ]  # fmt: skip


async def test_nobody_confirms_twice(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh()
        await lead_deeds.confirm(lead.id, "李雷", LATER)
        with pytest.raises(StaffError, match="已经确认过"):
            await lead_deeds.confirm(lead.id, "韩梅梅", LATER)


async def test_levels_move_the_next_contact(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh("C")
        hot = await lead_deeds.set_level(lead.id, "H", "李雷", LATER)
        assert hot.next_at == lead.next_at  # who was never spoken to is confirmed as before
        await lead_deeds.confirm(lead.id, "李雷", LATER)
        cold = await lead_deeds.set_level(lead.id, "C", "李雷", LATER, note="要等年底")
        assert cold.next_at == at("08:30", TODAY.replace(month=12))
        warm = await lead_deeds.set_level(lead.id, "A", "李雷", LATER)
        assert warm.next_at == at("08:30", TODAY + timedelta(days=7))
        assert await lead_deeds.set_level(lead.id, "a", "李雷", LATER) == warm
        hours = at("16:00")
        await lead_deeds.put_off(lead.id, hours, "李雷", LATER)
        hotter = await lead_deeds.set_level(lead.id, "H", "李雷", at("09:00"))
        assert hotter.next_at == hours  # sooner than its cadence: that stays
        levels = [one for one in await history(hotter) if one[0] == "level"]
        assert levels == [("level", "C", "H"), ("level", "H", "C"), ("level", "C", "A"), ("level", "A", "H")]  # fmt: skip


async def test_a_moved_contact_takes_its_task_along_or_ends_it(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh()
        await lead_deeds.put_off(lead.id, at("15:00:30"), "李雷", LATER, note="开会")
        [task] = await duties()
        assert (task.due_at, task.done) == (at("15:00"), False)
        with pytest.raises(StaffError, match="已经过去"):
            await lead_deeds.put_off(lead.id, LATER, "李雷", LATER)
        with pytest.raises(StaffError, match="不能打电话"):
            await lead_deeds.put_off(lead.id, at("21:30"), "李雷", LATER)
        await lead_deeds.confirm(lead.id, "李雷", at("15:00"))
        due = at("08:30", TOMORROW + timedelta(days=7))
        await leads_due(due)
        await lead_deeds.set_level(lead.id, "C", "李雷", due)
        assert [one.outcome for one in await duties()] == ["reached", "moved"]
        await lead_deeds.set_level(lead.id, "H", "李雷", due)
        await lead_deeds.put_off(lead.id, due + timedelta(hours=2), "李雷", due)
        await leads_due(due + timedelta(hours=2))
        assert [one.done for one in await duties()] == [True, True, False]


async def test_won_and_lost_are_ends(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh()
        with pytest.raises(StaffError, match="战败要写原因"):
            await lead_deeds.lose(lead.id, " ", "李雷", LATER)
        lost = await lead_deeds.lose(lead.id, "买了别的品牌", "李雷", LATER)
        assert (lost.state, lost.lost_reason, lost.next_at) == ("lost", "买了别的品牌", None)
        assert [one.outcome for one in await duties()] == ["lost"]
        with pytest.raises(StaffError, match="已战败"):
            await lead_deeds.contacted(lead.id, "李雷", LATER)
        again = await fresh()
        assert again.id != lost.id
        won = await lead_deeds.win(again.id, "李雷", LATER, note="唐DM一台")
        assert (won.state, won.ended_at, won.lost_reason) == ("won", LATER, "")
        assert await leads_due(LATER + timedelta(days=400)) == {"lead_tasks": 0, "lead_tasks_moved": 0, "leads_late": 0}  # fmt: skip
        with pytest.raises(StaffError, match="没有这位潜客"):
            await lead_deeds.win(10**9, "李雷", LATER)


async def test_given_to_another_consultant_with_the_task(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        lead, han = await fresh(), await colleague(cast, "韩梅梅")
        given = await lead_deeds.assign(lead.id, han.id, "经理", LATER)
        assert (given.consultant, given.store) == ("韩梅梅", "main")
        assert await lead_deeds.assign(lead.id, han.id, "经理", LATER) == given
        [task] = await duties()
        assert task.staff_id == han.id
        marketing = await colleague(cast, "小李", "marketing")
        with pytest.raises(StaffError, match="没有这位"):
            await lead_deeds.assign(lead.id, marketing.id, "经理", LATER)


async def test_leads_go_with_the_customer_and_with_who_leaves(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        boss = await colleague(cast, "顾总", "general_manager", everywhere=True)
        lei, han = await colleague(cast, "李雷"), await colleague(cast, "韩梅梅")
        theirs = await open_lead(NewLead("survey", customer_id=cast.wang.customer_id), NOW)
        other = await open_lead(NewLead("visit", consultant_id=lei.id), NOW)
        assert await consultants.assign(boss, cast.wang.customer_id or 0, lei.id, LATER)
        assert [one.staff_id for one in await duties()] == [lei.id, lei.id]
        handed = await consultants.leave(boss, lei.id, han.id, LATER)
        assert handed is not None
        assert (handed.leads, handed.tasks) == (2, 2)
        for lead in (theirs, other):
            now_ = await leads.one(lead.id)
            assert now_ is not None
            assert now_.consultant_id == han.id
        again = await consultants.leave(boss, lei.id, han.id, LATER)
        assert again is not None
        assert again.leads == 0


async def test_details_are_changed_and_what_is_the_same_is_not(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh()
        said = {"name": "赵六", "phone": "13700000001", "model": "唐DM", "note": "贷款"}
        after = await lead_deeds.change(lead.id, said, "李雷", LATER)
        assert (after.phone, after.model, after.note) == ("13700000001", "唐DM", "贷款")
        assert await lead_deeds.change(lead.id, said, "李雷", LATER) == after
        assert (await history(after))[-1] == ("changed", "", "phone、model、note")
        assert (await open_lead(NewLead("call", phone="13700000001"), NOW)).id == lead.id


async def test_only_what_was_read_is_changed(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh()
        await lead_deeds.set_level(lead.id, "H", "李雷", LATER, if_revs=frozenset({lead.rev}))
        with pytest.raises(Changed):
            await lead_deeds.win(lead.id, "韩梅梅", LATER, if_revs=frozenset({lead.rev}))


async def test_a_day_that_closes_afterwards_moves_the_contact(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh("H")
        await lead_deeds.confirm(lead.id, "李雷", LATER)
        await add_calendar_day(TOMORROW, hours=[], name="盘点")
        assert await leads_due(at("08:30")) == {
            "lead_tasks": 0,
            "lead_tasks_moved": 1,
            "leads_late": 0,
        }
        moved = await leads.one(lead.id)
        assert moved is not None
        assert moved.next_at == at("08:30", TOMORROW + timedelta(days=1))
        assert moved.next_at is not None
        assert (await leads_due(moved.next_at))["lead_tasks"] == 1


async def test_two_jobs_make_one_task_of_each_contact(migrated_url: str) -> None:
    async with dealership(migrated_url):
        for number in range(30):
            lead = await open_lead(NewLead("visit", level="H", phone=f"137{number:08d}"), NOW)
            await lead_deeds.confirm(lead.id, "李雷", LATER)
        counts = await asyncio.gather(*(leads_due(at("08:30")) for _ in range(4)))
        assert sum(count["lead_tasks"] for count in counts) == 30
        assert len([one for one in await duties() if not one.done]) == 30


async def test_two_who_end_one_lead_at_once(migrated_url: str) -> None:
    async with dealership(migrated_url):
        lead = await fresh()
        ends = await asyncio.gather(
            lead_deeds.win(lead.id, "李雷", LATER),
            lead_deeds.lose(lead.id, "不买了", "韩梅梅", LATER),
            return_exceptions=True,
        )
        refused = [end for end in ends if isinstance(end, StaffError)]
        assert (len(refused), "不能再改" in str(refused[0])) == (1, True)
        kinds = [one[0] for one in await history(lead)]
        assert len(kinds) == 2
        row = await sql().one("SELECT state FROM lead")
        assert row["state"] == kinds[1]
