"""A repeat gets what its first copy got, and nothing happens twice; messages keep their order."""

import asyncio

from aiohttp import web

from bot.flow import Conversation, Option, Talk, choice, conversation, free_text
from bot.flow.conversation import Conversations
from bot.flow.engine import Engine
from bot.sandbox.courier import Courier
from bot.sandbox.wire import Fields
from handlers import all_conversations
from storage.queries.talks import Talks
from tests.conversations.chat import Chat
from tests.flow.rig import Rig, news, rigged, rows, wire
from tests.people import SHANGHAI


@conversation("留言")
async def leave_word(talk: Talk) -> str:
    return await talk.ask("内容", "请说。", free_text())


@leave_word.settle
async def keep(words: str, talk: Talk) -> None:
    await talk.staff_task("word", words)
    talk.say(f"记下了：{words}")


def fields(phone: Chat, text: str) -> Fields:
    """A text, ready to be delivered as often as one likes."""
    return phone.world.compose(phone.openid, "text", {"Content": text})


async def words_kept(phone: Chat) -> list[str]:
    kept = await rows(phone, "SELECT title FROM staff_task WHERE kind = 'word' ORDER BY id")
    return [row["title"] for row in kept]


async def test_one_after_the_other(rig: Rig) -> None:
    async with rig(leave_word) as phone:
        await phone.says("留言")
        message = fields(phone, "修好了吗")
        first = await phone.world.send(message)
        again = await phone.world.send(message)
        assert first.text == again.text == "记下了：修好了吗"
        assert await words_kept(phone) == ["修好了吗"]


async def test_all_at_once(rig: Rig) -> None:
    async with rig(leave_word) as phone:
        await phone.says("留言")
        seen = await phone.world.says(phone.openid, "修好了吗", duplicates=7)
        assert {one.text for one in (seen, *seen.repeats)} == {"记下了：修好了吗"}
        assert await words_kept(phone) == ["修好了吗"]


async def test_after_a_restart(rig: Rig) -> None:
    async with rig(leave_word) as phone:
        await phone.says("留言")
        message = fields(phone, "修好了吗")
        first = await phone.world.send(message)
        await phone.product.restart()
        assert (await phone.world.send(message)).text == first.text
        assert await words_kept(phone) == ["修好了吗"]


async def test_to_two_processes_at_once(rig: Rig) -> None:
    """Two engines with nothing in common but the database, each behind a port of its own."""
    async with rig(leave_word) as phone:
        await phone.says("留言")
        assert phone.product.parts is not None
        other = Engine(Talks(), Conversations([leave_word]), SHANGHAI)
        runner = web.AppRunner(wire(phone.product.parts, other))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        theirs = f"http://127.0.0.1:{runner.addresses[0][1]}/wechat"
        ours, message = phone.world.courier, fields(phone, "修好了吗")
        others = Courier(phone.world.account, theirs, phone.world.traffic, 5.0)
        others.open()
        got = await asyncio.gather(*(one.deliver(message) for one in (ours, others) * 4))
        await others.close()
        await runner.cleanup()
        assert all("记下了：修好了吗" in ours.legible(one.body) for one in got)
        assert await words_kept(phone) == ["修好了吗"]


async def test_an_event_has_no_id_and_is_known_by_person_second_and_name(rig: Rig) -> None:
    async with rig(*all_conversations()) as phone:
        event: Fields = {
            "ToUserName": phone.world.account.original_id,
            "FromUserName": phone.openid,
            "CreateTime": int(phone.now.timestamp()),
            "MsgType": "event",
            "Event": "CLICK",
            "EventKey": "BOOK_SERVICE",
        }
        first, again = await phone.world.send(event), await phone.world.send(event)
        assert "哪天方便" in first.text
        assert again.text == first.text
        assert len(await rows(phone, "SELECT id FROM talk")) == 1


async def test_a_repeat_of_an_earlier_message_does_not_disturb_the_talk(rig: Rig) -> None:
    async with rig(*all_conversations()) as phone:
        message = fields(phone, "预约保养")
        first = await phone.world.send(message)
        await phone.says("明天")
        assert (await phone.world.send(message)).text == first.text
        await phone.says("9点")
        phone.heard("请确认", "11月19日", "09:00")


def asking_slowly(started: asyncio.Event, go_on: asyncio.Event) -> Conversation:
    @conversation("慢慢来")
    async def slowly(talk: Talk) -> str:
        first = await talk.ask("第一", "第一句？", free_text())
        if talk.kept("第二") is None and not started.is_set():
            started.set()
            await go_on.wait()
        second = await talk.ask("第二", "第二句？", free_text())
        return f"{first}，{second}"

    @slowly.settle
    async def say(both: str, talk: Talk) -> None:
        talk.say(both)

    return slowly


async def test_two_quick_messages_of_one_person_are_taken_in_order(rig: Rig) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()
    async with rig(asking_slowly(started, go_on)) as phone:
        await phone.says("慢慢来")
        first = asyncio.create_task(phone.world.says(phone.openid, "一"))
        await started.wait()
        second = asyncio.create_task(phone.world.says(phone.openid, "二"))
        await asyncio.wait([second], timeout=0.2)
        assert not second.done()
        go_on.set()
        assert (await first).text == "第二句？"
        assert (await second).text == "一，二"
        assert news(phone)[-2:] == ["第二句？", "一，二"]


async def test_who_waits_for_one_person_does_not_wait_for_another(
    migrated_postgres_url: str,
) -> None:
    """On PostgreSQL; an SQLite file has one writer at a time."""
    started, go_on = asyncio.Event(), asyncio.Event()
    slowly = asking_slowly(started, go_on)
    async with rigged(migrated_postgres_url, slowly) as phone:
        await phone.says("慢慢来")
        first = asyncio.create_task(phone.world.says(phone.openid, "一"))
        await started.wait()
        other = phone.of(phone.cast.li.openid)
        await other.says("慢慢来")
        other.heard("第一句")
        assert not first.done()
        go_on.set()
        await first


async def test_the_number_keeps_its_meaning_when_the_menu_is_reordered(rig: Rig) -> None:
    cars = ["GL8", "昂科威", "君威"]

    @conversation("选车")
    async def pick(talk: Talk) -> str:
        lines = [(Option(car, car), car) for car in cars]
        return await talk.ask("车型", "哪款？", choice(lines))

    @pick.settle
    async def say(car: str, talk: Talk) -> None:
        talk.say(f"是{car}")

    async with rig(pick) as phone:
        await phone.says("选车")
        cars.reverse()
        await phone.says("1")
        phone.heard("是GL8")
