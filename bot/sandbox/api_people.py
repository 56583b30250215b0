"""Users, remarks and tags."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.endpoint import OK, Call, Endpoint
from bot.sandbox.errors import ApiError
from bot.sandbox.people import BLACK_PAGE, page
from bot.sandbox.world import World

INFO_BATCH = 100


def info(world: World, call: Call) -> dict[str, Any]:
    return world.people.info(call.query.get("openid"))


def info_batch(world: World, call: Call) -> dict[str, Any]:
    asked = call.body.get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= INFO_BATCH:
        raise ApiError(40032)
    if not all(isinstance(one, dict) for one in asked):
        raise ApiError(47001)
    return {"user_info_list": [world.people.info(one.get("openid")) for one in asked]}


def openids(world: World, call: Call) -> dict[str, Any]:
    everybody = world.people.followers()
    return {"total": len(everybody), **_page(everybody, call.query.get("next_openid", ""))}


def _page(everybody: list[str], after: str) -> dict[str, Any]:
    part, last = page(everybody, after)
    answer: dict[str, Any] = {"count": len(part), "next_openid": last}
    return {**answer, "data": {"openid": part}} if part else answer


def remark(world: World, call: Call) -> dict[str, Any]:
    world.people.set_remark(call.body.get("openid"), call.body.get("remark"))
    return OK


def _tag_of(call: Call) -> dict[str, Any]:
    tag = call.body.get("tag")
    if not isinstance(tag, dict):
        raise ApiError(47001)
    return tag


def tag_create(world: World, call: Call) -> dict[str, Any]:
    name = _tag_of(call).get("name")
    return {"tag": {"id": world.people.add_tag(name), "name": name}}


def tag_list(world: World, _call: Call) -> dict[str, Any]:
    people = world.people
    return {
        "tags": [
            {"id": tag, "name": name, "count": len(people.tagged(tag))}
            for tag, name in people.tags.items()
        ]
    }


def tag_update(world: World, call: Call) -> dict[str, Any]:
    tag = _tag_of(call)
    world.people.add_tag(tag.get("name"), tag=world.people.known_tag(tag.get("id")))
    return OK


def tag_delete(world: World, call: Call) -> dict[str, Any]:
    world.people.drop_tag(_tag_of(call).get("id"))
    return OK


def _tagging(*, on: bool) -> Callable[[World, Call], dict[str, Any]]:
    def change(world: World, call: Call) -> dict[str, Any]:
        world.people.tag(call.body.get("openid_list"), call.body.get("tagid"), on=on)
        return OK

    return change


def tags_of(world: World, call: Call) -> dict[str, Any]:
    return {"tagid_list": list(world.people.get(call.body.get("openid")).tags)}


def tagged(world: World, call: Call) -> dict[str, Any]:
    given = {**call.query, **call.body}
    tag = given.get("tagid")
    number = int(tag) if isinstance(tag, str) and tag.isdigit() else tag
    return _page(world.people.tagged(number), str(given.get("next_openid") or ""))


def blacklist(world: World, call: Call) -> dict[str, Any]:
    black = [one.openid for one in world.people.all.values() if one.blacklisted]
    part, last = page(black, str(call.body.get("begin_openid") or ""), BLACK_PAGE)
    answer: dict[str, Any] = {"total": len(black), "count": len(part), "next_openid": last}
    return {**answer, "data": {"openid": part}} if part else answer


def _blacklisting(*, on: bool) -> Callable[[World, Call], dict[str, Any]]:
    def change(world: World, call: Call) -> dict[str, Any]:
        world.people.blacklist(call.body.get("openid_list"), on=on)
        return OK

    return change


ENDPOINTS = [
    Endpoint("GET", "/cgi-bin/user/info", info),
    Endpoint("POST", "/cgi-bin/user/info/batchget", info_batch),
    Endpoint("GET", "/cgi-bin/user/get", openids),
    Endpoint("POST", "/cgi-bin/user/info/updateremark", remark),
    Endpoint("POST", "/cgi-bin/tags/create", tag_create),
    Endpoint("GET", "/cgi-bin/tags/get", tag_list),
    Endpoint("POST", "/cgi-bin/tags/update", tag_update),
    Endpoint("POST", "/cgi-bin/tags/delete", tag_delete),
    Endpoint("POST", "/cgi-bin/tags/members/batchtagging", _tagging(on=True)),
    Endpoint("POST", "/cgi-bin/tags/members/batchuntagging", _tagging(on=False)),
    Endpoint("POST", "/cgi-bin/tags/getidlist", tags_of),
    Endpoint("ANY", "/cgi-bin/user/tag/get", tagged),
    Endpoint("POST", "/cgi-bin/tags/members/getblacklist", blacklist),
    Endpoint("POST", "/cgi-bin/tags/members/batchblacklist", _blacklisting(on=True)),
    Endpoint("POST", "/cgi-bin/tags/members/batchunblacklist", _blacklisting(on=False)),
]
