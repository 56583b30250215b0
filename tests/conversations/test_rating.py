"""评价: one tap first, details only for who wants to, thanks that say what will happen."""

import pytest

from storage.db import sql
from storage.queries.cases import deeds as case_deeds
from storage.queries.cases import opening as cases
from tests.cases.office import team
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work
from tests.conversations.rating import (
    cases_of,
    ratings_of,
    said,
    settled,
    the_rating,
)


async def test_one_tap_is_a_rating(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    chat.heard(
        "王女士", "11月17日", "城南店", "常规保养", "您打几分", "5. 5分", "现在不方便", "不评价了"
    )
    await chat.taps("5分")
    chat.heard("谢谢", "城南店", "说细节", "就到这里")
    await chat.taps("就到这里")
    chat.heard("谢谢")
    rating = await the_rating(chat)
    assert (rating.state, rating.satisfaction, rating.low) == ("done", 5.0, False)
    assert await said(chat) == {"overall": 5}
    assert await cases_of(chat) == []


async def test_details_for_who_wants_to_one_question_a_message(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.clicks("RATE")
    await chat.taps("4分", "说细节")
    chat.heard("服务顾问的接待")
    await chat.says("5")
    chat.heard("等候时间")
    await chat.says("给3分吧")
    chat.heard("主要在哪一步等得久")
    await chat.taps("结账取车")
    chat.heard("油耗或续航")
    await chat.says("差不多")
    chat.heard("家里用车会有变化吗")
    await chat.taps("暂时不变")
    chat.heard("推荐给亲友")
    await chat.says("10")
    chat.heard("还有什么想对我们说的")
    await chat.says("师傅很细心，谢谢")
    chat.heard("都记下了", "城南店")
    assert await said(chat) == {
        "overall": 4,
        "advisor": 5,
        "waiting": 3,
        "wait_where": ["pay"],
        "range": 1,
        "plan": ["same"],
        "recommend": 10,
        "words": "师傅很细心，谢谢",
    }
    rating = await the_rating(chat)
    assert (rating.state, rating.nps, rating.low) == ("done", 10, False)


async def test_a_low_score_is_a_complaint_in_the_same_turn(chat: Chat) -> None:
    visit = await settled(chat, chat.cast.wang)
    await chat.says("评价")
    await chat.taps("2分")
    chat.heard("抱歉", "T000001", "说细节")
    (row,) = await cases_of(chat)
    assert row["state"] == "open"
    assert row["look_at"] is not None
    async with chat.database():
        case = await cases.by_number("T000001")
        assert case is not None
        assert "最近这次服务您打几分？1分最低，5分最高。：2分" in case.what
        assert (case.source, case.visit_id, case.vehicle_id) == (
            "rating",
            visit,
            chat.cast.wang.car,
        )
    await chat.taps("说细节", "1分")
    chat.heard("T000001")
    await chat.says("3", "其他", "是", "想换一辆")
    chat.heard("销售顾问", "推荐给亲友")
    await chat.says("0")
    await chat.says("等了三个小时没人理我")
    chat.heard("T000001", "投诉进度")
    assert len(await cases_of(chat)) == 1
    async with chat.database():
        told = [event.words for event in await cases.events(case.id) if event.kind == "added"]
        leads = await sql().rows("SELECT id, source FROM lead")
    assert any("1分" in words for words in told)
    assert any("等了三个小时" in words for words in told)
    assert [row["source"] for row in leads] == ["survey"]
    rating = await the_rating(chat)
    assert (rating.state, rating.low, rating.nps) == ("done", True, 0)


async def test_the_reply_names_who_answers_for_it_and_by_when(chat: Chat) -> None:
    async with chat.database():
        await team()
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分")
    (row,) = await cases_of(chat)
    async with chat.database():
        case = await cases.one(row["id"])
        assert case is not None
        running = [one.name for one in await cases.clocks_of(case, chat.now) if not one.ended]
        told = await sql().rows("SELECT id FROM staff_task WHERE case_id = ?", case.id)
    assert case.owner
    chat.heard(f"由{case.owner}负责", "前给您答复", case.number)
    assert {"receipt", "reply"} <= set(running)
    assert told


async def test_words_of_complaint_in_place_of_a_score(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "等了两个小时没人管，太差了")
    chat.heard("抱歉", "T000001", "您打几分")
    await chat.says("1分", "就到这里")
    assert len(await cases_of(chat)) == 1


async def test_words_of_complaint_after_a_low_score_belong_to_the_same_complaint(
    chat: Chat,
) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "2分吧", "空调修了两次还是不制冷，而且师傅态度也很差")
    chat.heard("已补进投诉 T000001", "再说说细节吗")
    await chat.says("就到这里")
    assert len(await cases_of(chat)) == 1


@pytest.mark.parametrize("words", ["不对，3分", "点错了，应该是3分", "改成3分"])
async def test_the_score_is_put_right_before_the_details(chat: Chat, words: str) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4", words)
    chat.heard("再说说细节吗")
    await chat.says("就到这里")
    assert (await said(chat))["overall"] == 3


@pytest.mark.parametrize("words", ["就到这里", "不想说了", "先这样"])
async def test_enough_is_enough_in_the_middle_of_the_details(chat: Chat, words: str) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4", "说细节", "5", words)
    chat.heard("都记下了", "谢谢")
    assert (await the_rating(chat)).state == "done"


async def test_a_good_word_in_place_of_a_score_is_kept(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "小李师傅特别耐心，讲解很清楚")
    chat.heard("记下了", "您打几分")
    await chat.says("五分", "就到这里")
    assert (await said(chat))["overall"] == 5
    assert "小李师傅特别耐心，讲解很清楚" in (await said(chat)).values()
    assert await cases_of(chat) == []


async def test_staff_solve_it_while_the_customer_goes_on(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "说细节")
    async with chat.database():
        await case_deeds.act(1, "receive", "张伟", chat.now)
        await case_deeds.act(1, "solve", "张伟", chat.now, root_cause="排班", solution="加人")
    await chat.says("2")
    chat.heard("T000001", "等候时间")
    async with chat.database():
        kinds = [event.kind for event in await cases.events(1)]
    assert kinds[-1] == "reopened"
    assert len(await cases_of(chat)) == 1


async def test_a_bad_answer_after_it_was_withdrawn_is_a_complaint_of_its_own(chat: Chat) -> None:
    await at_work(chat)
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "说细节")
    async with chat.database():
        await case_deeds.act(1, "withdraw", "customer", chat.now)
    await chat.says("2")
    chat.heard("登记投诉 T000002", "负责，", "前给您答复", "等候时间")
    first, second = await cases_of(chat)
    assert (first["state"], second["state"]) == ("withdrawn", "open")
    assert second["owner_id"] == first["owner_id"] is not None
    assert second["look_at"] is not None
    async with chat.database():
        case = await cases.one(second["id"])
        told = await sql().rows("SELECT kind FROM staff_task WHERE case_id = ?", second["id"])
        kinds = [event.kind for event in await cases.events(2)]
    assert case is not None
    assert "2分" in case.what
    assert "T000001" in case.what
    assert told
    assert kinds == ["recorded", "reported"]
    await chat.says("1")
    chat.heard("补进投诉 T000002")
    await chat.says("就到这里")
    chat.heard("T000002", "有进展会告诉您")
    assert len(await cases_of(chat)) == 2


