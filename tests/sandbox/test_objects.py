"""Behaviour 15: menus, codes, media, people, tags and web log-in, each with its limits."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import clock
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.toy import ACCOUNT, Toy

CLICK = {"type": "click", "name": "预约", "key": "BOOK"}


def sub(count: int, **more: Any) -> dict[str, Any]:
    return {"name": "服务", "sub_button": [{**CLICK, **more}] * count}


MENUS: list[tuple[list[Any], int]] = [
    ([CLICK] * 3, 0),
    ([sub(5, name="八个汉字的子菜单")], 0),
    ([{"type": "view", "name": "门店", "url": "https://example.com"}], 0),
    ([], 40016),
    ([CLICK] * 4, 40016),
    ([{**CLICK, "type": "dance"}], 40017),
    ([{**CLICK, "name": "六个汉字太长"}], 40018),
    ([{**CLICK, "key": "k" * 129}], 40019),
    ([{"type": "view", "name": "门店", "url": "u" * 1025}], 40020),
    ([{"name": "服务", "sub_button": [sub(1)]}], 40022),
    ([sub(6)], 40023),
    ([sub(1, type="dance")], 40024),
    ([sub(1, name="字" * 21)], 40025),
    ([sub(1, key="")], 40026),
    ([sub(1, type="view", url="")], 40027),
]


@pytest.mark.parametrize(("buttons", "errcode"), MENUS)
async def test_menus(world: World, api: Api, buttons: list[Any], errcode: int) -> None:
    body = {"button": buttons}
    assert (await api.post("/cgi-bin/menu/create", body))["errcode"] == errcode
    assert bool(world.menu) == (errcode == 0)


async def test_a_menu_is_read_and_deleted(world: World, api: Api) -> None:
    assert (await api.get("/cgi-bin/menu/get"))["errcode"] == 46003
    await api.post("/cgi-bin/menu/create", {"button": [sub(2)]})
    assert len((await api.get("/cgi-bin/menu/get"))["menu"]["button"][0]["sub_button"]) == 2
    own = await api.get("/cgi-bin/get_current_selfmenu_info")
    assert len(own["selfmenu_info"]["button"][0]["sub_button"]["list"]) == 2
    assert (await api.get("/cgi-bin/menu/delete"))["errcode"] == 0
    assert (await api.get("/cgi-bin/get_current_selfmenu_info"))["is_menu_open"] == 0


def code(action: str, scene: Any, seconds: Any = 60) -> dict[str, Any]:
    body = {"action_name": action, "action_info": {"scene": scene}}
    return {**body, "expire_seconds": seconds}


CODES: list[tuple[dict[str, Any], int]] = [
    (code("QR_STR_SCENE", {"scene_str": "s" * 64}), 0),
    (code("QR_SCENE", {"scene_id": 2**32 - 1}, 2_592_000), 0),
    (code("QR_LIMIT_SCENE", {"scene_id": 100_000}), 0),
    (code("QR_LIMIT_STR_SCENE", {"scene_str": "store"}), 0),
    (code("QR_DANCE", {"scene_str": "s"}), 40052),
    (code("QR_STR_SCENE", {"scene_str": "s" * 65}), 40053),
    (code("QR_STR_SCENE", {"scene_str": ""}), 40053),
    (code("QR_STR_SCENE", {"scene_str": "s"}, 2_592_001), 40053),
    (code("QR_SCENE", {"scene_id": 0}), 40053),
    (code("QR_LIMIT_SCENE", {"scene_id": 100_001}), 40053),
    (code("QR_SCENE", "x"), 40053),
]


@pytest.mark.parametrize(("body", "errcode"), CODES)
async def test_scene_codes(world: World, api: Api, body: dict[str, Any], errcode: int) -> None:
    answer = await api.post("/cgi-bin/qrcode/create", body)
    assert answer.get("errcode", 0) == errcode
    assert ("ticket" in answer) == (errcode == 0)


async def test_a_code_is_shown_and_scanned_until_it_expires(
    world: World, toy: Toy, api: Api
) -> None:
    made = await api.post("/cgi-bin/qrcode/create", code("QR_STR_SCENE", {"scene_str": "a"}))
    show = "/cgi-bin/showqrcode"
    picture = await api.client.get(show, params={"ticket": made["ticket"]})
    assert (await picture.read()).startswith(b"\x89PNG")
    await world.scan(WANG, "a")
    assert toy.got[-1]["Ticket"] == made["ticket"]
    clock.forward(timedelta(seconds=60))
    assert (await api.client.get(show, params={"ticket": made["ticket"]})).status == 404
    assert (await world.scan(WANG, "a")).kind == "nothing"
    assert len(toy.got) == 1


async def upload(api: Api, kind: str, data: bytes) -> dict[str, Any]:
    form = aiohttp.FormData()
    form.add_field("media", data, filename="a.jpg", content_type="image/jpeg")
    query = {"access_token": (await api.stable())["access_token"], "type": kind}
    answer = await api.client.post("/cgi-bin/media/upload", params=query, data=form)
    return dict(await answer.json())


async def test_media_live_three_days(world: World, api: Api) -> None:
    made = await upload(api, "image", b"jpeg")
    query = {
        "access_token": (await api.stable())["access_token"],
        "media_id": made["media_id"],
    }
    got = await api.client.get("/cgi-bin/media/get", params=query)
    assert (await got.read(), got.content_type) == (b"jpeg", "image/jpeg")
    clock.forward(timedelta(days=3))
    again = await api.get("/cgi-bin/media/get", media_id=made["media_id"])
    assert again["errcode"] == 40007
    assert (await upload(api, "poem", b"x"))["errcode"] == 40004
    assert (await upload(api, "thumb", b"x" * 70_000))["errcode"] == 40009
    assert (await upload(api, "image", b""))["errcode"] == 41005


async def test_a_photo_and_a_voice_note_can_be_fetched(world: World, toy: Toy, api: Api) -> None:
    await world.sends_voice(WANG, b"#!AMR\nabc")
    query = {
        "access_token": (await api.stable())["access_token"],
        "media_id": toy.got[-1]["MediaId"],
    }
    got = await api.client.get("/cgi-bin/media/get", params=query)
    assert (await got.read(), got.content_type) == (b"#!AMR\nabc", "audio/amr")
    await world.sends_photo(WANG, b"photo")
    photo = await api.client.get(f"/sandbox/media/{toy.got[-1]['MediaId']}")
    assert await photo.read() == b"photo"


async def test_people_have_no_names_and_come_in_pages(world: World, api: Api) -> None:
    known = await api.get("/cgi-bin/user/info", openid=WANG)
    assert known["subscribe"] == 1
    assert not {"nickname", "headimgurl", "sex"} & set(known)
    await world.scan("oNew", "store_3")
    scanned = await api.get("/cgi-bin/user/info", openid="oNew")
    assert (scanned["subscribe_scene"], scanned["qr_scene_str"]) == (
        "ADD_SCENE_QR_CODE",
        "store_3",
    )
    await world.unfollow("oNew")
    asked = {"user_list": [{"openid": WANG}, {"openid": "oNew"}]}
    both = await api.post("/cgi-bin/user/info/batchget", asked)
    assert [one["subscribe"] for one in both["user_info_list"]] == [1, 0]
    for number in range(10_000):
        world.people.follow(f"o{number}", clock.now(), "ADD_SCENE_SEARCH")
    first = await api.get("/cgi-bin/user/get")
    assert (first["total"], first["count"]) == (10_001, 10_000)
    second = await api.get("/cgi-bin/user/get", next_openid=first["next_openid"])
    assert second["data"]["openid"] == ["o9999"]
    last = await api.get("/cgi-bin/user/get", next_openid=second["next_openid"])
    assert (last["count"], last["next_openid"], "data" in last) == (0, "", False)


async def test_remarks(world: World, api: Api) -> None:
    path = "/cgi-bin/user/info/updateremark"
    assert (await api.post(path, {"openid": WANG, "remark": "王女士"}))["errcode"] == 0
    assert (await api.post(path, {"openid": WANG, "remark": "字" * 10}))["errcode"] == 40092
    assert (await api.get("/cgi-bin/user/info", openid=WANG))["remark"] == "王女士"
    assert (await api.get("/cgi-bin/user/info", openid="oNobody"))["errcode"] == 40003


async def test_tags(world: World, api: Api) -> None:
    made = await api.post("/cgi-bin/tags/create", {"tag": {"name": "车主"}})
    tag = made["tag"]["id"]
    join, leave = (f"/cgi-bin/tags/members/batch{how}tagging" for how in ("", "un"))
    members = {"openid_list": [WANG], "tagid": tag}
    assert (await api.post(join, members))["errcode"] == 0
    assert (await api.post("/cgi-bin/tags/getidlist", {"openid": WANG}))["tagid_list"] == [tag]
    assert (await api.get("/cgi-bin/tags/get"))["tags"][0]["count"] == 1
    assert (await api.get("/cgi-bin/user/tag/get", tagid=str(tag)))["data"]["openid"] == [WANG]
    assert (await api.post(join, {**members, "openid_list": [WANG] * 51}))["errcode"] == 40032
    assert (await api.post(leave, members))["errcode"] == 0
    rename = {"tag": {"id": tag, "name": "老车主"}}
    assert (await api.post("/cgi-bin/tags/update", rename))["errcode"] == 0
    assert (await api.post("/cgi-bin/tags/delete", {"tag": {"id": tag}}))["errcode"] == 0
    assert (await api.post("/cgi-bin/tags/delete", {"tag": {"id": 2}}))["errcode"] == 45058


async def test_a_hundred_tags_and_twenty_each(world: World, api: Api) -> None:
    tags = [world.people.add_tag(f"标签{number}") for number in range(100)]
    create = "/cgi-bin/tags/create"
    assert (await api.post(create, {"tag": {"name": "多"}}))["errcode"] == 45056
    assert (await api.post(create, {"tag": {"name": "标签1"}}))["errcode"] == 45157
    for tag in tags[:20]:
        world.people.tag([WANG], tag, on=True)
    one_more = {"openid_list": [WANG], "tagid": tags[20]}
    path = "/cgi-bin/tags/members/batchtagging"
    assert (await api.post(path, one_more))["errcode"] == 45059


async def exchange(api: Api, code: str) -> dict[str, Any]:
    query = {
        "appid": ACCOUNT.app_id,
        "secret": ACCOUNT.app_secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    answer = await api.client.get("/sns/oauth2/access_token", params=query)
    return dict(await answer.json())


async def test_web_log_in(world: World, api: Api) -> None:
    query = {
        "appid": ACCOUNT.app_id,
        "redirect_uri": "https://shop.example/back?a=1",
        "response_type": "code",
        "scope": "snsapi_userinfo",
        "state": "s1",
        "openid": WANG,
    }
    path = "/connect/oauth2/authorize"
    sent = await api.client.get(path, params=query, allow_redirects=False)
    where = sent.headers["Location"]
    assert where.startswith("https://shop.example/back?a=1&code=")
    assert where.endswith("&state=s1")
    code = where.partition("code=")[2].partition("&")[0]
    got = await exchange(api, code)
    assert (got["openid"], got["expires_in"]) == (WANG, 7200)
    assert (await exchange(api, code))["errcode"] == 40163
    me = {"access_token": got["access_token"], "openid": WANG}
    told = await (await api.client.get("/sns/userinfo", params=me)).json()
    assert told["nickname"] == "王芳"
    assert (await (await api.client.get("/sns/auth", params=me)).json())["errcode"] == 0
    world.oauth_domain = "other.example"
    refused = await api.client.get(path, params=query, allow_redirects=False)
    assert (await refused.json())["errcode"] == 10003


async def test_a_log_in_code_lives_five_minutes_and_may_be_a_snapshot(
    world: World, api: Api
) -> None:
    late = world.oauth.code(WANG, "snsapi_base", clock.now())
    clock.forward(timedelta(minutes=5))
    assert (await exchange(api, late))["errcode"] == 42003
    assert (await exchange(api, "unknown"))["errcode"] == 40029
    snapshot = world.oauth.code(WANG, "snsapi_base", clock.now(), snapshot=True)
    got = await exchange(api, snapshot)
    assert got["is_snapshotuser"] == 1
    query = {"refresh_token": got["refresh_token"], "grant_type": "refresh_token"}
    path = "/sns/oauth2/refresh_token"
    fresh = await (await api.client.get(path, params=query)).json()
    assert fresh["openid"] == WANG
    clock.forward(timedelta(days=30))
    assert (await (await api.client.get(path, params=query)).json())["errcode"] == 42002
