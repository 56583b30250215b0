"""改评价: answers given anew after the end, and a complaint that a second bad answer opens again."""

from typing import Any

from storage.db import sql
from storage.queries.calls import worklist as call_list
from storage.queries.calls.records import Given, Told, record
from storage.queries.cases import opening as cases
from storage.queries.cases.deeds import act
from storage.queries.ratings import pages as ratings_pages
from storage.queries.ratings.changes import mark
from tests.calls.rig import FOUR, owed, written
from tests.conversations.chat import Chat
from tests.conversations.complaining import happened, on_file, said_later, the_case
from tests.conversations.rating import cases_of, said, settled, the_rating
from tests.leads.rig import colleague


async def _whole(chat: Chat) -> dict[str, Any]:
    rating = await the_rating(chat)
    async with chat.database():
        found = await ratings_pages.shown(rating.id)
    assert found is not None
    return found


async def _good(chat: Chat) -> None:
    """A rating that ended well."""
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "5分", "就到这里")
    chat.heard("改评价")


async def test_one_answer_is_changed_with_one_tap(chat: Chat) -> None:
    await _good(chat)
    await chat.says("改评价")
    chat.heard("5分 很满意", "打几分")
    await chat.taps("3. 3分")
    chat.heard("5分 很满意 → 3分 一般")
    assert await said(chat) == {"overall": 3}
    rating = await the_rating(chat)
    assert (rating.state, rating.satisfaction) == ("done", 3)
    [answer] = (await _whole(chat))["answers"]
    assert [one["words"] for one in answer["earlier"]] == ["5分"]
    assert await cases_of(chat) == []


async def test_a_slip_says_in_one_sentence_what_was_meant(chat: Chat) -> None:
    await _good(chat)
    await chat.says("刚才点错了，应该是1分")
    chat.heard("5分 很满意 → 1分 很不满意", "抱歉", "T000001", "前给您答复")
    case = await the_case(chat)
    assert (case.source, case.rating_id, case.state) == ("rating", 1, "open")
    assert case.look_at is not None
    assert (await the_rating(chat)).low


async def test_from_bad_to_good_is_a_word_more_and_closes_nothing(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "就到这里", "刚才点错了")
    chat.heard("1分 很不满意")
    await chat.says("5分")
    chat.heard("5分 很满意", "T000001", "照常处理")
    case = await the_case(chat)
    assert case.state == "open"
    assert (await happened(chat, case))[-1] == "added"
    assert "原来是“1分”，现在是“5分”" in (await said_later(chat, case))[-1]
    assert not (await the_rating(chat)).low


async def test_what_was_withdrawn_stays_so_and_a_second_bad_word_is_a_new_complaint(
    chat: Chat,
) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "就到这里", "撤回投诉", "撤回", "改评价", "5分")
    chat.heard("1分 很不满意 → 5分 很满意")
    chat.heard_not("T000001")
    await chat.says("改评价", "2分")
    chat.heard("登记投诉 T000002", "前给您答复")
    first, second = await on_file(chat)
    assert (first.state, second.state) == ("withdrawn", "open")
    assert (await happened(chat, second))[:1] == ["recorded"]
    assert (await happened(chat, first))[-1] == "withdrawn"
    assert (await _whole(chat))["complaint"] == "T000002"
    await chat.says("撤回投诉", "撤回", "改评价", "1分")
    chat.heard("登记投诉 T000003")
    assert [case.state for case in await on_file(chat)] == ["withdrawn", "withdrawn", "open"]
    await chat.says("投诉进度")
    chat.heard("T000003", "待处理")


async def test_one_of_several_answers(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "说细节", "5", "2", "接待登记", "就到这里", "打错分了")
    chat.heard("想改哪一题", "等候时间", "2分 不满意")
    await chat.taps("等候时间")
    await chat.says("4分")
    chat.heard("2分 不满意 → 4分 满意")
    assert (await said(chat))["waiting"] == 4
    assert len(await cases_of(chat)) == 1
    await chat.says("改评价")
    await chat.taps("等候时间")
    await chat.says("3")
    earlier = [one["earlier"] for one in (await _whole(chat))["answers"]]
    assert [one["words"] for one in earlier[2]] == ["2分", "4分"]
    async with chat.database():
        rows = await sql().rows("SELECT words FROM rating_answer")
    assert all("分" not in row["words"] for row in rows)  # sealed, like every answer


async def test_in_their_own_words_and_not_in_a_riddle(chat: Chat) -> None:
    await _good(chat)
    await chat.says("改评价", "蓝色")
    chat.heard("没太明白", "打几分")
    await chat.says("应该是一般般吧")
    chat.heard("5分 很满意 → 3分 一般")


