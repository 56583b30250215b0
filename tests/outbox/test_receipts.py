"""The whole way: queued, sent by the real client over HTTP, told of by an event, settled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.clock import clock
from bot.sandbox.afterwards import When
from bot.sandbox.notices import answers_popup
from bot.sandbox.wire import Fields
from storage.queries.outbox import receipts as outbox_receipts
from tests.conversations.chat import Chat, open_chat
from tests.databases import forget_compiled_queries
from tests.outbox.notices import (
    FIELDS,
    agree,
    grant,
    mass,
    mass_rows,
    mass_sent,
    notice,
    refusals,
    touch_states,
)
from tests.outbox.post import states, whys
from tests.people import NOW as EIGHT
from tests.people import dealership

NOW = EIGHT + timedelta(hours=2)  # at eight nobody is written to
KEYS = {"car_number1": "车牌号", "thing2": "车型", "thing3": "保养项目"}


@asynccontextmanager
async def phones(url: str) -> AsyncIterator[tuple[Chat, str]]:
    """The product with a WeChat whose later deeds are done by hand; and a template's id."""
    async with dealership(url, NOW) as cast:
        pass
    forget_compiled_queries()
    clock.stop(NOW)
    async with open_chat(url, cast, cast.wang.openid) as chat:
        chat.world.afterwards.by_hand = True
        yield chat, chat.world.templates.add("保养提醒", KEYS).template_id


async def dispatch(chat: Chat) -> dict[str, int]:
    assert chat.product.parts is not None
    done = await chat.product.parts.chores.dispatch(clock.now())
    return {state: count for state, count in done.items() if count}


async def test_a_reminder_reaches_the_phone_and_its_receipt_comes_home(migrated_url: str) -> None:
    async with phones(migrated_url) as (chat, template), chat.database():
        await notice(chat.cast.wang.user_id, "n1", template, now=NOW, touch=True)
        assert await dispatch(chat) == {"accepted": 1}
        assert (await states(), await touch_states()) == ({"n1": "accepted"}, {"n1": "sent"})
        (seen,) = chat.world.ledger.of(chat.openid)
        assert (seen.kind, dict(seen.data)) == ("template", FIELDS)
        assert len(seen.client_id.encode()) <= 32
        await chat.world.afterwards.run()
        assert (await states(), await touch_states()) == ({"n1": "delivered"}, {"n1": "sent"})
        assert await dispatch(chat) == {}


@pytest.mark.parametrize(
    ("status", "state", "again"),
    [("failed:user block", "blocked", "due"), ("failed: system failed", "failed", "due")],
)
async def test_what_did_not_arrive_is_owed_again(
    migrated_sqlite_url: str, status: str, state: str, again: str
) -> None:
    async with phones(migrated_sqlite_url) as (chat, template), chat.database():
        chat.world.receipts.next(status)
        wang = chat.cast.wang.user_id
        await notice(wang, "n1", template, now=NOW, touch=True)
        await dispatch(chat)
        await chat.world.afterwards.run()
        assert (await states(), await touch_states()) == ({"n1": state}, {"n1": again})
        assert (template in await refusals(wang)) == (state == "blocked")


@pytest.mark.parametrize("when", ["early", "never"])
async def test_a_receipt_before_its_time_or_none_at_all(migrated_url: str, when: When) -> None:
    async with phones(migrated_url) as (chat, template), chat.database():
        chat.world.receipts.next(when=when)
        await notice(chat.cast.wang.user_id, "n1", template, now=NOW, touch=True)
        await dispatch(chat)
        await dispatch(chat)
        assert await states() == {"n1": "delivered" if when == "early" else "accepted"}
        clock.forward(timedelta(days=2))
        late = await outbox_receipts.overdue(clock.now())
        assert late == (when == "never")
        assert ("没有收到微信的送达回执" in (await whys())["n1"]) == (when == "never")


