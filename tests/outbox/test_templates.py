"""Template messages: rechecked when they leave, repeated while that is safe, and what refusals teach."""

from datetime import timedelta

import pytest

from bot.errors import WeChatError, WeChatUnclear
from bot.outbox.dispatch import PAUSE, Dispatcher, Summary
from storage.db import sql
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import people as outbox_people
from storage.queries.talks import Talks
from storage.scope import account_id
from tests.outbox.notices import FIELDS, agree, notice, refusals, touch_states
from tests.outbox.post import NOW, FarSide, post_office, states, tasks, whys, writes

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
API = "/cgi-bin/message/template/send"


def refusing(errcode: int) -> FarSide:
    return FarSide(lambda _openid, _content: WeChatError(errcode, "no", API))


def unclear() -> FarSide:
    return FarSide(lambda _openid, _content: WeChatUnclear("time-out", API))


async def test_a_notice_goes_out_with_its_fields_and_its_page(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await notice(wang.id, "n1", body={"url": "https://x.example/1"}, touch=True)
        await notice(
            wang.id, "n2", body={"data": {"a": {"value": "b"}}, "miniprogram": {"appid": "wx"}}
        )
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=2)
        assert far.fields == [{**FIELDS, "url": "https://x.example/1"}, {"a": "b", "appid": "wx"}]
        assert (await touch_states(), len(set(far.keys))) == ({"n1": "sent"}, 2)
        assert max(len(key.encode()) for key in far.keys) <= 32
        rows = await sql().rows("SELECT msgid, attempts FROM message ORDER BY id")
        assert [(row["msgid"], row["attempts"]) for row in rows] == [("T1", 1), ("T2", 1)]


