"""Requests that no platform makes: refused with 4xx, never 5xx, in bounded memory."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_aiohttp import AiohttpClient

from bot.errors import BadCallback
from bot.wechat.callback import routes
from bot.wechat.crypto import Codec
from bot.wechat.messages import parse
from bot.wechat.replies import Text
from tests.wechat.platform import TOKEN, Answers, Http, posted, query, sign
from tests.wechat.samples import MESSAGES, message
from tests.wechat.test_hostile_xml import NASTY
from tests.wechat.vectors import APP, KEY, envelope

HELLO = message("text", MESSAGES["text"])
SEALED = envelope("AAAA")
SIGNED = "signature={signature}&timestamp={timestamp}&nonce={nonce}".format(**query())


async def served(aiohttp_client: AiohttpClient, key: str = "") -> Http:
    app = web.Application()
    app.add_routes(routes(Codec(TOKEN, key, APP), Answers(Text("好"))))
    return await aiohttp_client(app)


async def raw(client: Http, request: bytes, *, hang_up: bool = False) -> int:
    """The status that bare bytes on the socket get; 0 for none."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(request)
    if hang_up:
        writer.write_eof()
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(line.split()[1]) if line else 0


@pytest.mark.parametrize("body", NASTY.values(), ids=NASTY.keys())
@pytest.mark.parametrize("key", ["", KEY], ids=["plain", "safe"])
async def test_a_nasty_body_is_4xx(aiohttp_client: AiohttpClient, body: bytes, key: str) -> None:
    client = await served(aiohttp_client, key)
    params, data = posted(body, "safe") if key else (query(), body)
    answer = await client.post("/wechat", params=params, data=data)
    assert 400 <= answer.status < 500


@pytest.mark.parametrize(
    "params",
    [
        "",
        "signature",
        "signature=%zz&timestamp=1&nonce=2",
        "signature=%ff%fe&timestamp=%00&nonce=%ed%a0%80",
        f"{SIGNED}&signature=0",
        f"{SIGNED}&nonce=n1",
        f"{SIGNED}&openid=a&openid=b",
        f"{SIGNED}&encrypt_type=aes",
        f"{SIGNED}&msg_signature=0",
        f"{SIGNED}&encrypt_type=aes&msg_signature=%E7%AD%BE",
        "&".join(f"a{n}=1" for n in range(2000)),
    ],
)
async def test_an_odd_query_is_4xx(aiohttp_client: AiohttpClient, params: str) -> None:
    for key in ("", KEY):
        client = await served(aiohttp_client, key)
        for method in ("GET", "POST"):
            head = f"{method} /wechat?{params} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            body = f"Content-Length: {len(SEALED)}\r\n\r\n".encode() + SEALED
            assert 400 <= await raw(client, head.encode() + body) < 500


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: 10\r\n\r\nshort",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nabcde",
        b"Content-Length: 5\r\nContent-Encoding: nonsense\r\n\r\nabcde",
        b"Content-Type: text/xml; charset=nonsense\r\nContent-Length: 5\r\n\r\nabcde",
    ],
)
async def test_a_broken_request_is_4xx_or_hung_up(
    aiohttp_client: AiohttpClient, rest: bytes
) -> None:
    client = await served(aiohttp_client)
    head = f"POST /wechat?{SIGNED} HTTP/1.1\r\nHost: x\r\n".encode()
    status = await raw(client, head + rest, hang_up=True)
    assert status == 0 or 400 <= status < 500


async def test_a_broken_chunk_is_refused_at_once(aiohttp_client: AiohttpClient) -> None:
    client = await served(aiohttp_client)
    head = f"POST /wechat?{SIGNED} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert await raw(client, head.encode() + b"5\r\nhello\r\nzz\r\n") == 400


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(4096):
        yield b"<a>" * 5461


async def test_a_long_body_is_413_in_little_memory(aiohttp_client: AiohttpClient) -> None:
    client = await served(aiohttp_client)
    told = await client.post("/wechat", params=query(), data=b"x" * 65_537)
    assert told.status == 413
    tracemalloc.start()
    try:
        untold = await client.post("/wechat", params=query(), data=_endless())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert untold.status == 413
    assert peak < 3_000_000


async def test_64_kib_are_taken(aiohttp_client: AiohttpClient) -> None:
    client = await served(aiohttp_client)
    room = 65_536 - len(message("text", "<Content></Content>"))
    body = message("text", f"<Content>{'x' * room}</Content>")
    answer = await client.post("/wechat", params=query(), data=body)
    assert (len(body), answer.status) == (65_536, 200)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP"])
async def test_a_compressed_body_is_refused_unread(
    aiohttp_client: AiohttpClient, encoding: str
) -> None:
    client = await served(aiohttp_client)
    bomb = gzip.compress(bytes(20_000_000))
    tracemalloc.start()
    try:
        answer = await client.post(
            "/wechat", params=query(), data=bomb, headers={"Content-Encoding": encoding}
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status in (400, 415)
    assert peak < 3_000_000


async def test_other_methods_are_not_here(aiohttp_client: AiohttpClient) -> None:
    client = await served(aiohttp_client)
    for method in ("PUT", "DELETE", "PATCH", "HEAD"):
        assert (await client.request(method, "/wechat", params=query())).status == 405


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_query_and_body_are_below_500(data: st.DataObject) -> None:
    names = st.sampled_from(["signature", "timestamp", "nonce", "encrypt_type", "msg_signature"])
    asked = data.draw(st.dictionaries(names, st.text(max_size=40)))
    body = data.draw(st.one_of(st.binary(max_size=300), st.sampled_from([HELLO, *NASTY.values()])))
    if data.draw(st.booleans()):
        asked["signature"] = sign(TOKEN, asked.get("timestamp", ""), asked.get("nonce", ""))
    for key in ("", KEY):
        codec = Codec(TOKEN, key, APP)
        assert _status(codec, asked, body) < 500


def _status(codec: Codec, asked: dict[str, str], body: bytes) -> int:
    try:
        parse(codec.open(asked, body))
    except BadCallback as bad:
        return bad.status
    return 200
