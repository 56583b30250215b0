"""预约保养, as customers do it."""

from storage.queries.bookings.booking import upcoming
from tests.conversations.chat import Chat
from tests.people import NOW


async def test_a_known_customer_books_a_first_service_in_six_taps(chat: Chat) -> None:
    await chat.follows()
    chat.heard("王女士", "预约保养")
    await chat.taps("预约保养")
    chat.heard("首保", "5,000公里", "哪天方便")
    await chat.taps("明天")
    chat.heard("几点到店")
    await chat.taps("09:00")
    chat.heard("请确认", "11月19日", "09:00", "京A12345")
    await chat.taps("确认")
    chat.heard("约好了", "预约号 A", "11月19日 周四", "城南店", "首保")
    async with chat.database():
        booked = await upcoming(chat.cast.wang.user_id, None, NOW)
    assert [one.plate for one in booked] == ["京A12345"]


async def test_one_sentence_and_a_confirmation(chat: Chat) -> None:
    await chat.says("周六上午十点给京A12345做个保养")
    chat.heard("请确认", "11月21日 周六", "10:00", "京A12345")
    await chat.says("确认")
    chat.heard("预约号 A")


async def test_a_stranger_books_in_nine(stranger: Chat) -> None:
    await stranger.follows()
    await stranger.taps("预约保养")
    await stranger.taps("城南店")
    await stranger.taps("首保")
    await stranger.taps("明天")
    await stranger.taps("09:00")
    await stranger.says("13700000009")
    await stranger.says("京C55555")
    stranger.heard("请确认", "京C55555")
    await stranger.taps("确认")
    stranger.heard("预约号 A")
