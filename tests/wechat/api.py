"""A small far side of the API: tokens that really die, and answers laid out beforehand."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.wechat.client import Client
from bot.wechat.token import MemoryTokens, Tokens, TokenStore

APP_ID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
Act = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """One request that came in."""

    path: str
    query: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Platform:
    """`answers` by path: a JSON answer, or an act of its own. A wrong token is refused first."""

    token: str = "TOKEN-0"
    expires_in: int = 7200
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    fetches: list[bool] = field(default_factory=list)
    token_answer: Any = None
    slowly: asyncio.Event | None = None
    refused: int = 0
    issued: int = 0
    dead: str = ""

    def kill(self, *, forced_only: bool = False) -> None:
        """The token in force stops being good; unless forced, the next fetch gives another."""
        self.dead = self.token
        if not forced_only:
            self._next()

    def _next(self) -> None:
        self.issued += 1
        self.token = f"TOKEN-{self.issued}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(Asked(request.path, dict(request.query), body))
        if request.path == "/cgi-bin/stable_token":
            return await self._stable_token(json.loads(body))
        given = request.query.get("access_token")
        if given in (self.dead, None) or given != self.token:
            self.refused += 1
            said = {"errcode": 40001, "errmsg": f"invalid credential {given} rid: 6a-1f-2"}
            return web.json_response(said)
        answer = self.answers.get(request.path, {"errcode": 0, "errmsg": "ok"})
        if callable(answer):
            response: web.StreamResponse = await answer(request)
            return response
        return web.json_response(answer)

    async def _stable_token(self, asked: dict[str, Any]) -> web.Response:
        self.fetches.append(asked["force_refresh"])
        if self.slowly:
            await self.slowly.wait()
        if self.token_answer is not None:
            return web.json_response(self.token_answer)
        assert asked["grant_type"] == "client_credential"
        assert (asked["appid"], asked["secret"]) == (APP_ID, SECRET)
        if asked["force_refresh"]:
            self._next()
        return web.json_response({"access_token": self.token, "expires_in": self.expires_in})


@dataclass
class Wired:
    """The far side, and our side of it."""

    platform: Platform
    session: aiohttp.ClientSession
    url: str
    tokens: Tokens
    client: Client

    def other(self, store: TokenStore) -> Tokens:
        """Another process that shares `store`."""
        return Tokens(self.session, store, app_id=APP_ID, app_secret=SECRET, base_url=self.url)


@asynccontextmanager
async def wired(store: TokenStore | None = None, patience: float = 5) -> AsyncIterator[Wired]:
    """A platform on a port of its own, with a client that calls it."""
    platform = Platform()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", platform.handle)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/"))
        tokens = Tokens(
            session,
            store or MemoryTokens(),
            app_id=APP_ID,
            app_secret=SECRET,
            base_url=url,
            timeout=patience,
        )
        yield Wired(platform, session, url, tokens, Client(session, tokens, url, patience))
