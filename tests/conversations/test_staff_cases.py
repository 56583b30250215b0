"""收到, 回复, 记录, 已阅: a colleague's phone and a customer's, side by side."""

import asyncio
from datetime import timedelta

import pytest

from bot.clock import clock
from storage.db import sql
from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work, mapped

CHECKED = "已为您安排明天上午检测，费用全免。"


async def calls(chat: Chat) -> list[tuple[str, str]]:
    """Open call tasks: whose, and what is to be said."""
    async with chat.database():
        rows = await sql().rows(
            "SELECT s.name, t.detail FROM staff_task t LEFT JOIN staff s ON s.id = t.staff_id"
            " WHERE t.kind = 'call' AND t.done_at IS NULL ORDER BY t.id"
        )
    return [(row["name"] or "", unseal("staff_task.detail", row["detail"])) for row in rows]


async def test_a_new_complaint_comes_to_its_owner_who_takes_it_and_answers(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    await chat.says("你好")
    case = await office.complaint()
    await gu.waits(minutes=1)
    assert case.number in gu.screen
    assert "请确认接单" in gu.screen
    await gu.taps(f"收到 {case.number}")
    gu.heard("由您处理了", "王芳", "等了三个小时")
    await gu.says(f"回复 {case.number} {CHECKED}")
    gu.heard("已回复", "门店的回复")
    await gu.waits(minutes=1)
    assert CHECKED in chat.screen
    assert "顾海波" not in chat.screen
    assert "城南店客户服务中心" in chat.screen
    kinds = [(kind, actor) for kind, actor, _ in await office.happened(case)]
    assert ("received", "顾海波") in kinds
    assert ("replied", "顾海波") in kinds
    assert (await office.now(case)).state == "in_progress"
    async with chat.database():
        book = await sql().rows(
            "SELECT actor FROM audit_entry WHERE subject = ?", f"case:{case.id}"
        )
    assert [row["actor"] for row in book] == ["顾海波", "顾海波"]


async def test_a_reply_arrives_in_the_middle_of_another_conversation(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("预约保养", "明天")
    await gu.says(f"回复 {case.number} {CHECKED}")
    await gu.waits(minutes=1)
    assert CHECKED in chat.screen
    await chat.says("9点", "确认")
    chat.heard("约好了", "09:00")


async def test_where_wechat_carries_nothing_a_call_is_made_and_said_so(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"回复 {case.number} {CHECKED}")
    gu.heard("现在微信发不到客户", "已经建好电话任务", "13800000001")
    assert [(who, CHECKED in said) for who, said in await calls(chat)] == [("顾海波", True)]
    await chat.says("你好")
    await gu.waits(minutes=1)
    assert CHECKED not in chat.screen  # a colleague says it: not twice
    await gu.says("我的任务")
    gu.heard("请致电：投诉回复", case.number)


async def test_a_stranger_without_a_file_is_answered_in_their_chat(stranger: Chat) -> None:
    office = await at_work(stranger)
    gu = await office.phone("gu")
    await stranger.says("你好")
    someone = {"customer_id": None, "vehicle_id": None, "phone": "13700000009"}
    case = await office.complaint(wechat_user_id=stranger.cast.stranger.user_id, **someone)
    async with stranger.database():
        await sql().run("UPDATE complaint SET store_id = ?", stranger.cast.main.id)
    async with stranger.database():
        tasks = await sql().rows("SELECT DISTINCT wechat_user_id AS whose FROM staff_task")
    assert [row["whose"] for row in tasks] == [stranger.cast.stranger.user_id]
    await gu.says(f"收到 {case.number}")
    gu.heard("微信客户 13700000009")
    await gu.says(f"回复 {case.number} {CHECKED}")
    await gu.waits(minutes=1)
    assert CHECKED in stranger.screen
    await gu.waits(days=3)
    await gu.says(f"回复 {case.number} 还有一句")
    gu.heard("微信发不到客户", "13700000009")


async def test_an_answer_that_begins_with_such_a_word_is_an_answer(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"完成 {case.number}", "记录 不全，漏了派工")
    gu.heard("怎么解决的？")
    await gu.says("回复 慢，已加人手", "先不发")
    now = await office.now(case)
    assert (now.root_cause, now.solution) == ("记录 不全，漏了派工", "回复 慢，已加人手")


async def test_by_template_the_colleague_knows_that_it_is_only_a_notice(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    async with chat.database():
        await mapped("case_reply", {"thing1": "case", "thing2": "words"})
    await gu.says(f"回复 {case.number} {CHECKED}")
    gu.heard("已回复", "只能发通知", "再打个电话")


async def test_at_night_it_is_kept_for_the_morning(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    clock.forward(timedelta(hours=11))  # nine in the evening
    await chat.says("你好")
    await gu.says(f"回复 {case.number} {CHECKED}")
    gu.heard("11月19日 周四（明天） 09:00送达")
    await gu.waits(minutes=5)
    assert CHECKED not in chat.screen
    await gu.waits(hours=12)
    assert CHECKED in chat.screen


async def test_what_the_trade_avoids_and_what_is_too_long_does_not_go(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"回复 {case.number} 您有没有时间来一趟")
    gu.heard("不合适", "没有发出去")
    await gu.says(f"回复 {case.number} {'长' * 301}")
    gu.heard("最多300字", "301字")
    await gu.says(f"回复 {case.number}")
    gu.heard("没有写内容")
    assert [kind for kind, _, _ in await office.happened(case)].count("replied") == 0


async def test_notes_are_for_colleagues_only(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await chat.says("你好")
    await gu.says(f"记录 {case.number} 配件明早到")
    gu.heard("只有同事看得到")
    await gu.waits(minutes=1)
    assert "配件" not in chat.screen
    assert ("progressed", "顾海波", "配件明早到") in await office.happened(case)


async def test_the_general_manager_reads_it_in_one_tap(chat: Chat) -> None:
    office = await at_work(chat)
    zhao, case = await office.phone("zhao"), await office.complaint()
    await zhao.waits(minutes=1)
    await zhao.taps(f"已阅 {case.number}")
    zhao.heard("已阅", "等了三个小时")
    assert ("seen", "赵敏", "") in await office.happened(case)
    await zhao.says("我的任务")
    zhao.heard("没有等您处理的")


async def test_who_hears_of_it_in_copy_takes_it_off_the_list(chat: Chat) -> None:
    office = await at_work(chat)
    hou, case = await office.phone("hou"), await office.complaint(store_id=chat.cast.east.id)
    async with chat.database():
        await sql().run("UPDATE complaint SET owner_id = ?", office.staff["wu"].id)
        await sql().run("UPDATE staff_task SET kind = 'case_report'")
    await hou.says("我的任务")
    hou.heard("1项任务")
    await hou.says(f"已阅 {case.number}", "我的任务")
    hou.heard("没有等您处理的")
    assert "seen" not in [kind for kind, _, _ in await office.happened(case)]


async def test_what_somebody_may_not_see_is_not_there(chat: Chat) -> None:
    office = await at_work(chat)
    await office.complaint()
    wu = await office.phone("wu")
    for words in ("收到 T1", "回复 T1 您好", "记录 T1 看了", "完成 T1", "转 T1 给 我", "已阅 T1"):
        await wu.says(words)
        wu.heard("没有找到投诉T000001，或者它不归您处理")
    await wu.says("收到 T999")
    wu.heard("没有找到投诉T000999，或者它不归您处理")
    shi = await office.phone("shi")
    await shi.says("收到 T1")
    shi.heard("没有找到")


async def test_a_command_without_a_number_says_what_to_write(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    for words in ("接单", "回复 您好", "完成"):
        await gu.says(words)
        gu.heard("请写上投诉编号")


async def test_customers_who_type_such_words_are_told_politely(chat: Chat) -> None:
    office = await at_work(chat)
    case = await office.complaint()
    for words in (
        f"收到 {case.number}",
        f"完成{case.number}",
        "我的任务",
        f"回复 {case.number} 你好",
    ):
        await chat.says(words)
        chat.heard("这是门店同事用的功能", "投诉进度")
    for words in ("收到", "接"):
        await chat.says(words)
        chat.heard_not("门店同事用的功能")
    assert (await office.now(case)).state == "open"


async def test_in_a_conversation_such_words_are_the_customers_answer(chat: Chat) -> None:
    office = await at_work(chat)
    await office.complaint()
    await chat.says("预约保养", "收到 T1")
    chat.heard("哪天方便")
    chat.heard_not("门店同事用的功能")
    await chat.clicks("HUMAN")
    chat.heard("请说说您想问什么")
    await chat.says("完成 T1 之后一直没有人联系我")
    chat.heard_not("门店同事用的功能")
    async with chat.database():
        row = await sql().one("SELECT detail FROM staff_task WHERE kind = 'hand_over'")
    assert "一直没有人联系我" in unseal("staff_task.detail", row["detail"])


async def test_a_colleague_may_be_the_one_who_complains(chat: Chat) -> None:
    """王芳 works here and complains about her own car: she reads the store's answer like anybody."""
    office = await at_work(chat)
    await chat.says(f"绑定员工 {await office.code('mo')}")
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"回复 {case.number} {CHECKED}")
    await gu.waits(minutes=1)
    assert CHECKED in chat.screen


@pytest.mark.parametrize("chat", ["postgres"], indirect=True)
async def test_everybody_at_once_loses_nothing(chat: Chat) -> None:
    """Two colleagues and the customer, all typing at the same moment, again and again."""
    office = await at_work(chat)
    gu, yan, case = await office.phone("gu"), await office.phone("yan"), await office.complaint()
    await yan.says(f"收到 {case.number}")
    await chat.says("你好")
    for n in range(5):
        await asyncio.gather(
            gu.says(f"回复 {case.number} 回复{n}"),
            yan.says(f"记录 {case.number} 记录{n}"),
            chat.says("我的爱车"),
            gu.waits(seconds=1),
        )
        assert "已回复" in gu.text
        assert "已记入" in yan.text
    await gu.waits(minutes=1)
    words = [words for kind, _, words in await office.happened(case) if kind != "warned"]
    assert sorted(one for one in words if one.startswith("回复")) == [f"回复{n}" for n in range(5)]
    assert sorted(one for one in words if one.startswith("记录")) == [f"记录{n}" for n in range(5)]
    assert [chat.screen.count(f"回复{n}\n") for n in range(5)] == [1] * 5
