"""50,000 spoilt bodies at the real callback: 200 and heard, or 4xx and not; nothing else."""

import asyncio
import random
from collections.abc import Iterator

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.wechat.callback import routes
from bot.wechat.crypto import Codec
from bot.wechat.replies import Text
from tests.wechat.platform import TOKEN, Answers, posted
from tests.wechat.samples import EVENTS, MESSAGES, event, message
from tests.wechat.test_hostile_xml import NASTY
from tests.wechat.vectors import APP, KEY

GOOD = [message(kind, rest) for kind, rest in MESSAGES.items()]
GOOD += [event(name, row[0]) for name, row in EVENTS.items()]
SEEDS = GOOD + [body for body in NASTY.values() if len(body) < 2000]
PIECES = [b"<", b">", b"</xml>", b"<![CDATA[", b"]]>", b"&#0;", b"\x00", b"\xff", b"<!DOCTYPE a>"]
PIECES += [b"<MsgType>", b"</MsgType>", b"<Content/>", b"-1", b"\xed\xa0\x80", b"\xe2\x80\xa8"]
ROUNDS, BATCH = 1000, 50


def _spoilt(dice: random.Random) -> bytes:
    body = dice.choice(SEEDS)
    for _ in range(dice.randrange(3)):
        here = dice.randrange(len(body) + 1)
        match dice.randrange(4):
            case 0:
                body = body[:here] + body[here + dice.randrange(30) :]
            case 1:
                body = body[:here] + dice.choice(PIECES) + body[here:]
            case 2:
                body = body[:here] + dice.randbytes(dice.randrange(8)) + body[here + 1 :]
            case _:
                other = dice.choice(SEEDS)
                body = body[:here] + other[dice.randrange(len(other) + 1) :]
    return body


def _requests(dice: random.Random, *, sealed: bool) -> Iterator[bytes]:
    for _ in range(BATCH):
        query, body = posted(_spoilt(dice), "safe" if sealed else "plain")
        # base64 has + and / and the rest is plain: yarl is not needed to write a query.
        line = "&".join(f"{name}={value}" for name, value in query.items())
        head = f"POST /wechat?{line} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body


async def _status(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
    await reader.readexactly(int(length))
    return int(head.split(b" ", 2)[1])


async def _fired(key: str, seed: int) -> None:
    turns = Answers(Text("好"))
    app = web.Application()
    app.add_routes(routes(Codec(TOKEN, key, APP), turns))
    dice = random.Random(seed)
    heard = 0
    async with TestServer(app) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for number in range(ROUNDS // 2):
            turns.heard.clear()
            writer.writelines(_requests(dice, sealed=bool(key)))
            found = [await _status(reader) for _ in range(BATCH)]
            assert all(status == 200 or 400 <= status < 500 for status in found), (seed, number)
            assert found.count(200) == len(turns.heard), (seed, number)
            heard += len(turns.heard)
        writer.close()
        await writer.wait_closed()
    assert 0.1 < heard / (BATCH * ROUNDS // 2) < 0.9, "neither all good nor all bad"


async def test_spoilt_plain_bodies() -> None:
    await _fired("", seed=20261122)


async def test_spoilt_sealed_bodies() -> None:
    await _fired(KEY, seed=20261123)
