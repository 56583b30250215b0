"""Slow turns, broken turns, lost races: the customer always hears something, and nothing is half done."""

import asyncio

import pytest

from bot.errors import Conflict, CustomerError
from bot.flow import AskAgain, Conversation, Option, Talk, choice, conversation, free_text
from tests.flow.rig import Rig, news, rows

CALM = "抱歉，我这边出了点状况，已经告诉门店同事"


def waiting_for(go_on: asyncio.Event) -> Conversation:
    @conversation("查一下")
    async def look_up(talk: Talk) -> str:
        what = await talk.ask("什么", "查什么？", free_text())
        await go_on.wait()
        return what

    @look_up.settle
    async def say(what: str, talk: Talk) -> None:
        await talk.staff_task("looked", what)
        talk.say(f"{what}：有货")

    return look_up


async def test_a_slow_turn_is_answered_by_a_message_of_its_own(rig: Rig) -> None:
    go_on = asyncio.Event()
    async with rig(waiting_for(go_on), late_after=0.2) as phone:
        await phone.says("查一下")
        message = phone.world.compose(phone.openid, "text", {"Content": "机油"})
        seen = await phone.world.send(message)
        assert (seen.kind, seen.raw) == ("nothing", "success")
        go_on.set()
        await phone.product.restart()  # which lets a running turn finish
        await phone.waits(seconds=1)
        assert news(phone).count("机油：有货") == 1
        assert (await phone.world.send(message)).raw == "success"
        await phone.waits(seconds=1)
        assert news(phone).count("机油：有货") == 1
        assert len(await rows(phone, "SELECT id FROM staff_task WHERE kind = 'looked'")) == 1


async def test_a_slow_turn_that_breaks_is_not_silent_either(rig: Rig) -> None:
    go_on = asyncio.Event()
    flow = waiting_for(go_on)

    @flow.settle
    async def breaks(_what: str, _talk: Talk) -> None:
        raise RuntimeError("the parts system is down")

    async with rig(flow, late_after=0.2) as phone:
        await phone.says("查一下", "机油")
        go_on.set()
        await phone.product.restart()
        await phone.waits(seconds=1)
        assert news(phone)[-1].startswith(CALM)


def failing(error: BaseException, where: str) -> Conversation:
    @conversation("试试")
    async def attempt(talk: Talk) -> str:
        first = await talk.ask("第一", "第一句？", free_text())
        if where == "run":
            raise error
        return first

    @attempt.settle
    async def settle(first: str, talk: Talk) -> None:
        await talk.staff_task("half", first)
        raise error

    return attempt


@pytest.mark.parametrize("where", ["run", "settle"])
@pytest.mark.parametrize("error", [RuntimeError("oops"), ValueError("no"), Conflict("always")])
async def test_what_breaks_is_said_calmly_and_undone(
    rig: Rig, error: Exception, where: str
) -> None:
    async with rig(failing(error, where)) as phone:
        await phone.says("试试", "一")
        phone.heard(CALM)
        assert [b for b in news(phone) if CALM in b] == [phone.text]
        tasks = await rows(phone, "SELECT kind, detail FROM staff_task")
        assert tasks == [{"kind": "error", "detail": "一"}]
        talks = await rows(phone, "SELECT status, answers FROM talk")
        assert [(talk["status"], str(talk["answers"])) for talk in talks] == [("open", "{}")]


async def test_the_repeat_of_a_broken_message_gets_the_same_calm_words(rig: Rig) -> None:
    async with rig(failing(RuntimeError("oops"), "run")) as phone:
        await phone.says("试试")
        seen = await phone.world.says(phone.openid, "一", duplicates=3)
        assert all(CALM in one.text for one in (seen, *seen.repeats))
        assert len(await rows(phone, "SELECT id FROM staff_task")) == 1


async def test_words_for_the_customer_are_said_and_the_question_comes_back(rig: Rig) -> None:
    async with rig(failing(CustomerError("今天系统维护，明天再办好吗？"), "run")) as phone:
        await phone.says("试试", "一")
        phone.heard("今天系统维护", "第一句？")
        phone.heard_not(CALM)


async def test_business_that_pushes_back_for_ever_is_a_mistake(rig: Rig) -> None:
    @conversation("转圈")
    async def circles(talk: Talk) -> None:
        await talk.ask("第一", "第一句？", choice([(Option("a", "甲"), "a")]), preset="a")
        raise AskAgain("别的", "再来。")

    async with rig(circles) as phone:
        await phone.says("转圈")
        phone.heard(CALM)


async def test_pushing_back_a_few_times_is_business(rig: Rig) -> None:
    taken: list[str] = []

    @conversation("约时间")
    async def book(talk: Talk) -> str:
        hours = [hour for hour in ("9点", "10点", "11点") if hour not in taken]
        return await talk.ask("时间", "几点？", choice([(Option(h, h), h) for h in hours]))

    @book.settle
    async def write(hour: str, talk: Talk) -> None:
        await talk.staff_task("half", hour)
        if hour != "11点":
            taken.append(hour)
            raise AskAgain("时间", f"{hour}刚刚被约走了。")
        talk.say(f"约好了{hour}")

    async with rig(book) as phone:
        await phone.says("约时间", "1")
        phone.heard("9点刚刚被约走了", "几点", "1. 10点")
        await phone.says("1")
        phone.heard("10点刚刚被约走了", "1. 11点")
        await phone.says("1")
        phone.heard("约好了11点")
        # what settle wrote before it pushed back is undone
        assert await rows(phone, "SELECT title FROM staff_task") == [{"title": "11点"}]


async def test_a_broken_event_that_nobody_waits_for_is_silent_but_known(rig: Rig) -> None:
    @conversation("关注", events=("scan",), aside=True)
    async def breaks(_talk: Talk) -> None:
        raise RuntimeError("oops")

    async with rig(breaks) as phone:
        await phone.follows("store_main")
        phone.heard(CALM)
        seen = await phone.world.event(phone.openid, "LOCATION", {"Latitude": 1})
        assert seen.raw == "success"


async def test_an_except_in_a_conversation_does_not_eat_its_questions(rig: Rig) -> None:
    @conversation("小心")
    async def careful(talk: Talk) -> None:
        try:
            words = await talk.ask("第一", "第一句？", free_text())
        except Exception:  # what a pause must survive
            words = "吃掉了"
        await talk.bye(words)

    async with rig(careful) as phone:
        await phone.says("小心")
        phone.heard("第一句？")
        await phone.says("好的")
        phone.heard("好的")
