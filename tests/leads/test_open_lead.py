"""A wish for a car becomes a lead: once, the right consultant's, with a task within 24 hours."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import StaffError
from storage import models
from storage.db import sql
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.privacy.erasing import erase_person
from storage.queries.scenes import consultant_subject, keep
from tests.leads.rig import colleague, duties, gives
from tests.people import NOW, at, dealership


async def test_a_survey_answer_is_a_lead_of_the_customers_consultant(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        li_lei = await colleague(cast, "李雷")
        await gives(li_lei, cast.wang.customer_id)
        new = NewLead("survey", customer_id=cast.wang.customer_id, same="rating:1", note="想换SUV")
        lead = await open_lead(new, NOW)
        assert (lead.number, lead.level, lead.state) == (f"L{lead.id:06d}", "C", "open")
        assert (lead.consultant, lead.store, lead.name) == ("李雷", "main", "王芳")
        assert lead.next_at == at("17:30", NOW.date())  # the doors shut before 24 hours are over
        [task] = await duties()
        assert (task.staff_id, task.store_id) == (li_lei.id, cast.main.id)
        assert task.title == f"确认新潜客 {lead.number} 王女士"
        assert (task.due_at, "想换SUV" in task.detail) == (lead.next_at, True)
        assert await leads.by_number(f"l{lead.id}") == lead


async def test_the_same_occasion_is_one_lead(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        new = NewLead("survey", customer_id=cast.wang.customer_id, same="rating:1")
        first = await open_lead(new, NOW)
        assert await open_lead(new, NOW + timedelta(days=1)) == first
        assert len(await duties()) == 1
        assert [one.kind for one in await leads.events(first.id)] == ["created"]


async def test_another_wish_is_added_and_heats_it_up(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await open_lead(NewLead("survey", customer_id=cast.wang.customer_id, same="r:1"), NOW)
        drive = NewLead(
            "test_drive", model="汉EV", wechat_user_id=cast.wang.user_id,
            customer_id=cast.wang.customer_id, note="约试驾", same="t:1", drive_at=at("10:00"),
        )  # fmt: skip
        lead = await open_lead(drive, NOW)
        again = await open_lead(drive, NOW)
        assert (lead, lead.level, lead.model) == (again, "A", "汉EV")
        told = [one.kind for one in await leads.events(lead.id)]
        assert told == ["created", "asked", "level", "test_drive"]
        [task] = await duties()
        assert "客户又说：汉EV\n约试驾" in task.detail
        assert await leads.of_person(cast.wang.user_id, None) == [lead]


async def test_a_colder_wish_does_not_cool_it_down(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await open_lead(NewLead("visit", level="h", customer_id=cast.li.customer_id), NOW)
        lead = await open_lead(NewLead("survey", customer_id=cast.li.customer_id), NOW)
        assert lead.level == "H"


async def test_one_phone_is_one_lead(migrated_url: str) -> None:
    async with dealership(migrated_url):
        first = await open_lead(NewLead("visit", name="赵六", phone="13700000009"), NOW)
        again = await open_lead(NewLead("call", phone="13700000009", model="唐DM"), NOW)
        other = await open_lead(NewLead("call", phone="13700000008"), NOW)
        nameless = await open_lead(NewLead("call"), NOW)
        assert (again.id, again.name, again.model) == (first.id, "赵六", "唐DM")
        assert len({first.id, other.id, nameless.id}) == 3


async def test_how_they_came_says_whose_they_are(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        han = await colleague(cast, "韩梅梅")
        await keep(await consultant_subject("韩梅梅"), "u", "t", NOW)
        await sql().run(
            "UPDATE wechat_user SET scene = ? WHERE id = ?",
            f"staff_{han.id}",
            cast.stranger.user_id,
        )
        lead = await open_lead(NewLead("chat", wechat_user_id=cast.stranger.user_id), NOW)
        assert (lead.consultant_id, lead.store) == (han.id, "main")


async def test_who_left_is_not_given_new_leads(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        gone, sold = await colleague(cast, "李雷"), await colleague(cast, "韩梅梅")
        await gives(gone, cast.wang.customer_id)
        await sql().run("UPDATE staff SET active = ? WHERE id = ?", False, gone.id)
        await sql().run("UPDATE vehicle SET consultant_id = ? WHERE id = ?", sold.id, cast.wang.car)
        lead = await open_lead(NewLead("survey", customer_id=cast.wang.customer_id), NOW)
        assert lead.consultant_id == sold.id


async def test_a_named_consultant_brings_their_store(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        li_lei = await colleague(cast, "李雷")
        lead = await open_lead(NewLead("visit", consultant_id=li_lei.id), NOW)
        assert (lead.consultant_id, lead.store) == (li_lei.id, "main")


async def test_an_occasion_told_again_after_the_end_makes_no_new_lead(migrated_url: str) -> None:
    async with dealership(migrated_url):
        first = NewLead("visit", phone="13700000009", same="v:1")
        added = NewLead("call", phone="13700000009", same="c:1")
        lead = await open_lead(first, NOW)
        await open_lead(added, NOW)
        await lead_deeds.lose(lead.id, "不买了", "李雷", NOW)
        for told in (first, added):
            assert (await open_lead(told, NOW)).state == "lost"
        assert (
            await open_lead(NewLead("call", phone="13700000009", same="c:2"), NOW)
        ).id != lead.id


async def test_a_level_that_is_none(migrated_url: str) -> None:
    async with dealership(migrated_url):
        with pytest.raises(StaffError, match="没有级别Z"):
            await open_lead(NewLead("visit", level="Z"), NOW)


async def test_many_tell_of_one_person_at_once(migrated_url: str) -> None:
    """A survey, a visit and two repeats of a call: one lead, and each wish told once."""
    async with dealership(migrated_url) as cast:
        who = cast.wang.customer_id
        wishes = [
            NewLead("survey", customer_id=who, same="r:1"),
            NewLead("visit", customer_id=who, same="v:1"),
            *[NewLead("call", customer_id=who, same="c:1")] * 2,
        ]
        found = await asyncio.gather(*(open_lead(wish, NOW) for wish in wishes * 3))
        assert len({lead.id for lead in found}) == 1
        told = sorted(one.kind for one in await leads.events(found[0].id) if one.kind != "level")
        assert told == ["asked", "asked", "created"]
        assert len(await duties()) == 1


async def test_the_consultant_hears_of_a_new_lead_once_and_erasure_takes_it_back(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        seller = await colleague(cast, "李雷")
        await gives(seller, cast.wang.customer_id)
        user = await models.WeChatUser.create(
            account_id=cast.account, openid="oSeller", window_kind="message",
            window_opened_at=NOW, created_at=NOW,
        )  # fmt: skip
        await models.StaffWeChat.create(
            account_id=cast.account, staff_id=seller.id, wechat_user=user, bound_at=NOW
        )
        new = NewLead("chat", customer_id=cast.wang.customer_id, model="帕萨特", same="a")
        lead = await open_lead(new, NOW)
        await open_lead(replace(new, same="b", note="想要白色"), NOW)
        told = await models.Message.filter(wechat_user=user)
        assert [lead.number in one.body and "帕萨特" in one.body for one in told] == [True]
        await erase_person(f"#{cast.wang.customer_id}", NOW, "沈文")
        assert [one.body for one in await models.Message.filter(wechat_user=user)] == [""]
