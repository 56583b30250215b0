"""A toy product, a world that talks to it, and a client for the platform's API."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import clock
from bot.sandbox.api import make_app
from bot.sandbox.world import World
from tests.sandbox.toy import ACCOUNT, Toy

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
WANG = "oWangFang0001"


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    clock.stop(at=NOW)
    yield
    clock.reset()


@pytest.fixture
async def toy() -> AsyncIterator[Toy]:
    toy = Toy(ACCOUNT.__class__(**vars(ACCOUNT)))
    yield toy
    toy.lets_go.set()


@pytest.fixture
async def world(toy: Toy) -> AsyncIterator[World]:
    async with TestServer(toy.app()) as server:
        url = str(server.make_url("/wechat"))
        async with World(toy.account, url, patience=30) as world:
            world.courier.apart = 0
            world.add_follower(WANG, "王芳")
            yield world
            toy.lets_go.set()


class Api:
    """The product's side of the API: each call with a token, the JSON answer back."""

    def __init__(self, client: Any, world: World) -> None:
        self.client = client
        self.world = world
        self.token = ""

    async def stable(self, **more: Any) -> dict[str, Any]:
        account = self.world.account
        body = {
            "grant_type": "client_credential",
            "appid": account.app_id,
            "secret": account.app_secret,
        }
        answer = await self.client.post("/cgi-bin/stable_token", json={**body, **more})
        return dict(await answer.json())

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        query = {"access_token": self.token or (await self.stable())["access_token"]}
        data = json.dumps(body, ensure_ascii=False).encode()
        answer = await self.client.post(path, params=query, data=data)
        assert answer.status == 200
        return dict(await answer.json())

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        token = {"access_token": self.token or (await self.stable())["access_token"]}
        answer = await self.client.get(path, params={**token, **query})
        assert answer.status == 200
        return dict(await answer.json())


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    async with TestClient(TestServer(make_app(world))) as client:
        yield Api(client, world)
