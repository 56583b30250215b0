"""The platform's API on its real paths, and the phone page, as one aiohttp application."""

from aiohttp import web

from bot.sandbox import (
    api_account,
    api_mass,
    api_messages,
    api_objects,
    api_once,
    api_people,
    api_templates,
    api_web,
    deeds,
    journey,
    phone,
)
from bot.sandbox.endpoint import Desk
from bot.sandbox.journey import Journey
from bot.sandbox.world import World


def make_app(
    world: World,
    panels: phone.Panels = (),
    *,
    title: str = "车语汽车服务",
    after_clock: deeds.AfterClock | None = None,
) -> web.Application:
    """Serve an entered world.

    `panels`: (title, address) of the product's pages, shown beside the phone. `title`: the
    account's name. `after_clock`: the product's tick, asked for whenever the time machine moved
    the clock. An address may hold {openid}, the person whose phone is shown.
    """
    app = web.Application(client_max_size=12 * 1024 * 1024)
    desk = Desk(world)
    endpoints = [
        *api_account.endpoints(desk),
        *api_messages.ENDPOINTS,
        *api_templates.ENDPOINTS,
        *api_mass.ENDPOINTS,
        *api_once.ENDPOINTS,
        *api_objects.ENDPOINTS,
        *api_people.ENDPOINTS,
        *api_web.ENDPOINTS,
    ]
    app.router.add_routes([desk.route(endpoint) for endpoint in endpoints])
    travel = Journey(world, after_clock)
    page = phone.Page(world, panels, title, travel)
    app.router.add_routes(journey.routes(travel))
    app.router.add_routes(deeds.routes(world, after_clock))
    app.router.add_routes(phone.routes(page))

    async def hang_up(_app: web.Application) -> None:
        """Let go of open event streams and of calls that hang, or the server would wait."""
        await travel.stop()
        world.traffic.ring(phone.BYE)
        desk.closing.set()

    app.on_shutdown.append(hang_up)
    return app
