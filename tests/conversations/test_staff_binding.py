"""绑定员工 and 解除员工绑定: a code that is good once, and for a short while."""

import asyncio
from datetime import timedelta

import pytest

from bot.clock import clock
from storage.db import sql
from storage.queries.staff import wechat as staff_wechat
from tests.conversations.chat import Chat
from tests.conversations.colleagues import Office, at_work

WRONG = "00000000"


async def bound(office: Office, login: str) -> str:
    """The openid that is somebody's, "" none."""
    async with office.chat.database():
        return await staff_wechat.bound_to(office.staff[login].id)


async def test_a_code_is_good_once(chat: Chat, li: Chat) -> None:
    office = await at_work(chat)
    code = await office.code("mo")
    await chat.says(f"绑定员工{code[:4]} {code[4:]}")
    chat.heard("绑定好了", "莫可（服务顾问）", "收到 T000012")
    await li.says(f"绑定员工 {code}")
    li.heard("绑定码不对，或者已经用过、过期了", "请向管理员要一个")
    assert await bound(office, "mo") == chat.openid


async def test_a_code_is_good_for_ten_minutes_and_until_there_is_another(chat: Chat) -> None:
    office = await at_work(chat)
    late = await office.code("mo")
    clock.forward(timedelta(minutes=10))
    await chat.says(f"员工绑定 {late}")
    chat.heard("过期了")
    first, second = await office.code("mo"), await office.code("mo")
    await chat.says(f"绑定员工 {first}")
    chat.heard("不对")
    await chat.says(f"绑定员工：{second}")
    chat.heard("绑定好了")


async def test_five_wrong_codes_wait_an_hour(chat: Chat) -> None:
    office = await at_work(chat)
    await chat.says(*[f"绑定员工 {WRONG}"] * 4)
    chat.heard("不对", "比如“绑定员工 12345678”")
    await chat.says(f"绑定员工 {WRONG}")
    chat.heard("已经试了五次，请一小时后再试")
    code = await office.code("mo")
    await chat.says(f"绑定员工 {code}")
    chat.heard("为了安全请", "11:00以后再试")
    assert await bound(office, "mo") == ""
    clock.forward(timedelta(hours=1))
    await chat.says(f"绑定员工 {WRONG}")  # the count begins anew
    chat.heard("不对", "请向管理员要一个")
    await chat.says(f"绑定员工 {await office.code('mo')}")
    chat.heard("绑定好了")


async def test_wrong_codes_do_not_lock_the_customer_out_of_their_own_binding(chat: Chat) -> None:
    await chat.says(*[f"绑定员工 {WRONG}"] * 5, "绑定")
    chat.heard("您已经绑定了手机")


async def test_without_a_code_it_says_where_there_is_one(chat: Chat) -> None:
    await chat.says("绑定员工")
    chat.heard("请向管理员要一个绑定码")
    await chat.says("解除员工绑定")
    chat.heard("没有绑定员工")


@pytest.mark.parametrize("chat", ["sqlite", "postgres"], indirect=True)
async def test_only_one_of_two_phones_gets_it(chat: Chat, li: Chat) -> None:
    office = await at_work(chat)
    code = await office.code("mo")
    await asyncio.gather(chat.says(f"绑定员工 {code}"), li.says(f"绑定员工 {code}"))
    both = chat.text + li.text
    assert (both.count("绑定好了"), both.count("绑定码不对")) == (1, 1)
    assert await bound(office, "mo") in (chat.openid, li.openid)


async def test_another_phone_takes_over_from_the_old_one(chat: Chat, li: Chat) -> None:
    office = await at_work(chat)
    await chat.says(f"绑定员工 {await office.code('mo')}")
    await li.says(f"绑定员工 {await office.code('mo')}")
    li.heard("绑定好了")
    await chat.says("我的任务")
    chat.heard("门店同事用的功能")
    await li.says("我的任务")
    li.heard("现在没有等您处理的")


async def test_one_phone_is_one_colleague(chat: Chat) -> None:
    office = await at_work(chat)
    await chat.says(f"绑定员工 {await office.code('mo')}")
    await chat.says(f"绑定员工 {await office.code('gu')}")
    chat.heard("绑定好了，顾海波（服务经理）")
    assert (await bound(office, "mo"), await bound(office, "gu")) == ("", chat.openid)


async def test_a_colleague_is_a_customer_as_well(chat: Chat) -> None:
    office = await at_work(chat)
    await chat.says("预约保养", f"绑定员工 {await office.code('mo')}")
    chat.heard("绑定好了", "哪天方便")  # what was open is asked again
    await chat.says("明天", "我的任务")
    chat.heard("现在没有等您处理的", "几点")
    await chat.says("9点", "确认")
    chat.heard("约好了")
    await chat.says("收到")
    chat.heard("好的，有需要随时叫我")


async def test_help_tells_a_colleague_what_else_can_be_said(chat: Chat) -> None:
    office = await at_work(chat)
    await chat.says("帮助")
    chat.heard_not("门店同事")
    await chat.says(f"绑定员工 {await office.code('mo')}", "帮助")
    chat.heard("您是门店同事", "回复 T12", "预约保养")


async def test_unbound_it_is_the_customers_alone_again(chat: Chat) -> None:
    office = await at_work(chat)
    await chat.says(f"绑定员工 {await office.code('mo')}", "解除员工绑定")
    chat.heard("已解除莫可的员工绑定")
    await chat.says("收到 T1")
    chat.heard("门店同事用的功能")
    assert await bound(office, "mo") == ""


async def test_who_has_left_is_told_so_and_gets_no_code(chat: Chat) -> None:
    office = await at_work(chat)
    await chat.says(f"绑定员工 {await office.code('mo')}")
    code = await office.code("yan")
    await office.leaves("mo")
    await office.leaves("yan")
    await chat.says("我的任务")
    chat.heard("您的员工身份已经停用")
    await chat.says(f"绑定员工 {code}")
    chat.heard("绑定码不对")


async def test_the_book_says_who_was_bound_and_the_code_is_nowhere(chat: Chat) -> None:
    office = await at_work(chat)
    code = await office.code("mo")
    await chat.says(f"绑定员工 {code}", "解除员工绑定")
    async with chat.database():
        rows = await sql().rows("SELECT actor, action, subject FROM audit_entry ORDER BY number")
        kept = await sql().rows("SELECT code_hash FROM staff_wechat")
    about = f"staff:{office.staff['mo'].id}"
    steps = [(row["actor"], row["action"]) for row in rows if row["subject"] == about]
    assert steps[-3:] == [("cli", "edit"), ("莫可", "edit"), ("莫可", "edit")]
    assert all(code not in (row["code_hash"] or "") for row in kept)
