"""我的任务, and what colleagues are told without asking: new complaints, clocks, the customer's words."""

import json
from datetime import timedelta

from bot.clock import clock
from storage.db import dumps, sql
from storage.queries import people
from storage.queries.platform_templates import map_notice
from storage.queries.staff.alerts import STAFF_ALERT
from storage.scope import account_id
from storage.secrets import unseal
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work, mapped


async def test_nothing_to_do_is_said_so(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    await gu.says("任务")
    gu.heard("没有等您处理的投诉和任务")


async def test_ones_own_complaints_come_with_the_clock_that_ends_next(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    one = await office.complaint(category="attitude")
    clock.forward(timedelta(hours=1))
    two = await office.complaint()
    rush = await office.complaint(priority="urgent", customer_id=None, wechat_user_id=None)
    await gu.says(f"收到 {one.number}", "我的任务")
    gu.heard(
        "顾海波，您有3单投诉", "服务态度 · 王女士 · 处理中", "首次回复客户", "确认接单", "还有"
    )
    order = [gu.text.index(number) for number in (rush.number, one.number, two.number)]
    assert order == sorted(order)
    assert f"【加急】{rush.number}" in gu.text
    await gu.taps(f"收到 {two.number}")
    gu.heard("由您处理了")


async def test_what_is_broken_says_since_when(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.waits(days=2)
    await gu.says("我的任务")
    gu.heard(case.number, "已超时")
    assert "超时" in gu.screen
    zhao = await office.phone("zhao")
    await zhao.says("我的任务")
    zhao.heard(case.number)  # it was escalated: a task of theirs, while the complaint is another's


async def test_other_tasks_come_with_their_deadlines_first(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    async with chat.database():
        for title, hours in (("没有期限的事", None), ("明天的事", 24), ("马上的事", 1)):
            task = await people.staff_task("call", title, clock.now(), customer_id=1)
            await sql().run(
                "UPDATE staff_task SET staff_id = ?, due_at = ? WHERE id = ?",
                *(office.staff["gu"].id, hours and clock.now() + timedelta(hours=hours), task),
            )
    await gu.says("我的任务")
    gu.heard("0单投诉、3项任务", "马上的事 王芳（还有59分钟）")
    order = [gu.text.index(title) for title in ("马上的事", "明天的事", "没有期限的事")]
    assert order == sorted(order)
    async with chat.database():
        rows = await sql().rows("SELECT actor FROM audit_entry WHERE subject = 'task'")
    assert [row["actor"] for row in rows] == ["顾海波"]


async def test_a_long_list_is_short_on_the_phone(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    for _ in range(7):
        await office.complaint()
    await gu.says("我的任务")
    gu.heard("您有7单投诉", "其余的办完这些再发")
    assert gu.text.count("确认接单") == 5


async def test_the_customers_words_reach_who_handles_it(chat: Chat) -> None:
    office = await at_work(chat)
    gu, case = await office.phone("gu"), await office.complaint()
    await gu.says(f"收到 {case.number}")
    await office.customer("add", case, words="刚才又等了半小时")
    await gu.waits(minutes=1)
    assert "刚才又等了半小时" in gu.screen
    await gu.says(f"回复 {case.number} 马上安排专人接待您")
    async with chat.database():
        left = await sql().rows(
            "SELECT kind FROM staff_task WHERE case_id = ? AND kind = 'case_added'"
            " AND done_at IS NULL",
            case.id,
        )
    assert list(left) == []


async def test_at_night_the_task_is_there_and_the_message_comes_in_the_morning(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    clock.forward(timedelta(hours=12))  # ten in the evening
    case = await office.complaint()
    await gu.waits(minutes=5)
    assert case.number not in gu.screen
    await gu.waits(hours=10)
    assert case.number in gu.screen


async def queued(chat: Chat) -> list[str]:
    async with chat.database():
        rows = await sql().rows("SELECT channel FROM message WHERE idem LIKE 'alert:%' ORDER BY id")
    return [row["channel"] for row in rows]


async def test_without_a_window_the_template_carries_it_else_the_task_alone(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    await gu.waits(days=3)
    before = len(await queued(chat))
    case = await office.complaint()
    assert len(await queued(chat)) == before
    async with chat.database():
        await mapped(STAFF_ALERT, {"thing1": "=有新任务", "thing2": "title"})
    await office.complaint()
    assert (await queued(chat))[before:] == ["template"]
    await chat.world.unfollow(gu.openid)
    await office.complaint()
    assert (await queued(chat))[before:] == ["template"]
    await gu.follows()
    await gu.says("我的任务")
    gu.heard(case.number)


async def test_a_window_carries_no_more_than_it_may(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    for _ in range(8):
        await office.complaint()
    assert await queued(chat) == ["service"] * 5
    await gu.waits(minutes=1)
    async with chat.database():
        failed = await sql().rows("SELECT id FROM message WHERE state <> 'accepted'")
        tasks = await sql().rows("SELECT id FROM staff_task WHERE kind = 'message'")
    assert (list(failed), list(tasks)) == ([], [])
    await gu.says("我的任务")
    gu.heard("您有8单投诉")


async def test_who_is_not_bound_has_the_task_all_the_same(chat: Chat) -> None:
    office = await at_work(chat)
    await office.complaint()
    assert await queued(chat) == []
    gu = await office.phone("gu")
    await gu.says("我的任务")
    gu.heard("您有1单投诉")


async def told(chat: Chat) -> list[tuple[str, str, str]]:
    """Every notice to colleagues: of which task, its state and channel."""
    async with chat.database():
        rows = await sql().rows(
            "SELECT idem, state, channel FROM message WHERE idem LIKE 'alert:%' ORDER BY id"
        )
    return [(row["idem"].removeprefix("alert:"), row["state"], row["channel"]) for row in rows]


async def test_one_notice_each_says_all_they_need(chat: Chat) -> None:
    """The number, who, what and by when: to its owner, and to those who hear of it in copy."""
    office = await at_work(chat)
    gu, zhao = await office.phone("gu"), await office.phone("zhao")
    case = await office.complaint()
    await gu.waits(minutes=1)
    new = f"【新投诉{case.number}，11月19日 周四（明天） 10:00前请确认接单】"
    assert new in gu.screen
    assert "【投诉" not in gu.screen
    assert "客户：王芳" in gu.screen
    report = "负责人：顾海波，11月19日 周四（明天） 10:00前接单"
    assert zhao.screen.count(case.number) == 2  # its title, and the line to tap
    assert report in zhao.screen
    assert len(await told(chat)) == 2


async def test_who_becomes_the_owner_is_told_so_and_nothing_twice(chat: Chat) -> None:
    office = await at_work(chat)
    gu, zhao = await office.phone("gu"), await office.phone("zhao")
    case = await office.complaint()
    await gu.says(f"转 {case.number} 给 赵敏")
    await zhao.waits(minutes=1)
    assert f"投诉{case.number}转给了您，11月19日 周四（明天） 10:00前请确认接单" in zhao.screen
    async with chat.database():
        open_ones = await sql().rows(
            "SELECT kind FROM staff_task WHERE staff_id = ? AND done_at IS NULL",
            office.staff["zhao"].id,
        )
    assert [row["kind"] for row in open_ones] == ["case_given"]
    before = len(await told(chat))
    await gu.says(f"转 {case.number} 给 我")
    gu.heard("由您处理了")
    assert len(await told(chat)) == before  # whoever takes it knows


async def test_what_is_done_at_night_is_not_told_in_the_morning(chat: Chat) -> None:
    office = await at_work(chat)
    gu, zhao = await office.phone("gu"), await office.phone("zhao")
    clock.forward(timedelta(hours=12))  # ten in the evening
    case = await office.complaint()
    await gu.says(f"收到 {case.number}", f"转 {case.number} 给 赵敏")
    states = {idem.split(":")[2]: state for idem, state, _ in await told(chat)}
    assert states == {"new": "cancelled", "report": "cancelled", "given": "queued"}
    await zhao.waits(hours=11)
    assert zhao.screen.count("【") == 1


async def with_template(chat: Chat) -> None:
    """The account has the library's template for alerts to colleagues."""
    template = chat.world.templates.choose("52305")
    async with chat.database():
        await sql().run(
            "INSERT INTO platform_template (account_id, template_id, title, content, keys, seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(account_id(), template.template_id, template.title, template.content),
            *(dumps(dict(template.keys)), clock.now()),
        )
        shown = {"thing1": "title", "const3": "=投诉"}
        await map_notice(template.template_id, STAFF_ALERT, shown, "沈文", clock.now())


async def by_template(chat: Chat) -> list[str]:
    """What each template that was sent shows first."""
    async with chat.database():
        rows = await sql().rows(
            "SELECT body FROM message WHERE channel = 'template' AND state <> 'queued' ORDER BY id"
        )
    return [json.loads(unseal("message.body", row["body"]))["data"]["thing1"] for row in rows]


async def test_a_template_begins_with_the_deadline_and_the_number(chat: Chat) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    await with_template(chat)
    await gu.waits(days=3)
    case = await office.complaint()
    await gu.waits(minutes=1)
    assert await by_template(chat) == [f"22日10:00前{case.number}请接单"]
    await gu.waits(hours=22)  # it was not taken, and is warned of
    titles = await by_template(chat)
    assert f"今天10:00前{case.number}请接单" in titles
    assert all(len(title) <= 20 and not title.endswith("…") for title in titles), titles


async def test_where_the_window_closes_before_an_alert_has_left_the_template_takes_it(
    chat: Chat,
) -> None:
    office = await at_work(chat)
    gu = await office.phone("gu")
    await with_template(chat)
    case = await office.complaint()
    assert await told(chat) == [
        (f"case:{case.id}:new:{office.staff['gu'].id}", "queued", "service")
    ]
    async with chat.database():
        await sql().run(
            "UPDATE wechat_user SET window_opened_at = ? WHERE openid = ?",
            *(clock.now() - timedelta(days=3), gu.openid),
        )
    await gu.waits(minutes=5)
    assert await by_template(chat) == [f"19日10:00前{case.number}请接单"]
    [(_, state, channel)] = await told(chat)
    assert (state in ("accepted", "delivered"), channel) == (True, "template")