async def test_the_same_again_changes_nothing(chat: Chat) -> None:
    await _good(chat)
    await chat.says("改评价", "5")
    chat.heard("没有改动")
    assert (await _whole(chat))["answers"][0]["earlier"] == []


async def test_two_days_later_it_is_too_late(chat: Chat) -> None:
    await _good(chat)
    await chat.says("改评价")
    await chat.waits(hours=47, minutes=59)
    await chat.says("改评价")
    chat.heard("打几分")
    await chat.waits(minutes=5)
    await chat.says("1分")
    chat.heard("没有可以改的评价", "48小时")
    assert await said(chat) == {"overall": 5}
    await chat.says("改评价")
    chat.heard("没有可以改的评价")
    await chat.says("评价")
    chat.heard("目前没有等您评价")


async def test_who_never_rated_has_nothing_to_change(stranger: Chat) -> None:
    await stranger.says("刚才点错了")
    stranger.heard("没有可以改的评价", "我的预约")


async def test_a_slip_in_the_middle_takes_the_last_answer_anew(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "说细节", "5", "刚才点错了")
    chat.heard("服务顾问的接待")
    await chat.says("3")
    assert await said(chat) == {"overall": 4, "advisor": 3}


async def test_an_open_rating_is_changed_and_gone_on_with(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "说细节", "5", "改评价")
    await chat.taps("服务顾问")
    await chat.says("2分")
    chat.heard("T000001", "接着办“评价”", "等候时间")
    await chat.says("5")
    assert await said(chat) == {"overall": 4, "advisor": 2, "waiting": 5}


async def test_a_colleague_erased_it_meanwhile(chat: Chat) -> None:
    await _good(chat)
    await chat.says("改评价")
    async with chat.database():
        await sql().run("DELETE FROM rating_answer")
        await sql().run("DELETE FROM rating")
    await chat.says("1分")
    chat.heard("没有可以改的评价")


async def test_a_bad_answer_after_it_was_solved_opens_the_complaint_again(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "说细节")
    async with chat.database():
        await act(1, "solve", "张伟", chat.now, root_cause="排班", solution="加人")
    await chat.says("2")
    chat.heard("T000001", "重新处理", "前给您答复", "等候时间")
    case = await the_case(chat)
    assert (case.state, case.root_cause) == ("reopened", "")
    assert (await happened(chat, case))[-1] == "reopened"
    async with chat.database():
        running = [one.name for one in await cases.clocks_of(case, chat.now) if not one.ended]
    assert {"receipt", "reply"} <= set(running)
    await chat.says("1")
    chat.heard("补进投诉 T000001")
    assert (await happened(chat, case))[-1] == "added"


async def test_a_changed_answer_after_it_was_confirmed_opens_it_again(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "就到这里")
    async with chat.database():
        await act(1, "solve", "张伟", chat.now, root_cause="排班", solution="加人")
        await act(1, "confirm", "customer", chat.now)
    await chat.says("改评价", "2分")
    chat.heard("T000001", "重新处理")
    assert [case.state for case in await on_file(chat)] == ["reopened"]


async def test_a_good_answer_after_it_was_solved_leaves_it_solved(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "说细节")
    async with chat.database():
        await act(1, "solve", "张伟", chat.now, root_cause="排班", solution="加人")
    await chat.says("5")
    assert (await the_case(chat)).state == "solved"


async def test_a_call_begun_by_a_colleague_is_off_the_list_when_finished_here(chat: Chat) -> None:
    await chat.waits(seconds=(FOUR - chat.now).total_seconds())
    async with chat.database():
        jing = await colleague(chat.cast, "静静", "care_specialist", everywhere=True)
        task = await owed(chat.cast.wang)
        first = Given("standard", "overall", 4)
        assert await record(task.id, jing, Told("reached", answers=(first,)), chat.now)
    await chat.says("评价")
    chat.heard("服务顾问的接待")
    await chat.says("5", "就到这里")
    chat.heard("都记下了")
    async with chat.database():
        found = await call_list.one(task.id, chat.now)
        records = [one.outcome for one in await written(task)]
    assert found is not None
    assert found.outcome == "rated"
    assert found.done_at is not None
    assert records == ["reached", "rated"]


def test_names_too_long_for_a_column_stay_apart() -> None:
    long = [mark("quarterly_survey", f"satisfaction_with_{one}") for one in "ab"]
    assert len(set(long)) == 2
    assert max(map(len, long)) <= 27
    assert mark("standard", "overall") == "standard.overall"
