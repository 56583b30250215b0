"""The platform's API on its real paths, and the phone page, as one aiohttp application."""

from aiohttp import web

from bot.sandbox import api_account, api_messages
from bot.sandbox.endpoint import Desk
from bot.sandbox.world import World


def make_app(world: World) -> web.Application:
    """Serve an entered world."""
    app = web.Application(client_max_size=12 * 1024 * 1024)
    desk = Desk(world)
    for endpoint in [*api_account.endpoints(desk), *api_messages.ENDPOINTS]:
        app.router.add_routes([desk.route(endpoint)])
    return app
