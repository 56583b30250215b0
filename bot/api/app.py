"""The interface as an application of its own, to be mounted at /api/v1."""

import re
import secrets
from collections.abc import Awaitable, Callable
from traceback import extract_tb
from typing import Final

import structlog
from aiohttp import web

from bot.api import openapi
from bot.api.hooks import Hooks
from bot.api.limits import Limits
from bot.api.problems import Problem, of_http
from bot.api.requests import MAX_BODY, REQUEST_ID
from bot.api.routing import Guard, address, answer
from bot.api.schemas import SCHEMAS
from bot.api.table import routes
from bot.api.targets import Targets
from bot.rules.roles import open_to_all

log = structlog.get_logger("api")

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SAFE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Served = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def edge(request: web.Request, handler: Served) -> web.StreamResponse:
    """Every answer has a request's id, and every error is a problem that gives nothing away."""
    given = request.headers.get("X-Request-Id", "")
    request[REQUEST_ID] = request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    try:
        response = await handler(request)
    except Problem as problem:
        response = problem.response(request_id)
    except web.HTTPException as refused:
        response = of_http(refused).response(request_id)
    except Exception as broken:
        _log(broken, request, request_id)
        response = Problem("internal", "Tell us the request_id.").response(request_id)
    if not response.prepared:
        response.headers.update({**_SAFE, "X-Request-Id": request_id})
    return response


def _log(broken: Exception, request: web.Request, request_id: str) -> None:
    """Where it broke; never with what: messages of errors quote values."""
    resource = request.match_info.route.resource
    frames = [f"{one.filename}:{one.lineno} {one.name}" for one in extract_tb(broken.__traceback__)]
    log.error(
        "api_failed",
        request_id=request_id,
        method=request.method,
        route=resource.canonical if resource else "",
        error=type(broken).__name__,
        at=frames[-6:],
    )


def api_app(targets: Targets, limits: Limits | None = None) -> web.Application:
    """`targets`: where webhooks may go."""
    app = web.Application(middlewares=[edge], client_max_size=MAX_BODY)
    table = routes(Hooks(targets))
    guard = Guard(limits or Limits(), SCHEMAS)
    for route in table:
        app.router.add_route(route.method, address(route), guard.guarded(route))
    document = openapi.document(table)

    @open_to_all
    async def describe(_request: web.Request) -> web.Response:
        return answer(document)

    app.router.add_route("GET", "/openapi.json", describe)
    return app
