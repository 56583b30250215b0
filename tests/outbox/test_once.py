"""One-time messages: a leave is spent with the message, given back where it certainly did not go."""

import pytest

from bot.errors import WeChatError, WeChatUnclear
from bot.outbox.dispatch import Dispatcher, Summary
from bot.rules.receipts import Receipt
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.talks import Talks
from tests.outbox.notices import FIELDS, grant, grants_left, notice, touch_states
from tests.outbox.post import NOW, FarSide, post_office, states, whys, writes

API = "/cgi-bin/message/subscribe/bizsend"


def refusing(errcode: int) -> FarSide:
    return FarSide(lambda _openid, _content: WeChatError(errcode, "no", API))


async def test_a_leave_is_one_message(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await grant(wang.id, key="g1")
        await grant(wang.id, "TPL2", key="g2")
        await notice(wang.id, "n1", channel="once", body={"page": "p"}, touch=True)
        await notice(wang.id, "n2", channel="once", touch=True)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=1, failed=1)
        assert far.fields == [{**FIELDS, "page": "p"}]
        assert (await whys())["n2"] == "客户没有可用的一次性订阅授权"
        assert (await grants_left(wang.id), await touch_states()) == (
            1,
            {"n1": "sent", "n2": "due"},
        )


async def test_also_to_whom_does_not_follow(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        async with Talks().turn("o-wang", "k2", NOW, window="", subscribed=False, scene=""):
            pass
        await grant(wang.id)
        await notice(wang.id, "n1", channel="once")
        assert await Dispatcher(FarSide()).dispatch_due(NOW) == Summary(accepted=1)


async def test_a_leave_by_a_link(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await grant(wang.id)
        body = {
            "scene": "7",
            "title": "保养提醒",
            "data": {"content": "该保养了"},
            "url": "https://x.example",
        }
        await notice(wang.id, "n1", channel="once", body=body)
        far = FarSide()
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(accepted=1)
        (sent,) = far.fields
        assert sent == {
            "content": "该保养了",
            "scene": "7",
            "title": "保养提醒",
            "url": "https://x.example",
        }


async def test_an_unclear_one_is_never_repeated(migrated_url: str) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        await grant(wang.id)
        await notice(wang.id, "n1", channel="once", touch=True)
        far = FarSide(lambda _openid, _content: WeChatUnclear("time-out", API))
        assert await Dispatcher(far).dispatch_due(NOW) == Summary(uncertain=1)
        assert (await grants_left(wang.id), await touch_states()) == (0, {"n1": "sent"})
        told = Receipt("B1", "delivered", template="TPL1")
        await outbox_receipts.take([told], wang.id, NOW)
        assert await states() == {"n1": "delivered"}


@pytest.mark.parametrize(("errcode", "left"), [(47003, 2), (43101, 0)])
async def test_a_refusal_gives_the_leave_back_or_takes_all(
    migrated_url: str, errcode: int, left: int
) -> None:
    async with post_office(migrated_url):
        wang = await writes("o-wang", "k1")
        for key in ("g1", "g2"):
            await grant(wang.id, key=key)
        await notice(wang.id, "n1", channel="once")
        assert await Dispatcher(refusing(errcode)).dispatch_due(NOW) == Summary(failed=1)
        assert await grants_left(wang.id) == left


async def test_a_second_try_has_the_first_ones_leave(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await grant(wang.id)
        await notice(wang.id, "n1", channel="once")
        assert await Dispatcher(refusing(-1)).dispatch_due(NOW) == Summary(waiting=1)
        later = NOW.replace(minute=1)
        assert await Dispatcher(FarSide()).dispatch_due(later) == Summary(accepted=1)


async def test_a_receipt_of_another_template_is_not_its(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await grant(wang.id)
        await notice(wang.id, "n1", channel="once", touch=True)
        await Dispatcher(FarSide()).dispatch_due(NOW)
        await outbox_receipts.take([Receipt("X1", "failed", "坏了", template="TPL2")], wang.id, NOW)
        assert await states() == {"n1": "accepted"}
        await outbox_receipts.take([Receipt("B1", "failed", "坏了", template="TPL1")], wang.id, NOW)
        assert (await states(), await touch_states()) == ({"n1": "failed"}, {"n1": "due"})


async def test_a_leave_is_not_spent_at_night(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url):
        wang = await writes("o-wang", "k1")
        await grant(wang.id)
        night = NOW.replace(hour=14)
        await notice(wang.id, "n1", channel="once", purpose="service", due_at=night)
        assert await Dispatcher(FarSide()).dispatch_due(night) == Summary(waiting=1)
        assert await grants_left(wang.id) == 1
