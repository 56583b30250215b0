"""评价 with two people of one car, the DMS and staff at work meanwhile: one visit, one rating."""

from datetime import date, timedelta

from storage.db import sql
from storage.queries.ratings import rating as ratings
from storage.queries.touch import touchpoints
from storage.queries.touch.put import New, put
from tests.conversations.chat import Chat
from tests.conversations.rating import (
    YESTERDAY,
    cases_of,
    ratings_of,
    said,
    settled,
    the_rating,
)
from tests.people import TODAY, Person, at
from tests.touch.rig import agrees


async def drives_too(chat: Chat, other: Person, car: int | None) -> None:
    """`other` follows the car in WeChat: the owner's spouse."""
    async with chat.database():
        await sql().run(
            "INSERT INTO vehicle_person (account_id, vehicle_id, wechat_user_id, role, created_at)"
            " VALUES (?, ?, ?, 'driver', ?)",
            *(chat.cast.account, car, other.user_id, chat.now),
        )


async def told(chat: Chat, who: Person, kind: str, subject: str) -> int:
    """A contact of `kind` that went out a minute ago."""
    async with chat.database():
        new = New(
            *(kind, subject, "follow_up", TODAY, chat.now, None),
            *(who.customer_id, who.car, chat.cast.main.id, {}),
        )
        assert await put([new], chat.now) == 1
        row = await sql().one("SELECT id FROM touchpoint ORDER BY id DESC LIMIT 1")
        assert await touchpoints.sent(row["id"], "service", chat.now - timedelta(minutes=1))
        return int(row["id"])


async def test_what_one_began_the_other_goes_on_with(chat: Chat, stranger: Chat) -> None:
    wang = chat.cast.wang
    await settled(chat, wang)
    await drives_too(chat, chat.cast.stranger, wang.car)
    await chat.says("评价", "4分", "说细节")
    await stranger.says("评价")
    stranger.heard("接着", "服务顾问的接待")
    await stranger.says("1")
    stranger.heard("抱歉", "T000001")
    await chat.says("给3分吧")
    chat.heard("等候时间")
    assert (await said(chat))["advisor"] == 3
    assert len(await ratings_of(chat)) == len(await cases_of(chat)) == 1


