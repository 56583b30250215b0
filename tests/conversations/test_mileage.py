"""更新里程: said in passing, typed, or sent as a photo; what cannot be is asked back."""

import pytest

from storage.db import sql
from tests.conversations.chat import Chat


async def reading(chat: Chat, plate: str = "") -> tuple[int, str]:
    car = dict(chat.cast.li.cars)[plate] if plate else chat.cast.wang.car
    async with chat.database():
        row = await sql().one("SELECT mileage, mileage_on FROM vehicle WHERE id = ?", car)
    return row["mileage"], str(row["mileage_on"])


@pytest.mark.parametrize("words", ["现在跑了5200公里", "更新里程 5200", "里程5,200"])
async def test_said_in_one_sentence(chat: Chat, words: str) -> None:
    await chat.says(words)
    chat.heard("记下了", "奥迪 Q5L · 京A12345 5,200公里", "现在已经超过，建议尽快到店", "预约保养")
    assert await reading(chat) == (5200, "2026-11-18")


async def test_asked_and_answered(chat: Chat) -> None:
    await chat.says("更新里程")
    chat.heard("奥迪 Q5L · 京A12345现在多少公里", "仪表盘")
    await chat.says("不知道")
    chat.heard("现在多少公里")
    await chat.says("4千5")
    chat.heard("记下了", "4,500公里")


async def test_which_of_two_cars(li: Chat) -> None:
    await li.says("现在跑了32000公里")
    li.heard("是哪台车的里程")
    await li.says("帕萨特")
    li.heard("记下了", "京B88888 32,000公里")
    assert await reading(li, "京B88888") == (32000, "2026-11-18")
    assert (await reading(li, "京AD12345"))[0] == 9000


async def test_it_never_falls(chat: Chat) -> None:
    await chat.says("更新里程", "420")
    chat.heard("上次记的是4,200公里（11月13日）", "420公里比它还少", "1. 重新发", "2. 请门店核对")
    await chat.says("1")
    chat.heard("重新来", "现在多少公里")
    await chat.says("4300")
    chat.heard("记下了", "4,300公里")


async def test_nobody_drives_three_thousand_a_day(chat: Chat) -> None:
    await chat.says("更新里程", "42000")
    chat.heard("42,000公里对不上", "请门店核对")
    await chat.says("2")
    chat.heard("交给门店同事核对")
    assert await reading(chat) == (4200, "2026-11-13")
    async with chat.database():
        tasks = await sql().rows("SELECT kind FROM staff_task")
    assert [row["kind"] for row in tasks] == ["mileage"]


async def test_a_jump_is_asked_back_and_taken_if_meant(chat: Chat) -> None:
    await chat.says("更新里程", "12000")
    chat.heard("多了7,800公里，没打错吧")
    assert await reading(chat) == (4200, "2026-11-13")
    await chat.taps("没打错")
    chat.heard("记下了", "12,000公里")


async def test_the_right_number_instead_of_an_answer(chat: Chat) -> None:
    await chat.says("更新里程", "12000", "5200公里")
    chat.heard("记下了", "5,200公里")


async def test_a_photo_and_its_number(chat: Chat) -> None:
    await chat.says("更新里程")
    await chat.sends_photo()
    chat.heard("照片存好了", "上面是多少公里")
    await chat.says("5100")
    chat.heard("记下了", "5,100公里")


async def test_a_photo_alone_is_for_staff_to_read(chat: Chat) -> None:
    await chat.says("更新里程")
    await chat.sends_photo()
    await chat.taps("跳过")
    chat.heard("交给门店同事核对")
    async with chat.database():
        tasks = await sql().rows("SELECT kind FROM staff_task")
        photos = await sql().rows("SELECT id FROM inbox WHERE kind = 'image'")
    assert ([row["kind"] for row in tasks], len(photos)) == (["mileage"], 1)


async def test_a_stranger_has_no_car_to_speak_of(stranger: Chat) -> None:
    await stranger.says("现在跑了12000公里")
    stranger.heard("还没有您的爱车资料", "绑定")
