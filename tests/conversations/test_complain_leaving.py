"""A complaint is never dropped: silence, a person, another conversation, a change of mind."""

from storage.db import sql
from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.complaining import AMR, JPEG, on_file, sent_with, tasks, the_case
from tests.conversations.rating import settled


async def test_silence_in_the_middle_records_what_was_said_and_says_so(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不制冷")
    await chat.sends_photo(JPEG)
    await chat.waits(hours=1, minutes=1)
    assert "您说的我都记着" in chat.screen
    assert await on_file(chat) == []
    await chat.waits(hours=2, minutes=1)
    case = await the_case(chat)
    assert case.number in chat.screen
    assert "先登记" in chat.screen
    assert case.what.splitlines() == ["空调修了三次还不制冷", "[照片]"]
    assert [kind for kind, _ in await sent_with(chat, case)] == ["image"]
    await chat.says("投诉进度")
    chat.heard(case.number, "待处理")


async def test_silence_after_the_questions_keeps_the_answers(chat: Chat) -> None:
    await chat.says("投诉", "前台骂人", "说完了", "服务态度")
    await chat.waits(hours=1, minutes=1)
    await chat.waits(hours=2, minutes=1)
    assert (await the_case(chat)).category == "attitude"


async def test_silence_of_somebody_who_said_nothing_is_told_to_staff(chat: Chat) -> None:
    await chat.says("投诉")
    await chat.waits(hours=1, minutes=1)
    await chat.waits(hours=2, minutes=1)
    assert await on_file(chat) == []
    assert len(await tasks(chat, "complaint")) == 1
    assert "请门店同事联系您" in chat.screen


async def test_who_only_tapped_the_menu_is_not_called(chat: Chat) -> None:
    await chat.clicks("COMPLAIN")
    await chat.waits(hours=1, minutes=1)
    await chat.waits(hours=2, minutes=1)
    assert "请门店同事联系您" not in chat.screen
    assert await tasks(chat, "complaint") == []
    assert await on_file(chat) == []


async def test_who_wants_to_complain_twice_a_day_and_says_nothing_is_called_once(
    chat: Chat,
) -> None:
    for _ in range(2):
        await chat.says("我要投诉你们")
        await chat.waits(hours=1, minutes=1)
        await chat.waits(hours=2, minutes=1)
    assert len(await tasks(chat, "complaint")) == 1


async def test_who_goes_on_to_something_else_has_said_nothing_yet(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("投诉", "评价")
    chat.heard("还没说内容，先没有登记", "您打几分")
    assert await tasks(chat, "complaint") == []


async def test_who_asks_for_a_person_instead_is_one_task(chat: Chat) -> None:
    await chat.clicks("COMPLAIN")
    await chat.clicks("HUMAN")
    chat.heard("请说说您想问什么")
    chat.heard_not("投诉")
    await chat.says("你们到底管不管")
    await chat.waits(seconds=1)
    assert await tasks(chat, "complaint") == []
    [task] = await tasks(chat, "hand_over")
    async with chat.database():
        row = await sql().one("SELECT detail FROM staff_task WHERE id = ?", task)
    assert unseal("staff_task.detail", row["detail"]) == (
        "你们到底管不管（刚才想投诉，还没说内容）"
    )


async def test_silence_in_a_booking_that_a_complaint_waits_for(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "预约保养")
    await chat.waits(hours=2, minutes=1)
    await chat.waits(hours=24, minutes=1)
    case = await the_case(chat)
    assert case.number in chat.screen
    assert "“预约保养”先帮您收起来了" in chat.screen


async def test_whoever_asks_for_a_person_has_complained_already(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不制冷", "人工")
    await chat.waits(seconds=1)
    case = await the_case(chat)
    assert case.number in chat.screen
    assert "空调修了三次还不制冷" in case.what


async def test_whoever_sighs_is_asked_once_whether_it_shall_be_recorded(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不制冷", "算了")
    chat.heard("登记")
    await chat.taps("1. 登记")
    case = await the_case(chat)
    chat.heard(case.number)


async def test_what_is_sent_while_being_asked_whether_to_record_it_is_kept(chat: Chat) -> None:
    await chat.says("投诉", "空调修了三次还不制冷", "算了")
    await chat.sends_photo(JPEG)
    chat.heard("登记")
    await chat.taps("1. 登记")
    assert await sent_with(chat, await the_case(chat)) == [("image", "wanted")]


async def test_whoever_does_not_want_it_is_left_alone(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷")
    await chat.sends_voice(AMR)
    await chat.says("不投诉了")
    chat.heard("登记")
    await chat.taps("不登记了")
    chat.heard("不登记", "投诉")
    assert await on_file(chat) == []
    async with chat.database():
        assert (await sql().one("SELECT count(*) AS n FROM evidence"))["n"] == 0


async def test_no_at_the_very_end(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "说完了", "产品品质", "今天", "修好")
    await chat.taps("不登记了")
    assert await on_file(chat) == []
    chat.heard("不登记")


async def test_nothing_said_is_nothing_to_ask_about(chat: Chat) -> None:
    await chat.says("投诉", "取消")
    chat.heard("不办了")


async def test_not_complaining_after_all_with_nothing_said(chat: Chat) -> None:
    await chat.says("投诉", "不投诉了")
    chat.heard("没有登记投诉")
    assert await tasks(chat, "complaint") == []


async def test_thanks_are_answered_and_another_wish_is_no_part_of_it(chat: Chat) -> None:
    await chat.says("投诉", "空调不冷", "说完了", "谢谢")
    chat.heard("不客气", "哪一类")
    await chat.says("明天10点做个保养")
    chat.heard("请确认")
    await chat.says("确认")
    chat.heard("预约号 A", "接着办“投诉”", "哪一类")
    await chat.says("产品品质", "今天", "修好", "没错")
    assert (await the_case(chat)).what == "空调不冷"


async def test_a_rating_that_stays_open_for_days_keeps_no_complaint_waiting(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("投诉", "空调修了两次还是不制冷", "评价")
    case = await the_case(chat)
    chat.heard(case.number, "您打几分")
    assert case.what == "空调修了两次还是不制冷"
