"""投诉进度 and what customers may do with a complaint, whatever staff did in the meantime."""

import pytest

from storage.queries.cases import deeds as case_deeds
from storage.queries.cases import opening as cases
from tests.conversations.chat import Chat
from tests.conversations.complaining import (
    JPEG,
    happened,
    on_file,
    said_later,
    sent_with,
    staff_does,
    the_case,
)

STORY = ("投诉", "空调修了三次还不制冷", "说完了", "产品品质", "今天", "修好", "没错")


async def complained(chat: Chat) -> cases.Case:
    await chat.says(*STORY)
    return (await on_file(chat))[-1]


async def test_nobody_complained(stranger: Chat) -> None:
    await stranger.says("投诉进度")
    stranger.heard("没有", "投诉")


async def test_state_next_step_and_by_when(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("投诉进度")
    chat.heard(case.number, "待处理", "最晚11月18日", "前给您答复")
    await staff_does(chat, case, "receive")
    await chat.says("投诉进度")
    chat.heard("处理中", "前")
    await staff_does(chat, case, "reply", "solve", "tell")
    await chat.says("投诉进度")
    chat.heard("已解决", "免费更换冷媒管并重新加注", "问题解决了", "还没解决")
    chat.heard_not("冷媒泄漏")  # the root cause is the dealership's own business


async def test_the_solution_is_confirmed(chat: Chat) -> None:
    case = await complained(chat)
    await staff_does(chat, case, "receive", "solve", "tell")
    await chat.says("问题解决了")
    chat.heard(case.number, "谢谢")
    assert (await the_case(chat)).state == "confirmed"


async def test_not_solved_said_twice(chat: Chat) -> None:
    case = await complained(chat)
    await staff_does(chat, case, "receive", "solve", "tell")
    await chat.says("还没解决，昨天又不冷了")
    chat.heard(case.number, "重新处理", "前")
    assert (await the_case(chat)).state == "reopened"
    await chat.says("还没解决")
    chat.heard(case.number, "前")
    found = await happened(chat, case)
    assert found.count("reopened") == 1
    assert found[-1] == "added"
    assert any("昨天又不冷了" in words for words in await said_later(chat, case))


async def test_solved_before_staff_say_so(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("问题解决了")
    chat.heard(case.number, "负责人")
    assert (await the_case(chat)).state == "open"
    assert (await happened(chat, case))[-1] == "added"


async def test_added_later_with_a_photo(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("补充")
    chat.heard(case.number, "说完了")
    await chat.says("左边出风口也不冷")
    await chat.sends_photo(JPEG)
    await chat.says("说完了")
    chat.heard(case.number, "您的话记下了")
    assert any("左边出风口也不冷" in words for words in await said_later(chat, case))
    assert len(await sent_with(chat, case)) == 1


async def test_added_in_one_sentence(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("补充：左边出风口也不冷")
    chat.heard(case.number)
    assert "左边出风口也不冷" in await said_later(chat, case)


async def test_silence_while_adding_keeps_what_was_said(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("补充", "左边出风口也不冷")
    await chat.waits(hours=1, minutes=1)
    await chat.waits(hours=2, minutes=1)
    assert "左边出风口也不冷" in await said_later(chat, case)
    assert "交给负责人了" in chat.screen


async def test_withdrawn(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("撤回投诉")
    chat.heard(case.number, "撤回")
    await chat.taps("1. 撤回")
    chat.heard("已撤回")
    assert (await the_case(chat)).state == "withdrawn"
    await chat.says("撤回投诉")
    chat.heard("没有")


async def test_a_second_thought_about_withdrawing(chat: Chat) -> None:
    await complained(chat)
    await chat.says("撤回投诉")
    await chat.taps("不撤回")
    assert (await the_case(chat)).state == "open"


@pytest.mark.parametrize("deed", ["solve", "tell"])
async def test_staff_solve_it_while_it_is_being_withdrawn(chat: Chat, deed: str) -> None:
    case = await complained(chat)
    await chat.says("撤回投诉")
    await staff_does(chat, case, *(("receive", "solve") if deed == "solve" else ("solve", "tell")))
    await chat.taps("1. 撤回")
    chat.heard(case.number)
    assert (await the_case(chat)).state in ("withdrawn", "solved")


async def test_it_was_closed_between_two_messages_of_an_addition(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("补充", "左边出风口也不冷")
    await staff_does(chat, case, "receive", "solve")
    async with chat.database():
        await case_deeds.act(case.id, "confirm", "customer", chat.now)
    await chat.says("说完了")
    chat.heard(case.number)
    assert "左边出风口也不冷" in await said_later(chat, case)


async def test_it_was_withdrawn_elsewhere_between_two_messages_of_an_addition(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("补充", "左边出风口也不冷")
    async with chat.database():
        await case_deeds.act(case.id, "withdraw", "customer", chat.now)
    await chat.says("说完了")
    chat.heard("T", "登记")
    assert "左边出风口也不冷" in (await on_file(chat))[-1].what


async def test_two_complaints_and_which_of_them(chat: Chat) -> None:
    first = await complained(chat)
    await chat.says("投诉", "前台骂人", "说完了", "新的问题", "服务态度", "今天", "道歉", "没错")
    second = (await on_file(chat))[-1]
    assert first.id != second.id
    await chat.says("撤回投诉")
    chat.heard(first.number, second.number)
    await chat.taps(second.number)
    await chat.taps("1. 撤回")
    assert [case.state for case in await on_file(chat)] == ["open", "withdrawn"]


async def test_the_same_matter_again_is_added_to_the_first(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("投诉", "到现在没人联系我", "说完了")
    chat.heard(case.number, "新的问题")
    await chat.taps(case.number)
    chat.heard(case.number, "前")
    assert [one.id for one in await on_file(chat)] == [case.id]
    assert any("到现在没人联系我" in words for words in await said_later(chat, case))


async def test_complaining_again_about_what_was_solved_reopens_it(chat: Chat) -> None:
    case = await complained(chat)
    await staff_does(chat, case, "receive", "solve", "tell")
    await chat.says("投诉", "又坏了", "说完了")
    await chat.taps(case.number)
    assert (await the_case(chat)).state == "reopened"


async def test_what_they_went_on_about_is_closed_before_they_say_which(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("投诉", "到现在没人联系我", "说完了")
    chat.heard(case.number)
    async with chat.database():
        await case_deeds.act(case.id, "withdraw", "customer", chat.now)
    await chat.taps(case.number)
    chat.heard("哪一类")
    await chat.says("回应时间", "今天", "尽快联系我", "没错")
    assert [one.state for one in await on_file(chat)] == ["withdrawn", "open"]


async def test_a_colleague_solves_it_while_the_customer_says_it_is_not(chat: Chat) -> None:
    first = await complained(chat)
    await chat.says("投诉", "前台骂人", "说完了", "新的问题", "服务态度", "今天", "道歉", "没错")
    await chat.says("还没解决")
    chat.heard("哪一条投诉")
    await staff_does(chat, first, "receive", "solve", "tell")
    await chat.taps(first.number)
    chat.heard(first.number, "重新处理")
    assert [one.state for one in await on_file(chat)] == ["reopened", "open"]


async def test_a_number_shows_that_complaint(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says(f"t{case.id}")
    chat.heard(case.number, "待处理")


async def test_somebody_else_sees_nothing_of_it(chat: Chat, stranger: Chat) -> None:
    case = await complained(chat)
    await stranger.says(case.number)
    stranger.heard("没有")
    stranger.heard_not("空调")
    await stranger.says("补充 T1：不是我的")
    stranger.heard("没有")
    assert "不是我的" not in await said_later(chat, case)


async def test_not_solved_where_nothing_is_on_file_is_a_complaint(chat: Chat) -> None:
    await chat.says("修了三次还没解决")
    chat.heard("非常抱歉", "说完了")
    await chat.says("说完了", "产品品质", "今天", "修好", "没错")
    chat.heard((await the_case(chat)).number)


async def test_what_is_overdue_is_admitted(chat: Chat) -> None:
    await complained(chat)
    await chat.waits(days=3)
    await chat.says("投诉进度")
    chat.heard("晚了", "抱歉")


async def test_in_the_middle_of_a_booking_it_is_shown_and_the_question_comes_back(
    chat: Chat,
) -> None:
    case = await complained(chat)
    await chat.says("预约保养", "投诉进度")
    chat.heard(case.number, "哪天方便")


async def test_asked_again_ten_days_later_the_answer_is_about_that_one(chat: Chat) -> None:
    first = await complained(chat)
    await staff_does(chat, first, "receive", "solve", "tell")
    await chat.says("问题解决了")
    await chat.says("投诉", "前台骂人", "说完了", "服务态度", "今天", "道歉", "没错")
    async with chat.database():
        await case_deeds.act(first.id, "checked_again", "system", chat.now)
    await chat.says("问题解决了")
    chat.heard(first.number, "结案")
    assert (await happened(chat, first))[-1] == "confirmed"
    async with chat.database():
        await case_deeds.act(first.id, "checked_again", "system", chat.now)
    await chat.says("还没解决")
    chat.heard(first.number, "重新处理")
    assert [one.state for one in await on_file(chat)] == ["reopened", "open"]


async def test_a_photo_afterwards_belongs_to_the_complaint_that_is_open(chat: Chat) -> None:
    case = await complained(chat)
    await chat.sends_photo(JPEG)
    chat.heard("收到了", case.number)
    assert [kind for kind, _ in await sent_with(chat, case)] == ["image"]


async def test_words_nobody_understood_reach_whoever_works_on_the_complaint(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("你们别光说，什么时候派人来")
    chat.heard("转给", case.number, "人工")
    assert "你们别光说，什么时候派人来" in await said_later(chat, case)
    await staff_does(chat, case, "receive", "solve", "tell")
    await chat.says("问题解决了", "今天天气不错")
    chat.heard_not(case.number)


async def test_a_number_that_is_none_of_theirs_is_not_taken_for_another(chat: Chat) -> None:
    case = await complained(chat)
    await chat.says("补充T999：还有发票也没开")
    chat.heard("T999不在处理中", case.number)
    assert "还有发票也没开" not in await said_later(chat, case)
    await chat.says("1")
    assert "还有发票也没开" in await said_later(chat, case)
