"""我的爱车: what there is, what is due and why, what was done; 添加车辆 and 车卖了."""

import pytest

from storage.db import sql
from storage.queries import garage
from storage.queries.bookings.booking import upcoming
from storage.queries.cars import cars_of
from tests.conversations.chat import Chat
from tests.people import visited

NEW_VIN = "LSVAA4182E2000021"


async def plates(chat: Chat, customer: int | None) -> list[str]:
    assert customer is not None
    async with chat.database():
        return [car.plate or car.vin for car in await cars_of(customer)]


async def tasks(chat: Chat) -> list[str]:
    async with chat.database():
        return [row["kind"] for row in await sql().rows("SELECT kind FROM staff_task ORDER BY id")]


async def test_one_car_with_its_next_service_and_why(chat: Chat) -> None:
    await chat.clicks("MY_CARS")
    chat.heard("奥迪 Q5L · 京A12345", "里程 4,200公里（11月13日）", "8月30日交车", "首保")
    chat.heard("更新里程", "添加车辆", "车卖了")
    chat.heard_not("最近到店")


async def test_several_cars_and_the_visits_of_one(li: Chat) -> None:
    await li.says("我的爱车")
    li.heard("帕萨特 · 京B88888", "汉EV · 京AD12345", "上次保养")
    await li.taps("到店记录")
    li.heard("看哪台车", "1. ", "2. ")
    await li.says("帕萨特")
    li.heard("2026年6月2日" if li.now.year > 2026 else "6月2日", "28,800公里", "城南店")
    li.heard("2025年12月10日", "24,100公里", "常规保养")


async def test_only_the_last_three_visits_are_told(chat: Chat) -> None:
    async with chat.database():
        for month in (2, 4, 6, 8):
            day = chat.now.date().replace(month=month, day=3)
            await visited(chat.cast.wang.car or 0, chat.cast.main, f"V{month}", day, month * 1000)
    await chat.says("保养记录")
    chat.heard("8月3日", "6月3日", "4月3日")
    chat.heard_not("2月3日")


async def test_a_stranger_is_shown_the_way(stranger: Chat) -> None:
    await stranger.says("我的爱车")
    stranger.heard("还没有您的爱车资料", "绑定")
    await stranger.says("添加车辆")
    stranger.heard("先认识一下您", "绑定")


async def test_a_new_car_is_added_and_can_be_booked(chat: Chat) -> None:
    await chat.says("我又买了一辆车")
    chat.heard("车牌号", "车架号")
    await chat.says("京C66666")
    chat.heard("这台车是", "1. 我是车主")
    await chat.taps("我是车主")
    chat.heard("加好了", "京C66666")
    assert "京C66666" in await plates(chat, chat.cast.wang.customer_id)
    assert await tasks(chat) == ["check_file"]
    await chat.says("周六上午十点给京C66666做空调清洗")
    chat.heard("请确认", "京C66666")


async def test_a_car_without_a_plate_is_added_by_its_vin(chat: Chat) -> None:
    await chat.says("添加车辆", "LSVAA4182E200002")
    chat.heard("车架号应为17位")
    await chat.says(NEW_VIN, "1")
    chat.heard("加好了", "尾号000021")
    chat.heard_not(NEW_VIN)
    assert NEW_VIN in await plates(chat, chat.cast.wang.customer_id)


@pytest.mark.parametrize("number", ["京B88888", "LSVAA4182E2000018"])
async def test_a_car_in_somebody_elses_file_goes_to_staff(chat: Chat, number: str) -> None:
    await chat.says(f"添加车辆 {number}", "我是车主")
    chat.heard("请门店核对")
    assert await plates(chat, chat.cast.wang.customer_id) == ["京A12345"]
    assert "京B88888" in await plates(chat, chat.cast.li.customer_id)
    assert await tasks(chat) == ["check_file"]


async def test_ones_own_car_is_not_added_twice(chat: Chat) -> None:
    await chat.says("添加车辆", "京A12345", "我是车主")
    chat.heard("已经在您的爱车里了")
    assert await tasks(chat) == []


async def test_who_adds_car_after_car_is_looked_at(chat: Chat) -> None:
    for number in range(garage.DRAFTS):
        await chat.says("添加车辆", f"京C6666{number}", "我是车主")
        chat.heard("加好了")
    await chat.says("添加车辆", "京C77777", "我是车主")
    chat.heard("请门店核对")
    assert len(await plates(chat, chat.cast.wang.customer_id)) == 1 + garage.DRAFTS


async def test_a_driver_sees_the_car_and_not_the_bill(chat: Chat) -> None:
    async with chat.database():
        car = dict(chat.cast.li.cars)["京B88888"]
        await sql().run("UPDATE visit SET amount = ? WHERE vehicle_id = ?", "680.00", car)
        await garage.link(car, chat.cast.wang.user_id, "driver", chat.now)
    await chat.says("我的爱车")
    chat.heard("京A12345", "京B88888")
    await chat.says("到店记录", "京B88888")
    chat.heard("常规保养", "28,800公里")
    chat.heard_not("680")
    li = chat.of(chat.cast.li.openid)
    await li.says("保养记录", "京B88888")
    li.heard("680.00元")


async def test_a_car_of_the_family_is_followed(chat: Chat) -> None:
    await chat.says("添加车辆", "京C66666", "家里人的车")
    chat.heard("加好了")
    await chat.says("我的爱车")
    chat.heard("京A12345", "京C66666")
    assert await plates(chat, chat.cast.wang.customer_id) == ["京A12345"]
    await chat.says("京C66666卖了", "卖了")
    chat.heard("已经移出您的爱车")
    await chat.says("我的爱车")
    chat.heard_not("京C66666")


async def test_a_sold_car_leaves_with_its_bookings_and_frees_its_plate(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认")
    await chat.says("我的车卖了")
    chat.heard("京A12345", "不再是您的车了吗", "预约也会取消", "11月19日")
    await chat.taps("卖了")
    chat.heard("已经移出您的爱车", "添加车辆")
    wang = chat.cast.wang
    assert await plates(chat, wang.customer_id) == []
    async with chat.database():
        assert await upcoming(wang.user_id, wang.customer_id, chat.now) == []
        row = await sql().one("SELECT sold, plate_live_hash FROM vehicle WHERE id = ?", wang.car)
        assert (bool(row["sold"]), row["plate_live_hash"]) == (True, None)
    await chat.says("添加车辆", "京A12345", "我是车主")  # the plate moved to her new car
    chat.heard("加好了")


async def test_which_of_two_was_sold_and_the_history_stays_with_it(li: Chat) -> None:
    car = dict(li.cast.li.cars)["京B88888"]
    await li.says("车卖了")
    li.heard("是哪台车卖了")
    await li.says("帕萨特", "卖了")
    assert await plates(li, li.cast.li.customer_id) == ["京AD12345"]
    async with li.database():
        assert len(await garage.history(car)) == 2
    assert await tasks(li) == ["car_sold"]


@pytest.mark.parametrize("no", ["没卖", "不是", "取消"])
async def test_not_sold_after_all(chat: Chat, no: str) -> None:
    await chat.says("车卖了", no)
    chat.heard("没有" if no != "取消" else "没有任何改动")
    assert await plates(chat, chat.cast.wang.customer_id) == ["京A12345"]
