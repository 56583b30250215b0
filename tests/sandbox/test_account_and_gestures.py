"""The account's small print: addresses, the callback check, tapping each type of button, refusals."""

from typing import Any

import pytest

from bot.clock import clock
from bot.sandbox import gestures
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.toy import ACCOUNT, Toy, text


async def test_addresses_and_the_callback_check(world: World, api: Api) -> None:
    for path in ("getcallbackip", "get_api_domain_ip"):
        assert (await api.get(f"/cgi-bin/{path}"))["ip_list"]
    for action, parts in (("dns", {"dns"}), ("ping", {"ping"}), ("all", {"dns", "ping"})):
        body = {"action": action, "check_operator": "DEFAULT"}
        assert set(await api.post("/cgi-bin/callback/check", body)) == parts
    assert (await api.post("/cgi-bin/callback/check", {"action": "x"}))["errcode"] == 40097
    listed = await api.get("/cgi-bin/template/get_all_private_template")
    assert listed == {"template_list": []}


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("clear_quota", {"appid": "wx1"}, 40013),
        ("tags/create", {"tag": "x"}, 47001),
        ("tags/create", {"tag": {"name": "字" * 31}}, 45158),
        ("tags/update", {"tag": {"id": 7, "name": "x"}}, 45159),
        ("tags/members/batchtagging", {"openid_list": [], "tagid": 7}, 40032),
        ("user/info/batchget", {"user_list": []}, 40032),
        ("user/info/batchget", {"user_list": ["x"]}, 47001),
        ("message/custom/send", {"touser": "oNobody", "msgtype": "text"}, 40003),
    ],
)
async def test_refusals(
    world: World, api: Api, path: str, body: dict[str, Any], errcode: int
) -> None:
    assert (await api.post(f"/cgi-bin/{path}", body))["errcode"] == errcode


async def test_calls_by_the_wrong_method(world: World, api: Api) -> None:
    assert (await api.post("/cgi-bin/user/get", {}))["errcode"] == 43001
    assert (await api.get("/cgi-bin/menu/create"))["errcode"] == 43002
    assert (await api.get("/cgi-bin/user/get", next_openid="oNobody"))["errcode"] == 40003


async def test_buttons_of_every_type(world: World, toy: Toy) -> None:
    pressed = [
        ({"type": "click", "key": "K"}, "CLICK"),
        ({"type": "view", "url": "https://example.com"}, "VIEW"),
        ({"type": "miniprogram", "pagepath": "pages/a"}, "view_miniprogram"),
    ]
    for button, event in pressed:
        await gestures.press(world, WANG, button)
        assert toy.got[-1]["Event"] == event
    assert (await gestures.press(world, WANG, {"type": "pic_weixin"})).reason
    await gestures.scan_code(world, WANG, "VIN", "x", waits=False)
    assert toy.got[-1]["Event"] == "scancode_push"


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"appid": "wx1"}, 40013),
        ({"scope": "all"}, 10005),
        ({"redirect_uri": "nowhere"}, 10003),
        ({"openid": "oNobody"}, 40003),
    ],
)
async def test_web_log_in_refuses(api: Api, change: dict[str, str], errcode: int) -> None:
    query = {
        "appid": ACCOUNT.app_id,
        "redirect_uri": "https://shop.example/",
        "scope": "snsapi_base",
        "openid": WANG,
        **change,
    }
    answer = await api.client.get("/connect/oauth2/authorize", params=query)
    assert (await answer.json())["errcode"] == errcode


async def test_a_silent_log_in_tells_no_name(world: World, api: Api) -> None:
    code = world.oauth.code(WANG, "snsapi_base", clock.now())
    token = world.oauth.exchange(code, clock.now())["access_token"]
    for openid, errcode in ((WANG, 48001), ("oNobody", 40003)):
        query = {"access_token": str(token), "openid": openid}
        answer = await api.client.get("/sns/userinfo", params=query)
        assert (await answer.json())["errcode"] == errcode


async def test_the_phones_cookie_tells_who_logs_in(world: World, api: Api) -> None:
    await api.client.get("/sandbox/state", params={"openid": WANG})
    query = {
        "appid": ACCOUNT.app_id,
        "redirect_uri": "https://shop.example/",
        "scope": "snsapi_base",
    }
    path = "/connect/oauth2/authorize"
    sent = await api.client.get(path, params=query, allow_redirects=False)
    code = sent.headers["Location"].partition("code=")[2].partition("&")[0]
    assert world.oauth.exchange(code, clock.now())["openid"] == WANG


async def test_modes_do_not_mix(world: World, toy: Toy) -> None:
    toy.account.mode = "plain"
    toy.bodies = [b"<xml><Encrypt>AAAA</Encrypt></xml>"]
    assert "明文" in (await world.says(WANG, "你好")).reason
    toy.account.mode = "safe"
    toy.bodies = [b"<xml><Encrypt>AAAA</Encrypt><MsgSignature>no</MsgSignature></xml>"]
    assert "MsgSignature" in (await world.says(WANG, "你好")).reason
    toy.account.mode = "plain"
    assert (await world.says(WANG, "假的", forge="signature")).status == 403


async def test_music_and_a_missing_time(world: World, toy: Toy) -> None:
    toy.inner = "<MsgType>music</MsgType><Music><Title>歌</Title></Music>"
    assert (await world.says(WANG, "歌")).text == "歌"
    toy.account.mode = "plain"
    own = toy.account.original_id
    late = f"<ToUserName>{WANG}</ToUserName><FromUserName>{own}</FromUserName>{text('好')}"
    toy.bodies = [f"<xml>{late}</xml>".encode()]
    assert "CreateTime" in (await world.says(WANG, "你好")).reason
