"""How every API call of the product is taken: faults, method, token, quota, body, rid."""

import asyncio
import contextlib
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.clock import clock, monotonic
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault
from bot.sandbox.world import World

_ESCAPED = re.compile(rb"\\u[0-9a-fA-F]{4}")
RIDS = 1000
LONGEST = 600.0  # seconds a call without an answer is kept open


@dataclass
class Call:
    """An API call: query, JSON body (empty for GET and uploads), and the caller's address."""

    request: web.Request
    query: dict[str, str]
    raw: bytes = b""
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def ip(self) -> str:
        return self.request.remote or ""


Handler = Callable[[World, Call], dict[str, Any] | web.Response | Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Endpoint:
    """One path. `token` False: called without access_token. `plain_text`: no \\u escapes (40033)."""

    method: str
    path: str
    handler: Handler
    token: bool = True
    plain_text: bool = False
    upload: bool = False


class Desk:
    """Takes calls for a world; remembers each rid for openapi/rid/get."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rids: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.closing = asyncio.Event()  # set when the server stops: calls that hang let go

    def route(self, endpoint: Endpoint) -> web.RouteDef:
        async def take(request: web.Request) -> web.StreamResponse:
            return await self.take(endpoint, request)

        return web.route("*", endpoint.path, take)

    async def take(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        began = monotonic()
        raw = b"" if endpoint.upload else await request.read()
        call = Call(request, dict(request.query), raw)
        fault = self.world.faults.take(endpoint.path)
        if fault and not fault.after:
            spoilt = await self._suffer(fault, request)
            if spoilt is not None:
                self._note(endpoint, call, spoilt, began)
                return spoilt
        answer = await self._answer(endpoint, call, began)
        if fault and fault.after:
            spoilt = await self._suffer(fault, request)
            answer = answer if spoilt is None else spoilt
        self._note(endpoint, call, answer, began)
        self.world.changed("api")
        return answer

    async def _answer(self, endpoint: Endpoint, call: Call, began: float) -> web.Response:
        try:
            self._admit(endpoint, call)
            result = endpoint.handler(self.world, call)
            if not isinstance(result, dict | web.Response):
                result = await result
        except ApiError as refused:
            result = self._refusal(refused, endpoint, call, began)
        return result if isinstance(result, web.Response) else _json(result)

    def _admit(self, endpoint: Endpoint, call: Call) -> None:
        now = clock.now()
        if endpoint.method == "POST" and call.request.method != "POST":
            raise ApiError(43002)
        if endpoint.method == "GET" and call.request.method != "GET":
            raise ApiError(43001)
        if endpoint.token:
            self.world.tokens.check(call.query.get("access_token", ""), now)
        self.world.quotas.count(endpoint.path, now)
        if call.request.method == "POST" and not endpoint.upload:
            call.body = _parsed(call.raw, endpoint.plain_text)

    def _refusal(
        self, refused: ApiError, endpoint: Endpoint, call: Call, began: float
    ) -> dict[str, Any]:
        rid = f"{clock.timestamp():08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
        answer: dict[str, Any] = {
            "errcode": refused.errcode,
            "errmsg": f"{refused.errmsg} rid: {rid}",
        }
        answer |= refused.more
        openid = str(call.body.get("touser", ""))
        self.world.ledger.refuse(
            clock.now(), endpoint.path, refused.errcode, refused.errmsg, openid
        )
        self.rids[rid] = {
            "invoke_time": clock.timestamp(),
            "cost_in_ms": int((monotonic() - began) * 1000),
            "request_url": endpoint.path,
            "request_body": call.raw.decode(errors="replace"),
            "response_body": json.dumps(answer),
            "client_ip": call.ip,
        }
        while len(self.rids) > RIDS:
            self.rids.popitem(last=False)
        return answer

    async def _suffer(self, fault: Fault, request: web.Request) -> web.Response | None:
        """The spoilt answer, or None when the call goes on after all."""
        if fault.slow:
            await asyncio.sleep(fault.slow)
        if fault.hang:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), LONGEST)
            return web.Response(status=504)
        if fault.reset and request.transport is not None:
            request.transport.abort()
            return web.Response(status=500)
        if fault.status is not None:
            page = f"<html><body><h1>{fault.status}</h1></body></html>"
            return web.Response(status=fault.status, text=page, content_type="text/html")
        if fault.errcode is None:
            return None
        refused = ApiError(fault.errcode, fault.errmsg)
        self.world.ledger.refuse(
            clock.now(), request.path, refused.errcode, refused.errmsg, "", injected=True
        )
        return _json({"errcode": refused.errcode, "errmsg": f"{refused.errmsg} rid: fault-0-0"})

    def _note(
        self, endpoint: Endpoint, call: Call, answer: web.StreamResponse, began: float
    ) -> None:
        shown = answer.text if isinstance(answer, web.Response) and _is_text(answer) else ""
        query = {k: v for k, v in call.query.items() if k not in ("access_token", "secret")}
        asked = call.raw.decode(errors="replace") or json.dumps(query, ensure_ascii=False)
        self.world.traffic.add(
            "api",
            f"{call.request.method} {endpoint.path}",
            openid=str(call.body.get("touser", "")),
            milliseconds=int((monotonic() - began) * 1000),
            status=answer.status,
            request=asked,
            reply=shown or "(binary)",
        )


def _is_text(answer: web.Response) -> bool:
    return answer.content_type.startswith(("text/", "application/json"))


def _json(answer: dict[str, Any]) -> web.Response:
    # The platform labels JSON as text/plain on some paths; readers must not insist on the label.
    return web.json_response(answer, dumps=lambda data: json.dumps(data, ensure_ascii=False))


def _parsed(raw: bytes, plain_text: bool) -> dict[str, Any]:
    """The JSON object of a POST. Raises ApiError 44002, 47001, 40033."""
    if not raw.strip():
        raise ApiError(44002)
    if plain_text and _ESCAPED.search(raw):
        raise ApiError(40033)
    try:
        body = json.loads(raw.decode())
    except ValueError:
        raise ApiError(47001) from None
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body


OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
