"""A sales consultant gets 404 for every other consultant's customer, on every route there is."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.api.app import api_app
from bot.api.targets import Targets
from bot.app import assembled, panel, web_app
from bot.rules.roles import Action, Kind, Role, needs, open_to_all
from bot.settings import load
from storage.queries import apikeys
from storage.queries.apikeys import SCOPES
from storage.queries.files import cards
from storage.queries.files import steps as files
from storage.queries.staff.colleagues import Staff
from storage.scope import account_scope
from tests.staff.estate import estate
from tests.staff.walking import Ask, keyed, leaks, of_platform, opened, shut, unruled, ways
from tests.staff.world import NOW, House, house

Handler = Callable[[web.Request], Awaitable[web.Response]]
VIEW, CUSTOMER = Action.VIEW, Kind.CUSTOMER


class Pages:
    """A console in small: who asks is a header, rows come from the queries."""

    def __init__(self, world: House) -> None:
        self._staff = {one.id: one for one in world.staff.values()}

    def _who(self, request: web.Request) -> Staff:
        return self._staff[int(request.headers["X-Staff"])]

    @needs(CUSTOMER, VIEW)
    async def customers(self, request: web.Request) -> web.Response:
        found = await cards.list_customers(self._who(request), NOW)
        return web.Response(text="\n".join(line.name for line in found))

    @needs(CUSTOMER, VIEW)
    async def customer(self, request: web.Request) -> web.Response:
        key = int(request.match_info["id"])
        card = await cards.get_customer(self._who(request), key, NOW)
        if card is None:
            raise web.HTTPNotFound
        return web.Response(text=card.line.name)

    @needs(CUSTOMER, Action.CONFIRM)
    async def confirm(self, request: web.Request) -> web.Response:
        key = int(request.match_info["id"])
        if not await files.confirm(self._who(request), CUSTOMER, key, NOW):
            raise web.HTTPNotFound
        return web.Response(text="ok")

    @needs(Kind.VEHICLE, VIEW)
    async def car(self, request: web.Request) -> web.Response:
        key = int(request.match_info["id"])
        if await cards.get_vehicle(self._who(request), key, NOW) is None:
            raise web.HTTPNotFound
        return web.Response(text="car")

    @open_to_all
    async def log_in(self, request: web.Request) -> web.Response:
        return web.Response(text=request.path)

    def app(self) -> web.Application:
        app, console = web.Application(), web.Application()
        console.router.add_get("/log-in", self.log_in)
        console.router.add_get("/customers", self.customers)
        console.router.add_get("/customers/{id}", self.customer)
        console.router.add_post("/customers/{id}/confirm", self.confirm)
        console.router.add_get("/cars/{id}", self.car)
        app.add_subapp("/console", console)
        return app


async def careless(request: web.Request) -> web.Response:
    """A page that forgot to ask who is there."""
    return web.Response(text=f"east {request.path}")


async def telling(_request: web.Request) -> web.Response:
    """A page that says that there is something, though not for you."""
    raise web.HTTPForbidden


@asynccontextmanager
async def asked(app: web.Application) -> AsyncIterator[Ask]:
    async with TestClient(TestServer(app)) as client:

        async def ask(method: str, path: str, who: Staff) -> tuple[int, str]:
            answer = await client.request(method, path, headers={"X-Staff": str(who.id)})
            return answer.status, await answer.text()

        yield ask


async def test_the_walk_finds_nothing_wrong_with_right_pages(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, app = await estate(world), Pages(world).app()
        assert len([*ways(app)]) == 9  # each GET answers HEAD, too
        assert unruled(app) == []
        assert opened(app) == ["HEAD /console/log-in", "GET /console/log-in"]
        async with asked(app) as ask:
            me = world.who(Role.SALES_CONSULTANT)
            for tag in ("colleague", "east", "nobodys"):
                assert await leaks(app, ask, rows[tag], [tag], me) == []
            assert await shut(app, ask, rows["mine"], me) == []


@pytest.mark.parametrize(
    ("path", "page"),
    [("/customers/{id}/notes", careless), ("/today", careless), ("/customers/{id}/x", telling)],
)
async def test_the_walk_finds_a_page_that_tells(
    migrated_sqlite_url: str, path: str, page: Handler
) -> None:
    async with house(migrated_sqlite_url) as world:
        rows, app = await estate(world), Pages(world).app()
        app.router.add_get(f"/console/more{path}", page, allow_head=False)
        assert unruled(app) == [f"GET /console/more{path}"]
        app = Pages(world).app()
        marked = needs(CUSTOMER, VIEW)(_copy(page))
        app.router.add_get(f"/console/more{path}", marked, allow_head=False)
        assert unruled(app) == []
        async with asked(app) as ask:
            me = world.who(Role.SALES_CONSULTANT)
            [found] = await leaks(app, ask, rows["east"], ["east"], me)
            assert found.startswith(f"GET /console/more{path}")


def _copy(page: Handler) -> Handler:
    async def copied(request: web.Request) -> web.Response:
        return await page(request)

    return copied


@asynccontextmanager
async def product(url: str) -> AsyncIterator[tuple[web.Application, int]]:
    """The assembled app, and its account."""
    settings = load(
        database_url=url,
        secret_key="a made-up key of thirty-two signs",
        wechat_app_id="wx0000000000000001",
        wechat_app_secret="made-up",
        wechat_token="madeup",
    )
    async with assembled(settings) as parts:
        yield web_app(parts), parts.account


async def test_every_route_of_the_product_says_whom_it_is_for(migrated_sqlite_url: str) -> None:
    async with product(migrated_sqlite_url) as (app, account):
        app.add_routes(panel.routes(account, ZoneInfo("Asia/Shanghai")))
        assert unruled(app) == []
        public = {
            "/healthz",
            "/readyz",
            "/metrics",
            "/api/v1/openapi.json",
            "/demo/bookings",
            "/demo/touches",
        }
        assert {way.split()[1] for way in opened(app)} == public
        assert [str(way) for way in of_platform(app)] == ["GET /wechat", "POST /wechat"]
        assert {scope for _, scope in keyed(app)} == set(SCOPES)
        for path in ("/healthz/more", "/wechat/more", "/api/v1/more", "/more"):
            app.router.add_get(path, careless, allow_head=False)
            assert unruled(app)[-1] == f"GET {path}"


async def test_a_route_that_the_interface_forgot_to_guard_is_found() -> None:
    app, interface = web.Application(), api_app(Targets("https://cheyu.example"))
    interface.router.add_post("/forgotten", careless)
    app.add_subapp("/api/v1", interface)
    assert unruled(app) == ["POST /api/v1/forgotten"]


async def test_no_key_no_answer_and_no_signature_no_answer(migrated_url: str) -> None:
    async with product(migrated_url) as (app, account), TestClient(TestServer(app)) as client:
        with account_scope(account):
            keys = {
                scope: await apikeys.add(scope, [s for s in SCOPES if s != scope], NOW)
                for scope in SCOPES
            }
        for way in of_platform(app):
            assert (await client.request(way.method, way.to(1))).status in (400, 403), way
        found = keyed(app)
        assert {scope for _, scope in found} == set(SCOPES)
        for way, scope in found:
            assert (await client.request(way.method, way.to(1))).status == 401, way
            lacking = {"Authorization": f"Bearer {keys[scope]}"}
            answer = await client.request(way.method, way.to(1), headers=lacking)
            assert answer.status == 403, way
