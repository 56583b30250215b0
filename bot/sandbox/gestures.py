"""Pressing a menu button of any type: the event, and the message that follows it."""

import hashlib

from bot.clock import clock
from bot.sandbox.chat import Seen
from bot.sandbox.menus import Button
from bot.sandbox.wire import Value
from bot.sandbox.world import World


async def press(world: World, openid: str, button: Button) -> Seen:
    """What a bare tap on `button` does; scanning and pictures need their own gesture."""
    kind = button.get("type")
    if kind == "click":
        return await world.clicks(openid, button["key"])
    if kind == "view":
        return await world.views(openid, button["url"])
    if kind == "miniprogram":
        page = {"EventKey": button["pagepath"], "MenuId": 1024}
        return await world.event(openid, "view_miniprogram", page)
    return Seen("nothing", reason=f"{kind} 需要扫码、照片或位置")


async def scan_code(
    world: World, openid: str, key: str, result: str, *, waits: bool = True
) -> Seen:
    """A menu's scanner: the result goes to the product; `waits`: the phone waits for words."""
    world.windows.open(openid, "click", clock.now())
    event = "scancode_waitmsg" if waits else "scancode_push"
    info: dict[str, Value] = {"ScanType": "qrcode", "ScanResult": result}
    return await world.event(openid, event, {"EventKey": key, "ScanCodeInfo": info})


async def pick_photos(
    world: World,
    openid: str,
    key: str,
    photos: list[bytes],
    *,
    by: str = "pic_photo_or_album",
) -> list[Seen]:
    """A menu's camera or album: one event with the digests, then each picture as a message."""
    digests = [{"PicMd5Sum": hashlib.md5(one).hexdigest()} for one in photos]  # noqa: S324  # the protocol's
    info: dict[str, Value] = {"Count": len(photos), "PicList": {"item": digests}}
    told = await world.event(openid, by, {"EventKey": key, "SendPicsInfo": info})
    return [told, *[await world.sends_photo(openid, one) for one in photos]]


async def select_location(
    world: World, openid: str, key: str, latitude: float, longitude: float, label: str
) -> list[Seen]:
    """A menu's map: the event, then the location as a message."""
    info: dict[str, Value] = {
        "Location_X": str(latitude),
        "Location_Y": str(longitude),
        "Scale": "15",
        "Label": label,
        "Poiname": "",
    }
    told = await world.event(openid, "location_select", {"EventKey": key, "SendLocationInfo": info})
    return [told, await world.sends_location(openid, latitude, longitude, label)]
