"""Each call as the platform's documentation has it, and every way in which one can fail."""

import asyncio
import json
import socket
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.errors import WeChatError, WeChatUnclear
from bot.wechat.client import Client
from bot.wechat.results import Followers, MassJob, QrCode, Quota
from bot.wechat.token import MemoryTokens, Tokens
from tests.wechat.api import APP_ID, SECRET, Platform, wired

SEND = "/cgi-bin/message/custom/send"


def last(platform: Platform, path: str) -> Any:
    """What was posted to `path`, which came with the token."""
    asked = platform.asked[-1]
    assert asked.path == path
    assert asked.query.pop("access_token") == platform.token
    return asked.json if asked.body else asked.query


async def test_customer_service_messages() -> None:
    async with wired() as far:
        await far.client.send_text("o1", "您好😀", kf_account="a@b")
        assert last(far.platform, SEND) == {
            "touser": "o1",
            "msgtype": "text",
            "text": {"content": "您好😀"},
            "customservice": {"kf_account": "a@b"},
        }
        assert "您好😀".encode() in far.platform.asked[-1].body
        await far.client.send_image("o1", "m1")
        assert last(far.platform, SEND)["image"] == {"media_id": "m1"}
        await far.client.send_menu("o1", "满意吗？", [("101", "满意"), ("102", "不满意")], "谢谢")
        assert last(far.platform, SEND)["msgmenu"] == {
            "head_content": "满意吗？",
            "list": [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}],
            "tail_content": "谢谢",
        }
        await far.client.typing("o1")
        typing = last(far.platform, "/cgi-bin/message/custom/typing")
        assert typing == {"touser": "o1", "command": "Typing"}


async def test_the_menu() -> None:
    async with wired() as far:
        menu = {"button": [{"type": "click", "name": "预约保养", "key": "BOOK_SERVICE"}]}
        await far.client.menu_create(menu)
        assert last(far.platform, "/cgi-bin/menu/create") == menu
        far.platform.answers["/cgi-bin/menu/get"] = {"menu": menu}
        assert await far.client.menu_get() == menu
        far.platform.answers["/cgi-bin/menu/get"] = {"errcode": 46003, "errmsg": "no menu"}
        assert await far.client.menu_get() is None
        await far.client.menu_delete()
        assert last(far.platform, "/cgi-bin/menu/delete") == {}


async def test_scene_codes() -> None:
    async with wired() as far:
        path = "/cgi-bin/qrcode/create"
        far.platform.answers[path] = {"ticket": "gQ", "url": "http://w/q", "expire_seconds": 60}
        assert await far.client.qrcode_create("store_3", seconds=60) == QrCode(
            "gQ", "http://w/q", 60
        )
        scene = {"scene": {"scene_str": "store_3"}}
        asked = {"action_name": "QR_STR_SCENE", "action_info": scene, "expire_seconds": 60}
        assert last(far.platform, path) == asked
        await far.client.qrcode_create("store_3")
        assert last(far.platform, path)["action_name"] == "QR_LIMIT_STR_SCENE"


async def test_people() -> None:
    async with wired() as far:
        far.platform.answers["/cgi-bin/user/info"] = {
            "subscribe": 1,
            "openid": "o1",
            "subscribe_time": 1795000000,
            "subscribe_scene": "ADD_SCENE_QR_CODE",
            "qr_scene": 0,
            "qr_scene_str": "store_3",
            "tagid_list": [128],
        }
        info = await far.client.user_info("o1")
        assert (info.subscribed, info.scene, info.tags) == (True, "store_3", (128,))
        far.platform.answers["/cgi-bin/user/info"] = {"subscribe": 0, "openid": "o1"}
        assert not (await far.client.user_info("o1")).subscribed
        path = "/cgi-bin/user/get"
        far.platform.answers[path] = {"total": 2, "data": {"openid": ["o1"]}, "next_openid": "o1"}
        assert await far.client.user_get() == Followers(2, ("o1",), "o1")
        far.platform.answers[path] = {"total": 2, "count": 0, "next_openid": "o1"}
        assert await far.client.user_get("o1") == Followers(2, (), "")
        assert last(far.platform, path) == {"next_openid": "o1"}


async def test_media() -> None:
    async with wired() as far:
        path = "/cgi-bin/media/upload"
        far.platform.answers[path] = {"type": "image", "media_id": "m1", "created_at": 1}
        await far.tokens.get()
        far.platform.kill()
        assert await far.client.media_upload("image", "车.jpg", b"\xff\xd8bytes") == "m1"
        asked = far.platform.asked[-1]
        assert asked.query["type"] == "image"
        assert b"\xff\xd8bytes" in asked.body
        assert b'name="media"' in asked.body

        async def picture(_request: web.Request) -> web.Response:
            return web.Response(body=b"\x00\x01", content_type="image/jpeg")

        path = "/cgi-bin/media/get"
        far.platform.answers[path] = picture
        media = await far.client.media_get("m1")
        assert (media.content_type, media.content) == ("image/jpeg", b"\x00\x01")
        far.platform.answers[path] = {"video_url": "http://w/v"}
        assert (await far.client.media_get("m1")).url == "http://w/v"
        far.platform.answers[path] = {"errcode": 40007, "errmsg": "invalid media_id"}
        with pytest.raises(WeChatError, match="40007"):
            await far.client.media_get("m1")


