"""Behaviours 7 to 9: tokens, customer-service windows, menus inside a message."""

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import clock
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG, Api
from tests.sandbox.toy import ACCOUNT, Toy

SEND = "/cgi-bin/message/custom/send"


def hello(openid: str = WANG) -> dict[str, Any]:
    return {"touser": openid, "msgtype": "text", "text": {"content": "您好"}}


async def use(api: Api, token: str) -> int:
    api.token = token
    return int((await api.get("/cgi-bin/getcallbackip")).get("errcode", 0))


async def ordinary(api: Api) -> str:
    query = {
        "grant_type": "client_credential",
        "appid": ACCOUNT.app_id,
        "secret": ACCOUNT.app_secret,
    }
    answer = await api.client.get("/cgi-bin/token", params=query)
    return str((await answer.json())["access_token"])


async def test_a_new_token_ends_the_last_one_after_five_minutes(world: World, api: Api) -> None:
    first = await ordinary(api)
    second = await ordinary(api)
    assert (first != second, await use(api, first), await use(api, second)) == (True, 0, 0)
    clock.forward(timedelta(minutes=5))
    assert (await use(api, first), await use(api, second)) == (42001, 0)


async def test_the_stable_token_stays_until_its_last_minutes(world: World, api: Api) -> None:
    first = await api.stable()
    assert first["expires_in"] == 7200
    clock.forward(timedelta(minutes=100))
    assert await api.stable() == {"access_token": first["access_token"], "expires_in": 1200}
    clock.forward(timedelta(minutes=16))
    second = (await api.stable())["access_token"]
    assert second != first["access_token"]
    assert await use(api, first["access_token"]) == 0
    clock.forward(timedelta(minutes=5))
    assert (await use(api, first["access_token"]), await use(api, second)) == (42001, 0)


async def test_force_kills_the_old_one_at_once_but_not_often(world: World, api: Api) -> None:
    first = (await api.stable())["access_token"]
    forced = await api.stable(force_refresh=True)
    assert await use(api, first) == 40001
    assert await use(api, forced["access_token"]) == 0
    assert (await api.stable(force_refresh=True))["errcode"] == 45011
    for _ in range(19):
        clock.forward(timedelta(seconds=30))
        assert "access_token" in await api.stable(force_refresh=True)
    clock.forward(timedelta(seconds=30))
    assert (await api.stable(force_refresh=True))["errcode"] == 45009


async def test_the_two_kinds_do_not_harm_each_other(world: World, api: Api) -> None:
    stable = (await api.stable())["access_token"]
    await ordinary(api)
    await ordinary(api)
    clock.forward(timedelta(minutes=6))
    assert await use(api, stable) == 0


async def test_bad_tokens_and_bad_credentials(world: World, api: Api) -> None:
    assert await use(api, "short") == 40014
    assert await use(api, "x" * 136) == 40001
    answer = await api.client.get("/cgi-bin/getcallbackip")
    assert (answer.status, (await answer.json())["errcode"]) == (200, 41001)
    assert (await api.stable(secret="wrong"))["errcode"] == 40125
    assert (await api.stable(appid="wx0000000000000000"))["errcode"] == 40013
    assert (await api.stable(appid=""))["errcode"] == 41002
    refused = await api.client.get("/cgi-bin/stable_token")
    assert (await refused.json())["errcode"] == 43002


async def test_a_caller_outside_the_whitelist_is_named(world: World, api: Api) -> None:
    world.whitelist = {"10.0.0.1"}
    refused = await api.stable()
    assert refused["errcode"] == 40164
    assert refused["errmsg"].startswith("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in white")
    assert " rid: " in refused["errmsg"]


async def send(api: Api, openid: str = WANG) -> int:
    return int((await api.post(SEND, hello(openid)))["errcode"])


