"""取消关注: everything under way ends at once; who they are and what they booked stays."""

from bot.clock import clock
from storage.db import sql
from storage.queries.bookings import waiting
from storage.queries.bookings.booking import free_times
from storage.queries.outbox import claiming as outbox
from tests.conversations.chat import Chat
from tests.people import TOMORROW


async def leaves(chat: Chat) -> None:
    seen = await chat.world.unfollow(chat.openid)
    assert (seen.kind, seen.raw) == ("nothing", "success")


async def column(chat: Chat, statement: str) -> list[object]:
    async with chat.database():
        return [row[0] for row in await sql().rows(statement)]


async def free(chat: Chat) -> int:
    async with chat.database():
        service = chat.cast.service("first_service")
        return len(await free_times(chat.cast.main.id, service, TOMORROW, clock.now()))


async def test_an_open_talk_is_closed_and_its_slot_is_free_again(stranger: Chat) -> None:
    before = await free(stranger)
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点", "人工")
    await stranger.says("预约保养")
    await leaves(stranger)
    assert await column(stranger, "SELECT status FROM talk WHERE status <> 'done'") == ["left"]
    assert await column(stranger, "SELECT id FROM booking") == []
    assert await free(stranger) == before


async def test_a_suspended_talk_lets_go_too(chat: Chat) -> None:
    await chat.says("预约保养", "明天", "9点", "添加车辆")
    await leaves(chat)
    assert await column(chat, "SELECT status FROM talk ORDER BY id") == ["left", "left"]
    assert await column(chat, "SELECT id FROM booking") == []
    await chat.waits(hours=30)  # no nudge, no closing words
    assert await column(chat, "SELECT id FROM message") == []


async def test_what_was_queued_is_not_sent(chat: Chat) -> None:
    await chat.says("你好")
    async with chat.database():
        await outbox.put(chat.cast.wang.user_id, "late:1", '{"blocks":["早"]}', chat.now)
        await outbox.put(chat.cast.li.user_id, "late:2", '{"blocks":["早"]}', chat.now)
    await leaves(chat)
    told = "SELECT state || ' ' || why FROM message ORDER BY id"
    assert await column(chat, told) == ["cancelled 客户已取消关注", "queued "]
    await chat.follows()
    await chat.waits(minutes=1)
    assert "早" not in chat.screen
    assert (await column(chat, told))[0] == "cancelled 客户已取消关注"


async def test_the_place_in_the_queue_is_left_and_an_offered_slot_given_back(chat: Chat) -> None:
    cast = chat.cast
    async with chat.database():
        await waiting.join(cast.main.id, cast.service(), TOMORROW, cast.wang.user_id, chat.now)
        assert await waiting.offer_next(cast.main.id, TOMORROW, chat.now) is not None
    assert await column(chat, "SELECT state FROM booking") == ["held"]
    await leaves(chat)
    assert await column(chat, "SELECT state FROM waiting") == ["left"]
    assert await column(chat, "SELECT state FROM booking") == []


async def test_who_comes_back_is_named_and_told_what_is_booked(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认")
    await leaves(chat)
    assert await column(chat, "SELECT state FROM booking") == ["booked"]
    await chat.follows()
    chat.heard(
        "王女士，欢迎回来", "您还约着：11月19日 周四（明天） 09:00 首保 京A12345", "我的预约"
    )
    await chat.taps("我的预约")
    chat.heard("预约号 A")
    subscribed = "SELECT openid FROM wechat_user WHERE unsubscribed_at IS NULL AND openid = 'oWang'"
    assert await column(chat, subscribed) == ["oWang"]


async def test_a_late_copy_of_the_leave_does_not_undo_the_return(chat: Chat) -> None:
    await leaves(chat)
    at = chat.world._event_times[chat.openid, "unsubscribe"]
    event = {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""}
    await chat.follows()
    await chat.says("预约保养")
    await chat.world.send({**chat.world._common(chat.openid, at), **event})
    assert await column(chat, "SELECT status FROM talk") == ["open"]
    chat_is = "SELECT subscribed FROM wechat_user WHERE openid = 'oWang'"
    assert [bool(value) for value in await column(chat, chat_is)] == [True]