async def test_the_same_receipt_again_changes_nothing(migrated_sqlite_url: str) -> None:
    async with phones(migrated_sqlite_url) as (chat, template), chat.database():
        await notice(chat.cast.wang.user_id, "n1", template, now=NOW, touch=True)
        await dispatch(chat)
        await chat.world.afterwards.run()
        for second in range(1, 4):
            clock.forward(timedelta(seconds=second))
            extra: Fields = {
                "MsgID": chat.world.ledger.of(chat.openid)[0].msg_id,
                "Status": "success",
            }
            await chat.world.event(chat.openid, "TEMPLATESENDJOBFINISH", extra, duplicates=1)
        assert (await states(), await touch_states()) == ({"n1": "delivered"}, {"n1": "sent"})
        assert await outbox_receipts.take_kept(clock.now()) == 0


async def test_a_lost_answer_is_asked_for_again_and_seen_once(migrated_url: str) -> None:
    async with phones(migrated_url) as (chat, template), chat.database():
        path = "/cgi-bin/message/template/send"
        chat.world.faults.next(path, status=502, after=True)
        await notice(chat.cast.wang.user_id, "n1", template, now=NOW, touch=True)
        assert await dispatch(chat) == {"waiting": 1}
        assert await touch_states() == {"n1": "due"}
        clock.forward(timedelta(minutes=1))
        assert await dispatch(chat) == {"accepted": 1}
        await chat.world.afterwards.run()
        assert await states() == {"n1": "delivered"}
        assert len(chat.world.ledger.of(chat.openid)) == 1


async def test_a_receipt_ends_the_doubt_of_a_lost_answer(migrated_sqlite_url: str) -> None:
    async with phones(migrated_sqlite_url) as (chat, template), chat.database():
        chat.world.faults.next("/cgi-bin/message/template/send", status=502, after=True)
        await notice(chat.cast.wang.user_id, "n1", template, now=NOW, touch=True)
        assert await dispatch(chat) == {"waiting": 1}
        await chat.world.afterwards.run()
        assert (await states(), await touch_states()) == ({"n1": "delivered"}, {"n1": "sent"})
        clock.forward(timedelta(minutes=1))
        assert await dispatch(chat) == {}
        assert len(chat.world.ledger.of(chat.openid)) == 1


async def test_one_leave_is_one_message(migrated_sqlite_url: str) -> None:
    async with phones(migrated_sqlite_url) as (chat, _), chat.database():
        once = chat.world.templates.add("服务提醒", KEYS, once=True).template_id
        await answers_popup(chat.world, chat.openid, once)
        wang = chat.cast.wang.user_id
        await grant(wang, once)
        for idem in ("n1", "n2"):
            await notice(wang, idem, once, channel="once", now=NOW, touch=True)
        assert await dispatch(chat) == {"accepted": 1, "failed": 1}
        await chat.world.afterwards.run()
        assert await states() == {"n1": "delivered", "n2": "failed"}
        assert await touch_states() == {"n1": "sent", "n2": "due"}


async def test_a_list_goes_out_and_ends_with_its_counts(migrated_url: str) -> None:
    async with phones(migrated_url) as (chat, _), chat.database():
        people = [one.user_id for one in (chat.cast.wang, chat.cast.li, chat.cast.stranger)]
        for person in people:
            await agree(person, "marketing", now=NOW)
        await mass(people, now=NOW, purpose="marketing", touch=True)
        assert await dispatch(chat) == {"accepted": 3}
        assert [await mass_sent(one) for one in people] == [1, 1, 1]
        clock.forward(timedelta(seconds=1))
        await chat.world.afterwards.run()
        assert [state for state, _ in await mass_rows()] == ["done"]
        assert set((await states()).values()) == {"delivered"}
        assert set((await touch_states()).values()) == {"sent"}
        assert chat.world.ledger.sent["mass"] == 3


async def test_a_refused_list_says_why(migrated_sqlite_url: str) -> None:
    async with phones(migrated_sqlite_url) as (chat, _), chat.database():
        chat.world.mass.next("err(40001)")
        await mass([chat.cast.wang.user_id, chat.cast.li.user_id], now=NOW, touch=True)
        await dispatch(chat)
        clock.forward(timedelta(seconds=1))
        await chat.world.afterwards.run()
        assert [state for state, _ in await mass_rows()] == ["failed"]
        assert set((await whys()).values()) == {"群发失败：管理员拒绝（err(40001)）"}
        assert set((await touch_states()).values()) == {"due"}
