"""预约保养 when something is in the way: full days, taken times, closed days, silence."""

from contextlib import suppress
from datetime import date, datetime

import pytest

from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booking import upcoming
from storage.queries.stores.shops import add_calendar_day
from tests.conversations.chat import Chat
from tests.people import TOMORROW, at

DONE = "约好了"


async def fill(chat: Chat, day: date = TOMORROW) -> None:
    """Others take every lift of the day, and every hour of whoever maintains cars."""
    async with chat.database():
        main = chat.cast.main
        for service in (chat.cast.service(), chat.cast.service("regular_service")):
            while free := await bookings.free_times(main.id, service, day, chat.now):
                await take(chat, free[0], service)


async def take(chat: Chat, start: datetime, service: int = 0) -> None:
    """Others take all there is at this time."""
    async with chat.database():
        main, service = chat.cast.main, service or chat.cast.service()
        source = f"other {service} {start}"
        with suppress(bookings.SlotTaken):
            for n in range(4):
                wish = bookings.Wish(f"{source} {n}", main.id, service, start, None, None, None)
                await bookings.confirm(wish, chat.now)


async def test_a_full_day_offers_the_waiting_list_or_another_day(chat: Chat) -> None:
    await fill(chat)
    await chat.says("预约保养", "明天")
    chat.heard("11月19日", "约满了", "1. 排候补", "2. 换一天")
    await chat.says("换一天")
    chat.heard("哪天方便")
    chat.heard_not("11月19日 周四（明天）\n")  # the full day is not among the lines
    await chat.says("后天", "10点", "好")
    chat.heard(DONE, "11月20日")


async def test_another_day_may_be_said_at_once(chat: Chat) -> None:
    await fill(chat)
    await chat.says("明天9点做保养")
    chat.heard("约满了")
    await chat.says("那就后天吧")
    chat.heard("请确认", "11月20日", "09:00")


async def test_a_time_that_was_just_taken(chat: Chat) -> None:
    await chat.says("预约保养", "明天")
    chat.heard("09:00")
    await take(chat, at("09:00"))
    await chat.says("9点")
    chat.heard("9点约不到，最接近的是", "10:00")
    await chat.says("14点", "确认")
    chat.heard(DONE, "14:00")


async def test_the_hold_keeps_the_slot_while_the_rest_is_asked(stranger: Chat) -> None:
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点")
    await take(stranger, at("09:00"))
    await stranger.says("13700000009", "京C55555", "确认")
    stranger.heard(DONE, "09:00")


async def test_a_hold_that_ran_out_is_taken_anew_if_it_can_be(stranger: Chat) -> None:
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点")
    await stranger.waits(minutes=45)
    await stranger.says("13700000009", "京C55555", "确认")
    stranger.heard(DONE, "09:00")


async def test_a_hold_that_ran_out_and_was_taken_asks_for_another_time(stranger: Chat) -> None:
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点", "13700000009")
    await stranger.waits(minutes=45)
    await take(stranger, at("09:00"))
    await stranger.says("京C55555")
    stranger.heard("09:00已经约不到了", "几点到店")
    await stranger.says("10点")
    stranger.heard("请确认", "10:00", "京C55555")  # phone and plate are not asked again
    await stranger.says("确认")
    stranger.heard(DONE)


async def test_taken_while_the_summary_is_open(chat: Chat) -> None:
    await chat.says("明天9点做保养")
    chat.heard("请确认")
    await chat.waits(minutes=45)
    await take(chat, at("09:00"))
    await chat.says("确认")
    chat.heard("09:00已经约不到了", "几点到店")
    await chat.says("10点", "确认")
    chat.heard(DONE, "10:00")


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("昨天", "11月17日 周二已经过去了"),
        ("2027年1月31号", "60天以内"),
        ("2月30号", "没有"),
    ],
)
async def test_days_that_cannot_be(chat: Chat, day: str, why: str) -> None:
    await chat.says("预约保养", day)
    chat.heard(why, "哪天方便")
    await chat.says(f"{day}上午10点给车做保养")
    chat.heard(why)


async def test_a_closed_day(chat: Chat) -> None:
    async with chat.database():
        await add_calendar_day(TOMORROW, hours=[], name="盘点")
    await chat.says("预约保养", "明天")
    chat.heard("休息", "哪天方便")


async def test_an_ambiguous_day_and_time_are_asked_back(chat: Chat) -> None:
    await chat.says("周末8点做保养")
    chat.heard("您说的“周末”是哪一天", "1. 11月21日 周六", "2. 11月22日 周日")
    await chat.says("周日")
    chat.heard("8点约不到，最接近的是", "08:30", "09:00")
    await chat.says("1")
    chat.heard("请确认", "11月22日 周日 08:30")


async def test_a_bare_hour_that_may_be_either(chat: Chat) -> None:
    await chat.says("预约保养", "明天", "3点")
    chat.heard("请确认", "15:00")  # the only three o'clock of a working day


async def test_no_longer_today(chat: Chat) -> None:
    await chat.waits(hours=9)
    await chat.says("预约保养")
    chat.heard_not("（今天）")
    await chat.says("今天")
    chat.heard("约满了")


async def test_the_waiting_list_until_a_slot_is_offered(chat: Chat) -> None:
    await fill(chat)
    await chat.says("预约保养", "明天", "排候补")
    chat.heard("已排上11月19日 周四（明天）的候补")
    await chat.waits(minutes=5)
    assert "有空位了" not in chat.screen
    async with chat.database():
        assert await bookings.cancel(1, chat.now)
    await chat.waits(minutes=5)
    assert "您候补的时间有空位了" in chat.screen
    await chat.taps("确认候补")
    chat.heard("候补成功", "预约号 A", "11月19日", "首保")
    await chat.says("确认候补")
    chat.heard("已经过了保留时间")


async def test_an_offer_may_be_given_up(chat: Chat) -> None:
    await fill(chat)
    await chat.says("预约保养", "明天", "排候补")
    async with chat.database():
        await bookings.cancel(1, chat.now)
    await chat.waits(minutes=5)
    await chat.taps("放弃候补")
    chat.heard("让给下一位")
    await chat.says("放弃候补")
    chat.heard("没有等待确认的候补")


async def test_an_offer_nobody_takes_runs_out(chat: Chat) -> None:
    await fill(chat)
    await chat.says("预约保养", "明天", "1")
    async with chat.database():
        await bookings.cancel(1, chat.now)
    await chat.waits(minutes=1)
    await chat.waits(minutes=31)
    await chat.says("确认候补")
    chat.heard("过了保留时间", "预约保养")
    async with chat.database():
        assert await upcoming(chat.cast.wang.user_id, None, chat.now) == []
