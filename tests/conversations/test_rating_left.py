"""评价 that is put off, refused or left half-way: kept, nudged once, and never asked again."""

from datetime import timedelta

from storage.db import moment, sql
from storage.queries.ratings import rating as ratings
from tests.conversations.chat import Chat
from tests.conversations.rating import ratings_of, said, settled, the_rating


async def test_not_now_takes_a_time_and_comes_back_then(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "现在不方便")
    chat.heard("什么时候")
    await chat.says("明天下午四点")
    chat.heard("记下了", "11月19日", "16:00")
    rating = await the_rating(chat)
    assert rating.later_at is not None
    assert rating.later_at == moment("2026-11-19T08:00:00+00:00")
    assert rating.open
    await chat.waits(days=1, hours=8, minutes=1)
    pushed = [bubble for bubble in chat.world.chat(chat.openid) if "约好" in bubble.text]
    assert len(pushed) == 1
    await chat.taps("评价")
    chat.heard("您打几分")
    await chat.waits(minutes=5)
    await chat.says("4分", "就到这里")
    assert [one.state for one in await ratings_of(chat)] == ["done"]


async def test_no_is_for_good(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "不评价了")
    chat.heard("好的", "不再")
    assert (await the_rating(chat)).state == "declined"
    await chat.says("评价")
    chat.heard("门店")
    chat.heard_not("您打几分")
    assert len(await ratings_of(chat)) == 1


async def test_no_without_a_question(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("不想评价")
    chat.heard("好的", "不再")
    assert (await the_rating(chat)).state == "declined"


async def test_left_half_way_it_goes_on_for_two_days(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "取消")
    chat.heard("记下了", "48小时")
    chat.heard_not("没有任何改动")
    await chat.says("明天9点做保养", "确认")
    await chat.says("评价")
    chat.heard("接着", "服务顾问的接待")
    await chat.says("5", "取消")
    await chat.waits(hours=47)
    assert (await the_rating(chat)).state == "open"
    await chat.waits(hours=1, minutes=1)
    rating = await the_rating(chat)
    assert (rating.state, rating.satisfaction) == ("closed", 4.5)
    await chat.says("评价")
    chat.heard_not("服务顾问的接待")


async def test_a_question_too_late_is_told_so(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分")
    async with chat.database():
        await sql().run("UPDATE rating SET until = ?", chat.now - timedelta(minutes=1))
    async with chat.database():
        assert await ratings.close_over(chat.now) == 1
    await chat.taps("说细节")
    chat.heard("已经")
    assert (await said(chat)) == {"overall": 4}


async def test_one_gentle_nudge_and_then_silence(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    await chat.waits(hours=2, minutes=1)
    assert chat.screen.count("不想评价也没关系") == 1
    await chat.says("4分")
    for _ in range(12):
        await chat.waits(hours=4)
    assert chat.screen.count("不想评价也没关系") == 1
    assert "收起来" not in chat.screen
    assert (await the_rating(chat)).state == "closed"


async def test_nudged_once_also_after_it_was_left(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    await chat.waits(hours=2, minutes=1)
    await chat.says("取消", "评价", "4分")
    for _ in range(3):
        await chat.waits(hours=3)
    assert chat.screen.count("不想评价也没关系") == 1


async def test_an_afternoon_is_not_its_first_minute(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "现在不方便", "明天下午")
    chat.heard("记下了", "11月19日", "16:00")


async def test_who_comes_back_the_next_day_reads_the_open_question(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4", "说细节", "5")
    await chat.waits(hours=20)
    await chat.says("评价")
    chat.heard("上次说到这儿", "等候时间")


async def test_no_time_and_when_there_is_some_in_other_words(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "没空啊现在")
    chat.heard("什么时候")
    await chat.says("明晚7点")
    chat.heard("记下了", "11月19日", "19:00")


async def test_when_it_suits_in_place_of_a_score(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "明晚7点吧")
    chat.heard("记下了", "11月19日", "19:00")


async def test_who_comes_back_to_a_rating_is_told_so_once(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "说细节", "取消", "评价")
    chat.heard("我们接着说", "服务顾问的接待")
    await chat.says("预约保养", "取消")
    chat.heard("接着办“评价”", "服务顾问的接待")
    chat.heard_not("接着说")
