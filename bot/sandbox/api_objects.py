"""The custom menu, scene QR codes and temporary media."""

import io
from typing import Any

import segno
from aiohttp import BodyPartReader, web

from bot.clock import clock
from bot.sandbox import menus
from bot.sandbox.endpoint import OK, Call, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.world import World


def menu_create(world: World, call: Call) -> dict[str, Any]:
    world.menu = menus.check(call.body)
    world.changed("menu")
    return OK


def menu_get(world: World, _call: Call) -> dict[str, Any]:
    if not world.menu:
        raise ApiError(46003)
    shaped = [{**button, "sub_button": button.get("sub_button", [])} for button in world.menu]
    return {"menu": {"button": shaped}}


def menu_delete(world: World, _call: Call) -> dict[str, Any]:
    world.menu = []
    world.changed("menu")
    return OK


def self_menu(world: World, _call: Call) -> dict[str, Any]:
    return menus.as_self_menu(world.menu)


def qr_create(world: World, call: Call) -> dict[str, Any]:
    code, seconds = world.codes.create(call.body, clock.now())
    answer: dict[str, Any] = {"ticket": code.ticket, "url": code.url}
    return answer if seconds is None else {**answer, "expire_seconds": seconds}


def qr_show(world: World, call: Call) -> web.Response:
    """The picture of a ticket; 404 when there is none or it has expired."""
    code = world.codes.all.get(call.query.get("ticket", ""))
    if code is None or (code.until is not None and code.until <= clock.now()):
        return web.Response(status=404)
    picture = io.BytesIO()
    segno.make(code.url, error="m").save(picture, kind="png", scale=8)
    return web.Response(body=picture.getvalue(), content_type="image/png")


async def media_upload(world: World, call: Call) -> dict[str, Any]:
    data, content_type = b"", ""
    if not call.request.content_type.startswith("multipart/"):
        raise ApiError(41005)
    async for part in await call.request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            data = bytes(await part.read())
            content_type = part.headers.get("Content-Type", "application/octet-stream")
    now, kind = clock.now(), call.query.get("type", "")
    media_id = world.media.upload(kind, data, content_type, now)
    return {"type": kind, "media_id": media_id, "created_at": int(now.timestamp())}


def media_get(world: World, call: Call) -> dict[str, Any] | web.Response:
    medium = world.media.get(call.query.get("media_id"), clock.now())
    if medium.kind == "video":
        return {"video_url": f"{world.public_url}/sandbox/media/{medium.media_id}"}
    end = medium.content_type.rpartition("/")[2]
    name = f'attachment; filename="{medium.media_id[:16]}.{end}"'
    return web.Response(
        body=medium.data,
        headers={"Content-Type": medium.content_type, "Content-Disposition": name},
    )


ENDPOINTS = [
    Endpoint("POST", "/cgi-bin/menu/create", menu_create, plain_text=True),
    Endpoint("GET", "/cgi-bin/menu/get", menu_get),
    Endpoint("GET", "/cgi-bin/menu/delete", menu_delete),
    Endpoint("GET", "/cgi-bin/get_current_selfmenu_info", self_menu),
    Endpoint("POST", "/cgi-bin/qrcode/create", qr_create),
    Endpoint("GET", "/cgi-bin/showqrcode", qr_show, token=False),
    Endpoint("POST", "/cgi-bin/media/upload", media_upload, upload=True),
    Endpoint("GET", "/cgi-bin/media/get", media_get),
]
