"""Whose a complaint is: one has it, and others are told whose it is."""

import asyncio

import pytest

from storage.db import sql
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work


@pytest.mark.parametrize("chat", ["sqlite", "postgres"], indirect=True)
async def test_of_two_who_take_it_at_once_one_has_it(chat: Chat) -> None:
    office = await at_work(chat)
    gu, yan = await office.phone("gu"), await office.phone("yan")
    case = await office.complaint()
    await asyncio.gather(gu.says(f"收到 {case.number}"), yan.says(f"收到 {case.number}"))
    both = gu.text + yan.text
    owner = (await office.now(case)).owner
    assert both.count("由您处理了") == 1
    assert owner == ("顾海波" if "由您处理了" in gu.text else "严工")
    # A manager may take it over, an advisor is told whose it is.
    late, said = (yan, "由顾海波负责") if owner == "顾海波" else (gu, "接单。要由您接手")
    late.heard(said)


async def test_who_takes_it_again_is_told_whose_it_is(chat: Chat) -> None:
    office = await at_work(chat)
    gu, yan = await office.phone("gu"), await office.phone("yan")
    case = await office.complaint()
    await gu.says(f"收到 {case.number}", f"收到 {case.number}")
    gu.heard("已经是您在处理了")
    await yan.says(f"收到 {case.number}")
    yan.heard("由顾海波负责", "请联系顾海波", "服务经理")
    await gu.says(f"转 {case.number} 给 严工")
    await yan.says(f"收到 {case.number}")
    yan.heard("由您处理了")
    await gu.says(f"回复 {case.number} 我补充一句")
    gu.heard("负责人是严工")
    await gu.says(f"收到 {case.number}")
    gu.heard("已由严工接单")
    await gu.taps(f"转 {case.number} 给 我")
    gu.heard("由您处理了")


async def test_what_is_anothers_is_left_to_them_and_their_managers(chat: Chat) -> None:
    office = await at_work(chat)
    mo, case = await office.phone("mo"), await office.complaint()
    number, before = case.number, len(await office.happened(case))
    for words in (
        f"回复 {number} 您好",
        f"记录 {number} 看了",
        f"完成 {number}",
        f"转 {number} 给 我",
    ):
        await mo.says(words)
        mo.heard(f"{number}由顾海波负责", "请联系顾海波，或请服务经理把它转给您。")
    assert len(await office.happened(case)) == before
    await office.leaves("gu")
    await mo.says(f"回复 {number} 您好")
    mo.heard("现在没有负责人", f"请先接单：收到 {number}")
    await mo.says(f"收到 {number}", f"回复 {number} 您好")
    mo.heard("已记入")
    assert (await office.now(case)).owner == "莫可"


async def test_the_other_store_of_a_customer_has_no_part_in_it(chat: Chat) -> None:
    """李强 comes to both stores; what he says of the eastern one is that one's."""
    office = await at_work(chat)
    gu, hou, li = await office.phone("gu"), await office.phone("hou"), chat.cast.li
    whose = {"customer_id": li.customer_id, "wechat_user_id": li.user_id}
    case = await office.complaint(**whose, vehicle_id=li.cars[1][1])
    for words in (f"收到 {case.number}", f"已阅 {case.number}", f"转 {case.number} 给 我"):
        await gu.says(words)
        gu.heard(f"没有找到投诉{case.number}，或者它不归您处理。")
    await hou.says(f"收到 {case.number}")
    hou.heard("由您处理了", "李强")


async def test_nobody_handles_their_own_complaint(chat: Chat) -> None:
    """顾海波 is 王芳's service manager, and complains of his own car."""
    office = await at_work(chat)
    gu, yan = await office.phone("gu"), await office.phone("yan")
    async with chat.database():
        row = await sql().one("SELECT id FROM wechat_user WHERE openid = 'oGu'")
    own = await office.complaint(customer_id=None, vehicle_id=None, wechat_user_id=row["id"])
    number = own.number
    for words in (
        f"收到 {number}",
        f"回复 {number} 办好了",
        f"记录 {number} 看了",
        f"完成 {number}",
    ):
        await gu.says(words)
        gu.heard(f"{number}是您自己的投诉", "要由同事处理", f"转 {number} 给")
    assert (await office.now(own)).state == "open"
    await gu.says(f"转 {number} 给 严工")
    await yan.says(f"收到 {number}")
    yan.heard("由您处理了")
    await gu.says("投诉进度")
    gu.heard(number)


async def test_danger_that_its_customer_adds_reaches_the_owner_as_urgent(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"收到 {case.number}")
    await chat.says("补充", "今天刹车失灵了", "说完了")
    chat.heard(case.number, "您的话记下了")
    assert (await office.now(case)).priority == "urgent"
    await gu.waits(minutes=1)
    assert f"{case.number}：客户补充，优先级升为紧急" in gu.screen
    await gu.says("我的任务")
    gu.heard(f"【加急】{case.number}")
