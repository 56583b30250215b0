"""Tokens, quotas, addresses: the account's own chapter of the API."""

from typing import Any

from bot.clock import clock
from bot.sandbox.endpoint import OK, Call, Desk, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.world import World


def _credentials(world: World, given: dict[str, Any], call: Call) -> None:
    if given.get("grant_type") != "client_credential":
        raise ApiError(40002, "invalid grant_type")
    if not given.get("appid"):
        raise ApiError(41002)
    if not given.get("secret"):
        raise ApiError(41004)
    if given["appid"] != world.account.app_id:
        raise ApiError(40013)
    if given["secret"] != world.account.app_secret:
        raise ApiError(40125)
    if world.whitelist and call.ip not in world.whitelist:
        words = f"invalid ip {call.ip} ipv6 ::ffff:{call.ip}, not in whitelist"
        raise ApiError(40164, words)


def token(world: World, call: Call) -> dict[str, Any]:
    _credentials(world, call.query, call)
    value, seconds = world.tokens.ordinary(clock.now())
    return {"access_token": value, "expires_in": seconds}


def stable_token(world: World, call: Call) -> dict[str, Any]:
    _credentials(world, call.body, call)
    force = call.body.get("force_refresh") is True
    value, seconds = world.tokens.steady(clock.now(), force=force)
    return {"access_token": value, "expires_in": seconds}


def addresses(_world: World, _call: Call) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1", "101.226.103.0/25"]}


def check_callback(_world: World, call: Call) -> dict[str, Any]:
    action = call.body.get("action")
    if action not in ("dns", "ping", "all"):
        raise ApiError(40097)
    dns = [{"ip": "127.0.0.1", "real_operator": "DEFAULT"}]
    ping = [
        {
            "ip": "127.0.0.1",
            "from_operator": "DEFAULT",
            "package_loss": "0%",
            "time": "1.0ms",
        }
    ]
    return {
        **({"dns": dns} if action != "ping" else {}),
        **({"ping": ping} if action != "dns" else {}),
    }


def quota(world: World, call: Call) -> dict[str, Any]:
    path = call.body.get("cgi_path")
    limit = world.quotas.per_day.get(str(path))
    if limit is None:
        raise ApiError(76021)
    used = world.quotas.used(str(path), clock.now())
    answer: dict[str, Any] = {
        **OK,
        "quota": {"daily_limit": limit, "used": used, "remain": max(0, limit - used)},
    }
    minute = world.quotas.per_minute.get(str(path))
    if minute is not None:
        answer["rate_limit"] = {"call_count": minute, "refresh_second": 60}
    return answer


def clear_quota(world: World, call: Call) -> dict[str, Any]:
    if call.body.get("appid") != world.account.app_id:
        raise ApiError(40013)
    world.quotas.clear(clock.now())
    return OK


def clear_one(world: World, call: Call) -> dict[str, Any]:
    world.quotas.clear_one(call.body.get("cgi_path"), clock.now())
    return OK


def clear_quota_v2(world: World, call: Call) -> dict[str, Any]:
    if call.body.get("appsecret") != world.account.app_secret:
        raise ApiError(40125)
    return clear_quota(world, call)


def endpoints(desk: Desk) -> list[Endpoint]:
    def rid(_world: World, call: Call) -> dict[str, Any]:
        known = desk.rids.get(str(call.body.get("rid")))
        if known is None:
            raise ApiError(76001)
        return {**OK, "request": known}

    return [
        Endpoint("GET", "/cgi-bin/token", token, token=False),
        Endpoint("POST", "/cgi-bin/stable_token", stable_token, token=False),
        Endpoint("GET", "/cgi-bin/getcallbackip", addresses),
        Endpoint("GET", "/cgi-bin/get_api_domain_ip", addresses),
        Endpoint("POST", "/cgi-bin/callback/check", check_callback),
        Endpoint("POST", "/cgi-bin/openapi/quota/get", quota),
        Endpoint("POST", "/cgi-bin/openapi/quota/clear", clear_one),
        Endpoint("POST", "/cgi-bin/openapi/rid/get", rid),
        Endpoint("POST", "/cgi-bin/clear_quota", clear_quota),
        Endpoint("POST", "/cgi-bin/clear_quota/v2", clear_quota_v2, token=False),
    ]
