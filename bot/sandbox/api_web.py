"""Web log-in inside WeChat (WeChat docs: web page authorization)."""

import urllib.parse
from typing import Any

from aiohttp import web

from bot.clock import clock
from bot.sandbox.endpoint import Call, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.world import World

COOKIE = "sandbox_openid"


def whose_phone(call: Call) -> str:
    """The person who looks at a page: the `openid` of the query, or the phone's cookie."""
    return call.query.get("openid") or call.request.cookies.get(COOKIE, "")


def authorize(world: World, call: Call) -> web.Response:
    """Consent at once as the phone's person."""
    query = call.query
    if query.get("appid") != world.account.app_id:
        raise ApiError(40013)
    if query.get("scope") not in ("snsapi_base", "snsapi_userinfo"):
        raise ApiError(10005, "Scope 参数错误或没有 Scope 权限")
    back = urllib.parse.urlsplit(query.get("redirect_uri", ""))
    if not back.hostname or (world.oauth_domain and back.hostname != world.oauth_domain):
        raise ApiError(10003, "redirect_uri域名与后台配置不一致")
    openid = whose_phone(call)
    world.people.get(openid)
    snapshot = query.get("snapshot") == "1"
    code = world.oauth.code(openid, query["scope"], clock.now(), snapshot=snapshot)
    pairs = urllib.parse.parse_qsl(back.query, keep_blank_values=True)
    pairs += [("code", code), ("state", query.get("state", ""))]
    target = back._replace(query=urllib.parse.urlencode(pairs)).geturl()
    return web.Response(status=302, headers={"Location": target})


def access_token(world: World, call: Call) -> dict[str, Any]:
    if call.query.get("appid") != world.account.app_id:
        raise ApiError(40013)
    if call.query.get("secret") != world.account.app_secret:
        raise ApiError(40125)
    return world.oauth.exchange(call.query.get("code", ""), clock.now())


def refresh_token(world: World, call: Call) -> dict[str, Any]:
    return world.oauth.refresh(call.query.get("refresh_token", ""), clock.now())


def auth(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    world.oauth.person(query.get("access_token", ""), query.get("openid", ""), clock.now())
    return {"errcode": 0, "errmsg": "ok"}


def userinfo(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    token, openid = query.get("access_token", ""), query.get("openid", "")
    grant = world.oauth.person(token, openid, clock.now())
    if grant.scope != "snsapi_userinfo":
        raise ApiError(48001)
    name = world.people.get(openid).name.split(" ")[0] or "微信用户"
    return {
        "openid": openid,
        "nickname": "微信用户" if grant.snapshot else name,
        "sex": 0,
        "province": "",
        "city": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
    }


ENDPOINTS = [
    Endpoint("GET", "/connect/oauth2/authorize", authorize, token=False),
    Endpoint("GET", "/sns/oauth2/access_token", access_token, token=False),
    Endpoint("GET", "/sns/oauth2/refresh_token", refresh_token, token=False),
    Endpoint("GET", "/sns/auth", auth, token=False),
    Endpoint("GET", "/sns/userinfo", userinfo, token=False),
]
