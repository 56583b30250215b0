"""/healthz, /readyz and /metrics."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)

from bot.app.figures import StoreFigures
from bot.clock import monotonic
from bot.rules.roles import open_to_all
from storage.db import sql

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PATIENCE = 2.0
"""Seconds a database may take to say that it is there; load balancers ask every few."""


class Meters:
    """What is counted; labels are few and never about a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "cheyu_http_requests_total", "Requests answered", ("path", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._counters: dict[tuple[str, int], Counter] = {}
        self.seconds = Histogram(
            "cheyu_callback_seconds", "Time to answer a callback", registry=self.registry,
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5),
        )  # fmt: skip

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        started = monotonic()
        resource = request.match_info.route.resource
        path = resource.canonical if resource else "unknown"
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as refused:
            status = refused.status
            raise
        finally:
            self._counter(path, status).inc()
            if path == "/wechat":
                self.seconds.observe(monotonic() - started)
        return response

    def _counter(self, path: str, status: int) -> Counter:
        """`labels()` takes a lock and builds a key: too much for each callback."""
        found = self._counters.get((path, status))
        if found is None:
            found = self._counters[path, status] = self.requests.labels(path, str(status))
        return found


def routes(meters: Meters, figures: StoreFigures) -> list[web.RouteDef]:
    @open_to_all
    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    @open_to_all
    async def ready(_request: web.Request) -> web.Response:
        """The database answers and has the schema: the account row is there."""
        try:
            async with asyncio.timeout(PATIENCE):
                await sql().one("SELECT id FROM account LIMIT 1")
        except Exception as error:  # whatever it is, this process is not ready
            return web.json_response(
                {"status": "not ready", "why": type(error).__name__}, status=503
            )
        return web.json_response({"status": "ready"})

    @open_to_all
    async def metrics(_request: web.Request) -> web.Response:
        await figures.read()
        body = generate_latest(meters.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", metrics)]
