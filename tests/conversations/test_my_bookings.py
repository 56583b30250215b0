"""我的预约, 改约, 取消预约, 我的爱车."""

from storage.queries.bookings.booking import upcoming
from tests.conversations.chat import Chat


async def lines(chat: Chat) -> list[str]:
    """What 李强 or 王芳 has booked: day, time, service."""
    async with chat.database():
        customers = (chat.cast.wang, chat.cast.li)
        who = next(person for person in customers if person.openid == chat.openid)
        mine = await upcoming(who.user_id, who.customer_id, chat.now)
    return [f"{one.starts_at:%m-%d %H:%M} {one.service_name}" for one in mine]


async def test_nothing_booked_offers_to_book(chat: Chat) -> None:
    await chat.says("我的预约")
    chat.heard("目前没有预约")
    await chat.taps("预约保养")
    chat.heard("哪天方便")


async def test_a_booking_is_shown_with_what_can_be_done(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "我约的什么时候")
    chat.heard("预约号 A", "11月19日 周四（明天） 09:00", "首保", "改约", "取消预约")


async def test_moving_a_booking(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认")
    await chat.says("我的预约")
    await chat.taps("改约")
    chat.heard("09:00 首保", "想改到哪天")
    await chat.says("周五下午2点")
    chat.heard("改到11月20日 周五", "14:00", "确认吗")
    await chat.taps("确认")
    chat.heard("改好了", "预约号 A", "11月20日", "14:00")
    assert await lines(chat) == ["11-20 14:00 首保"]


async def test_moving_by_half_an_hour(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "改约", "明天9点半", "好")
    chat.heard("改好了", "09:30")
    assert await lines(chat) == ["11-19 09:30 首保"]


async def test_moving_in_one_sentence(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "帮我把预约改到周六上午十点")
    chat.heard("改到11月21日 周六 10:00")
    await chat.says("确认")
    assert await lines(chat) == ["11-21 10:00 首保"]


async def test_changing_ones_mind_about_moving_keeps_the_old_time(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "改约", "周六", "10点", "不用了")
    chat.heard("还是原来的时间")
    assert await lines(chat) == ["11-19 09:00 首保"]


async def test_nothing_to_move_or_to_cancel(chat: Chat) -> None:
    await chat.says("改约")
    chat.heard("没有可以改的预约", "预约保养")
    await chat.says("取消预约")
    chat.heard("没有预约，不用取消")


async def test_cancelling(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "取消预约")
    chat.heard("确认取消吗", "09:00 首保", "1. 确认取消", "2. 不取消了")
    await chat.says("1")
    chat.heard("已取消，预约号 A")
    assert await lines(chat) == []


async def test_the_word_cancel_means_the_booking_here(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "取消预约", "取消")
    chat.heard("已取消")
    assert await lines(chat) == []


async def test_not_cancelling_after_all(chat: Chat) -> None:
    for no in ("不取消了", "算了", "不"):
        await chat.says("空调清洗 明天9点", "取消预约", no)
        chat.heard_not("已取消")
    await chat.says("取消")


async def test_two_bookings_ask_which(li: Chat) -> None:
    await li.says("明天9点给帕萨特做保养", "确认", "后天10点给汉EV做保养", "确认", "取消预约")
    li.heard("要取消哪一个", "1. 11月19日", "2. 11月20日")
    await li.says("后天那个")
    li.heard("确认取消吗", "11月20日", "京AD12345")
    await li.says("是的")
    li.heard("已取消")
    assert await lines(li) == ["11-19 09:00 常规保养"]


async def test_the_cars_and_why_they_are_due(li: Chat) -> None:
    await li.says("我的爱车")
    li.heard("帕萨特 · 京B88888", "汉EV · 京AD12345", "上次保养", "建议每6个月或7,500公里")


async def test_a_stranger_has_no_cars_yet(stranger: Chat) -> None:
    await stranger.says("我的车")
    stranger.heard("还没有您的爱车资料", "绑定")


async def test_a_booking_of_a_car_stands_once(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认", "周六上午做保养")
    chat.heard("已经约了11月19日", "首保", "预约号 A", "改约", "取消预约")
    chat.heard_not("出了点状况", "几点到店")
    await chat.says("周六上午十点做空调清洗", "确认")
    chat.heard("约好了", "空调清洗")
    assert await lines(chat) == ["11-19 09:00 首保", "11-21 10:00 空调清洗"]


async def test_a_stranger_is_told_the_same_at_the_end(stranger: Chat) -> None:
    who = ("13700000009", "京C55555")
    await stranger.says("预约保养", "城南店", "空调清洗", "明天9点", *who, "确认")
    stranger.heard("约好了")
    await stranger.says("预约保养", "空调清洗", "后天9点")
    stranger.heard_not("出了点状况")


async def test_two_things_at_one_time_are_one_too_many_for_a_car(chat: Chat) -> None:
    await chat.says("做空调清洗，明天9点", "确认", "明天9点做首保")
    chat.heard("那时已经约了空调清洗", "几点到店")
    await chat.says("下午两点", "确认")
    chat.heard("约好了", "首保", "14:00")


async def test_a_car_nobody_knows_anything_about_yet(stranger: Chat) -> None:
    who = ("13700000009", "京C55555")
    await stranger.says("预约保养", "城南店", "空调清洗", "明天9点", *who, "确认", "我的爱车")
    stranger.heard("京C55555", "还没有保养记录")
