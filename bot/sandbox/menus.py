"""The custom menu and its limits (WeChat docs: custom menus)."""

from typing import Any

from bot.sandbox.errors import ApiError

KEYED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
NEEDS = {
    "view": ["url"],
    "miniprogram": ["url", "appid", "pagepath"],
    "media_id": ["media_id"],
    "view_limited": ["media_id"],
    "article_id": ["article_id"],
    "article_view_limited": ["article_id"],
    **{kind: ["key"] for kind in KEYED},
}
TOP_NAME, SUB_NAME, KEY, URL = 16, 60, 128, 1024
# errcodes for (type, name, key, url) of a top button and of a sub button
_TOP = (40017, 40018, 40019, 40020)
_SUB = (40024, 40025, 40026, 40027)

Button = dict[str, Any]


def check(body: dict[str, Any]) -> list[Button]:
    """The buttons of menu/create. Raises ApiError 40016 to 40027."""
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiError(40016)
    for button in buttons:
        _check_top(button)
    return buttons


def _check_top(button: object) -> None:
    if not isinstance(button, dict):
        raise ApiError(40017)
    subs = button.get("sub_button")
    if not subs:
        _check_button(button, TOP_NAME, _TOP)
        return
    _check_name(button, TOP_NAME, 40018)
    if not isinstance(subs, list) or len(subs) > 5:
        raise ApiError(40023)
    for sub in subs:
        if not isinstance(sub, dict):
            raise ApiError(40024)
        if sub.get("sub_button"):
            raise ApiError(40022)
        _check_button(sub, SUB_NAME, _SUB)


def _check_name(button: Button, most: int, errcode: int) -> None:
    name = button.get("name")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= most:
        raise ApiError(errcode)


def _check_button(button: Button, name_bytes: int, codes: tuple[int, int, int, int]) -> None:
    kind_code, name_code, key_code, url_code = codes
    _check_name(button, name_bytes, name_code)
    needs = NEEDS.get(str(button.get("type")))
    if needs is None:
        raise ApiError(kind_code)
    for need in needs:
        value = button.get(need)
        most = URL if need == "url" else KEY
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
            raise ApiError(url_code if need == "url" else key_code)


def as_self_menu(buttons: list[Button]) -> dict[str, Any]:
    """The shape of get_current_selfmenu_info, where sub buttons sit in a `list`."""
    shaped = [
        {**b, "sub_button": {"list": b["sub_button"]}} if b.get("sub_button") else b
        for b in buttons
    ]
    return {"is_menu_open": 1 if buttons else 0, "selfmenu_info": {"button": shaped}}
