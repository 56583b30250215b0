"""Told in the evening and left: on record at night, with running clocks, and nobody is woken."""

from datetime import date, datetime, timedelta

from bot.clock import clock
from storage.db import sql
from tests.conversations.chat import Chat
from tests.conversations.complaining import happened, on_file, tasks, the_case
from tests.people import at

STORY = "空调修了三次还不制冷"


async def _evening(chat: Chat, clock_time: str) -> None:
    """From the morning of the cast to that time of the same day."""
    await chat.waits(seconds=(_on(clock_time) - clock.now()).total_seconds())


def _on(clock_time: str) -> datetime:
    return at(clock_time, date(2026, 11, 18))


async def _at(chat: Chat, clock_time: str) -> None:
    """Let it become that time, with everything done every half an hour on the way."""
    then = _on(clock_time)
    while clock.now() < then:
        step = min(timedelta(minutes=30), then - clock.now())
        await chat.waits(seconds=step.total_seconds())


async def _sent(chat: Chat) -> int:
    async with chat.database():
        row = await sql().one("SELECT count(*) AS n FROM message WHERE state = 'accepted'")
    return int(row["n"])


async def _next_morning(chat: Chat) -> None:
    clock.forward(timedelta(hours=10, minutes=30) - timedelta(seconds=1))
    await chat.waits(seconds=0)


async def test_a_complaint_left_in_the_evening_is_on_record_at_night(chat: Chat) -> None:
    await _evening(chat, "19:29")
    await chat.says("投诉", STORY)
    said = chat.screen
    await chat.product.restart()
    await _at(chat, "21:30")
    assert await on_file(chat) == []
    assert chat.screen == said  # no nudge: it is night
    await chat.product.restart()
    await _at(chat, "22:30")
    case = await the_case(chat)
    assert case.recorded_at <= _on("22:30")
    assert (await happened(chat, case))[0] == "recorded"
    assert case.what == STORY
    assert chat.screen == said
    assert await _sent(chat) == 0
    await chat.product.restart()
    await _next_morning(chat)  # 8:59:59
    assert chat.screen == said
    await chat.waits(seconds=1)
    assert chat.screen.count("先登记") == 1
    assert chat.screen.count(case.number) == 1
    last = chat.world.chat(chat.openid)[-1].text
    assert "（今天） 17:30前" in last  # one working day, in the words of the morning
    assert "明天" not in last
    await chat.waits(hours=3)
    assert chat.screen.count("先登记") == 1
    assert await tasks(chat, "message") == []


async def test_nudged_by_day_and_put_on_record_in_the_evening(chat: Chat) -> None:
    await _evening(chat, "17:30")
    await chat.says("投诉", STORY)
    await _at(chat, "19:00")
    assert "您说的我都记着" in chat.screen
    said = chat.screen
    await _at(chat, "21:30")
    assert (await the_case(chat)).what == STORY
    assert chat.screen == said
    await chat.waits(hours=11, minutes=30)
    assert "先登记" in chat.screen


async def test_who_comes_back_at_night_finds_it_on_record(chat: Chat) -> None:
    await _evening(chat, "19:30")
    await chat.says("投诉", STORY)
    await _at(chat, "23:00")
    case = await the_case(chat)
    await chat.says("投诉进度")
    chat.heard(case.number, "待处理")
    await chat.says("撤回投诉", "撤回")
    chat.heard("已撤回")
    await chat.waits(hours=10, minutes=30)
    assert "先登记" not in chat.screen


async def test_who_writes_at_night_before_it_is_on_record_goes_on_telling(chat: Chat) -> None:
    await _evening(chat, "20:30")
    await chat.says("投诉", STORY)
    await _at(chat, "22:00")
    await chat.says("还漏水")
    chat.heard("说完了")
    await _at(chat, "23:30")
    assert await on_file(chat) == []
    await chat.waits(hours=1)
    await chat.waits(hours=2)
    assert (await the_case(chat)).what.splitlines() == [STORY, "还漏水"]


async def test_a_complaint_that_waits_under_a_booking_is_not_left_till_morning(chat: Chat) -> None:
    await _evening(chat, "19:30")
    await chat.says("投诉", STORY, "预约保养")
    said = chat.screen
    await _at(chat, "23:59")
    assert (await the_case(chat)).what == STORY
    assert chat.screen == said
    await chat.waits(hours=9, minutes=30)
    assert "先登记" in chat.screen
    assert "“预约保养”先帮您收起来了" in chat.screen


async def test_more_words_for_a_complaint_are_passed_on_at_night_too(chat: Chat) -> None:
    await chat.says("投诉", STORY, "说完了", "产品品质", "今天", "修好", "没错")
    case = await the_case(chat)
    await _evening(chat, "19:30")
    await chat.says("补充", "电话也没人回")
    await _at(chat, "23:30")
    assert "added" in await happened(chat, case)
    await chat.waits(hours=10)
    assert "您的话记下了" in chat.screen


async def test_other_talks_wait_for_the_morning(chat: Chat) -> None:
    await _evening(chat, "19:00")
    await chat.says("预约保养")
    said = chat.screen
    await _at(chat, "23:30")
    assert chat.screen == said
    await chat.waits(hours=9, minutes=45)
    assert "还差一步" in chat.screen


async def test_who_said_nothing_is_called_by_day_and_not_told_at_night(chat: Chat) -> None:
    await _evening(chat, "20:30")
    await chat.says("投诉")
    said = chat.screen
    await _at(chat, "23:59")
    assert len(await tasks(chat, "complaint")) == 1
    assert chat.screen == said
    await chat.waits(hours=9, minutes=15)
    assert "请门店同事联系您" in chat.screen
