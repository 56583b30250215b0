"""A route: what registers it, guards it and documents it, all from one row."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from bot.api.checking import Schema
from bot.api.limits import Limits
from bot.api.problems import Problem
from bot.api.requests import (
    Call,
    media_type,
    read_conditions,
    read_json,
    read_path,
    read_query,
)
from bot.clock import clock
from bot.errors import Conflict
from bot.rules.roles import by_key
from storage.queries import apikeys
from storage.queries.apikeys import ApiKey

JSON: Final = "application/json"
MERGE: Final = "application/merge-patch+json"
NDJSON: Final = "application/x-ndjson"
_TRIES: Final = 4

Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One way a route answers: in words, and the schema of its body ("" none) by name."""

    words: str
    schema: str = ""
    media: str = JSON
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What a route takes: the name of its schema, and in which media types.

    `streamed`: the handler reads it itself, line by line.
    """

    schema: str
    media: tuple[str, ...] = (JSON,)
    example: Any = None
    streamed: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is below /api/v1. `conditions`: the ETag headers that it heeds.

    `leads_to`: route → its path's parameters, as expressions over this route's request and answer.
    """

    method: str
    path: str
    name: str
    words: str
    tag: str
    scope: str
    handler: Handler
    answers: Mapping[int, Answer]
    params: Mapping[str, Schema] = field(default_factory=dict)
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Body | None = None
    conditions: tuple[str, ...] = ()
    leads_to: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def address(route: Route) -> str:
    """For aiohttp: a number in the path is digits, so that it hides no other address."""
    path = route.path
    for name, schema in route.params.items():
        if schema.get("type") == "integer":
            path = path.replace(f"{{{name}}}", f"{{{name}:[0-9]+}}")
    return path


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        content_type=JSON,
        headers=headers,
    )


class Guard:
    """Who is let in: by key, by scope, and how often."""

    def __init__(self, limits: Limits, schemas: Mapping[str, Schema]) -> None:
        self._limits = limits
        self._schemas = schemas

    def guarded(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        @by_key(route.scope)
        async def serve(request: web.Request) -> web.StreamResponse:
            key = await self._key(request)
            await self._let_in(key, route)
            with apikeys.in_scope_of(key):
                await apikeys.note_use(key, clock.now())
                return await _worked(route.handler, await self._call(request, route, key))

        return serve

    async def _key(self, request: web.Request) -> ApiKey:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            ask = {"WWW-Authenticate": 'Bearer realm="cheyu"'}
            raise Problem("unauthorized", "Send Authorization: Bearer KEY.", headers=ask)
        key = await apikeys.opened_by(given.strip())
        if key is None:
            ask = {"WWW-Authenticate": 'Bearer realm="cheyu", error="invalid_token"'}
            raise Problem("unauthorized", "The key is unknown or was revoked.", headers=ask)
        return key

    async def _let_in(self, key: ApiKey, route: Route) -> None:
        if wait := await self._limits.admit(key, clock.now()):
            again = {"Retry-After": str(wait)}
            raise Problem("too-many-requests", f"Try again in {wait} s.", headers=again)
        if route.scope not in key.scopes:
            ask = f'Bearer realm="cheyu", error="insufficient_scope", scope="{route.scope}"'
            detail = f"The key {key.name} lacks the scope {route.scope}."
            raise Problem("forbidden", detail, headers={"WWW-Authenticate": ask})

    async def _call(self, request: web.Request, route: Route, key: ApiKey) -> Call:
        path = read_path(request, route.params)
        query = read_query(request, route.query)
        conditions = read_conditions(request, route.conditions)
        body = None
        if route.body is not None:
            media_type(request, route.body.media)
            if not route.body.streamed:
                body = await read_json(request, self._schemas[route.body.schema])
        return Call(request, key, clock.now(), path, query, body, conditions)


async def _worked(handler: Handler, call: Call) -> web.StreamResponse:
    """Run again where another writer was faster; the body has been read, so it can be."""
    for _ in range(_TRIES):
        try:
            return await handler(call)
        except Conflict:
            continue
    raise Problem(
        "conflict", "Others are writing the same; try again.", headers={"Retry-After": "1"}
    )