async def test_what_one_has_ended_is_not_asked_of_the_other(chat: Chat, stranger: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await drives_too(chat, chat.cast.stranger, chat.cast.wang.car)
    await stranger.says("评价")
    await chat.says("评价", "5分", "就到这里")
    await stranger.says("1分")
    stranger.heard("已经收好", "谢谢")
    await stranger.says("评价")
    stranger.heard_not("您打几分")
    assert len(await ratings_of(chat)) == 1
    assert await said(chat) == {"overall": 5}


async def test_nobody_is_nudged_for_what_the_other_has_ended(chat: Chat, stranger: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await drives_too(chat, chat.cast.stranger, chat.cast.wang.car)
    await stranger.says("评价")
    await chat.says("评价", "5分", "就到这里")
    await chat.waits(hours=3)
    assert "不想评价也没关系" not in stranger.screen
    await stranger.says("5分")
    stranger.heard_not("您打几分")


async def test_settled_while_they_talk(chat: Chat) -> None:
    await chat.says("评价")
    chat.heard("目前没有")
    visit = await settled(chat, chat.cast.wang, on=YESTERDAY)
    await chat.says("评价", "4分")
    async with chat.database():
        await sql().run("UPDATE visit SET settled_at = NULL WHERE id = ?", visit)
    await chat.says("说细节", "5")
    chat.heard("等候时间")
    async with chat.database():
        await sql().run("UPDATE visit SET settled_at = ? WHERE id = ?", at("08:01", TODAY), visit)
    await chat.says("5", "是", "暂时不变", "9", "跳过")
    chat.heard("都记下了")
    await chat.says("评价")
    chat.heard("目前没有")
    assert (await the_rating(chat)).state == "done"


async def test_another_order_settled_meanwhile_waits_its_turn(chat: Chat) -> None:
    await settled(chat, chat.cast.wang, "R100")
    await chat.says("评价", "4分")
    await settled(chat, chat.cast.wang, "R101", on=TODAY - timedelta(days=0), items=("空调维修",))
    async with chat.database():
        await sql().run("UPDATE visit SET settled_at = ? WHERE ref = 'R101'", chat.now)
    await chat.says("就到这里", "评价")
    chat.heard("空调维修", "您打几分")
    await chat.says("5分", "说细节")
    chat.heard("服务顾问的接待")
    found = await ratings_of(chat)
    assert [one.state for one in found] == ["done", "open"]


async def test_a_repair_asks_whether_it_is_mended_and_takes_a_photo(chat: Chat) -> None:
    await settled(chat, chat.cast.wang, items=("空调维修",))
    await chat.says("评价", "4分", "说细节", "5", "5", "是", "暂时不变", "9", "跳过")
    chat.heard("修好了吗")
    await chat.says("没修好")
    chat.heard("T000001", "还有什么没修好")
    await chat.says("还是不制冷")
    chat.heard("拍张照片")
    await chat.sends_photo()
    chat.heard("收到1张照片", "没有了请点“跳过”", "跳过")
    chat.heard_not("拍张照片")
    await chat.sends_photo()
    chat.heard("收到2张照片", "接着发")
    await chat.sends_voice()
    chat.heard("收到2张照片、1段语音")
    await chat.says("没有了")
    chat.heard("都记下了", "T000001")
    async with chat.database():
        rows = await sql().rows("SELECT rating_id, case_id FROM evidence")
    assert [(row["rating_id"], row["case_id"]) for row in rows] == [(1, 1)] * 3
    assert (await said(chat))["fixed"] == 0


async def test_several_at_once_and_the_months_since_delivery(chat: Chat) -> None:
    touch = await told(chat, chat.cast.wang, "month_3", f"v{chat.cast.wang.car}")
    await chat.says("评价")
    chat.heard("三个月", "您打几分")
    await chat.says("4分", "说细节", "5", "5", "是", "暂时不变", "9", "跳过")
    chat.heard("可选几项", "自动泊车")
    await chat.says("辅助驾驶和自动泊车")
    chat.heard("怎么讲给您听")
    await chat.says("发视频", "没有", "都明白了")
    chat.heard("都记下了")
    rating = await the_rating(chat)
    assert (rating.subject, rating.occasion, rating.state) == (f"t{touch}", "month_3", "done")
    assert (await said(chat))["explain"] == ["driving", "parking"]
    async with chat.database():
        found = await touchpoints.one(touch)
    assert found is not None
    assert (found.state, found.outcome) == ("done", "rated")


async def test_the_delivery_asks_of_the_delivery(chat: Chat) -> None:
    await told(chat, chat.cast.wang, "delivery_thanks", f"v{chat.cast.wang.car}")
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    chat.heard("谢谢您选择", "交车时的讲解")
    await chat.says("5分", "就到这里", "评价")
    chat.heard("最近这次服务")
    assert [one.occasion for one in await ratings_of(chat)] == ["delivery", "visit"]


async def test_the_plan_asks_and_one_tap_answers(chat: Chat) -> None:
    async with chat.database():
        await agrees(chat.cast.wang, now=chat.now)
    await settled(chat, chat.cast.wang)
    await chat.says("帮助")
    await chat.waits(hours=8, minutes=5)
    pushed = [one for one in chat.world.chat(chat.openid) if "点一下“评价”" in one.text]
    assert len(pushed) == 1
    assert [line.shown for line in pushed[0].lines] == ["评价", "改天再说", "这次不用"]
    await chat.taps("评价", "5分", "就到这里")
    for _ in range(4):
        await chat.says("帮助")
        await chat.waits(hours=23)
    assert chat.screen.count("点一下“评价”") == 1
    async with chat.database():
        row = await sql().one("SELECT state, outcome FROM touchpoint WHERE kind = 'after_visit'")
    assert (row["state"], row["outcome"]) == ("done", "rated")


async def test_put_off_under_the_message_it_comes_back_once(chat: Chat) -> None:
    async with chat.database():
        await agrees(chat.cast.wang, now=chat.now)
    await settled(chat, chat.cast.wang)
    await chat.says("帮助")
    await chat.waits(hours=8, minutes=5)
    assert chat.screen.count("点一下“评价”") == 1
    await chat.taps("改天再说")
    await chat.says("明天下午四点")
    chat.heard("记下了", "11月19日")
    for hours in (20, 4, 2, 14, 10):
        await chat.waits(hours=hours)
    assert chat.screen.count("点一下“评价”") == 2
    await chat.says("评价", "5分", "就到这里")
    for _ in range(3):
        await chat.waits(hours=20)
    assert chat.screen.count("点一下“评价”") == 2
    assert (await the_rating(chat)).state == "done"


async def test_a_colleague_asks_on_the_phone_while_they_talk(chat: Chat) -> None:
    visit = await settled(chat, chat.cast.wang)
    await chat.says("评价")
    async with chat.database():
        occasion = await ratings.of_visit(visit)
        assert occasion is not None
        rating = await ratings.begin(occasion, chat.now, channel="call", by="陶倩")
        assert rating is not None
        came = await ratings.put_answer(
            rating.id, "standard", 1, "overall", "score", chat.now, value=2, by="陶倩"
        )
        assert came.opened
        assert await ratings.finish(rating.id, chat.now)
    await chat.says("5分")
    chat.heard("已经收好")
    assert (await the_rating(chat)).entered_by == "陶倩"
    assert len(await cases_of(chat)) == 1


async def test_inside_a_booking_it_comes_first_and_the_booking_after(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("预约保养", "评价")
    chat.heard("您打几分")
    await chat.says("5分", "就到这里")
    chat.heard("都记下了", "接着办“预约保养”")


async def test_a_question_in_between_is_answered_and_the_rating_goes_on(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "门店电话")
    chat.heard("城南店", "您打几分")
    await chat.says("谢谢")
    chat.heard("不客气", "您打几分")
    await chat.says("6")
    chat.heard("什么时候")


async def test_not_now_beyond_the_window_is_a_call(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "现在不方便", "下周三下午四点")
    chat.heard("记下了", "11月25日")
    await chat.waits(days=7, hours=8, minutes=5)
    async with chat.database():
        rows = await sql().rows("SELECT kind FROM staff_task WHERE same LIKE 'rating:%'")
    assert [row["kind"] for row in rows] == ["call"]
    await chat.waits(days=2)
    assert (await the_rating(chat)).state == "closed"
    await chat.says("评价")
    chat.heard("您打几分")
    assert len(await ratings_of(chat)) == 1


async def test_said_no_after_an_answer_what_was_said_counts(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "3分", "说细节", "不评价了")
    chat.heard("不再问")
    rating = await the_rating(chat)
    assert (rating.state, rating.satisfaction) == ("closed", 3.0)


async def test_a_car_of_the_other_store_is_asked_for_that_store(li: Chat) -> None:
    plate, car = li.cast.li.cars[1]
    await settled(li, li.cast.li, car=car, store=li.cast.east, on=date(2026, 11, 16))
    await li.says("评价")
    li.heard("城东店", "11月16日")
    await li.says("5分", "说细节", "5", "5", "是", "暂时不变", "10", "跳过")
    assert plate
    li.heard("都记下了", "城东店")
