"""The far side of the callback for tests: posts as the platform does, and reads the answer."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot.wechat.messages import Inbound
from bot.wechat.replies import Reply, Silence, Text
from bot.wechat.xml import read
from tests.wechat.vectors import APP, KEY

TOKEN = "AAAAA"
Mode = Literal["plain", "compatible", "safe"]
Http = TestClient[web.Request, web.Application]


def sign(*parts: str) -> str:
    """The platform's signature over `parts`."""
    joined = "".join(sorted(parts)).encode("utf-8", "surrogatepass")
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 - the platform's choice


def query(**more: str) -> dict[str, str]:
    """A signed query."""
    times = {"timestamp": "1795000000", "nonce": "n1"}
    return {"signature": sign(TOKEN, *times.values()), **times, "openid": "oUser000001", **more}


def posted(xml: bytes, mode: Mode) -> tuple[dict[str, str], bytes]:
    """The query and body of `xml` in a mode."""
    if mode == "plain":
        return query(), xml
    encrypt = PrpCrypto(WeChatCrypto(TOKEN, KEY, APP).key).encrypt(xml, APP).decode()
    signature = sign(TOKEN, "1795000000", "n1", encrypt)
    envelope = f"<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()
    if mode == "compatible":
        body = xml.removesuffix(b"</xml>") + envelope
    else:
        body = b"<xml><ToUserName>gh_dealer000001</ToUserName>" + envelope
    return query(encrypt_type="aes", msg_signature=signature), body


async def post(client: Http, xml: bytes, mode: Mode = "plain") -> ClientResponse:
    """Posts a message in a mode."""
    params, body = posted(xml, mode)
    return await client.post("/wechat", params=params, data=body)


async def heard(response: ClientResponse, mode: Mode = "plain") -> dict[str, Any]:
    """The answer as the platform would read it."""
    body = await response.read()
    if mode == "plain":
        return read(body)
    outer = read(body)
    clear = WeChatCrypto(TOKEN, KEY, APP).decrypt_message(
        body, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"]
    )
    return read(clear.encode())


@dataclass
class Slow:
    """A turn that ends when told to."""

    reply: Reply | BaseException = field(default_factory=lambda: Text("好"))
    hands_over: bool = True
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> Reply:
        self.begun.set()
        await self.may_end.wait()
        self.ended.set()
        if isinstance(self.reply, BaseException):
            raise self.reply
        return self.reply

    def hand_over(self) -> bool:
        self.asked.set()
        return self.hands_over


@dataclass
class Answers:
    """Turns that all are answered by `turn`, or at once with `reply`."""

    reply: Reply | BaseException = field(default_factory=Silence)
    turn: Slow | None = None
    refuses: Exception | None = None
    heard: list[Inbound] = field(default_factory=list)

    def begin(self, message: Inbound) -> Slow:
        self.heard.append(message)
        if self.refuses:
            raise self.refuses
        if self.turn:
            return self.turn
        turn = Slow(self.reply)
        turn.may_end.set()
        return turn
