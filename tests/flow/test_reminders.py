"""Silence: one nudge, then the conversation is put away. Nothing is sent that may not be."""

from datetime import timedelta

from bot.flow import Conversation, Talk, conversation, days, free_text, hours
from tests.conversations.chat import Chat
from tests.flow.rig import Rig, news, rows

TWO_HOURS = hours(2)
NUDGE = "“留言”还差一步"
PUT_AWAY = "“留言”先帮您收起来了，没有改动任何内容"


def leave_word(remind: timedelta = TWO_HOURS) -> Conversation:
    @conversation("留言", menu="WORD", remind=remind, close=days(1))
    async def flow(talk: Talk) -> str:
        name = await talk.ask("姓名", "怎么称呼？", free_text())
        words = await talk.ask("内容", "想说什么？", free_text())
        return f"{name}：{words}"

    @flow.settle
    async def say(words: str, talk: Talk) -> None:
        talk.say(words)

    @flow.on_leave
    async def gone(talk: Talk) -> None:
        await talk.staff_task("left", talk.opening, same=f"left:{talk.id}")

    return flow


def said(phone: Chat, words: str) -> int:
    return sum(words in text for text in news(phone))


async def test_a_nudge_after_two_hours_and_put_away_a_day_later(rig: Rig) -> None:
    async with rig(leave_word()) as phone:
        await phone.says("留言", "王芳")
        await phone.waits(hours=1, minutes=59)
        assert said(phone, NUDGE) == 0
        await phone.waits(minutes=2)
        assert said(phone, NUDGE) == 1
        assert "想说什么？" in news(phone)[-1]
        await phone.waits(hours=12)
        await phone.waits(hours=11)
        assert (said(phone, NUDGE), said(phone, PUT_AWAY)) == (1, 0)
        await phone.waits(hours=2)
        assert said(phone, PUT_AWAY) == 1
        assert await rows(phone, "SELECT kind FROM staff_task") == [{"kind": "left"}]
        await phone.says("车有异响")
        phone.heard("没听懂")
        await phone.says("留言")
        phone.heard("怎么称呼？")


async def test_an_answer_after_the_nudge_goes_on_and_may_be_nudged_again(rig: Rig) -> None:
    async with rig(leave_word()) as phone:
        await phone.says("留言")
        await phone.waits(hours=3)
        await phone.says("王芳")
        phone.heard("想说什么？")
        await phone.waits(hours=3)
        assert said(phone, NUDGE) == 2
        await phone.says("车有异响")
        phone.heard("王芳：车有异响")
        await phone.waits(days=3)
        assert said(phone, PUT_AWAY) == 0


async def test_who_answers_is_not_nudged(rig: Rig) -> None:
    async with rig(leave_word()) as phone:
        await phone.says("留言")
        await phone.waits(minutes=100)
        await phone.says("王芳")
        await phone.waits(minutes=100)
        assert said(phone, NUDGE) == 0


async def test_who_answers_between_waking_and_sending_is_not_nudged(rig: Rig) -> None:
    async with rig(leave_word()) as phone:
        await phone.says("留言")
        assert phone.product.parts is not None
        chores = phone.product.parts.chores
        woken = await chores.wake_talks(phone.now + hours(3))
        assert woken == {"talks_woken": 1}
        await phone.says("王芳")
        await phone.waits(seconds=1)
        assert said(phone, NUDGE) == 0
        phone.heard("想说什么？")


async def test_waking_twice_nudges_once(rig: Rig) -> None:
    async with rig(leave_word()) as phone:
        await phone.says("留言")
        await phone.waits(hours=2, seconds=1)
        await phone.waits(seconds=1)
        await phone.product.restart()
        await phone.waits(seconds=1)
        assert said(phone, NUDGE) == 1


async def test_outside_the_window_nothing_is_sent_and_no_one_is_bothered(rig: Rig) -> None:
    async with rig(leave_word(remind=hours(49))) as phone:
        await phone.says("留言")
        await phone.waits(hours=50)
        assert said(phone, NUDGE) == 0
        assert await rows(phone, "SELECT id FROM staff_task") == []
        await phone.says("王芳")
        phone.heard("想说什么？")


async def test_a_tap_on_the_menu_opens_too_short_a_window_for_a_nudge(rig: Rig) -> None:
    async with rig(leave_word()) as phone:
        await phone.clicks("WORD")
        await phone.waits(hours=3)
        assert said(phone, NUDGE) == 0
        await phone.says("王芳")
        phone.heard("想说什么？")


async def test_who_left_the_account_is_not_nudged(rig: Rig) -> None:
    async with rig(leave_word()) as phone:
        await phone.says("留言")
        await phone.world.unfollow(phone.openid)
        await phone.waits(hours=3)
        await phone.waits(days=2)
        assert (said(phone, NUDGE), said(phone, PUT_AWAY)) == (0, 0)
        assert await rows(phone, "SELECT status FROM talk") == [{"status": "left"}]


async def test_what_waits_behind_another_conversation_is_not_nudged(rig: Rig) -> None:
    @conversation("查库存", remind=hours(5))
    async def stock(talk: Talk) -> None:
        await talk.bye(await talk.ask("零件", "哪个零件？", free_text()))

    async with rig(leave_word(), stock) as phone:
        await phone.says("留言", "查库存")
        phone.heard("哪个零件")
        await phone.waits(hours=3)
        assert said(phone, NUDGE) == 0
        await phone.says("机滤")
        phone.heard("机滤", "我们接着办“留言”", "怎么称呼")
        await phone.waits(hours=3)
        assert said(phone, NUDGE) == 1


async def test_when_the_front_one_is_put_away_so_is_what_waits_behind_it(rig: Rig) -> None:
    @conversation("查库存")
    async def stock(talk: Talk) -> None:
        await talk.bye(await talk.ask("零件", "哪个零件？", free_text()))

    async with rig(leave_word(), stock) as phone:
        await phone.says("留言", "查库存")
        await phone.waits(hours=3)
        await phone.waits(hours=25)
        assert "“查库存”和“留言”先帮您收起来了" in news(phone)[-1]
        statuses = [row["status"] for row in await rows(phone, "SELECT status FROM talk")]
        assert statuses == ["closed", "closed"]
