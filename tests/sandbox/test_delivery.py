"""Behaviours 1 to 4: handshake, three modes, 5 s and three deliveries, what the user then sees."""

import asyncio
from typing import get_args

import pytest

from bot.sandbox.account import Mode
from bot.sandbox.chat import UNAVAILABLE
from bot.sandbox.handshake import shake_hands
from bot.sandbox.wire import to_xml
from bot.sandbox.world import NotFollowing, World
from tests.sandbox.conftest import WANG
from tests.sandbox.toy import JSON_BODY, Toy


async def test_saving_the_address_checks_the_echo_and_a_forgery(world: World, toy: Toy) -> None:
    done = await shake_hands(world)
    assert (done.saved, done.refuses_strangers, toy.refused) == (True, True, 1)
    toy.echo = '"{}"'
    assert not (await shake_hands(world)).saved


@pytest.mark.parametrize("mode", get_args(Mode))
async def test_every_mode_carries_a_message_and_its_reply(
    world: World, toy: Toy, mode: Mode
) -> None:
    toy.account.mode = mode
    seen = await world.says(WANG, "你好")
    assert (seen.kind, seen.text, seen.tries, seen.status) == ("reply", "好的", 1, 200)
    query = toy.queries[-1]
    assert query["openid"] == WANG
    assert ("encrypt_type" in query) == (mode != "plain")
    assert ("msg_signature" in query) == (mode != "plain")


async def test_clear_fields_and_cipher_in_compatible_mode_and_cipher_only_in_safe(
    world: World,
) -> None:
    fields = world.compose(WANG, "text", {"Content": "你好"})
    for mode, clear in (("safe", False), ("compatible", True)):
        world.account.mode = "safe" if mode == "safe" else "compatible"
        body, _ = world.courier.envelope(to_xml(fields), fields)
        assert ("你好".encode() in body) == clear
        assert b"<Encrypt>" in body


async def test_a_clear_reply_will_do_in_compatible_mode_only(world: World, toy: Toy) -> None:
    toy.clear_reply = True
    assert (await world.says(WANG, "一")).kind == "unavailable"
    toy.account.mode = "compatible"
    assert (await world.says(WANG, "二")).kind == "reply"


@pytest.mark.parametrize("forge", ["signature", "appid"])
async def test_forgeries_reach_the_product_and_must_be_refused(
    world: World, toy: Toy, forge: str
) -> None:
    seen = await world.says(WANG, "假的", forge="appid" if forge == "appid" else "signature")
    assert (seen.kind, seen.status, seen.reason) == ("unavailable", 403, "HTTP 403")
    assert (toy.refused, seen.tries) == (1, 1)


async def test_the_padding_of_32_is_understood(world: World, toy: Toy) -> None:
    assert (await world.says(WANG, "你好", forge="pad32")).kind == "reply"
    assert toy.got[-1]["Content"] == "你好"


async def test_silence_brings_three_deliveries_and_the_notice(world: World, toy: Toy) -> None:
    toy.hangs, toy.on_hang = 3, world.courier.run_out
    seen = await world.says(WANG, "有人吗")
    assert (seen.kind, seen.tries, seen.status) == ("unavailable", 3, None)
    assert seen.text == UNAVAILABLE
    assert {(one["MsgId"], one["CreateTime"]) for one in toy.got} == {
        (toy.got[0]["MsgId"], toy.got[0]["CreateTime"])
    }
    assert len({one["nonce"] for one in toy.queries}) == 3
    assert [(b.who, b.text) for b in world.chat(WANG)][-1] == ("notice", UNAVAILABLE)


async def test_an_answer_to_the_third_delivery_is_still_shown(world: World, toy: Toy) -> None:
    toy.hangs, toy.on_hang = 2, world.courier.run_out
    seen = await world.says(WANG, "有人吗")
    assert (seen.kind, seen.tries, seen.text) == ("reply", 3, "好的")


async def test_a_server_that_is_down_is_tried_three_times(world: World) -> None:
    world.courier.url = "http://127.0.0.1:9/wechat"
    world.courier.patience = 0.02
    seen = await world.says(WANG, "有人吗")
    assert (seen.kind, seen.tries) == ("unavailable", 3)


BROKEN = [
    (JSON_BODY, "JSON"),
    (b"<html><body>500</body></html>", "XML"),
    (b"<xml><ToUserName>", "XML"),
    (b"<xml></xml>", "加密"),
    (b"\xff\xfe", "XML"),
]


@pytest.mark.parametrize(("body", "reason"), BROKEN)
async def test_a_body_that_is_no_reply_brings_the_notice(
    world: World, toy: Toy, body: bytes, reason: str
) -> None:
    toy.bodies = [body]
    seen = await world.says(WANG, "你好")
    assert (seen.kind, seen.tries) == ("unavailable", 1)
    assert reason in seen.reason


@pytest.mark.parametrize("body", [b"", b"success"])
async def test_success_and_nothing_show_nothing(world: World, toy: Toy, body: bytes) -> None:
    toy.bodies = [body]
    assert (await world.says(WANG, "你好")).kind == "nothing"
    assert [b.who for b in world.chat(WANG)] == ["me"]


async def test_a_reply_from_somebody_else_brings_the_notice(world: World, toy: Toy) -> None:
    toy.own = "gh_another"
    assert "FromUserName" in (await world.says(WANG, "你好")).reason


async def test_a_server_error_is_delivered_again(world: World, toy: Toy) -> None:
    toy.statuses = [502, 200]
    seen = await world.says(WANG, "你好")
    assert (seen.kind, seen.tries) == ("reply", 2)


async def test_duplicates_carry_the_same_message(world: World, toy: Toy) -> None:
    seen = await world.says(WANG, "你好", duplicates=2)
    assert [one.text for one in seen.repeats] == ["好的", "好的"]
    assert len(toy.got) == 3
    assert len({one["MsgId"] for one in toy.got}) == 1
    assert [b.who for b in world.chat(WANG)] == ["me", "account"]


async def test_out_of_order_the_later_message_comes_first(world: World, toy: Toy) -> None:
    await world.out_of_order(WANG, "一", "二")
    assert [one["Content"] for one in toy.got] == ["二", "一"]
    assert int(toy.got[0]["MsgId"]) > int(toy.got[1]["MsgId"])


async def test_people_write_at_the_same_time(world: World, toy: Toy) -> None:
    people = [f"oMany{number}" for number in range(20)]
    for openid in people:
        world.add_follower(openid)
    seen = await asyncio.gather(*(world.says(openid, openid) for openid in people))
    assert {one.kind for one in seen} == {"reply"}
    assert sorted(one["Content"] for one in toy.got) == sorted(people)
    assert len({one["MsgId"] for one in toy.got}) == 20


async def test_a_stranger_cannot_write(world: World) -> None:
    with pytest.raises(NotFollowing):
        await world.says("oStranger", "你好")


async def test_any_body_can_be_posted(world: World) -> None:
    seen = await world.send_raw(b"not xml", query={"signature": "no"})
    assert seen.status is not None
    assert seen.status >= 400
