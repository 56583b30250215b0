"""The page in the browser: a phone, the raw traffic, the time machine, the product's own pages.

GET /                        the page
GET /sandbox/state?openid=   what it shows: {"clock": {"now", "local"}, "people": [{"openid",
                             "name", "note", "subscribed"}], "openid", "bubbles": [{"id",
                             "who", "kind", "at", "text", "parts", "media_id", "articles",
                             "note", "card", "href"}], "menu": [buttons], "session": bool,
                             "typing": bool, "traffic": [exchanges after ?since=id],
                             "pushed": [{"id", "openid", "at", "kind", "text", "job"}
                             after ?seen=id],
                             "counts": {"template", "mass", "service", "once", "refused"},
                             "journey": where the time machine is, or null}
GET /sandbox/events          server-sent events: the word of what changed (chat, traffic,
                             people, menu, clock, api)
GET /sandbox/media/{id}      the bytes of a photo or voice note
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from bot.clock import clock
from bot.sandbox import deeds
from bot.sandbox.api_web import COOKIE
from bot.sandbox.journey import Journey
from bot.sandbox.ledger import Pushed
from bot.sandbox.world import World

FILES = Path(__file__).parents[2] / "templates" / "phone"
STATIC = {
    "phone.js": "text/javascript",
    "bubbles.js": "text/javascript",
    "journey.js": "text/javascript",
    "phone.css": "text/css",
}
SHOWN = 80  # exchanges sent at once
PUSHED = 300  # messages of the account sent at once
BUBBLES = 200  # of the end of a chat
HEARTBEAT = 15.0
BYE = "bye"
POLICY = "default-src 'self'; img-src * data:; frame-src *; base-uri 'none'; form-action 'self'"

Panels = Sequence[tuple[str, str]]


def state(world: World, openid: str, since: int = 0, seen: int = 0) -> dict[str, Any]:
    now = clock.now()
    people = [
        {"openid": p.openid, "name": p.name, "note": p.note, "subscribed": p.subscribed}
        for p in world.people.all.values()
    ]
    typing = world.windows.typing.get(openid)
    return {
        "clock": deeds.clock_now(),
        "people": people,
        "openid": openid,
        "bubbles": [asdict(one) for one in world.chat(openid)[-BUBBLES:]],
        "menu": world.menu,
        "session": world.in_session(openid),
        "typing": typing is not None and typing > now,
        "traffic": [asdict(one) for one in world.traffic.exchanges if one.id > since][-SHOWN:],
        "pushed": [
            _pushed(one) for one in world.ledger.since(max(seen, world.ledger.last - PUSHED))
        ],
        "counts": {**world.ledger.sent, "refused": world.ledger.refused.total()},
    }


def _pushed(one: Pushed) -> dict[str, Any]:
    return {
        "id": one.id,
        "openid": one.openid,
        "at": one.at.isoformat(),
        "kind": one.kind,
        "text": " · ".join([one.text, *one.data.values()]),
        "job": one.msg_id if one.kind == "mass" else 0,
    }


class Page:
    """Serves the phone page of one world."""

    def __init__(self, world: World, panels: Panels, title: str, travel: Journey) -> None:
        self.world = world
        self.panels = panels
        self.title = title
        self.travel = travel
        self._templates = Environment(loader=FileSystemLoader(FILES), autoescape=True)

    async def index(self, _request: web.Request) -> web.Response:
        page = self._templates.get_template("index.html")
        text = page.render(panels=self.panels, title=self.title)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in STATIC:
            raise web.HTTPNotFound
        return web.Response(
            text=(FILES / name).read_text("utf-8"),
            content_type=STATIC[name],
            headers={"Cache-Control": "no-cache"},
        )

    async def state(self, request: web.Request) -> web.Response:
        since, seen = (_number(request.query.get(name, "")) for name in ("since", "seen"))
        openid = request.query.get("openid", "")
        shown = state(self.world, openid, since, seen)
        answer = web.json_response({**shown, "journey": self.travel.state()})
        if openid.isascii():
            # the web log-in of the product's pages then knows whose phone this is
            answer.set_cookie(COOKIE, openid, httponly=True, samesite="Lax")
        return answer

    async def media(self, request: web.Request) -> web.Response:
        medium = self.world.media.all.get(request.match_info["media_id"])
        if medium is None:
            raise web.HTTPNotFound
        safe = medium.content_type.split(";")[0]
        if not safe.startswith(("image/", "audio/", "video/")) or safe == "image/svg+xml":
            safe = "application/octet-stream"
        return web.Response(
            body=medium.data, content_type=safe, headers={"X-Content-Type-Options": "nosniff"}
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await stream.prepare(request)
        bell: asyncio.Queue[str] = asyncio.Queue(100)
        self.world.traffic.bells.add(bell)
        try:
            await stream.write(b"retry: 1000\n\n")
            while (what := await _next(bell)) != BYE:
                await stream.write(f"data: {what}\n\n".encode() if what else b": beat\n\n")
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self.world.traffic.bells.discard(bell)
        return stream


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


async def _next(bell: asyncio.Queue[str]) -> str:
    try:
        return await asyncio.wait_for(bell.get(), HEARTBEAT)
    except TimeoutError:
        return ""


def routes(page: Page) -> list[web.RouteDef]:
    return [
        web.get("/", page.index),
        web.get("/sandbox/static/{name}", page.static),
        web.get("/sandbox/state", page.state),
        web.get("/sandbox/events", page.events),
        web.get("/sandbox/media/{media_id}", page.media),
    ]
