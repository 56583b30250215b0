"""The callback address, called as the platform calls it."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpClient
from structlog.testing import capture_logs

from bot.clock import clock
from bot.wechat.callback import drain, routes
from bot.wechat.crypto import Codec
from bot.wechat.replies import Silence, Text
from tests.wechat.platform import TOKEN, Answers, Http, Mode, Slow, heard, post, query
from tests.wechat.samples import EVENTS, MESSAGES, event, message
from tests.wechat.vectors import APP, KEY

HELLO = message("text", MESSAGES["text"])
AT = datetime(2026, 11, 22, 2, tzinfo=UTC)


async def served(
    aiohttp_client: AiohttpClient, turns: Answers, key: str = "", **times: float
) -> Http:
    app = web.Application()
    app.add_routes(routes(Codec(TOKEN, key, APP), turns, **times))
    app.cleanup_ctx.append(drain)
    return await aiohttp_client(app)


async def test_the_address_echoes_what_the_platform_sends(aiohttp_client: AiohttpClient) -> None:
    client = await served(aiohttp_client, Answers())
    published = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }
    answer = await client.get("/wechat", params=published)
    assert (answer.status, await answer.read()) == (200, b"4375120948345356249")
    strange = await client.get("/wechat", params=query(echostr="<b>中 %</b>"))
    assert await strange.read() == "<b>中 %</b>".encode()
    assert strange.content_type == "text/plain"


@pytest.mark.parametrize(
    ("params", "status"),
    [({}, 403), (query(), 400), (query(echostr="1") | {"signature": "签"}, 403)],
    ids=["empty", "no echostr", "odd signature"],
)
async def test_an_echo_that_is_not_the_platforms(
    aiohttp_client: AiohttpClient, params: dict[str, str], status: int
) -> None:
    client = await served(aiohttp_client, Answers())
    assert (await client.get("/wechat", params=params)).status == status


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_a_message_is_answered_in_its_own_mode(
    aiohttp_client: AiohttpClient, mode: Mode
) -> None:
    turns = Answers(Text("您好，王女士"))
    client = await served(aiohttp_client, turns, "" if mode == "plain" else KEY)
    clock.stop(at=AT)
    try:
        answer = await post(client, HELLO, mode)
    finally:
        clock.reset()
    assert answer.status == 200
    assert await heard(answer, mode) == {
        "ToUserName": "oUser000001",
        "FromUserName": "gh_dealer000001",
        "CreateTime": str(int(AT.timestamp())),
        "MsgType": "text",
        "Content": "您好，王女士",
    }
    assert [said.content for said in turns.heard] == ["满意"]


@pytest.mark.parametrize("mode", ["plain", "safe"])
async def test_silence_is_success(aiohttp_client: AiohttpClient, mode: Mode) -> None:
    client = await served(aiohttp_client, Answers(Silence()), "" if mode == "plain" else KEY)
    answer = await post(client, event("LOCATION", EVENTS["LOCATION"][0]), mode)
    assert (answer.status, await answer.read()) == (200, b"success")


async def test_with_a_key_a_plain_body_is_not_taken(aiohttp_client: AiohttpClient) -> None:
    turns = Answers(Text("好"))
    client = await served(aiohttp_client, turns, KEY)
    assert (await post(client, HELLO, "plain")).status == 403
    assert turns.heard == []


async def test_a_turn_that_raises_is_success_and_an_error_in_the_log(
    aiohttp_client: AiohttpClient,
) -> None:
    class Pause(BaseException):
        """As a flow's own stop would be, were it to leak."""

    failures = (ValueError("boom"), Pause(), asyncio.CancelledError())
    for turns in (*map(Answers, failures), Answers(refuses=KeyError("x"))):
        client = await served(aiohttp_client, turns)
        with capture_logs() as logs:
            answer = await post(client, HELLO)
        assert (answer.status, await answer.read()) == (200, b"success")
        assert [line["log_level"] for line in logs] == ["error"]
        assert "oUser000001" not in str(logs[0]["msg_id"])


async def test_a_late_turn_hands_over(aiohttp_client: AiohttpClient) -> None:
    turn = Slow(hands_over=True)
    client = await served(aiohttp_client, Answers(turn=turn), late_after=0.01, give_up_after=60)
    answer = await post(client, HELLO)
    assert await answer.read() == b"success"
    assert turn.asked.is_set()
    assert not turn.ended.is_set()
    turn.may_end.set()
    await turn.ended.wait()


async def test_a_turn_that_is_being_committed_is_waited_for(aiohttp_client: AiohttpClient) -> None:
    turn = Slow(Text("好"), hands_over=False)
    client = await served(aiohttp_client, Answers(turn=turn), late_after=0.01, give_up_after=60)
    answering = asyncio.create_task(post(client, HELLO))
    await turn.asked.wait()
    turn.may_end.set()
    assert (await heard(await answering))["Content"] == "好"


async def test_a_commit_that_never_ends_is_given_up_in_time(aiohttp_client: AiohttpClient) -> None:
    turn = Slow(hands_over=False)
    client = await served(aiohttp_client, Answers(turn=turn), late_after=0.01, give_up_after=0.02)
    with capture_logs() as logs:
        answer = await post(client, HELLO)
    assert await answer.read() == b"success"
    assert [line["event"] for line in logs] == ["reply_late"]
    turn.may_end.set()
    await turn.ended.wait()


async def test_a_failure_after_the_answer_is_logged(aiohttp_client: AiohttpClient) -> None:
    turn = Slow(ValueError("late"), hands_over=True)
    client = await served(aiohttp_client, Answers(turn=turn), late_after=0.01, give_up_after=0.02)
    assert await (await post(client, HELLO)).read() == b"success"
    with capture_logs() as logs:
        turn.may_end.set()
        await turn.ended.wait()
        await client.close()
    assert [line["event"] for line in logs] == ["turn_failed"]


async def test_a_platform_that_hangs_up_does_not_end_the_turn(
    aiohttp_client: AiohttpClient,
) -> None:
    turn = Slow()
    client = await served(aiohttp_client, Answers(turn=turn))
    asking = asyncio.create_task(post(client, HELLO))
    await turn.begun.wait()
    asking.cancel()
    turn.may_end.set()
    await turn.ended.wait()


async def test_shutdown_waits_for_a_turn(aiohttp_client: AiohttpClient) -> None:
    turn = Slow(hands_over=True)
    client = await served(aiohttp_client, Answers(turn=turn), late_after=0.01, give_up_after=0.02)
    await post(client, HELLO)
    asyncio.get_running_loop().call_later(0.05, turn.may_end.set)
    await client.close()
    assert turn.ended.is_set()


async def test_turns_run_side_by_side(aiohttp_client: AiohttpClient) -> None:
    slow = Slow()
    turns = Answers(turn=slow)
    client = await served(aiohttp_client, turns)
    first = asyncio.create_task(post(client, HELLO))
    await slow.begun.wait()
    turns.turn, turns.reply = None, Text("先到")
    assert (await heard(await post(client, HELLO)))["Content"] == "先到"
    slow.may_end.set()
    assert (await heard(await first))["Content"] == "好"