async def test_template_messages() -> None:
    async with wired() as far:
        path = "/cgi-bin/message/template/send"
        far.platform.answers[path] = {"errcode": 0, "errmsg": "ok", "msgid": 200228332}
        values = {"thing3": "张江店", "time4": "2026-12-01 09:30"}
        sent = await far.client.template_send(
            "o1", "TPL", values, client_msg_id="bk-1-confirm", url="https://x.example/b/1"
        )
        assert sent == "200228332"
        assert last(far.platform, path) == {
            "touser": "o1",
            "template_id": "TPL",
            "client_msg_id": "bk-1-confirm",
            "url": "https://x.example/b/1",
            "data": {"thing3": {"value": "张江店"}, "time4": {"value": "2026-12-01 09:30"}},
        }
        path = "/cgi-bin/template/get_all_private_template"
        row = {"template_id": "TPL", "title": "预约成功", "content": "门店:{{thing3.DATA}}"}
        far.platform.answers[path] = {"template_list": [row]}
        (template,) = await far.client.templates()
        assert (template.template_id, template.content) == ("TPL", "门店:{{thing3.DATA}}")


async def test_mass_sends() -> None:
    async with wired() as far:
        path = "/cgi-bin/message/mass/send"
        far.platform.answers[path] = {"errcode": 0, "errmsg": "ok", "msg_id": 34182}
        job = await far.client.mass_send(["o1", "o2"], "节日快乐", client_msg_id="c1")
        assert job == MassJob("34182", repeated=False)
        assert last(far.platform, path)["clientmsgid"] == "c1"
        far.platform.answers[path] = {"errcode": 45065, "errmsg": "exist", "msg_id": 34182}
        job = await far.client.mass_send(["o1", "o2"], "节日快乐", client_msg_id="c1")
        assert job == MassJob("34182", repeated=True)


async def test_checks() -> None:
    async with wired() as far:
        row = {"daily_limit": 500000, "used": 10, "remain": 499990}
        far.platform.answers["/cgi-bin/openapi/quota/get"] = {"quota": row}
        assert await far.client.quota(SEND) == Quota(500000, 10, 499990)
        far.platform.answers["/cgi-bin/getcallbackip"] = {"ip_list": ["1.2.3.0/24"]}
        assert await far.client.callback_ips() == ("1.2.3.0/24",)
        far.platform.answers["/cgi-bin/callback/check"] = {
            "dns": [{"ip": "1.2.3.4", "real_operator": "UNICOM"}],
            "ping": [
                {"ip": "1.2.3.4", "from_operator": "CAP", "package_loss": "0%", "time": "23ms"}
            ],
        }
        check = await far.client.callback_check()
        assert (check.dns, check.pings[0].loss) == (("1.2.3.4",), "0%")


async def test_a_refusal_names_its_code_and_rid_and_no_secret() -> None:
    async with wired() as far:
        errmsg = "response out of time limit access_token=TOKEN-0 rid: 6543-ab12-0f"
        far.platform.answers[SEND] = {"errcode": 45015, "errmsg": errmsg}
        with capture_logs() as logs, pytest.raises(WeChatError) as refused:
            await far.client.send_text("o1", "好")
        error = refused.value
        assert (error.errcode, error.api, error.rid) == (45015, SEND, "6543-ab12-0f")
        assert not isinstance(error, WeChatUnclear)
        assert logs[0]["rid"] == "6543-ab12-0f"
        assert "TOKEN-0" not in str(error) + str(logs)


async def _reset(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"errcode":')
    assert request.transport
    request.transport.abort()
    return response


async def _error(_request: web.Request) -> web.Response:
    return web.Response(status=502, text="Bad Gateway")


async def _page(_request: web.Request) -> web.Response:
    return web.Response(text="<html>", content_type="text/html")


async def _list(_request: web.Request) -> web.Response:
    return web.json_response([])


async def _deep(_request: web.Request) -> web.Response:
    return web.Response(text="[" * 100_000, content_type="application/json")


async def _elsewhere(_request: web.Request) -> web.Response:
    raise web.HTTPFound("https://x.example/")


@pytest.mark.parametrize("act", [_reset, _cut, _error, _page, _list, _deep, _elsewhere])
async def test_an_answer_that_cannot_be_read_is_unclear(act: Any) -> None:
    async with wired() as far:
        far.platform.answers[SEND] = act
        with capture_logs() as logs, pytest.raises(WeChatUnclear) as unclear:
            await far.client.send_text("o1", "好")
        assert unclear.value.api == SEND
        assert unclear.value.__suppress_context__ or unclear.value.__context__ is None
        assert "TOKEN-0" not in str(unclear.value) + str(logs)


async def test_an_answer_that_does_not_come_is_unclear() -> None:
    async with wired(patience=0.2) as far:
        never = asyncio.Event()

        async def hang(_request: web.Request) -> web.Response:
            await never.wait()
            return web.Response()

        far.platform.answers[SEND] = hang
        with pytest.raises(WeChatUnclear):
            await far.client.send_text("o1", "好")
        never.set()


async def test_an_answer_that_lacks_its_point_is_unclear() -> None:
    async with wired() as far:
        for call in (
            far.client.user_info("o1"),
            far.client.qrcode_create("s"),
            far.client.quota("x"),
        ):
            with pytest.raises(WeChatUnclear):
                await call


async def test_a_platform_that_is_not_there_has_done_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with aiohttp.ClientSession() as session:
            tokens = Tokens(session, MemoryTokens(), app_id=APP_ID, app_secret=SECRET, base_url=url)
            with pytest.raises(WeChatError) as nobody:
                await Client(session, tokens, url).send_text("o1", "好")
    assert nobody.value.errcode == -1
    assert not isinstance(nobody.value, WeChatUnclear)


async def test_half_a_surrogate_does_not_stop_a_message() -> None:
    async with wired() as far:
        await far.client.send_text("o1", "好\ud83d")
        assert json.loads(far.platform.asked[-1].body)["text"]["content"] == "好?"
