"""The DMS at the door: a key, and requests over real HTTP to the interface of a small dealership."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.api.app import api_app
from bot.api.limits import Limits, Rate
from bot.api.targets import Targets
from bot.clock import clock
from storage.queries import apikeys
from storage.queries.apikeys import SCOPES
from tests.people import NOW, Cast, dealership

AT_HOME = "http://127.0.0.1:8080"
IN_PUBLIC = "https://cheyu.example.com"
VIN = "LSVAA4182E2000001"  # 王芳's car


@dataclass
class Seen:
    """An answer, read to its end."""

    status: int
    body: Any
    headers: Any

    @property
    def tag(self) -> str:
        return str(self.headers["ETag"])

    @property
    def wrong(self) -> list[str]:
        """The fields that the problem names."""
        return [error["field"] for error in self.body["errors"]]


@dataclass
class Door:
    """`client` is aiohttp's own; `asks` is what a DMS does."""

    client: TestClient[web.Request, web.Application]
    cast: Cast
    key: str

    async def asks(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        data: bytes | None = None,
        kind: str = "application/json",
    ) -> Seen:
        sent = {"Authorization": f"Bearer {self.key if key is None else key}", **(headers or {})}
        if data is not None:
            sent["Content-Type"] = kind
        where = f"/api/v1/{path}"
        call = self.client.request(method, where, json=body, data=data, headers=sent)
        async with call as response:
            return Seen(response.status, await _read(response), response.headers)

    async def key_for(self, name: str, *scopes: str) -> str:
        return await apikeys.add(name, scopes or SCOPES, clock.now())


async def _read(response: ClientResponse) -> Any:
    if "json" in response.content_type and "ndjson" not in response.content_type:
        return await response.json(content_type=None)
    return await response.text()


@asynccontextmanager
async def opened_door(
    url: str, *, rate: Rate | None = None, public_url: str = AT_HOME
) -> AsyncIterator[Door]:
    """The interface on the cast's dealership; Wednesday 18 November 2026, 8:00."""
    clock.stop(NOW)
    async with dealership(url) as cast:
        app = web.Application()
        limits = Limits(rate or Rate(10_000, 10_000))
        app.add_subapp("/api/v1", api_app(Targets(public_url), limits))
        async with TestClient(TestServer(app)) as client:
            key = await apikeys.add("dms", SCOPES, NOW)
            yield Door(client, cast, key)


def ndjson(rows: Sequence[Any]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
