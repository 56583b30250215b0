"""A toy product: the smallest callback there is, opened and sealed by wechatpy, not by the sandbox."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import check_signature

from bot.sandbox.account import Account

ACCOUNT = Account(
    app_id="wxba5fad812f8e6fb9",
    app_secret="0123456789abcdef0123456789abcdef",
    token="toytoken",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
ENVELOPE = (
    "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{own}]]></FromUserName>"
    "<CreateTime>1795000002</CreateTime>{inner}</xml>"
)


def text(content: str) -> str:
    """The inside of a text reply."""
    return f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>"


@dataclass
class Toy:
    """What it got, and what it will answer: the inside of a reply, or a whole body in `bodies`."""

    account: Account
    inner: str = text("好的")
    bodies: list[bytes] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    hangs: int = 0
    clear_reply: bool = False
    own: str = ""
    echo: str = "{}"
    got: list[dict[str, str]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    lets_go: asyncio.Event = field(default_factory=asyncio.Event)
    on_hang: Callable[[], None] = lambda: None

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.get("/wechat", self.check), web.post("/wechat", self.take)])
        return app

    async def check(self, request: web.Request) -> web.Response:
        query = request.query
        try:
            check_signature(
                self.account.token, query["signature"], query["timestamp"], query["nonce"]
            )
        except InvalidSignatureException:
            self.refused += 1
            return web.Response(status=403)
        return web.Response(text=self.echo.format(query["echostr"]))

    async def take(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        try:
            clear = self._opened(dict(request.query), body)
        except (InvalidSignatureException, InvalidAppIdException):
            self.refused += 1
            return web.Response(status=403)
        fields = {k: v for k, v in re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^<\]]*)", clear) if v}
        self.got.append(fields)
        self.queries.append(dict(request.query))
        if self.hangs:
            self.hangs -= 1
            self.on_hang()
            await self.lets_go.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, body=self._answer(fields, request.query["nonce"]))

    def _opened(self, query: dict[str, str], body: str) -> str:
        if self.account.mode == "plain":
            check_signature(
                self.account.token, query["signature"], query["timestamp"], query["nonce"]
            )
            return body
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
        opened = crypto.decrypt_message(
            body, query["msg_signature"], query["timestamp"], query["nonce"]
        )
        return opened if isinstance(opened, str) else opened.decode()

    def _answer(self, fields: dict[str, str], nonce: str) -> bytes:
        if self.bodies:
            return self.bodies.pop(0)
        if not self.inner:
            return b"success"
        own = self.own or self.account.original_id
        clear = ENVELOPE.format(to=fields["FromUserName"], own=own, inner=self.inner)
        if self.clear_reply or self.account.mode == "plain":
            return clear.encode()
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
        return str(crypto.encrypt_message(clear, nonce, "1795000002")).encode()


JSON_BODY = json.dumps({"reply": "好的"}).encode()
