"""The custom menu, events, and messages that are no text; 人工."""

from bot.flow.conversation import Conversations
from handlers import MENU, all_conversations
from storage.db import sql
from storage.secrets import unseal
from tests.conversations.chat import Chat


async def tasks(chat: Chat) -> list[tuple[str, str]]:
    async with chat.database():
        rows = await sql().rows("SELECT kind, detail FROM staff_task ORDER BY id")
    return [(row["kind"], unseal("staff_task.detail", row["detail"])) for row in rows]


async def test_the_keys_do_what_their_words_do(chat: Chat) -> None:
    await chat.clicks("BOOK_SERVICE")
    chat.heard("首保", "哪天方便")
    await chat.clicks("MY_BOOKINGS")
    chat.heard("没有预约", "哪天方便")
    await chat.clicks("MY_CARS")
    chat.heard("京A12345", "哪天方便")
    await chat.clicks("BOOK_SERVICE")
    chat.heard("“预约保养”正办着呢", "哪天方便")


async def test_a_key_without_a_conversation_says_so(chat: Chat) -> None:
    await chat.clicks("LOTTERY")
    chat.heard("还没有开放")
    await chat.says("预约保养")
    await chat.clicks("LOTTERY")
    chat.heard("还没有开放", "哪天方便")


async def test_a_page_of_the_menu_is_answered_by_silence(chat: Chat) -> None:
    seen = await chat.world.views(chat.openid, "https://example.com/club")
    assert (seen.kind, seen.raw) == ("nothing", "success")
    await chat.says("预约保养")
    seen = await chat.world.views(chat.openid, "https://example.com/club")
    assert (seen.kind, seen.raw) == ("nothing", "success")


async def test_other_events_are_silent_too(chat: Chat) -> None:
    for event in ("LOCATION", "TEMPLATESENDJOBFINISH", "user_authorize_invoice", "不认识的事件"):
        seen = await chat.world.event(chat.openid, event, {"Status": "success", "MsgID": 1})
        assert seen.raw == "success", event


async def test_a_person_is_fetched_by_word(chat: Chat) -> None:
    await chat.says("转人工")
    assert chat.last is not None
    assert chat.last.transfer
    assert await tasks(chat) == [("hand_over", "转人工")]


async def test_who_takes_over_and_when_is_said_beside_the_transfer(chat: Chat) -> None:
    await chat.says("转人工")  # 8:00: the stores open at 8:30
    await chat.waits(seconds=1)
    assert "现在是下班时间" in chat.screen
    assert "08:30上班后" in chat.screen
    chat.world.close_session(chat.openid)
    await chat.waits(hours=2)
    await chat.says("转人工")
    await chat.waits(seconds=1)
    assert "已经帮您接通" in chat.screen


async def test_the_key_asks_first_because_a_tap_cannot_be_transferred(chat: Chat) -> None:
    await chat.clicks("HUMAN")
    chat.heard("请说说您想问什么")
    await chat.says("保修期到什么时候")
    assert chat.last is not None
    assert chat.last.transfer
    assert await tasks(chat) == [("hand_over", "保修期到什么时候")]


async def test_the_key_and_then_the_word(chat: Chat) -> None:
    await chat.clicks("HUMAN")
    await chat.says("人工")
    assert chat.last is not None
    assert chat.last.transfer


async def test_not_wanting_a_person_after_all(chat: Chat) -> None:
    await chat.clicks("HUMAN")
    await chat.says("不用了")
    chat.heard("先不办了")
    assert await tasks(chat) == []


async def test_a_person_in_the_middle_and_the_talk_goes_on_later(chat: Chat) -> None:
    await chat.says("预约保养", "明天", "有人吗，找人工客服")
    assert chat.last is not None
    assert chat.last.transfer
    assert [kind for kind, _ in await tasks(chat)] == ["hand_over"]
    await chat.waits(hours=3)  # nobody is nudged while a person has taken over
    assert "还差一步" not in chat.screen
    chat.world.close_session(chat.openid)
    await chat.says("9点")
    chat.heard("请确认", "11月19日", "09:00")


async def test_what_is_no_text_is_kept_and_the_question_comes_back(chat: Chat) -> None:
    await chat.sends_photo()
    chat.heard("照片收到了", "直接打字")
    await chat.says("预约保养")
    await chat.sends_photo()
    chat.heard("照片收到了", "哪天方便")
    chat.last = await chat.world.sends_voice(chat.openid)
    chat.heard("语音收到了", "哪天方便")
    chat.last = await chat.world.sends_location(chat.openid, 39.9, 116.4, "东城区")
    chat.heard("位置收到了", "哪天方便")
    link = {"Title": "文章", "Description": "", "Url": "https://example.com"}
    chat.last = await chat.world.sends(chat.openid, "link", link)
    chat.heard("链接收到了", "哪天方便")
    chat.last = await chat.world.sends(chat.openid, "hologram", {"MediaId": "m"})
    chat.heard("消息收到了", "哪天方便")
    async with chat.database():
        kept = await sql().rows("SELECT kind FROM inbox WHERE kind <> 'text' ORDER BY id")
    kinds = ["image", "image", "voice", "location", "link", "hologram"]
    assert [row["kind"] for row in kept] == kinds


def test_every_key_of_the_menu_opens_a_conversation() -> None:
    keys = [button["key"] for entry in MENU for button in entry.get("sub_button", [entry])]
    every = Conversations(all_conversations())
    assert len(keys) == len(set(keys)) == 6
    assert [key for key in keys if key not in every.by_menu] == []
    assert len(MENU) <= 3
