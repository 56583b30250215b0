"""Walks an app's route table: every route says whom it is for, and the staff's rules hold.

A page added tomorrow is walked tomorrow: nobody has to remember to write its test.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.rules.roles import OPEN, PLATFORM, Keyed, Kind, may, need_of
from storage.queries.staff.colleagues import Staff

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
    """Every route, those of applications inside it too."""
    for route in app.router.routes():
        resource = route.resource
        path = resource.canonical if resource else ""
        names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
        yield Way(route.method, path, route.handler, names)


def unruled(app: web.Application) -> list[str]:
    """Routes of which nobody said whom they are for: staff by a rule, a key, WeChat, or all."""
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


def of_platform(app: web.Application) -> list[Way]:
    """Routes that answer only to WeChat."""
    return [way for way in ways(app) if need_of(way.handler) == PLATFORM]


def keyed(app: web.Application) -> list[tuple[Way, str]]:
    """Routes that answer only to a key, and the scope it must have."""
    needs = ((way, need_of(way.handler)) for way in ways(app))
    return [(way, need.scope) for way, need in needs if isinstance(need, Keyed)]