async def test_five_messages_in_48_hours_after_a_message(world: World, api: Api) -> None:
    assert await send(api) == 45015
    await world.says(WANG, "你好")
    assert [await send(api) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    await world.says(WANG, "再说一句")
    clock.forward(timedelta(hours=47, minutes=59))
    assert await send(api) == 0
    clock.forward(timedelta(minutes=1))
    assert await send(api) == 45015


async def test_three_in_a_minute_after_a_click_a_scan_or_a_follow(world: World, api: Api) -> None:
    await world.clicks(WANG, "A")
    assert [await send(api) for _ in range(4)] == [0, 0, 0, 45047]
    clock.forward(timedelta(minutes=1))
    assert await send(api) == 45015
    await world.scan(WANG, "store_3")
    assert await send(api) == 0
    await world.follow("oNew")
    assert await send(api, "oNew") == 0
    clock.forward(timedelta(minutes=1))
    await world.views(WANG, "https://example.com/")
    assert await send(api) == 45015


async def test_nothing_reaches_who_left_or_was_never_here(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    await world.unfollow(WANG)
    assert (await send(api), await send(api, "oNobody")) == (45015, 40003)


async def test_typing_is_shown_soon_after_a_word(world: World, api: Api) -> None:
    typing = {"touser": WANG, "command": "Typing"}
    path = "/cgi-bin/message/custom/typing"
    assert (await api.post(path, typing))["errcode"] == 45080
    await world.says(WANG, "你好")
    assert [(await api.post(path, typing))["errcode"] for _ in range(2)] == [0, 45081]
    assert (await api.post(path, {**typing, "command": "CancelTyping"}))["errcode"] == 0
    assert (await api.post(path, {**typing, "command": "Dance"}))["errcode"] == 45072


async def test_a_menu_in_a_message_can_be_tapped_twice(world: World, toy: Toy, api: Api) -> None:
    await world.clicks(WANG, "RATE")
    options = [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}]
    menu = {"head_content": "满意吗？", "list": options, "tail_content": "谢谢"}
    body = {"touser": WANG, "msgtype": "msgmenu", "msgmenu": menu}
    assert (await api.post(SEND, body))["errcode"] == 0
    bubble = world.chat(WANG)[-1]
    assert bubble.text == "满意吗？\n满意\n不满意\n谢谢"
    for _ in range(2):
        await world.taps(WANG, bubble.lines[1])
        assert (toy.got[-1]["Content"], toy.got[-1]["bizmsgmenuid"]) == ("不满意", "102")
    clock.forward(timedelta(hours=47))
    assert await send(api) == 0
    with pytest.raises(LookupError):
        await world.taps(WANG, "没有这一行")


WRONG: list[tuple[dict[str, Any], int]] = [
    ({"msgtype": "poem", "poem": {}}, 40008),
    ({"msgtype": "text"}, 47001),
    ({"msgtype": "text", "text": {"content": ""}}, 44004),
    ({"msgtype": "text", "text": {"content": "车" * 683}}, 45002),
    ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
    ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
    ({"msgtype": "msgmenu", "msgmenu": {"list": []}}, 47001),
]


@pytest.mark.parametrize(("body", "errcode"), WRONG)
async def test_a_wrong_message_is_refused_and_costs_nothing(
    world: World, api: Api, body: dict[str, Any], errcode: int
) -> None:
    await world.says(WANG, "你好")
    assert (await api.post(SEND, {"touser": WANG, **body}))["errcode"] == errcode
    assert [await send(api) for _ in range(5)] == [0] * 5


async def test_pictures_and_articles_are_shown(world: World, api: Api) -> None:
    await world.says(WANG, "你好")
    picture = world.media.add("image", b"png", "image/png", clock.now())
    one = {"title": "首保", "description": "三个月", "url": "https://example.com", "picurl": ""}
    for kind, branch in (("image", {"media_id": picture}), ("news", {"articles": [one]})):
        body = {"touser": WANG, "msgtype": kind, kind: branch}
        assert (await api.post(SEND, body))["errcode"] == 0
    shown = world.chat(WANG)[-2:]
    assert (shown[0].media_id, shown[1].articles[0].title) == (picture, "首保")
