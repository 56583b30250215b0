"""The JSON deeds of the phone page; tests from outside use them too.

Each POST takes and gives JSON (a photo: the bytes themselves). Where the product is told, the
answer is what the phone then showed: `{"kind": "reply" | "nothing" | "unavailable", "text",
"lines": [{"shown", "content", "menu_id"}], "transfer", "raw", "tries", "milliseconds", "reason",
"status", …}`, after at most three times 5 s.

    POST /sandbox/follow         {"openid"?, "name"?, "scene"?}   also adds a new person
    POST /sandbox/unfollow       {"openid"}
    POST /sandbox/scan           {"openid", "scene"}
    POST /sandbox/say            {"openid", "text", "duplicates"?}
    POST /sandbox/tap            {"openid", "content", "menu_id"} or {"openid", "shown"}
    POST /sandbox/click          {"openid", "key"}                a CLICK, whatever the menu
    POST /sandbox/press          {"openid", "path": [0, 2], "result"?}   the button at that place
    POST /sandbox/photo?openid=  the picture's bytes, Content-Type image/…
    POST /sandbox/location       {"openid", "latitude", "longitude", "label"?}
    POST /sandbox/agent          {"openid", "text"}               as the human agent
    POST /sandbox/close-session  {"openid"}
    POST /sandbox/clock          {"forward": seconds} | {"to": "2026-12-01T09:00"} |
                                 {"morning": true} | {"reset": true}   → {"now", "local"}

400: the body is wrong. 403: called from another site's page. 404: no such line, button or
person. 409: the person does not follow. Times without an offset are those of Beijing.
"""

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.clock import clock
from bot.sandbox import gestures
from bot.sandbox.chat import Line, Seen
from bot.sandbox.quotas import BEIJING
from bot.sandbox.world import NotFollowing, World

Given = dict[str, Any]
Deed = Callable[[World, Given], Awaitable[Seen | Given]]
AfterClock = Callable[[], Awaitable[None]]


