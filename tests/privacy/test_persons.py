"""All that is held on somebody: given to them, and taken away."""

from datetime import timedelta

import pytest
from tortoise.fields.relational import ForeignKeyFieldInstance

from bot.errors import StaffError
from bot.rules.roles import Role
from storage import models
from storage.db import sql
from storage.models import Booking, Customer, Inbox, Talk, Visit
from storage.queries import audit, people
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.privacy.erasing import _BLANK, erase_person
from storage.queries.privacy.persons import WHERE, everything_on, find_person
from storage.queries.staff.colleagues import add_staff
from tests.conversations.chat import Chat
from tests.people import NOW
from tests.privacy.held import ADDRESS, ID_NUMBER, NOTE, WORDS, everything, person

REFS = ("C1", "13800000001", "138 0000 0001", "oWang", "#1")
HERS = (
    *("13800000001", "京A12345", "LSVAA4182E2000001", "oWang", "王芳", "王小芳"),
    *(ADDRESS, ID_NUMBER, NOTE, WORDS),
)


def test_every_table_that_names_a_person_or_a_car_is_exported_and_erased() -> None:
    naming = {
        model._meta.db_table
        for model in (getattr(models, name) for name in models.__all__)
        for field in model._meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance)
        and str(field.model_name).rpartition(".")[2] in ("Customer", "WeChatUser", "Vehicle")
    }
    assert naming <= set(WHERE)
    deleted, kept = {"vehicle_person"}, {"consent", "delivery"}  # these say nothing of who it was
    assert naming <= set(_BLANK) | deleted | kept


@pytest.mark.parametrize("ref", REFS)
async def test_somebody_is_found_by_any_of_their_names(known: Chat, ref: str) -> None:
    async with known.database():
        assert await find_person(ref) == person(known)
        assert await find_person("13900000009") is None
        assert await find_person("C2") is None


async def test_one_phone_in_two_files_is_said(known: Chat) -> None:
    async with known.database():
        again = await Customer.create(account_id=1, created_at=NOW)
        first = await Customer.get(id=known.cast.wang.customer_id)
        await sql().run(
            "UPDATE customer SET phone = ?, phone_hash = (SELECT phone_hash FROM customer"
            " WHERE id = ?) WHERE id = ?",
            *("", first.id, again.id),
        )
        with pytest.raises(StaffError, match=f"#{first.id}、#{again.id}"):
            await find_person("13800000001")
        again.merged_into_id = first.id
        await again.save()
        found = await find_person("13800000001")
        assert found is not None
        assert found.customers == (first.id, again.id)


async def test_the_export_holds_everything(known: Chat) -> None:
    async with known.database():
        parts = await everything_on(person(known))
    assert [part.name for part in parts] == [
        *("customer", "wechat_user", "consent", "vehicle", "incident", "booking"),
        *("touchpoint", "inbox", "message", "grant_once", "talk", "staff_task", "call_record"),
        *("rating", "rating_answer", "complaint", "complaint_event", "compensation", "measure"),
        *("evidence", "lead", "lead_event", "file_change"),
    ]
    text = str(parts)
    for value in HERS:
        assert value in text, value
    assert "李强" not in text
    assert "hash" not in text
    assert {part.name: part.title for part in parts}["inbox"] == "收件"


async def test_erased_is_nowhere_and_figures_stay(known: Chat) -> None:
    async with known.database():
        for value in HERS:
            assert value in await everything(), value
        bookings, visits = await Booking.all().count(), await Visit.all().count()
        inbox = await Inbox.all().count()
        done = await erase_person("13800000001", NOW, "沈文")
        assert done is not None
        assert done.rows["customer"] == done.rows["vehicle"] == done.rows["wechat_user"] == 1
        left = await everything()
        assert [value for value in HERS if value in left] == []
        assert "13900000002" in left  # the others are as they were
        assert (await Booking.all().count(), await Visit.all().count()) == (bookings, visits)
        assert await Inbox.all().count() == inbox
        assert [t.state for t in await models.Touchpoint.all()] == ["cancelled"]
        assert await models.Case.filter(state="withdrawn", look_at=None).count() == 1
        gift = await models.Compensation.get()  # nobody approves what is owed to nobody
        assert (gift.state, gift.decided_by, gift.decided_at) == ("refused", "system", NOW)
        assert (await models.Lead.get()).state == "lost"
        assert await models.RatingAnswer.all().count() == 1
        assert await Talk.filter(open_for=known.cast.wang.user_id).count() == 0
        assert await audit.verify() is None
        assert await people.find_binding("13800000001", "京A12345") is None


async def test_erasing_again_changes_nothing_and_says_when(known: Chat) -> None:
    async with known.database():
        for ref in ("13800000001", "C1", "#1"):
            done = await erase_person(ref, NOW, "沈文")
            assert done is not None
            assert bool(done.rows) == (ref == "13800000001")
        before = await everything()
        again = await erase_person("13800000001", NOW + timedelta(days=3), "沈文")
        assert again is not None
        assert (again.rows, again.at) == ({}, NOW)
        assert await everything() == before
        assert await erase_person("13900000009", NOW, "沈文") is None


async def test_who_writes_again_is_a_stranger(known: Chat) -> None:
    async with known.database():
        await erase_person("oWang", NOW, "沈文")
    known.world.close_session("oWang")
    await known.says("我的爱车")
    known.heard_not("京A12345", "王")
    await known.says("你好")
    async with known.database():
        found = await find_person("oWang")
        assert found is not None
        assert found.customers == ()
        parts = await everything_on(found)
        assert {part.name for part in parts} <= {"wechat_user", "inbox", "talk"}
        assert await erase_person("oWang", NOW, "沈文")


async def test_a_stranger_is_erased_too(known: Chat) -> None:
    stranger = known.of(known.cast.stranger.openid)
    await stranger.says("我姓欧阳，电话13700000009", "预约保养")
    async with known.database():
        assert "欧阳" in await everything()
        done = await erase_person("oStranger", NOW, "沈文")
        assert done is not None
        left = await everything()
        assert "欧阳" not in left
        assert "oStranger" not in left


async def test_what_colleagues_were_sent_of_a_complaint_goes_too(known: Chat) -> None:
    stranger, words = known.of(known.cast.stranger.openid), "空调滴水弄湿了我的欧阳牌公文包"
    async with known.database():
        boss = await add_staff("顾海波", Role.GENERAL_MANAGER, now=NOW, login="gu")
        user = await models.WeChatUser.create(
            account_id=known.cast.account, openid="oBoss", window_kind="message",
            window_opened_at=NOW, created_at=NOW,
        )  # fmt: skip
        await models.StaffWeChat.create(
            account_id=known.cast.account, staff_id=boss.id, wechat_user=user, bound_at=NOW
        )
        new = NewCase("chat", words, wechat_user_id=known.cast.stranger.user_id)
        await open_case(new, NOW)
        assert any(
            words in message.body for message in await models.Message.filter(wechat_user=user)
        )
        assert words in await everything()
        await erase_person(stranger.openid, NOW, "沈文")
        assert words not in await everything()
