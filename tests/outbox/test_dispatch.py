"""What becomes of a message: sent, refused, unclear, too late, and in which order."""

from datetime import timedelta

import pytest

from bot.errors import WeChatError, WeChatUnclear
from bot.outbox.dispatch import PAUSE, TRIES, Dispatcher, Summary
from storage.db import sql
from storage.queries.outbox import claiming as outbox
from storage.queries.talks import Talks
from tests.outbox.post import (
    NOW,
    FarSide,
    letter,
    post_office,
    states,
    tasks,
    whys,
    window_sent,
    writes,
)

SECOND = timedelta(seconds=1)
REFUSED = "微信没有给出明确答复，不确定客户是否收到"


def refusing(errcode: int) -> FarSide:
    return FarSide(lambda _openid, _content: WeChatError(errcode, "no", "/custom/send"))


async def test_a_message_goes_out_once(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await letter(wang, "late:k1", "您好", ["1. 好的", "好的", "7:1"], "再见")
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=1)
        assert await Dispatcher(far).dispatch_due(NOW) == Summary()
        assert await states() == {"late:k1": "accepted"}
        assert await window_sent(wang) == 1
        link = "weixin://bizmsgmenu?msgmenucontent=%E5%A5%BD%E7%9A%84&msgmenuid=7%3A1"
        assert far.got == [("o-wang", f'您好\n<a href="{link}">1. 好的</a>\n再见')]