async def test_the_same_occasion_is_queued_once(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await notice(wang.id, "n1")
        assert await outbox.queue(wang.id, "n1", "template", "{}", NOW) is None


async def test_an_unclear_one_is_repeated_while_the_platform_knows_it(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang, now = await writes("o-wang", "k1"), NOW
        await notice(wang.id, "n1", touch=True)
        far = unclear()
        dispatcher, ended = Dispatcher(far), Summary()
        while not ended.uncertain:
            ended = await dispatcher.dispatch_due(now)
            assert sum(ended.counts.values()) <= 1
            now += 10 * timedelta(seconds=1)
        assert len(far.keys) == 5
        assert len(set(far.keys)) == 1
        assert now - NOW < 10 * MINUTE
        assert (await states(), await touch_states()) == ({"n1": "uncertain"}, {"n1": "sent"})
        assert await Dispatcher(FarSide()).dispatch_due(now + HOUR) == Summary()


async def test_after_ten_minutes_nothing_is_repeated(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await notice(wang.id, "n1")
        assert await Dispatcher(unclear()).dispatch_due(NOW) == Summary(waiting=1)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW + 10 * MINUTE) == Summary(uncertain=1)
        assert (await states(), far.keys) == ({"n1": "uncertain"}, [])
        assert "已不能再确认" in (await whys())["n1"]


@pytest.mark.parametrize(("later", "state"), [(3, "accepted"), (12, "uncertain")])
async def test_one_whose_sender_died_goes_once_more_in_time(
    migrated_url: str, later: int, state: str
) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await notice(wang.id, "n1", touch=True)
        assert len(await outbox.claim(NOW, 9, 2 * MINUTE, "template")) == 1
        await Dispatcher(FarSide()).dispatch_due(NOW + later * MINUTE)
        assert (await states(), await touch_states()) == ({"n1": state}, {"n1": "sent"})


async def test_one_in_doubt_is_never_called_failed(migrated_sqlite_url: str) -> None:
    """Staff or another channel would say it again."""
    async with post_office(migrated_sqlite_url):
        wang, li = await writes("o-wang", "k1"), await writes("o-li", "k2")
        await notice(wang.id, "n1", touch=True)
        await notice(li.id, "n2", until=NOW + timedelta(seconds=30), touch=True)
        assert await Dispatcher(unclear()).dispatch_due(NOW) == Summary(waiting=2)
        assert await Dispatcher(refusing(43004)).dispatch_due(NOW + MINUTE) == Summary(uncertain=2)
        assert set((await touch_states()).values()) == {"sent"}


@pytest.mark.parametrize(
    ("errcode", "kept"), [(43101, "TPL1"), (48002, "*"), (43019, "*"), (46004, "*")]
)
async def test_who_refuses_is_not_asked_again(migrated_url: str, errcode: int, kept: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await notice(wang.id, "n1", touch=True)
        assert await Dispatcher(refusing(errcode)).dispatch_due(NOW) == Summary(failed=1)
        assert (list(await refusals(wang.id)), await touch_states()) == ([kept], {"n1": "due"})
        for idem, template in (("n2", "TPL1"), ("n3", "TPL2")):
            await notice(wang.id, idem, template)
        far = FarSide()
        await Dispatcher(far).dispatch_due(NOW)
        assert [content for _, content in far.got] == ([] if kept == "*" else ["TPL2"])
        later = NOW + outbox_people.FORGOTTEN_AFTER
        await notice(wang.id, "n4", now=later)
        assert await Dispatcher(far).dispatch_due(later) == Summary(accepted=1)


async def test_who_writes_again_is_tried_again(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await notice(wang.id, "n1")
        assert await Dispatcher(refusing(48002)).dispatch_due(NOW) == Summary(failed=1)
        await writes("o-wang", "k2", NOW + MINUTE)
        await notice(wang.id, "n2")
        assert await Dispatcher(FarSide()).dispatch_due(NOW + MINUTE) == Summary(accepted=1)


async def test_who_left_unseen_gets_nothing_more(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await notice(wang.id, "n1", touch=True)
        await notice(wang.id, "n2", touch=True, due_at=NOW + HOUR)
        assert await Dispatcher(refusing(43004)).dispatch_due(NOW) == Summary(failed=1)
        assert await states() == {"n1": "failed", "n2": "cancelled"}
        assert await touch_states() == {"n1": "due", "n2": "due"}
        row = await sql().one("SELECT subscribed, unsubscribed_at FROM wechat_user")
        assert not row["subscribed"]


@pytest.mark.parametrize("errcode", [40037, 40249])
async def test_a_broken_template_stops_alone(migrated_sqlite_url: str, errcode: int) -> None:
    async with post_office(migrated_sqlite_url):
        for template in ("TPL1", "TPL2"):
            await sql().run(
                "INSERT INTO platform_template (account_id, template_id, title, content, keys,"
                " seen_at) VALUES (?, ?, '', '', '{}', ?)",
                *(account_id(), template, NOW),
            )
        for n in range(3):
            await notice((await writes(f"o-{n}", f"k{n}")).id, f"n{n}")
        await notice((await writes("o-3", "k3")).id, "n3", "TPL2")
        no = WeChatError(errcode, "no", API)
        far = FarSide(lambda _openid, content: no if content == "TPL1" else None)
        await Dispatcher(far, batch=1).dispatch_due(NOW)
        assert await states() == {"n0": "failed", "n1": "failed", "n2": "failed", "n3": "accepted"}
        assert (await whys())["n2"] == "模板已停用"
        assert len(far.keys) == 2
        assert "一个微信模板不能用了，请处理" in [title for title, _ in await tasks()]


async def test_the_rules_are_asked_again_when_it_leaves(migrated_url: str) -> None:
    async with post_office(migrated_url):
        people = [await writes(f"o-{n}", f"k{n}") for n in range(5)]
        gone, silent, said_no, late, agrees = (one.id for one in people)
        for person in (gone, said_no, late, agrees):
            await agree(person, "care")
        await agree(said_no, "care", yes=False)
        for person, idem in ((gone, "gone"), (silent, "silent"), (said_no, "no"), (agrees, "yes")):
            await notice(person, idem, purpose="care", touch=True)
        await notice(late, "late", purpose="care", until=NOW - MINUTE, touch=True)
        async with Talks().turn("o-0", "k9", NOW, window="", subscribed=False, scene=""):
            pass
        await Dispatcher(FarSide()).dispatch_due(NOW)
        assert await whys() == {
            "gone": "客户已取消关注",
            "silent": "客户没有同意接收关怀",
            "no": "客户没有同意接收关怀",
            "late": "已经过了还有意义的时间",
            "yes": "",
        }
        assert (await touch_states())["yes"] == "sent"
        assert await tasks() == []  # the touch plan finds another way


async def test_nobody_is_written_to_at_night(migrated_sqlite_url: str) -> None:
    """NOW is ten in the morning in Shanghai."""
    async with post_office(migrated_sqlite_url):
        wang, li = await writes("o-wang", "k1"), await writes("o-li", "k2")
        night = NOW + 11 * HOUR
        await notice(wang.id, "n1", purpose="service", due_at=night)
        await notice(li.id, "n2", purpose="service", due_at=night, until=night + HOUR)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(night) == Summary(waiting=1, failed=1)
        assert await Dispatcher(far).dispatch_due(NOW + 22 * HOUR) == Summary()
        assert await Dispatcher(far).dispatch_due(NOW + 23 * HOUR) == Summary(accepted=1)
        assert (await whys())["n2"] == "可联系的时段已过，之后发送不再有意义"


async def test_a_row_of_bad_answers_pauses_the_channel(migrated_url: str) -> None:
    async with post_office(migrated_url):
        for n in range(30):
            await notice((await writes(f"o-{n}", f"k{n}")).id, f"n{n}")
        far = refusing(47003)
        done = await Dispatcher(far, batch=4).dispatch_due(NOW)
        assert 20 <= done.failed <= 24
        assert (
            "微信消息暂停发送，请处理",
            "连续多次发送失败：模板字段的值不合规（47003）",
        ) in await tasks()
        assert await Dispatcher(FarSide()).dispatch_due(NOW + PAUSE - MINUTE) == Summary()
        again = await Dispatcher(FarSide()).dispatch_due(NOW + PAUSE)
        assert again == Summary(accepted=30 - done.failed)


async def test_what_nobody_can_read_is_said(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        for n, body in enumerate(("[]", '{"template": "T"}', '{"template": "T", "data": 1}', "?")):
            await outbox.queue(wang.id, f"n{n}", "template", body, NOW)
        assert await Dispatcher(FarSide()).dispatch_due(NOW) == Summary(failed=4)
        assert set((await whys()).values()) == {"消息内容无法读取，请联系技术支持"}
