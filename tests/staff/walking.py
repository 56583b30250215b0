"""Walks an app's route table: every staff route has a rule, and the rule holds on every route.

A page added tomorrow is walked tomorrow: nobody has to remember to write its test.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.rules.roles import OPEN, Kind, may, need_of
from storage.queries.staff import Staff

PUBLIC = ("/wechat", "/healthz", "/readyz", "/metrics", "/api/v1")
"""What is not for staff: the platform, machines, and the DMS with its keys and scopes."""

Ask = Callable[[str, str, Staff], Awaitable[tuple[int, str]]]
"""(method, path, who) → status and text of the answer."""


@dataclass(frozen=True)
class Way:
    """A route of the app; `variables` are the names in its path."""

    method: str
    path: str
    handler: object
    variables: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def to(self, row_id: int) -> str:
        path = self.path
        for name in self.variables:
            path = path.replace(f"{{{name}}}", str(row_id))
        return path


def ways(app: web.Application) -> Iterator[Way]:
    """Every route for staff, those of applications inside it too."""
    for route in app.router.routes():
        resource = route.resource
        path = resource.canonical if resource else ""
        if any(path == public or path.startswith(f"{public}/") for public in PUBLIC):
            continue
        names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
        yield Way(route.method, path, route.handler, names)


def unruled(app: web.Application) -> list[str]:
    """Routes that nobody guarded: neither a rule nor said to be open."""
    return [str(way) for way in ways(app) if need_of(way.handler) is None]


async def leaks(
    app: web.Application, ask: Ask, rows: Mapping[Kind, int], told: Collection[str], who: Staff
) -> list[str]:
    """Routes that tell `who` of somebody else's `rows`, of which `told` are words.

    A route about one row must answer 404, as for a row that does not exist; no other route may
    say a word of it, and one of a kind that is not for the role must refuse.
    """
    found: list[str] = []
    for way in ways(app):
        need = need_of(way.handler)
        if not isinstance(need, tuple):
            continue
        kind, action = need
        status, text = await ask(way.method, way.to(rows[kind]), who)
        nowhere, _ = await ask(way.method, way.to(10**9), who)
        if way.variables and (status != 404 or nowhere != 404):
            found.append(f"{way} is {status} for another's row and {nowhere} for none")
        elif not may(who.role, kind, action) and status not in (403, 404):
            found.append(f"{way} is {status} for a role that may not {action} any {kind}")
        elif any(word in text for word in told):
            found.append(f"{way} tells of another's row")
    return found


async def shut(app: web.Application, ask: Ask, rows: Mapping[Kind, int], who: Staff) -> list[str]:
    """Routes that refuse `who` their own rows: a 404 for everybody guards nothing worth having."""
    found = []
    for way in ways(app):
        need = need_of(way.handler)
        if isinstance(need, tuple) and may(who.role, *need):
            status, _ = await ask(way.method, way.to(rows[need[0]]), who)
            if status >= 400:
                found.append(f"{way} is {status} for one's own row")
    return found


def opened(app: web.Application) -> list[str]:
    """Routes that are said to show nothing of anybody: for a person to read over."""
    return [str(way) for way in ways(app) if need_of(way.handler) == OPEN]