async def test_good_answers_after_it_was_withdrawn_leave_it_so(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "1分", "撤回投诉", "撤回")
    chat.heard("T000001 已撤回", "说细节")
    await chat.says("说细节", "5", "就到这里")
    chat.heard("都记下了")
    chat.heard_not("T000001")
    assert [row["state"] for row in await cases_of(chat)] == ["withdrawn"]


async def test_photos_are_kept_as_evidence(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价")
    await chat.sends_photo()
    chat.heard("照片收到了", "您打几分")
    await chat.says("2分")
    await chat.sends_photo()
    await chat.says("说细节")
    async with chat.database():
        rows = await sql().rows("SELECT kind, rating_id, case_id FROM evidence ORDER BY id")
    assert [(row["kind"], row["rating_id"]) for row in rows] == [("image", 1), ("image", 1)]
    assert rows[1]["case_id"] == 1


async def test_a_voice_note_is_an_answer_to_an_open_question(chat: Chat) -> None:
    await settled(chat, chat.cast.wang, items=("空调维修",))
    await chat.says("评价", "4分", "说细节", "5", "5", "是", "暂时不变", "9")
    await chat.sends_voice()
    chat.heard("语音收到了", "还有什么想对我们说的")
    await chat.says("跳过")
    chat.heard("修好了吗")
    assert (await said(chat))["words"] == "发了1份照片或录音"
    async with chat.database():
        rows = await sql().rows("SELECT kind, rating_id FROM evidence")
    assert [(row["kind"], row["rating_id"]) for row in rows] == [("voice", 1)]


async def test_a_question_of_theirs_is_no_remark(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "我的车修好了没有呢")
    chat.heard("没太明白", "您打几分")
    await chat.says("怎么等了三个小时都没人理我？")
    chat.heard("T000001", "您打几分")
    assert list(await said(chat)) == ["t1.overall.0"]


async def test_nothing_to_rate(chat: Chat) -> None:
    await chat.says("评价")
    chat.heard("门店", "投诉")
    assert await ratings_of(chat) == []


async def test_a_stranger_has_nothing_to_rate(stranger: Chat) -> None:
    await stranger.says("评价")
    stranger.heard("门店", "绑定")


async def test_back_takes_the_last_answer_anew(chat: Chat) -> None:
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "4分", "说细节", "5", "返回")
    chat.heard("服务顾问的接待")
    await chat.says("3")
    assert await said(chat) == {"overall": 4, "advisor": 3}
    assert await cases_of(chat) == []
