"""Somebody is in danger: safety is said first, wherever they write it, and a person hears of it."""

import pytest

from storage.db import sql
from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.complaining import on_file, the_case
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.rating import settled
from tests.conversations.test_why_away import asked_why

SAFE = "人身安全最要紧"


async def urgent(chat: Chat) -> list[str]:
    async with chat.database():
        rows = await sql().rows(
            "SELECT detail FROM staff_task WHERE kind = 'hand_over' ORDER BY id"
        )
        return [unseal("staff_task.detail", row["detail"]) for row in rows]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "words", ["车着火了", "我被困在车里了", "救命", "孩子锁在车里了", "车在高速上熄火了"]
)
async def test_nobody_puzzles_over_it(chat: Chat, words: str) -> None:
    await chat.says(words)
    chat.heard(SAFE, "人工")
    chat.heard_not("没听懂")
    assert await urgent(chat) == [words]
    await chat.taps("人工")
    chat.heard_not("没听懂")


async def test_in_the_middle_of_a_booking(chat: Chat) -> None:
    await chat.says("预约保养", "刹车失灵了，人在高速上")
    chat.heard(SAFE, "哪天方便", "人工")
    chat.heard_not("没太明白")
    assert await urgent(chat) == ["刹车失灵了，人在高速上"]


@ON_ONE_DATABASE
async def test_in_the_middle_of_a_complaint_it_is_its_story(chat: Chat) -> None:
    await chat.says("投诉", "修完车方向盘锁死，人在路边")
    chat.heard(SAFE, "说完了")
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    assert (await the_case(chat)).priority == "urgent"


async def test_in_a_rating_it_is_a_complaint(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "修完刹车突然失灵，人还在高速上")
    chat.heard(SAFE, "已为您登记投诉")
    assert (await the_case(chat)).priority == "urgent"


async def test_a_danger_of_yesterday_is_a_complaint_without_an_alarm(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "昨天刹车突然失灵，差点撞车")
    chat.heard("已为您登记投诉")
    chat.heard_not(SAFE)


async def test_in_a_reason_for_staying_away(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("说说原因", "你们修完车我的刹车失灵了，现在人在高速上")
    chat.heard(SAFE, "很抱歉", "投诉")
    assert await on_file(chat) == []


@ON_ONE_DATABASE
async def test_who_has_complained_is_not_asked_to_once_more(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says(
        "说说原因", "我要投诉", "修完还是坏的", "说完了", "产品品质", "今天", "修好", "没错"
    )
    chat.heard("编号")
    await chat.says("服务或手艺不好")
    chat.heard_not("要登记成投诉")


@ON_ONE_DATABASE
async def test_who_wants_peace_is_left_in_peace(chat: Chat) -> None:
    await asked_why(chat)
    await chat.says("以后别来打扰我")
    chat.heard("退订")
    chat.heard_not("记下了", "点下面就能约")
