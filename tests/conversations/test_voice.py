"""Voice notes that WeChat understood: their words count like typed ones, and the voice is kept."""

from storage.db import sql
from tests.conversations.chat import Chat
from tests.conversations.complaining import AMR, on_file, said_later, sent_with, the_case
from tests.conversations.rating import cases_of, said, settled


async def _kept(chat: Chat) -> list[tuple[str, int | None, int | None]]:
    async with chat.database():
        rows = await sql().rows("SELECT kind, case_id, rating_id FROM evidence ORDER BY id")
    return [(row["kind"], row["case_id"], row["rating_id"]) for row in rows]


async def test_a_complaint_that_is_spoken_from_beginning_to_end(chat: Chat) -> None:
    await chat.sends_voice(AMR, "我要投诉，空调修了三次还不制冷。")
    chat.heard("在听")
    await chat.sends_voice(AMR, "前台也不理人。")
    chat.heard("语音收到了")
    await chat.sends_voice(AMR, "说完了。")
    chat.heard("哪一类")
    await chat.sends_voice(AMR, "产品品质。")
    await chat.sends_voice(AMR, "昨天。")
    await chat.sends_voice(AMR, "重新修好。")
    chat.heard("请您核对", "[语音]", "重新修好")
    await chat.sends_voice(AMR, "没错。")
    case = await the_case(chat)
    chat.heard(case.number)
    assert case.what.splitlines() == [
        "[语音] 我要投诉，空调修了三次还不制冷。",
        "[语音] 前台也不理人。",
    ]
    assert (case.category, case.since, case.wish) == ("product_quality", "昨天", "重新修好")
    assert len(await sent_with(chat, case)) >= 5


async def test_what_was_not_understood_is_a_voice_as_before(chat: Chat) -> None:
    await chat.says("投诉")
    await chat.sends_voice(AMR)
    chat.heard("语音收到了")
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    case = await the_case(chat)
    assert case.what == "[语音]"
    assert await sent_with(chat, case) == [("voice", "wanted")]


async def test_a_command_and_a_booking_by_voice(chat: Chat) -> None:
    await chat.sends_voice(AMR, "周六上午十点做保养。")
    chat.heard("请确认", "10:00")
    await chat.sends_voice(AMR, "取消。")
    chat.heard("不办了")
    await chat.sends_voice(AMR, "我的预约。")
    chat.heard_not("语音收到了，已经存进您的记录")


async def test_spoken_words_that_nobody_understands_are_puzzled_over(chat: Chat) -> None:
    await chat.sends_voice(AMR, "阿巴阿巴阿巴。")
    chat.heard("没听懂")
    await chat.says("预约保养")
    await chat.sends_voice(AMR, "阿巴阿巴阿巴。")
    chat.heard("没太明白")


async def test_a_rating_by_voice(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    await chat.sends_voice(AMR, "四分。")
    chat.heard("谢谢您")
    await chat.says("说细节")
    await chat.sends_voice(AMR, "小李师傅特别耐心，讲解很清楚。")
    chat.heard("记下了", "服务顾问的接待")
    await chat.says("5", "5", "是", "暂时不变", "9")
    await chat.sends_voice(AMR, "店里的咖啡不错。")
    given = await said(chat)
    assert given["overall"] == 4
    assert given["words"] == "[语音] 店里的咖啡不错。"
    assert "[语音] 小李师傅特别耐心，讲解很清楚。" in given.values()
    assert await _kept(chat) == [("voice", None, 1)] * 3
    assert await cases_of(chat) == []


async def test_spoken_words_of_complaint_in_a_rating_are_a_case(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    await chat.sends_voice(AMR, "等了三个小时没人理，太差劲了。")
    chat.heard("T000001")
    assert "[语音] 等了三个小时" in (await the_case(chat)).what
    assert ("voice", 1, 1) in await _kept(chat)


async def test_more_words_by_voice_reach_the_complaint(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "说完了", "产品品质", "今天", "修好", "没错")
    case = await the_case(chat)
    await chat.sends_voice(AMR, "补充一下，昨天又漏水了。")
    chat.heard(case.number)
    assert "[语音] 昨天又漏水了。" in await said_later(chat, case)
    await chat.sends_voice(AMR, "还是没解决，我很着急。")
    assert any("[语音] 还是没解决" in words for words in await said_later(chat, case))
    assert [kind for kind, _ in await sent_with(chat, case)] == ["voice", "voice"]
    assert len(await on_file(chat)) == 1


async def test_silence_keeps_what_was_spoken(chat: Chat) -> None:
    await chat.sends_voice(AMR, "我要投诉，空调修了三次还不制冷。")
    await chat.waits(hours=1, minutes=1)
    await chat.waits(hours=2, minutes=1)
    case = await the_case(chat)
    assert "[语音] 我要投诉" in case.what
    assert [kind for kind, _ in await sent_with(chat, case)] == ["voice"]
