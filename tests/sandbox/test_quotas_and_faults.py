"""Behaviour 14: quotas by day and minute, and every way a call can go wrong."""

import asyncio
import json
from datetime import timedelta

import aiohttp
import pytest

from bot.clock import clock
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.test_tokens_and_windows import SEND, hello
from tests.sandbox.toy import ACCOUNT

HELLO = json.dumps(hello(), ensure_ascii=False).encode()
IPS = "/cgi-bin/getcallbackip"


async def test_the_quota_of_the_day_ends_at_midnight_in_beijing(world: World, api: Api) -> None:
    world.quotas.per_day[IPS] = 2
    codes = [(await api.get(IPS)).get("errcode", 0) for _ in range(3)]
    assert codes == [0, 0, 45009]
    clock.forward(timedelta(hours=13, minutes=59))  # 23:59 in Beijing
    assert (await api.get(IPS))["errcode"] == 45009
    clock.forward(timedelta(minutes=1))
    assert "ip_list" in await api.get(IPS)


async def test_the_quota_of_the_minute(world: World, api: Api) -> None:
    world.quotas.per_minute[IPS] = 1
    assert "ip_list" in await api.get(IPS)
    assert (await api.get(IPS))["errcode"] == 45011
    clock.forward(timedelta(minutes=1))
    assert "ip_list" in await api.get(IPS)


async def test_quotas_can_be_read_and_cleared_ten_times_a_month(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    await api.post(SEND, hello())
    asked = await api.post("/cgi-bin/openapi/quota/get", {"cgi_path": SEND})
    assert asked["quota"] == {"daily_limit": 500_000, "used": 1, "remain": 499_999}
    unknown = await api.post("/cgi-bin/openapi/quota/get", {"cgi_path": "/no"})
    assert unknown["errcode"] == 76021
    clear, me = "/cgi-bin/clear_quota", {"appid": ACCOUNT.app_id}
    codes = [(await api.post(clear, me))["errcode"] for _ in range(11)]
    assert codes == [0] * 10 + [48006]
    asked = await api.post("/cgi-bin/openapi/quota/get", {"cgi_path": SEND})
    assert asked["quota"]["used"] == 0
    secret = {**me, "appsecret": "wrong"}
    assert (await api.post("/cgi-bin/clear_quota/v2", secret))["errcode"] == 40125


async def test_a_rid_tells_what_was_asked(world: World, api: Api) -> None:
    refused = await api.post(SEND, hello())
    rid = refused["errmsg"].rpartition(" rid: ")[2]
    told = await api.post("/cgi-bin/openapi/rid/get", {"rid": rid})
    assert told["request"]["request_url"] == SEND
    assert WANG in told["request"]["request_body"]
    assert (await api.post("/cgi-bin/openapi/rid/get", {"rid": "1-2-3"}))["errcode"] == 76001


@pytest.mark.parametrize(
    ("data", "errcode"),
    [(b"", 44002), (b"{", 47001), (b"[]", 47001), (b'{"a":"\\u4f60"}', 40033), (b"\xff", 47001)],
)
async def test_bad_bodies(world: World, api: Api, data: bytes, errcode: int) -> None:
    token = (await api.stable())["access_token"]
    answer = await api.client.post(SEND, params={"access_token": token}, data=data)
    assert (answer.status, (await answer.json())["errcode"]) == (200, errcode)


async def test_the_next_calls_fail_as_ordered(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    world.faults.next(SEND, errcode=-1, times=2)
    codes = [(await api.post(SEND, hello()))["errcode"] for _ in range(3)]
    assert codes == [-1, -1, 0]
    assert [b.text for b in world.chat(WANG)].count("您好") == 1


async def test_an_error_page_after_the_message_was_sent(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    token = (await api.stable())["access_token"]
    world.faults.next(SEND, status=502, after=True)
    answer = await api.client.post(SEND, params={"access_token": token}, data=HELLO)
    assert (answer.status, answer.content_type) == (502, "text/html")
    assert world.chat(WANG)[-1].text == "您好"


async def test_a_connection_is_reset_before_or_after_the_effect(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    token = (await api.stable())["access_token"]
    for after, shown in ((False, 0), (True, 1)):
        world.faults.next(SEND, reset=True, after=after)
        with pytest.raises(aiohttp.ClientError):
            await api.client.post(SEND, params={"access_token": token}, data=HELLO)
        assert [b.text for b in world.chat(WANG)].count("您好") == shown


async def test_a_call_without_an_answer_may_have_had_its_effect(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    token = (await api.stable())["access_token"]
    world.faults.next(SEND, hang=True, after=True)
    bell: asyncio.Queue[str] = asyncio.Queue()
    world.traffic.bells.add(bell)
    call = asyncio.create_task(api.client.post(SEND, params={"access_token": token}, data=HELLO))
    async with asyncio.timeout(30):
        while world.chat(WANG)[-1].text != "您好":
            await bell.get()
    assert not call.done()
    call.cancel()
    world.faults.next(SEND, slow=0.02)
    assert (await api.post(SEND, hello()))["errcode"] == 0
