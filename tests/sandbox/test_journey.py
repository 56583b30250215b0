"""The time machine: its stops, the product's tick at each, and what the page is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import clock
from bot.sandbox.api import make_app
from bot.sandbox.journey import Journey, stops
from bot.sandbox.quotas import BEIJING
from bot.sandbox.world import World
from tests.sandbox.conftest import NOW, WANG, Api
from tests.sandbox.test_phone import deed, shown
from tests.sandbox.test_templates import notice

TEMPLATE = "/cgi-bin/message/template/send"
MASS = "/cgi-bin/message/mass/send"


def local(start: datetime, to: datetime) -> list[str]:
    return [f"{one.astimezone(BEIJING):%d %H:%M}" for one in stops(start, to)]


def test_a_day_has_every_hour_and_ends_where_it_should() -> None:
    moments = local(NOW, NOW + timedelta(days=1, minutes=5))
    assert (moments[0], moments[-2:], len(moments)) == ("01 11:00", ["02 10:00", "02 10:05"], 25)
    assert local(NOW, NOW + timedelta(minutes=1)) == ["01 10:01"]


def test_a_month_has_the_hours_of_the_day_and_a_year_a_few_of_them() -> None:
    week = local(NOW, NOW + timedelta(days=7))
    assert len(week) == 7 * 14
    assert {one[3:5] for one in week} == {f"{hour:02}" for hour in range(8, 22)}
    year = list(stops(NOW, NOW + timedelta(days=365)))
    assert len(year) == 365 * 5 + 1
    assert year == sorted(set(year))
    assert {one.astimezone(BEIJING).hour for one in year[:-1]} == {9, 12, 15, 18, 21}


class Product:
    """Ticks are counted; `at_tick` may do something with the API."""

    def __init__(self) -> None:
        self.ticks: list[datetime] = []
        self.holds = asyncio.Event()
        self.holds.set()
        self.began = asyncio.Event()
        self.error: Exception | None = None

    async def tick(self) -> None:
        self.ticks.append(clock.now())
        self.began.set()
        if self.error:
            raise self.error
        await self.holds.wait()


@pytest.fixture
def product() -> Product:
    return Product()


@pytest.fixture
async def travelling(world: World, product: Product) -> AsyncIterator[Api]:
    async with TestClient(TestServer(make_app(world, after_clock=product.tick))) as client:
        yield Api(client, world)


async def arrived(api: Api) -> dict[str, Any]:
    """What the page is told once no journey is under way."""
    bell: asyncio.Queue[str] = asyncio.Queue()
    api.world.traffic.bells.add(bell)
    async with asyncio.timeout(120):
        while (state := await shown(api))["journey"]["under_way"]:
            await bell.get()
    return state


async def test_a_week_passes_in_ticks(travelling: Api, product: Product) -> None:
    told = await deed(travelling, "journey", forward=7 * 86400)
    assert (told["from"], told["to"]) == (
        NOW.isoformat(),
        (NOW + timedelta(days=7)).isoformat(),
    )
    state = await arrived(travelling)
    assert (state["journey"]["at"], state["journey"]["error"]) == (told["to"], "")
    assert product.ticks == list(stops(NOW, NOW + timedelta(days=7)))


async def test_what_happens_later_happens_on_the_way(
    world: World, travelling: Api, product: Product
) -> None:
    world.afterwards.by_hand = True
    seen: list[datetime] = []

    async def later() -> None:
        seen.append(clock.now())

    world.afterwards.add(NOW + timedelta(minutes=90), later)
    await deed(travelling, "journey", to="2026-12-01T13:00")
    await arrived(travelling)
    assert seen == [NOW + timedelta(hours=2)]


async def test_a_journey_is_stopped_between_two_ticks(world: World, product: Product) -> None:
    product.holds.clear()
    journey = Journey(world, product.tick)
    journey.begin(NOW + timedelta(days=1))
    await product.began.wait()
    with pytest.raises(ValueError, match="under way"):
        journey.begin(NOW + timedelta(days=2))

    async def let_go() -> None:
        product.holds.set()

    await asyncio.gather(journey.stop(), let_go())
    assert not journey.under_way
    assert (product.ticks, clock.now()) == ([NOW + timedelta(hours=1)], NOW + timedelta(hours=1))


async def test_a_stop_is_asked_for_on_the_page(travelling: Api, product: Product) -> None:
    product.holds.clear()
    await deed(travelling, "journey", forward=86400)
    await product.began.wait()
    assert "under way" in (await deed(travelling, "journey", 400, forward=60))["error"]
    product.holds.set()
    told = await deed(travelling, "journey", stop=True)
    assert (told["under_way"], told["at"]) == (False, clock.now().isoformat())


async def test_a_tick_that_fails_ends_the_journey_and_is_told(
    travelling: Api, product: Product
) -> None:
    product.error = RuntimeError("no database")
    await deed(travelling, "journey", forward=86400)
    state = await arrived(travelling)
    assert state["journey"]["error"] == "RuntimeError: no database"
    assert len(product.ticks) == 1
    product.error = None
    await deed(travelling, "journey", forward=60)
    assert (await arrived(travelling))["journey"]["error"] == ""


@pytest.mark.parametrize(
    "given", [{}, {"forward": 0}, {"forward": -5}, {"to": "soon"}, {"forward": 4 * 366 * 86400}]
)
async def test_journeys_that_lead_nowhere(travelling: Api, given: dict[str, Any]) -> None:
    assert "error" in await deed(travelling, "journey", 400, **given)
    assert clock.now() == NOW
    stopped = await deed(travelling, "journey", stop=True)
    assert (stopped, (await shown(travelling))["journey"]) == ({}, None)


async def test_without_a_tick_only_the_clock_moves(world: World) -> None:
    journey = Journey(world, None)
    await journey.wait()
    journey.begin(NOW + timedelta(days=1))
    await journey.wait()
    assert clock.now() == datetime(2026, 12, 2, 2, tzinfo=UTC)


async def test_the_page_is_told_what_was_pushed(world: World, api: Api) -> None:
    world.add_follower("oLi", "李娜")
    template = world.templates.choose("46591")
    await api.post(TEMPLATE, notice(template))
    body = {"touser": [WANG, "oLi"], "msgtype": "text", "text": {"content": "中秋安康"}}
    job = await api.post(MASS, body)
    await world.afterwards.run()
    await api.post(TEMPLATE, {**notice(template), "touser": "oNobody"})
    state = await shown(api)
    first, second, third = state["pushed"]
    assert first["text"].startswith("预约成功通知 · 张江店 · ")
    assert (second["kind"], second["job"], third["job"]) == ("mass", job["msg_id"], job["msg_id"])
    assert state["counts"] == {"template": 1, "mass": 2, "refused": 1}
    again = await api.client.get("/sandbox/state", params={"seen": str(second["id"])})
    assert [one["id"] for one in (await again.json())["pushed"]] == [third["id"]]
    assert state["bubbles"][0]["card"][0] == ["预约门店", "张江店"]


async def test_chats_and_the_ledger_keep_their_newest(world: World, api: Api) -> None:
    world.keep = 4
    template = world.templates.choose("46591")
    for _ in range(10):
        await api.post(TEMPLATE, notice(template))
    assert [one.id for one in world.chat(WANG)] == [7, 8, 9, 10]
    assert (world.ledger.sent["template"], world.ledger.last) == (10, 10)