async def test_a_persons_messages_keep_their_order(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = [await writes(f"o-{n}", f"k{n}") for n in range(6)]
        for turn in range(4):
            for person in people:
                await letter(person, f"{person.openid}:{turn}")
        far = FarSide()
        assert await Dispatcher(far, at_once=3).dispatch_due(NOW) == Summary(accepted=24)
        for person in people:
            assert far.said(person.openid) == [f"{person.openid}:{turn}" for turn in range(4)]
        assert far.most_at_once == 3


async def test_a_long_text_is_several_messages_of_the_window(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang, li = await writes("o-wang", "k1"), await writes("o-li", "k2", window="tap")
        await letter(wang, "late:1", "很长。" * 500)
        await letter(li, "late:2", "很长。" * 700)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=1, failed=1)
        assert "".join(far.said("o-wang")) == "很长。" * 500
        assert await window_sent(wang) == len(far.said("o-wang")) == 3
        assert await window_sent(li) == 0
        assert (await whys())["late:2"] == "内容共4段，客户再次来消息前只能再发3条"


async def test_nothing_goes_to_whom_nothing_may(migrated_url: str) -> None:
    async with post_office(migrated_url):
        late, gone = await writes("o-late", "k1"), await writes("o-gone", "k2")
        await letter(late, "late:k1")
        await letter(late, "wake:1:1")
        async with Talks().turn("o-gone", "k3", NOW, window="", subscribed=False, scene=""):
            pass
        await letter(gone, "late:k2", now=NOW + timedelta(hours=49))
        far = FarSide()
        summary = await Dispatcher(far).dispatch_due(NOW + timedelta(hours=50))
        assert (summary, far.got) == (Summary(failed=3), [])
        closed = "距客户上次互动已超过48小时，微信不允许再发送"
        assert await whys() == {"late:k1": closed, "wake:1:1": closed, "late:k2": "客户已取消关注"}
        title = "有一条回复没能发给客户，请联系客户"
        assert await tasks() == [(title, closed), (title, "客户已取消关注")]


async def test_a_nudge_is_dropped_when_the_person_has_written(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await letter(wang, "wake:1:1")
        await letter(wang, "late:k1")
        await writes("o-wang", "k2", NOW + SECOND)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW + SECOND) == Summary(accepted=1, failed=1)
        assert far.got == [("o-wang", "late:k1")]
        assert await tasks() == []


async def test_an_unclear_message_is_never_repeated(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await letter(wang, "late:k1")
        far = FarSide(lambda _openid, _content: WeChatUnclear("time-out", "/custom/send"))
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(uncertain=1)
        assert await Dispatcher(FarSide()).dispatch_due(NOW + timedelta(hours=1)) == Summary()
        assert await states() == {"late:k1": "uncertain"}
        assert await window_sent(wang) == 1
        assert await tasks() == [("有一条回复不确定客户是否收到", REFUSED)]


async def test_a_busy_platform_is_asked_again_later_and_later(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang, now = await writes("o-wang", "k1"), NOW
        await letter(wang, "late:1")
        await letter(wang, "late:2")
        dispatcher = Dispatcher(refusing(-1))
        for wait in (30, 60, 120, 240):
            assert await dispatcher.dispatch_due(now) == Summary(waiting=1)
            assert await dispatcher.dispatch_due(now + (wait - 1) * SECOND) == Summary()
            now += wait * SECOND
        assert await window_sent(wang) == 0
        assert await dispatcher.dispatch_due(now) == Summary(failed=1, waiting=1)
        assert (await tasks())[0][1].startswith("微信系统繁忙（-1）")
        attempts = await sql().rows("SELECT attempts FROM message ORDER BY id")
        assert [row["attempts"] for row in attempts] == [TRIES, 1]


@pytest.mark.parametrize(
    ("errcode", "state", "after"),
    [
        (45015, "failed", None),  # outside the window, says the platform
        (45047, "failed", None),
        (43004, "failed", None),
        (45002, "failed", None),
        (99999, "failed", None),
        (45011, "waiting", timedelta(minutes=1)),
        (45009, "waiting", timedelta(hours=14)),  # midnight in Beijing
        (40001, "waiting", timedelta(seconds=30)),
        (45065, "accepted", None),
    ],
)
async def test_a_refusal_does_what_the_table_says(
    migrated_sqlite_url: str, errcode: int, state: str, after: timedelta | None
) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await letter(wang, "late:k1")
        await Dispatcher(refusing(errcode)).dispatch_due(NOW)
        assert await states() == {"late:k1": state}
        assert len(await tasks()) == (state == "failed")
        if after:
            assert await Dispatcher(FarSide()).dispatch_due(NOW + after - SECOND) == Summary()
            assert await Dispatcher(FarSide()).dispatch_due(NOW + after) == Summary(accepted=1)


async def test_trouble_with_the_account_pauses_everything(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        for n in range(3):
            await letter(await writes(f"o-{n}", f"k{n}"), f"late:{n}")
        far = refusing(48001)
        dispatcher = Dispatcher(far, batch=1)
        assert await dispatcher.dispatch_due(NOW) == Summary(waiting=1)
        assert await dispatcher.dispatch_due(NOW + SECOND) == Summary()
        detail = "公众号没有此接口的权限（48001）。核对公众号类型与认证状态"
        assert await tasks() == [("微信消息暂停发送，请处理", detail)]
        far.answer = lambda _openid, _content: None
        assert await dispatcher.dispatch_due(NOW + PAUSE) == Summary(accepted=3)


async def test_half_a_long_text_is_not_begun_anew(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await letter(wang, "late:k1", "很长。" * 500)
        busy = WeChatError(-1, "busy", "/custom/send")
        far = FarSide(lambda _openid, _content: busy if far.got else None)
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(failed=1)
        assert (await whys())["late:k1"] == "只发出了前1段：微信系统繁忙（-1）"
        assert await window_sent(wang) == 1


async def test_a_fault_of_ours_and_a_body_nobody_can_read(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang, li = await writes("o-wang", "k1"), await writes("o-li", "k2")
        await letter(wang, "late:1")
        await Talks().queue(li, "late:2", '["?"]', NOW)
        await Talks().queue(li, "late:3", '{"blocks": [], "hand_over": true}', NOW)
        far = FarSide(lambda _openid, _content: RuntimeError("a bug"))
        summary = await Dispatcher(far).dispatch_due(NOW)
        assert summary == Summary(accepted=1, failed=1, uncertain=1)
        assert await states() == {"late:1": "uncertain", "late:2": "failed", "late:3": "accepted"}
        assert dict(await outbox.by_state())["uncertain"] == 1
