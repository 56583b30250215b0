"""Answers of many messages: kept as they come, gathered at any question, never dropped in silence."""

from functools import partial

from bot.flow import AskAgain, Option, Talk, conversation, hours, words
from bot.flow.telling import Part
from tests.conversations.chat import Chat
from tests.flow.rig import Rig, news, rows

DONE = Option("done", "说完了", ("没有了",))


@conversation(
    "说事", gathers="经过", busy="在听。", nudge="都记着。", remind=hours(1), close=hours(2)
)
async def tell_it(talk: Talk) -> str | None:
    if talk.leaving:
        stay = await talk.ask("去留", "真的不说了？", words("留下", "走"))
        return "留下的" if stay == "留下" else await talk.bye("好的。")
    parts = await talk.tell("经过", "请说。", ("接着说。",), DONE, keep=partial(kept, talk))
    if not parts:
        raise AskAgain("经过", "还没说呢。")
    how = await talk.ask("想法", "怎么办？", words("重来", "算钱", most=20))
    return "\n".join([*(part.shown for part in parts), how])


async def kept(talk: Talk, part: Part) -> int:
    await talk.staff_task("media", part.media_id)
    return 1


@tell_it.settle
async def write(story: str, talk: Talk) -> None:
    await talk.staff_task("story", story)
    talk.say("写下了。")


@tell_it.on_unfinished
async def put_down(talk: Talk) -> bool:
    story = "\n".join(part.shown for part in talk.told("经过"))
    if story:
        await talk.staff_task("unfinished", story)
        talk.say("先写下了。")
    return bool(story)


@tell_it.on_leave
async def left(talk: Talk) -> None:
    await talk.staff_task("left", "走了")


@conversation("别的")
async def other(talk: Talk) -> str:
    return await talk.ask("什么", "别的什么？", words("甲", "乙"))


@conversation("再一个")
async def third(talk: Talk) -> str:
    return await talk.ask("哪个", "再一个什么？", words("丙"))


@conversation("人工")
async def human(talk: Talk) -> None:
    talk.hand_over()


async def tasks(phone: Chat, kind: str) -> list[str]:
    found = await rows(phone, "SELECT title FROM staff_task WHERE kind = ? ORDER BY id", kind)
    return [row["title"] for row in found]


async def test_several_messages_and_then_all(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事")
        phone.heard("请说。")
        await phone.says("一")
        phone.heard("接着说。")
        await phone.sends_photo()
        phone.heard("照片收到了。", "接着说。")
        await phone.says("二", "没有了", "重来")
        assert await tasks(phone, "story") == ["一\n[照片]\n二\n重来"]
        assert len(await tasks(phone, "media")) == 1


async def test_nothing_said_is_asked_for_again(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "说完了")
        phone.heard("还没说呢。", "请说。")


async def test_what_comes_later_is_gathered(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "一", "说完了")
        phone.heard("怎么办")
        await phone.sends_voice()
        await phone.says("重来")
        assert await tasks(phone, "story") == ["一\n[语音]\n重来"]


async def test_what_is_too_long_for_an_answer_is_more_of_the_story(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "一", "说完了", "二" * 21)
        phone.heard("加进去了。", "怎么办")
        await phone.says("重来")
        assert await tasks(phone, "story") == ["一\n" + "二" * 21 + "\n重来"]


async def test_politeness_and_other_wishes_are_not_gathered(rig: Rig) -> None:
    async with rig(tell_it, other) as phone:
        await phone.says("说事", "一", "别的")
        phone.heard("别的什么")
        await phone.says("甲")
        phone.heard("接着办“说事”", "接着说。")


async def test_an_old_line_tapped_again_is_no_part(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "一", "说完了")
        await phone.taps("说完了")
        phone.heard("怎么办")
        await phone.says("重来")
        assert await tasks(phone, "story") == ["一\n重来"]


async def test_a_step_back_tells_on(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "一", "说完了", "返回")
        phone.heard("接着说。")
        await phone.says("二", "说完了", "重来")
        assert await tasks(phone, "story") == ["一\n二\n重来"]


async def test_the_keyword_once_more(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "说事")
        phone.heard("在听。")


async def test_leaving_is_asked_once_and_means_it_the_second_time(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "一", "算了")
        phone.heard("真的不说了")
        await phone.says("取消")
        phone.heard("不办了")
        assert await tasks(phone, "left") == ["走了"]
        assert await tasks(phone, "unfinished") == []


async def test_leaving_with_nothing_told_is_leaving(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事", "取消")
        phone.heard("不办了")


async def test_silence_keeps_it_and_says_so_beside_what_is_only_put_away(rig: Rig) -> None:
    async with rig(tell_it, other) as phone:
        await phone.says("别的", "说事", "一")
        await phone.waits(hours=1, minutes=1)
        assert "都记着。" in news(phone)[-1]
        await phone.waits(hours=2, minutes=1)
        assert "先写下了。" in news(phone)[-1]
        assert "“别的”先帮您收起来了" in news(phone)[-1]
        assert await tasks(phone, "unfinished") == ["一"]
        assert await tasks(phone, "left") == []


async def test_silence_with_nothing_told_is_put_away(rig: Rig) -> None:
    async with rig(tell_it) as phone:
        await phone.says("说事")
        await phone.waits(hours=1, minutes=1)
        await phone.waits(hours=2, minutes=1)
        assert "“说事”先帮您收起来了" in news(phone)[-1]
        assert await tasks(phone, "left") == ["走了"]


async def test_a_third_conversation_ends_it_kept(rig: Rig) -> None:
    async with rig(tell_it, other, third) as phone:
        await phone.says("别的", "说事", "一", "再一个")
        phone.heard("先写下了。", "再一个什么")
        await phone.says("丙")
        phone.heard("别的什么")
        assert await tasks(phone, "unfinished") == ["一"]


async def test_a_person_takes_over_what_was_told(rig: Rig) -> None:
    async with rig(tell_it, other, human) as phone:
        await phone.says("别的", "说事", "一", "人工")
        assert await tasks(phone, "unfinished") == ["一"]
        phone.world.close_session(phone.openid)
        await phone.says("甲")
        assert phone.last is not None


async def test_it_is_taken_up_where_it_was(rig: Rig) -> None:
    async with rig(tell_it, other) as phone:
        await phone.says("说事", "一", "别的", "说事")
        phone.heard("接着说。")
        await phone.says("二", "说完了", "重来")
        phone.heard("写下了。", "别的什么")
        assert await tasks(phone, "story") == ["一\n二\n重来"]
