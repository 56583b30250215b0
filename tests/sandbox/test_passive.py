"""Behaviours 5 and 6: what a passive reply may hold, and the events with their state."""

from datetime import timedelta

import pytest

from bot.clock import clock
from bot.sandbox import gestures
from bot.sandbox.world import World
from tests.sandbox.conftest import WANG
from tests.sandbox.toy import Toy, text

TRANSFER = "<MsgType><![CDATA[transfer_customer_service]]></MsgType>"


def news(count: int) -> str:
    item = "<item><Title>t</Title><Description>d</Description><PicUrl>p</PicUrl><Url>u</Url></item>"
    items = item * count
    return (
        f"<MsgType>news</MsgType><ArticleCount>{count}</ArticleCount><Articles>{items}</Articles>"
    )


async def test_news_keeps_one_article_for_a_message_and_eight_for_an_event(
    world: World, toy: Toy
) -> None:
    toy.inner = news(10)
    assert len((await world.says(WANG, "新闻")).articles) == 1
    assert len((await world.clicks(WANG, "NEWS")).articles) == 8


async def test_a_text_over_2048_bytes_is_refused(world: World, toy: Toy) -> None:
    toy.inner = text("车" * 682)
    assert (await world.says(WANG, "短")).kind == "reply"
    toy.inner = text("车" * 683)
    assert "2048" in (await world.says(WANG, "长")).reason


@pytest.mark.parametrize(
    "inner", [text(""), news(0), "<MsgType>poem</MsgType>", "<MsgType>image</MsgType>"]
)
async def test_replies_without_substance_are_refused(world: World, toy: Toy, inner: str) -> None:
    toy.inner = inner
    assert (await world.says(WANG, "你好")).kind == "unavailable"


async def test_a_picture_is_shown_when_it_was_uploaded(world: World, toy: Toy) -> None:
    known = world.media.add("image", b"png", "image/png", clock.now())
    reply = "<MsgType>image</MsgType><Image><MediaId>{}</MediaId></Image>"
    toy.inner = reply.format(known)
    assert (await world.says(WANG, "图")).media_id == known
    toy.inner = reply.format("unknown")
    assert (await world.says(WANG, "图")).kind == "unavailable"


async def test_a_hand_over_takes_the_messages_for_half_an_hour(world: World, toy: Toy) -> None:
    toy.inner = TRANSFER
    seen = await world.says(WANG, "人工")
    assert (seen.kind, seen.transfer) == ("nothing", True)
    toy.inner = text("好的")
    assert (await world.says(WANG, "在吗")).bypassed
    world.agent_says(WANG, "我是小李")
    assert len(toy.got) == 1
    assert (await world.clicks(WANG, "HUMAN")).kind == "reply"
    clock.forward(timedelta(minutes=31))
    assert (await world.says(WANG, "还在吗")).kind == "reply"


async def test_a_session_can_be_closed_and_events_cannot_hand_over(world: World, toy: Toy) -> None:
    toy.inner = TRANSFER
    assert not (await world.clicks(WANG, "HUMAN")).transfer
    assert not world.in_session(WANG)
    await world.says(WANG, "人工")
    world.close_session(WANG)
    toy.inner = text("好的")
    assert (await world.says(WANG, "你好")).kind == "reply"


async def test_scanning_follows_a_stranger_and_only_tells_of_a_follower(
    world: World, toy: Toy
) -> None:
    await world.scan("oNew", "store_3")
    first = toy.got[-1]
    assert (first["Event"], first["EventKey"]) == ("subscribe", "qrscene_store_3")
    assert first["Ticket"]
    await world.scan("oNew", "store_3")
    assert (toy.got[-1]["Event"], toy.got[-1]["EventKey"]) == ("SCAN", "store_3")
    assert all("MsgId" not in one for one in toy.got)
    assert toy.got[0]["CreateTime"] <= toy.got[1]["CreateTime"]


async def test_unfollowing_is_told_and_never_answered(world: World, toy: Toy) -> None:
    assert (await world.unfollow(WANG)).kind == "nothing"
    assert toy.got[-1]["Event"] == "unsubscribe"
    assert world.people.followers() == []
    assert (await world.follow(WANG)).kind == "reply"


async def test_opening_a_page_is_told_and_never_answered(world: World, toy: Toy) -> None:
    assert (await world.views(WANG, "https://example.com/a")).kind == "nothing"
    assert toy.got[-1]["Event"] == "VIEW"


async def test_two_clicks_in_one_second_are_two_events(world: World, toy: Toy) -> None:
    await world.clicks(WANG, "A")
    await world.clicks(WANG, "B")
    assert toy.got[0]["CreateTime"] != toy.got[1]["CreateTime"]


async def test_scanner_camera_and_map_send_what_follows(world: World, toy: Toy) -> None:
    await gestures.scan_code(world, WANG, "VIN", "LSVAA4187E2000001")
    assert toy.got[-1]["ScanResult"] == "LSVAA4187E2000001"
    await gestures.pick_photos(world, WANG, "CAR", [b"one", b"two"])
    assert [one["MsgType"] for one in toy.got[1:]] == ["event", "image", "image"]
    assert toy.got[1]["Count"] == "2"
    await gestures.select_location(world, WANG, "PICKUP", 31.2, 121.4, "人民广场")
    assert [one["MsgType"] for one in toy.got[-2:]] == ["event", "location"]


async def test_voice_location_and_other_messages(world: World, toy: Toy) -> None:
    await world.sends_voice(WANG)
    assert toy.got[-1]["Format"] == "amr"
    assert toy.got[-1]["MediaId"] != toy.got[-1]["MediaId16K"]
    await world.sends_location(WANG, 31.2, 121.4, "人民广场")
    assert toy.got[-1]["Location_X"] == "31.2"
    await world.sends(WANG, "link", {"Title": "t", "Description": "d", "Url": "u"})
    assert toy.got[-1]["MsgType"] == "link"
