"""The access token: one owner per database, renewed ahead of time, one fetch for everybody.

WeChat docs: stable access token. A normal fetch repeats the token in force; a forced one kills it at
once, for every process, so it is the last resort.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import aiohttp
import structlog

from bot.clock import clock
from bot.errors import WeChatError
from bot.wechat import errors
from bot.wechat.transport import Transport

API = "/cgi-bin/stable_token"

_AHEAD = timedelta(seconds=300)  # the platform itself changes the token in its last five minutes
_PAUSE = timedelta(
    seconds=30
)  # between forced fetches (its rule), and after one that came to nothing

_log = structlog.get_logger(__name__)


class TokenStore(Protocol):
    """Where the processes of one installation share the token. Times are aware, in UTC."""

    async def load(self) -> tuple[str, datetime] | None: ...

    async def save(self, token: str, expires_at: datetime) -> None: ...

    def only_one(self) -> AbstractAsyncContextManager[None]:
        """Held by one refresher at a time, over all processes."""
        ...


class MemoryTokens:
    """A store for one process, or for a few `Tokens` of one."""

    def __init__(self) -> None:
        self._kept: tuple[str, datetime] | None = None
        self._lock = asyncio.Lock()

    async def load(self) -> tuple[str, datetime] | None:
        return self._kept

    async def save(self, token: str, expires_at: datetime) -> None:
        self._kept = (token, expires_at)

    def only_one(self) -> AbstractAsyncContextManager[None]:
        return self._lock


class Tokens:
    """The token in force. Many may ask at once: they share one fetch, and its failure."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        store: TokenStore,
        *,
        app_id: str,
        app_secret: str,
        base_url: str,
        timeout: float = 5,
    ) -> None:
        self._transport = Transport(session, base_url, timeout)
        self._store = store
        self._app_id = app_id
        self._app_secret = app_secret
        self._token = ""
        self._expires_at = self._refresh_at = datetime.min.replace(tzinfo=UTC)
        self._forced_at: datetime | None = None
        self._flights: dict[str, asyncio.Task[str]] = {}

    async def get(self) -> str:
        """A token to call with. Raises WeChatError or WeChatUnclear when none can be had."""
        if self._token and self._is_fresh(clock.now()):
            return self._token
        return await self._together("", self._refresh)

    async def renew(self, dead: str) -> str:
        """The token instead of `dead`, which the platform refused.

        It may be `dead` again: then a forced fetch was made less than 30 s ago and nothing is left.
        """
        if self._token and self._token != dead and self._is_fresh(clock.now()):
            return self._token
        return await self._together(dead, lambda: self._replace(dead))

    async def _together(self, name: str, work: Callable[[], Coroutine[Any, Any, str]]) -> str:
        """Joins the flight of that name. A caller that is cancelled does not end it."""
        flight = self._flights.get(name)
        if flight is None:
            flight = asyncio.create_task(work())
            self._flights[name] = flight
            flight.add_done_callback(lambda done: self._landed(name, done))
        return await asyncio.shield(flight)

    def _landed(self, name: str, flight: asyncio.Task[str]) -> None:
        del self._flights[name]
        if not flight.cancelled():
            flight.exception()  # everybody who waited may have been cancelled: it counts as seen

    async def _refresh(self) -> str:
        if await self._take_stored():
            return self._token
        async with self._store.only_one():
            if await self._take_stored():
                return self._token
            try:
                return await self._fetch()
            except WeChatError:
                now = clock.now()
                if not self._token or now >= self._expires_at:
                    raise
                # Ahead of time: the old one is good for some minutes yet.
                self._refresh_at = min(now + _PAUSE, self._expires_at)
                _log.warning("token_refresh_failed", kept_until=self._expires_at.isoformat())
                return self._token

    async def _replace(self, dead: str) -> str:
        if await self._take_stored(dead):
            return self._token
        async with self._store.only_one():
            if await self._take_stored(dead) or await self._fetch() != dead:
                return self._token
            now = clock.now()
            since = now - self._forced_at if self._forced_at else None
            # A clock that was set back does not hold the next fetch up.
            if since is not None and timedelta(0) <= since < _PAUSE:
                return dead
            self._forced_at = now
            return await self._fetch(force=True)

    async def _take_stored(self, dead: str = "") -> bool:
        """Whether another process left a token that is good."""
        kept = await self._store.load()
        if kept is None or kept[0] == dead or kept[1] - _AHEAD <= clock.now():
            return False
        self._keep(*kept)
        return True

    async def _fetch(self, *, force: bool = False) -> str:
        asked = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._app_secret,
            "force_refresh": force,
        }
        _, body = await self._transport.send(
            "POST", API, params={}, data=json.dumps(asked).encode()
        )
        payload = errors.read(body, API)
        if errors.errcode_of(payload):
            raise errors.refused(payload, API, self._app_secret)
        match payload:
            case {"access_token": str(token), "expires_in": int(seconds)} if token and seconds > 0:
                expires_at = clock.now() + timedelta(seconds=seconds)
            case _:
                raise errors.unclear("the answer has no token", API)
        await self._store.save(token, expires_at)
        self._keep(token, expires_at)
        return token

    def _keep(self, token: str, expires_at: datetime) -> None:
        self._token, self._expires_at = token, expires_at
        # A token that comes with little time left is used all the same, and asked for again soon.
        self._refresh_at = max(expires_at - _AHEAD, min(clock.now() + _PAUSE, expires_at))

    def _is_fresh(self, now: datetime) -> bool:
        return now < self._refresh_at
