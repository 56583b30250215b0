"""The platform's delivery: sign, encrypt, post, wait 5 s, deliver again, three times in all."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import aiohttp

from bot.clock import clock, monotonic
from bot.sandbox.account import Account
from bot.sandbox.traffic import Traffic
from bot.sandbox.wire import BadEnvelope, Fields, filler, sign, to_xml

DELIVERIES = 3
_TELLING = ("MsgType", "Event", "EventKey", "Content")  # elements that name an exchange
Forge = Literal["", "signature", "appid", "pad32"]


@dataclass
class Delivered:
    """How a delivery ended: the body of the answer, or `failure`, after so many tries."""

    body: bytes = b""
    status: int | None = None
    failure: str = ""
    tries: int = 1
    milliseconds: int = 0

    @property
    def again(self) -> bool:
        """Whether the platform delivers once more: nothing came, or the server broke down."""
        return self.status is None or self.status >= 500


class Courier:
    """Posts callbacks to the product.

    `patience` is the cut-off in real seconds, `apart` the least time from the beginning of a
    delivery without an answer to the next. `pooled`, set before `open`, keeps connections: faster
    where a year passes, but a pooled one that died with the server costs a try.
    """

    def __init__(self, account: Account, url: str, traffic: Traffic, patience: float) -> None:
        self.account = account
        self.url = url
        self.traffic = traffic
        self.patience = self.apart = patience
        self.pooled = False
        self._session: aiohttp.ClientSession | None = None
        self._waiting: set[asyncio.Timeout] = set()

    def run_out(self) -> None:
        """Let the cut-off of every delivery under way pass now, however much of it is left."""
        for waiting in self._waiting:
            waiting.reschedule(asyncio.get_running_loop().time())

    def open(self) -> None:
        connector = aiohttp.TCPConnector(force_close=not self.pooled, limit=0)
        self._session = aiohttp.ClientSession(connector=connector)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def deliver(self, fields: Fields, *, forge: Forge = "") -> Delivered:
        """Deliver one message or event, up to three times with fresh timestamp and nonce."""
        clear = to_xml(fields)
        openid = str(fields["FromUserName"])
        title = " ".join(str(fields[name]) for name in _TELLING if name in fields)
        started = monotonic()
        for attempt in range(1, DELIVERIES + 1):
            began = monotonic()
            body, query = self.envelope(clear, fields, forge)
            got = await self.post(body, query)
            got.tries = attempt
            self.traffic.add(
                "callback",
                title,
                openid=openid,
                attempt=attempt,
                milliseconds=got.milliseconds,
                status=got.status,
                request=clear,
                reply=self.legible(got.body),
                note=got.failure,
            )
            if not got.again or attempt == DELIVERIES:
                break
            if got.status is None:
                await asyncio.sleep(max(0.0, self.apart - (monotonic() - began)))
        got.milliseconds = int((monotonic() - started) * 1000)
        return got

    def envelope(
        self, clear: str, fields: Fields, forge: Forge = ""
    ) -> tuple[bytes, dict[str, str]]:
        """The body and the query of one try, by the account's mode; `forge` spoils it on purpose."""
        account = self.account
        query = self.signed_query(str(fields["FromUserName"]))
        if account.mode == "plain":
            if forge == "signature":
                query["signature"] = sign("not", "the", "token")
            return clear.encode(), query
        message = clear.encode()
        if forge == "pad32":
            message += filler(message, account.app_id)
        other = "wx0000000000000000" if forge == "appid" else ""
        sealed = account.cipher.seal(message, app_id=other)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = sign(account.token, query["timestamp"], query["nonce"], sealed)
        if forge == "signature":
            query["msg_signature"] = sign("not", "the", "token")
        outer: dict[str, str] = {"ToUserName": account.original_id, "Encrypt": sealed}
        if account.mode == "safe":
            return to_xml(outer).encode(), query
        return to_xml({**fields, "Encrypt": sealed}).encode(), query

    def signed_query(self, openid: str = "") -> dict[str, str]:
        """signature, timestamp and nonce as every request of the platform carries them."""
        timestamp, nonce = str(clock.timestamp()), str(secrets.randbelow(10**10))
        query = {
            "signature": sign(self.account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        return {**query, "openid": openid} if openid else query

    async def post(self, body: bytes, query: dict[str, str]) -> Delivered:
        return await self._ask("POST", query, body)

    async def get(self, query: dict[str, str]) -> Delivered:
        return await self._ask("GET", query, None)

    async def _ask(self, method: str, query: dict[str, str], body: bytes | None) -> Delivered:
        if self._session is None:
            raise RuntimeError("enter the world first: async with World(…) as world")
        got = Delivered()
        began = monotonic()
        try:
            async with (
                self._cut_off(),
                self._session.request(
                    method,
                    self.url,
                    params=query,
                    data=body,
                    headers={"Content-Type": "text/xml"},
                    timeout=aiohttp.ClientTimeout(total=None),
                    allow_redirects=False,
                ) as answer,
            ):
                got.body = await answer.read()
                got.status = answer.status
        except TimeoutError:
            got.failure = f"{self.patience:g} 秒内没有应答"
        except aiohttp.ClientError:
            got.failure = "连接失败或中断"
        got.milliseconds = int((monotonic() - began) * 1000)
        if got.status is not None and got.status != 200:
            got.failure = f"HTTP {got.status}"
        return got

    @asynccontextmanager
    async def _cut_off(self) -> AsyncIterator[None]:
        async with asyncio.timeout(self.patience) as waiting:
            self._waiting.add(waiting)
            try:
                yield
            finally:
                self._waiting.discard(waiting)

    def legible(self, body: bytes) -> str:
        """The answer for the eyes: decrypted where it can be."""
        text = body.decode(errors="replace")
        if "<Encrypt>" not in text or self.account.mode == "plain":
            return text
        start = text.index("<Encrypt>") + len("<Encrypt>")
        sealed = text[start : text.find("</Encrypt>")]
        sealed = sealed.removeprefix("<![CDATA[").removesuffix("]]>")
        try:
            return self.account.cipher.open(sealed).decode(errors="replace")
        except BadEnvelope:
            return text