def _text(given: Given, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(f"{name} is missing or not a text")
    return value


async def follow(world: World, given: Given) -> Given:
    openid = _text(given, "openid", "") or f"oNew{secrets.token_urlsafe(18)}"
    scene = _text(given, "scene", "") or None
    person = world.people.know(openid)
    unnamed = f"新粉丝 {len(world.people.all)}"
    person.name = _text(given, "name", "") or person.name or unnamed
    world.changed("people")
    seen = await world.follow(openid, scene)
    return {**asdict(seen), "openid": openid}


async def unfollow(world: World, given: Given) -> Seen:
    seen = await world.unfollow(_text(given, "openid"))
    world.changed("people")
    return seen


async def scan(world: World, given: Given) -> Seen:
    return await world.scan(_text(given, "openid"), _text(given, "scene"))


async def say(world: World, given: Given) -> Seen:
    again = given.get("duplicates", 0)
    if not isinstance(again, int) or not 0 <= again <= 20:
        raise ValueError("duplicates is a number from 0 to 20")
    return await world.says(_text(given, "openid"), _text(given, "text"), duplicates=again)


async def tap(world: World, given: Given) -> Seen:
    openid = _text(given, "openid")
    if "shown" in given:
        return await world.taps(openid, _text(given, "shown"))
    content = _text(given, "content")
    return await world.taps(openid, Line(content, content, _text(given, "menu_id", "")))


async def click(world: World, given: Given) -> Seen:
    return await world.clicks(_text(given, "openid"), _text(given, "key"))


async def press(world: World, given: Given) -> Seen:
    openid, result = _text(given, "openid"), _text(given, "result", "")
    place = given.get("path")
    if not isinstance(place, list) or not 1 <= len(place) <= 2:
        raise ValueError("path is the place of a button: [0] or [0, 2]")
    button = world.menu[place[0]]
    if len(place) == 2:
        button = button["sub_button"][place[1]]
    kind = str(button.get("type"))
    if kind.startswith("scancode") and result:
        waits = kind == "scancode_waitmsg"
        return await gestures.scan_code(world, openid, button["key"], result, waits=waits)
    if kind == "location_select":
        where = (31.2304, 121.4737, result or "上海市黄浦区人民广场")
        return (await gestures.select_location(world, openid, button["key"], *where))[-1]
    return await gestures.press(world, openid, button)


async def location(world: World, given: Given) -> Seen:
    latitude, longitude = float(given["latitude"]), float(given["longitude"])
    return await world.sends_location(
        _text(given, "openid"), latitude, longitude, _text(given, "label", "")
    )


async def agent(world: World, given: Given) -> Given:
    return asdict(world.agent_says(_text(given, "openid"), _text(given, "text")))


async def close_session(world: World, given: Given) -> Given:
    world.close_session(_text(given, "openid"))
    return {}


async def move_clock(world: World, given: Given) -> Given:
    """Move the one clock; the whole product moves with it."""
    now = clock.now()
    if given.get("reset"):
        clock.reset()
    elif given.get("morning"):
        nine = datetime.combine(now.astimezone(BEIJING).date(), time(9), BEIJING)
        clock.move_to(nine if nine > now else nine + timedelta(days=1))
    else:
        clock.move_to(moment_in(given))
    world.changed("clock")
    return clock_now()


def moment_in(given: Given) -> datetime:
    """`to`, or `forward` seconds from now. Raises ValueError, KeyError, OverflowError."""
    if "to" in given:
        to = datetime.fromisoformat(_text(given, "to"))
        return to if to.tzinfo else to.replace(tzinfo=BEIJING)
    return clock.now() + timedelta(seconds=float(given["forward"]))


def clock_now() -> Given:
    """The clock as the page shows it: `now` in UTC, `local` in Beijing."""
    now = clock.now()
    return {"now": now.isoformat(), "local": f"{now.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"}


DEEDS: dict[str, Deed] = {
    "follow": follow,
    "unfollow": unfollow,
    "scan": scan,
    "say": say,
    "tap": tap,
    "click": click,
    "press": press,
    "location": location,
    "agent": agent,
    "close-session": close_session,
    "clock": move_clock,
}


def refuse_strangers(request: web.Request) -> None:
    """A page of another site must not act on this phone. Raises 403."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="cross-origin requests are refused")


async def _done(work: Awaitable[Seen | Given]) -> web.Response:
    try:
        result = await work
    except NotFollowing as refused:
        return web.json_response({"error": str(refused)}, status=409)
    except LookupError as missing:
        wrong = isinstance(missing, KeyError)
        return web.json_response({"error": str(missing)}, status=400 if wrong else 404)
    except (ValueError, TypeError, OverflowError) as wrong_value:
        return web.json_response({"error": str(wrong_value)}, status=400)
    return web.json_response(asdict(result) if isinstance(result, Seen) else result)


async def given_in(request: web.Request) -> Given:
    """The JSON object of a deed from this page. Raises 403, 400."""
    refuse_strangers(request)
    try:
        given = json.loads(await request.read() or b"{}")
    except ValueError:
        raise web.HTTPBadRequest(text="the body is not JSON") from None
    if not isinstance(given, dict):
        raise web.HTTPBadRequest(text="the body is not a JSON object")
    return given


def routes(world: World, after_clock: AfterClock | None) -> list[web.RouteDef]:
    async def do(request: web.Request) -> web.Response:
        given = await given_in(request)
        deed = DEEDS.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        answer = await _done(deed(world, given))
        if deed is move_clock and after_clock is not None and answer.status == 200:
            await after_clock()
        return answer

    async def photo(request: web.Request) -> web.Response:
        refuse_strangers(request)
        kind = request.content_type
        if not kind.startswith("image/"):
            raise web.HTTPBadRequest(text="Content-Type is not image/…")
        data = await request.read()
        return await _done(world.sends_photo(request.query.get("openid", ""), data, kind))

    return [web.post("/sandbox/photo", photo), web.post("/sandbox/{deed}", do)]
