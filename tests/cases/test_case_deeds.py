"""What staff and the customer do to a complaint: what is refused, what follows, who hears of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import StaffError
from bot.jobs.clocks import clocks_due
from bot.rules.roles import Role
from bot.rules.sla import USUAL
from storage.db import dumps, sql
from storage.queries.cases.clocks import setting
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import Case, NewCase, events, one, open_case
from storage.queries.staff.colleagues import Staff, add_staff
from storage.queries.stores.shops import changed
from storage.scope import account_id
from storage.secrets import unseal
from tests.people import NOW, Cast, dealership, insert

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOLVED: dict[str, Any] = {"root_cause": "漏派", "solution": "上门道歉"}


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as cast:
        yield cast


async def hired(name: str, role: Role = Role.SERVICE_ADVISOR) -> Staff:
    return await add_staff(name, role, now=NOW, store_code="main")


async def complained(cast: Cast, **more: Any) -> Case:
    return await open_case(
        NewCase("chat", "前台态度差", wechat_user_id=cast.wang.user_id, **more), NOW
    )


async def kinds(case: Case) -> list[str]:
    return [event.kind for event in await events(case.id)]


async def open_tasks(case: Case) -> list[tuple[str, int | None]]:
    rows = await sql().rows(
        "SELECT kind, staff_id FROM staff_task WHERE case_id = ? AND done_at IS NULL ORDER BY id",
        case.id,
    )
    return [(row["kind"], row["staff_id"]) for row in rows]


@pytest.mark.parametrize(
    ("deed", "said", "why"),
    [
        ("dance", {}, "没有“dance”这一步"),
        ("reply", {"words": "  "}, "没有写内容"),
        ("add", {}, "没有写内容"),
        ("assign", {"staff_id": 999}, "没有这位同事"),
        ("assign", {}, "没有这位同事"),
        ("receive", {"staff_id": "张伟"}, "没有这位同事"),
        ("categorise", {"category": " "}, "没有写类别"),
        ("categorise", {"category": "长" * 33}, "没有写类别"),
        ("prioritise", {"priority": "asap"}, "没有这个优先级"),
        ("solve", {"root_cause": "漏派", "solution": " "}, "不能结案"),
        ("solve", {"root_cause": None, "solution": "道歉"}, "不能结案"),
        ("tell", {}, "待处理"),
    ],
)
async def test_what_is_refused_changes_nothing(
    cast: Cast, deed: str, said: dict[str, Any], why: str
) -> None:
    case = await complained(cast)
    with pytest.raises(StaffError, match=why):
        await act(case.id, deed, "赵", NOW, **said)
    assert await one(case.id) == case
    assert await kinds(case) == ["recorded"]


async def test_there_is_no_such_complaint(cast: Cast) -> None:
    with pytest.raises(StaffError, match="T000999"):
        await act(999, "receive", "赵", NOW)


async def test_who_is_given_a_complaint_hears_of_it(cast: Cast) -> None:
    zhao, zhou = await hired("赵", Role.SERVICE_MANAGER), await hired("周")
    case = await complained(cast)
    assert await open_tasks(case) == [("case_new", zhao.id)]
    case = await act(case.id, "assign", "赵", NOW, staff_id=zhou.id, words="您熟悉这台车")
    assert (case.owner, case.state) == ("周", "open")
    assert await open_tasks(case) == [("case_given", zhou.id)]
    await act(case.id, "receive", "周", NOW + HOUR)
    assert await open_tasks(case) == []
    given = (await events(case.id))[-2]
    assert (given.data["from"], given.data["to"]) == ("赵", "周")
    case = await act(case.id, "receive", "赵", NOW + HOUR, staff_id=zhao.id)
    assert case.owner == "赵"


async def test_another_category_goes_to_its_own_people(cast: Cast) -> None:
    await hired("赵", Role.SERVICE_MANAGER)
    engineer = await hired("严工")
    await insert(
        "INSERT INTO complaint_route (account_id, scope, category, energy, department, owner_id,"
        " changed_by, changed_at) VALUES (?, '', 'product_quality', '', '技术部', ?, '赵', ?)",
        *(account_id(), engineer.id, NOW),
    )
    case = await complained(cast)
    case = await act(case.id, "categorise", "赵", NOW, category="product_quality")
    assert (case.owner, case.department) == ("严工", "技术部")
    await act(case.id, "receive", "严工", NOW)
    case = await act(case.id, "categorise", "赵", NOW, category="洗车")
    assert (case.owner, case.department, case.category_name) == ("严工", "客户关系部", "洗车")


async def test_a_call_that_nobody_answered_is_no_reply(cast: Cast) -> None:
    case = await complained(cast)
    await act(case.id, "call", "赵", NOW, reached=False)
    case = await act(case.id, "call", "赵", NOW + HOUR, words="客户说下午再谈")
    assert await kinds(case) == ["recorded", "call_missed", "called"]
    case = await act(case.id, "prioritise", "赵", NOW + HOUR, priority="urgent")
    assert case.priority == "urgent"


async def test_the_owner_hears_what_the_customer_adds(cast: Cast) -> None:
    zhao = await hired("赵", Role.SERVICE_MANAGER)
    case = await complained(cast)
    await act(case.id, "add", "customer", NOW, words="还弄脏了座椅")
    for _ in range(3):
        await act(case.id, "evidence", "customer", NOW, evidence_id=1)
    assert await open_tasks(case) == [
        ("case_new", zhao.id),
        ("case_added", zhao.id),
        ("case_added", zhao.id),
    ]
    await act(case.id, "progress", "赵", NOW, words="已联系清洗")
    assert await open_tasks(case) == []


async def test_what_was_said_already_is_not_said_again(cast: Cast) -> None:
    case = await complained(cast)
    for _ in range(2):
        await act(case.id, "seen", "钱总", NOW)
    await act(case.id, "solve", "赵", NOW, **SOLVED)
    await act(case.id, "tell", "赵", NOW)
    for _ in range(2):
        await act(case.id, "confirm", "customer", NOW + HOUR)
    once = ["recorded", "seen", "solved", "told", "checked", "confirmed"]
    assert await kinds(case) == once
    await clocks_due(NOW + 11 * DAY)
    await act(case.id, "confirm", "customer", NOW + 12 * DAY)
    assert await kinds(case) == [*once, "checked_again", "confirmed"]


async def test_a_reopened_complaint_begins_anew_and_managers_hear_of_it(cast: Cast) -> None:
    zhao, qian = await hired("赵", Role.SERVICE_MANAGER), await hired("钱总", Role.GENERAL_MANAGER)
    zhou = await hired("周")
    case = await complained(cast)
    await act(case.id, "receive", "周", NOW, staff_id=zhou.id)
    await act(case.id, "solve", "周", NOW + HOUR, **SOLVED)
    await act(case.id, "tell", "周", NOW + HOUR)
    await act(case.id, "confirm", "customer", NOW + HOUR)
    assert await open_tasks(case) == []
    case = await act(case.id, "not_solved", "customer", NOW + DAY, words="又来了")
    assert sorted(await open_tasks(case)) == sorted(
        [("case_new", zhou.id), ("case_report", zhao.id), ("case_report", qian.id)]
    )
    with pytest.raises(StaffError, match="不能结案"):
        await act(case.id, "solve", "周", NOW + DAY, solution="再道歉")
    case = await act(case.id, "withdraw", "customer", NOW + DAY, words="算了")
    assert await open_tasks(case) == [("case_added", zhou.id)]


async def test_words_to_the_customer_are_taken_back_with_the_complaint(cast: Cast) -> None:
    case = await complained(cast)
    await act(case.id, "reply", "赵", NOW, words="马上处理")
    await act(case.id, "withdraw", "customer", NOW)
    rows = await sql().rows("SELECT kind, state FROM touchpoint WHERE kind = 'case_reply'")
    assert [row["state"] for row in rows if row["state"] in {"planned", "due"}] == []


async def test_the_visit_says_which_car_and_store(cast: Cast) -> None:
    row = await sql().one("SELECT id, vehicle_id, store_id FROM visit WHERE ref = 'R3'")
    case = await open_case(
        NewCase("rating", "等太久", visit_id=row["id"], customer_id=cast.li.customer_id), NOW
    )
    assert (case.vehicle_id, case.store_id) == (row["vehicle_id"], row["store_id"])
    assert case.car.startswith("比亚迪 汉EV")


async def test_one_complaint_that_cannot_be_read_does_not_stop_the_clocks(cast: Cast) -> None:
    broken, sound = await complained(cast), await complained(cast)
    await sql().run("UPDATE complaint SET what = 'v1.00000000.AAAA' WHERE id = ?", broken.id)
    done = await clocks_due(NOW + 3 * DAY)
    assert done["clocks_failed"] >= 1
    assert "escalated" in await kinds(sound)


async def test_terms_that_nobody_could_have_set_are_passed_over(cast: Cast) -> None:
    care = dumps({"sla": {"reply_days": "soon"}})
    await sql().run("UPDATE store SET care = ? WHERE id = ?", care, cast.main.id)
    await changed(sql())
    assert (await setting(cast.main.id)).terms == USUAL


async def test_webhooks_hear_of_every_step(cast: Cast) -> None:
    await insert(
        "INSERT INTO webhook (account_id, url, events, secret, active, created_at)"
        " VALUES (?, 'http://127.0.0.1:9/', ?, '', ?, ?)",
        *(account_id(), dumps(["case.*"]), True, NOW),
    )
    case = await complained(cast)
    await act(case.id, "receive", "赵", NOW)
    await clocks_due(NOW + 2 * DAY)
    rows = await sql().rows("SELECT event, body FROM webhook_delivery ORDER BY id")
    assert [row["event"] for row in rows][:2] == ["case.opened", "case.received"]
    assert "case.escalated" in {row["event"] for row in rows}
    assert case.number in unseal("webhook_delivery.body", rows[0]["body"])


async def test_two_who_record_the_same_occasion_make_one(migrated_postgres_url: str) -> None:
    async with dealership(migrated_postgres_url) as cast:
        made = await asyncio.gather(*(complained(cast, same="talk 7") for _ in range(8)))
        assert len({case.id for case in made}) == 1
        assert await kinds(made[0]) == ["recorded"]


async def told(case: Case) -> list[str]:
    """The titles of what its owner was told, the last one first."""
    rows = await sql().rows(
        "SELECT title FROM staff_task WHERE case_id = ? AND staff_id = ? ORDER BY id DESC",
        *(case.id, case.owner_id),
    )
    return [unseal("staff_task.title", row["title"]) for row in rows]


async def test_danger_that_is_told_later_makes_it_urgent(cast: Cast) -> None:
    await hired("顾海波", Role.SERVICE_MANAGER)
    case = await complained(cast)
    assert (case.owner, case.priority) == ("顾海波", "normal")
    for words, priority, title in (
        ("左边也响", "normal", "客户补充"),
        ("再不处理我找律师", "high", "客户补充，优先级升为高"),
        ("今天刹车失灵，差点撞上", "urgent", "客户补充，优先级升为紧急"),
        ("我要曝光", "urgent", "客户补充"),
    ):
        case = await act(case.id, "add", "customer", NOW, words=words)
        assert (case.priority, (await told(case))[0]) == (priority, f"{case.number}：{title}")
    raised = [event.data for event in await events(case.id) if event.kind == "added"]
    assert raised == [{}, {"from": "normal", "priority": "high"}, {"from": "high", "priority": "urgent"}, {}]  # fmt: skip
    case = await act(case.id, "prioritise", "顾海波", NOW, priority="low")  # who has read it
    case = await act(case.id, "add", "customer", NOW, words="左边还是响")
    assert case.priority == "low"


async def test_danger_after_it_was_solved_opens_it_again_as_urgent(cast: Cast) -> None:
    await hired("顾海波", Role.SERVICE_MANAGER)
    case = await complained(cast)
    case = await act(case.id, "solve", "顾海波", NOW, **SOLVED)
    case = await act(case.id, "confirm", "customer", NOW)
    case = await act(case.id, "add", "customer", NOW, words="上次冒烟的事谢谢")
    assert (case.state, case.priority) == ("confirmed", "normal")  # nobody works on it
    case = await act(case.id, "not_solved", "customer", NOW, words="发动机又冒烟")
    assert (case.state, case.priority) == ("reopened", "urgent")
    assert (await told(case))[0] == f"加急：投诉{case.number}重开：客户说没有解决"
    last = (await events(case.id))[-1]
    assert (last.kind, last.data) == ("reopened", {"from": "normal", "priority": "urgent"})
