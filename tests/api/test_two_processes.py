"""Two processes on one PostgreSQL: each event once, and one limit for a key between them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.api.deliver import BATCH, LEASE
from bot.api.limits import Limits, Rate
from bot.clock import clock
from storage.db import sql
from storage.queries import apikeys
from tests.api.apart import begin, started, told
from tests.api.door import Door, opened_door
from tests.api.test_webhooks import deliver, say, states
from tests.people import NOW

EVENTS = 120
URLS = 8


@dataclass
class Receivers:
    """Every address of one server, all of them the DMS's; `holding` none gets an answer.

    None gets one before that many are waiting `together`: more than one courier has in hand.
    """

    address: str = ""
    got: Counter[tuple[str, str]] = field(default_factory=Counter)
    holding: bool = False
    together: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.got[request.path, request.headers["Cheyu-Event-Id"]] += 1
        if self.holding:
            self.held.set()
            await asyncio.Event().wait()
        if self.got.total() >= self.together:
            self.met.set()
        await self.met.wait()
        return web.Response()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receivers]:
    receivers, app = Receivers(), web.Application()
    app.router.add_post("/{name}", receivers.take)
    async with TestServer(app) as server:
        receivers.address = str(server.make_url("/"))
        yield receivers


@pytest.fixture
async def door(migrated_postgres_url: str) -> AsyncIterator[Door]:
    async with opened_door(migrated_postgres_url) as opened:
        yield opened


async def listen(door: Door, receivers: Receivers, count: int) -> None:
    for number in range(count):
        made = await door.asks("POST", "webhooks", {"url": f"{receivers.address}{number}"})
        assert made.status == 201


async def test_two_couriers_bring_each_event_once(door: Door, migrated_postgres_url: str) -> None:
    async with receiving() as receivers:
        await listen(door, receivers, URLS)
        for number in range(EVENTS):
            await say(f"A{number}")
        receivers.together = BATCH + 1
        couriers = [await started("deliver", migrated_postgres_url, "0") for _ in "ab"]
        for courier in couriers:
            begin(courier)
        counts = [await told(courier) for courier in couriers]
    assert len(receivers.got) == EVENTS * URLS
    assert set(receivers.got.values()) == {1}
    assert await states() == [("done", 1)] * (EVENTS * URLS)
    brought = [count["webhooks_done"] for count in counts]
    assert sum(brought) == EVENTS * URLS
    assert all(brought)


async def test_what_a_dead_courier_held_is_brought_by_another(
    door: Door, migrated_postgres_url: str
) -> None:
    async with receiving() as receivers:
        await listen(door, receivers, 1)
        for number in range(12):
            await say(f"A{number}")
        receivers.holding = True
        courier = await started("deliver", migrated_postgres_url, "0")
        begin(courier)
        await receivers.held.wait()
        courier.kill()
        await courier.wait()
        receivers.holding = False
        held = [state for state, _ in await states()].count("sending")
        assert held == 5  # a webhook's share
        assert (await deliver(NOW))["webhooks_done"] == 12 - held
        assert (await deliver(NOW + LEASE - timedelta(seconds=30)))["webhooks_done"] == 0
        assert (await deliver(NOW + LEASE))["webhooks_done"] == held
    assert sorted(await states()) == [("done", 1)] * (12 - held) + [("done", 2)] * held


async def test_two_doors_let_a_key_in_as_often_as_one(
    door: Door, migrated_postgres_url: str
) -> None:
    words = ("admit", migrated_postgres_url, door.key, "150", "200")
    doors = [await started(*words) for _ in "ab"]
    for one in doors:
        begin(one)
    admitted = [(await told(one))["admitted"] for one in doors]
    assert sum(admitted) <= 200
    assert sum(admitted) > 200 - 2 * Rate(10, 200).slice
    assert all(admitted)


async def test_what_was_taken_and_not_used_is_all_that_can_be_added(door: Door) -> None:
    rate = Rate(per_second=10, burst=100)
    key = await apikeys.opened_by(door.key)
    assert key is not None
    first, second = Limits(rate), Limits(rate)
    assert [await first.admit(key, NOW) for _ in range(3)] == [0] * 3
    later = NOW + timedelta(hours=1)  # the bucket is full again, and `first` still has its slice
    waits = [await limits.admit(key, later) for _ in range(150) for limits in (first, second)]
    assert waits.count(0) == rate.burst + rate.slice - 3
    assert set(waits) == {0, 1}
    soon = later + timedelta(seconds=1)
    assert [await second.admit(key, soon) for _ in range(12)].count(0) == 10
    other = await apikeys.opened_by(await door.key_for("other"))
    assert other is not None
    assert await second.admit(other, soon) == 0


async def test_who_is_known_to_have_nothing_left_costs_no_statement(door: Door) -> None:
    key = await apikeys.opened_by(door.key)
    assert key is not None
    limits = Limits(Rate(per_second=1, burst=20))
    assert [await limits.admit(key, NOW) for _ in range(21)].count(0) == 20
    spent = await sql().one("SELECT spent_until FROM api_key WHERE name = 'dms'")
    await sql().run("UPDATE api_key SET spent_until = 0")
    assert await limits.admit(key, NOW) == 1  # it did not look
    assert spent["spent_until"] == NOW.timestamp() + 20
    clock.forward(timedelta(seconds=1))
    assert await limits.admit(key, clock.now()) == 0
