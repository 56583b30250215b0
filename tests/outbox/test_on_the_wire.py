"""The dispatcher with the real client, against a platform on a port of its own."""

import json

import pytest
from aiohttp import web

from bot.outbox.dispatch import Dispatcher, Summary
from bot.wechat.client import Client
from bot.wechat.token import MemoryTokens
from tests.outbox.post import NOW, letter, post_office, states, whys, writes
from tests.wechat.api import wired

SEND = "/cgi-bin/message/custom/send"


async def gateway_failed(_: web.Request) -> web.StreamResponse:
    return web.Response(status=502)


@pytest.mark.parametrize(
    ("answer", "expected", "state"),
    [
        ({"errcode": 0, "errmsg": "ok"}, Summary(accepted=1), "accepted"),
        ({"errcode": 45015, "errmsg": "out of time"}, Summary(failed=1), "failed"),
        ({"errcode": 45009, "errmsg": "quota"}, Summary(waiting=1), "waiting"),
        (gateway_failed, Summary(uncertain=1), "uncertain"),
    ],
)
async def test_what_the_platform_answers(
    migrated_sqlite_url: str, answer: object, expected: Summary, state: str
) -> None:
    async with post_office(migrated_sqlite_url), wired() as far:
        far.platform.answers[SEND] = answer
        await letter(await writes("o-wang", "k1"), "late:k1", "您好，<b>&😀")
        assert await Dispatcher(far.client).dispatch_due(NOW) == expected
        assert await states() == {"late:k1": state}
        (sent,) = [json.loads(asked.body) for asked in far.platform.asked if asked.path == SEND]
        assert (sent["touser"], sent["msgtype"]) == ("o-wang", "text")
        assert sent["text"]["content"] == "您好，<b>&😀"


async def test_without_a_token_nothing_was_sent(migrated_sqlite_url: str) -> None:
    """Time-outs there leave no doubt about the message."""
    async with post_office(migrated_sqlite_url), wired() as far:
        far.platform.token_answer = ["no object"]
        await letter(await writes("o-wang", "k1"), "late:k1")
        assert await Dispatcher(far.client).dispatch_due(NOW) == Summary(waiting=1)
        assert await states() == {"late:k1": "waiting"}


async def test_nobody_there_is_no_doubt_either(migrated_sqlite_url: str) -> None:
    async with post_office(migrated_sqlite_url), wired() as far:
        store = MemoryTokens()
        await far.other(store).get()
        client = Client(far.session, far.other(store), "http://127.0.0.1:9")
        await letter(await writes("o-wang", "k1"), "late:k1")
        assert await Dispatcher(client).dispatch_due(NOW) == Summary(waiting=1)
        assert (await whys())["late:k1"] == "微信系统繁忙（-1）"
