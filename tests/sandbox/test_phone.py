"""The page's JSON deeds, its live events, its guard against other sites, and the restart."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import clock
from bot.sandbox import state
from bot.sandbox.api import make_app
from bot.sandbox.world import World
from tests.sandbox.conftest import NOW, WANG, Api
from tests.sandbox.toy import Toy, text

LINE = '好的\n<a href="weixin://bizmsgmenu?msgmenucontent=%E6%98%AF&amp;msgmenuid=9">是</a>'
MENU: list[dict[str, Any]] = [
    {"name": "服务", "sub_button": [{"type": "click", "name": "预约", "key": "BOOK"}]},
    {"name": "门店", "type": "view", "url": "https://example.com"},
    {"name": "扫码", "type": "scancode_waitmsg", "key": "VIN"},
    {"name": "位置", "type": "location_select", "key": "PICKUP"},
]


async def deed(api: Api, name: str, status: int = 200, **given: Any) -> dict[str, Any]:
    answer = await api.client.post(f"/sandbox/{name}", json={"openid": WANG, **given})
    assert answer.status == status
    return dict(await answer.json())


async def shown(api: Api, openid: str = WANG, since: int = 0) -> dict[str, Any]:
    query = {"openid": openid, "since": str(since)}
    answer = await api.client.get("/sandbox/state", params=query)
    return dict(await answer.json())


async def test_saying_and_tapping(world: World, toy: Toy, api: Api) -> None:
    toy.inner = text(LINE)
    seen = await deed(api, "say", text="你好")
    assert seen["lines"] == [{"shown": "是", "content": "是", "menu_id": "9"}]
    await deed(api, "tap", shown="是")
    await deed(api, "tap", content="是", menu_id="9")
    assert [one["bizmsgmenuid"] for one in toy.got[1:]] == ["9", "9"]
    assert len((await deed(api, "say", text="一", duplicates=1))["repeats"]) == 1
    bubbles = (await shown(api))["bubbles"]
    assert [one["who"] for one in bubbles[:4]] == ["me", "account", "me", "account"]
    assert bubbles[1]["parts"][1]["kind"] == "tap"


async def test_people_come_and_go(world: World, toy: Toy, api: Api) -> None:
    joined = await api.client.post("/sandbox/follow", json={"scene": "store_3", "name": "赵六"})
    openid = (await joined.json())["openid"]
    assert toy.got[-1]["EventKey"] == "qrscene_store_3"
    await deed(api, "unfollow", openid=openid)
    await deed(api, "say", 409, openid=openid, text="你好")
    await deed(api, "follow", openid=openid)
    await deed(api, "scan", openid=openid, scene="store_4")
    assert toy.got[-1]["Event"] == "SCAN"
    people = (await shown(api))["people"]
    assert people[1] == {"openid": openid, "name": "赵六", "note": "", "subscribed": True}


async def test_the_menu_is_pressed(world: World, toy: Toy, api: Api) -> None:
    world.menu = MENU
    await deed(api, "press", path=[0, 0])
    await deed(api, "click", key="BOOK")
    assert [one["EventKey"] for one in toy.got] == ["BOOK", "BOOK"]
    assert (await deed(api, "press", path=[1]))["kind"] == "nothing"
    await deed(api, "press", path=[2], result="VIN1")
    assert toy.got[-1]["ScanResult"] == "VIN1"
    await deed(api, "press", path=[3])
    assert toy.got[-1]["MsgType"] == "location"
    await deed(api, "press", 404, path=[9])
    await deed(api, "press", 400, path=[])
    assert (await shown(api))["menu"] == MENU


async def test_a_photo_a_place_and_a_person(world: World, toy: Toy, api: Api) -> None:
    headers = {"Content-Type": "image/png"}
    sent = await api.client.post(f"/sandbox/photo?openid={WANG}", data=b"png", headers=headers)
    assert sent.status == 200
    refused = await api.client.post(f"/sandbox/photo?openid={WANG}", data=b"png")
    assert refused.status == 400
    await deed(api, "location", latitude=31.2, longitude=121.4, label="人民广场")
    toy.inner = "<MsgType>transfer_customer_service</MsgType>"
    assert (await deed(api, "say", text="人工"))["transfer"]
    assert (await shown(api))["session"]
    await deed(api, "agent", text="您好")
    await deed(api, "close-session")
    assert not (await shown(api))["session"]


async def test_the_clock_moves_in_every_way(world: World, toy: Toy) -> None:
    moved: list[datetime] = []

    async def note() -> None:
        moved.append(clock.now())

    async with TestClient(TestServer(make_app(world, after_clock=note))) as client:
        api = Api(client, world)
        await deed(api, "clock", forward=3600)
        assert moved == [NOW + timedelta(hours=1)]
        told = await deed(api, "clock", morning=True)
        assert told["local"] == "2026-12-02 09:00:00"
        assert (await deed(api, "clock", to="2027-02-06T10:00"))["local"] == "2027-02-06 10:00:00"
        await deed(api, "clock", to="2027-02-06T10:00+00:00")
        assert clock.now() == datetime(2027, 2, 6, 10, tzinfo=UTC)
        await deed(api, "clock", 400, to="tomorrow")
        await deed(api, "clock", reset=True)
        assert len(moved) == 5


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [
        ("say", {"text": ""}, 400),
        ("say", {"text": 3}, 400),
        ("say", {"text": "你好", "duplicates": 99}, 400),
        ("tap", {"shown": "没有"}, 404),
        ("clock", {}, 400),
        ("clock", {"forward": 1e30}, 400),
    ],
)
async def test_wrong_deeds(api: Api, name: str, given: dict[str, Any], status: int) -> None:
    assert "error" in await deed(api, name, status, **given)


async def test_bodies_that_are_no_deeds(api: Api) -> None:
    for path, body, status in (
        ("/sandbox/say", b"{", 400),
        ("/sandbox/say", b"[]", 400),
        ("/sandbox/dance", b"{}", 404),
    ):
        assert (await api.client.post(path, data=body)).status == status
    assert (await api.client.get("/sandbox/static/secret.txt")).status == 404
    assert (await api.client.get("/sandbox/media/none")).status == 404


async def test_other_sites_are_refused(world: World, toy: Toy, api: Api) -> None:
    own = str(api.client.make_url("/")).rstrip("/")
    for origin, status in ((own, 200), ("https://evil.example", 403), ("null", 403)):
        for path in ("say", f"photo?openid={WANG}"):
            headers = {"Origin": origin, "Content-Type": "image/png"}
            body = b'{"openid": "%s", "text": "x"}' % WANG.encode()
            answer = await api.client.post(f"/sandbox/{path}", data=body, headers=headers)
            assert answer.status == status
    assert len(toy.got) == 2


async def test_a_script_in_a_message_stays_words(world: World, toy: Toy, api: Api) -> None:
    toy.inner = text('<script>alert(1)</script><a href="javascript:alert(1)">点</a>')
    seen = await deed(api, "say", text="你好")
    assert [one["kind"] for one in seen["parts"]] == ["text", "link"]
    assert seen["lines"] == []
    page = await api.client.get("/")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    media = world.media.add("image", b"<svg/>", "image/svg+xml", clock.now())
    got = await api.client.get(f"/sandbox/media/{media}")
    assert got.content_type == "application/octet-stream"


async def test_the_bell_rings_and_the_traffic_is_told_once(world: World, api: Api) -> None:
    async with api.client.get("/sandbox/events") as stream:
        assert await stream.content.readline() == b"retry: 1000\n"
        await world.says(WANG, "你好")
        async with asyncio.timeout(30):
            while (line := await stream.content.readline()) != b"data: traffic\n":
                assert line in (b"\n", b"data: chat\n")
    traffic = (await shown(api))["traffic"]
    assert [one["title"] for one in traffic] == ["text 你好"]
    assert "好的" in traffic[0]["reply"]
    assert (await shown(api, since=traffic[0]["id"]))["traffic"] == []


async def test_a_restart_keeps_people_chats_menu_and_tokens(toy: Toy, tmp_path: Path) -> None:
    file = tmp_path / "var" / "sandbox.json"
    async with TestServer(toy.app()) as server:
        url = str(server.make_url("/wechat"))
        async with World(toy.account, url, state_file=file) as world:
            world.add_follower(WANG, "王芳", "京A12345")
            world.menu = MENU
            toy.inner = text(LINE)
            for number in range(30):
                await world.says(WANG, str(number))
            token, _ = world.tokens.steady(clock.now())
            tag = world.people.add_tag("车主")
            world.grants.give(WANG, "T1")
            job = world.next_job()
            await world.scan(WANG, "store_3")
            before = world.chat(WANG)
        async with World(toy.account, url, state_file=file) as again:
            assert again.chat(WANG) == before[-state.BUBBLES :]
            assert (again.menu, again.people.all[WANG].note) == (MENU, "京A12345")
            again.tokens.check(token, clock.now())
            assert again.people.add_tag("再来") == tag + 1
            assert again.grants.spend(WANG, "T1")
            assert again.next_job() > job
            assert again.windows.spend(WANG, clock.now()) == 0
            await again.taps(WANG, "是")
            assert again.chat(WANG)[-1].id == before[-1].id + 2
            assert int(toy.got[-1]["MsgId"]) > int(toy.got[-3]["MsgId"])
    assert [one.name for one in file.parent.iterdir()] == ["sandbox.json"]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"people": [{"who": 1}]}'])
async def test_a_spoilt_file_is_put_aside(toy: Toy, tmp_path: Path, content: str) -> None:
    file = tmp_path / "sandbox.json"
    file.write_text(content)
    async with World(toy.account, "http://127.0.0.1:9/", state_file=file) as world:
        assert world.people.all == {}
        assert file.with_suffix(".unreadable").read_text() == content
