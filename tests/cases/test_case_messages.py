"""What customers are told of their complaint: once, by a lawful way, and no more once it is untrue."""

from datetime import timedelta
from typing import Any

import pytest

from bot.outbox.decide import decide_due
from storage import models as m
from storage.db import dumps, sql
from storage.queries.cases import messages as case_messages
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import NewCase, one, open_case
from storage.queries.outbox.claiming import claim
from storage.queries.platform_templates import map_notice
from storage.scope import account_id
from tests.cases.office import LATER, Office, office
from tests.people import NOW, Person, follower
from tests.touch.rig import ledger, writes

TEN_DAYS = timedelta(days=10)
MINUTE = timedelta(minutes=1)


async def opened(here: Office, **said: Any) -> int:
    """王芳's complaint, taken by 严工."""
    wang = here.cast.wang
    usual: dict[str, Any] = {
        "customer_id": wang.customer_id,
        "wechat_user_id": wang.user_id,
        "vehicle_id": wang.car,
        "store_id": here.cast.main.id,
    }
    case = await open_case(NewCase("staff", "等了三个小时", **{**usual, **said}), NOW)
    await act(case.id, "receive", "严工", LATER, staff_id=here.who("yan").id)
    return case.id


async def told(kind: str = "") -> list[tuple[str, str, str]]:
    return [(row.kind, row.state, row.channel) for row in await ledger(kind)]


async def template(notice: str) -> None:
    content = "{{thing1.DATA}}\n回复：{{thing2.DATA}}"
    await sql().run(
        "INSERT INTO platform_template (account_id, template_id, title, content, keys, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        *(account_id(), f"TPL-{notice}", "处理进度", content),
        *(dumps({"thing1": "单号", "thing2": "回复"}), LATER),
    )
    mapping = {"thing1": "case", "thing2": "words"}
    await map_notice(f"TPL-{notice}", notice, mapping, "沈文", LATER)


async def test_a_reply_goes_to_who_complained_in_the_stores_name(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        await writes(here.cast.wang, LATER)
        await act(case_id, "reply", "严工", LATER, words="明早\n十点前答复")
        await decide_due(LATER)
        [row] = await ledger("case_reply")
        assert (row.state, row.channel) == ("due", "service")
        assert "王女士，您好！这里是城南店客户服务中心。" in row.said
        assert f"（T{case_id:06d}）：\n明早\n十点前答复\n" in row.said
        assert "严工" not in row.said
        assert row.said.endswith("[补充]\n[投诉进度]")
        [message] = await claim(LATER, 9, MINUTE)
        assert message.to.id == here.cast.wang.user_id


async def test_each_word_is_one_contact_and_twice_the_same_event_is_one(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        await writes(here.cast.wang, LATER)
        for words in ("第一句", "第二句"):
            await act(case_id, "reply", "严工", LATER, words=words)
        case = await one(case_id)
        assert case is not None
        for _ in range(2):
            await case_messages.tell_customer(case, "case_reply", "第二句", LATER)
        assert len(await ledger("case_reply")) == 2


async def test_of_a_customers_identities_the_one_that_complained_is_told(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        wang = here.cast.wang
        wife = Person(await follower("oWife", wang.customer_id, LATER), "oWife")
        case_id = await opened(here, wechat_user_id=wife.user_id)
        await writes(wife, LATER)
        await writes(wang, LATER + MINUTE)
        await act(case_id, "reply", "严工", LATER + MINUTE, words="您好")
        await decide_due(LATER + MINUTE)
        [message] = await claim(LATER + MINUTE, 9, MINUTE)
        assert message.to.id == wife.user_id


async def test_who_follows_no_more_is_told_by_the_customers_other_phone(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        wang = here.cast.wang
        gone = await follower("oGone", wang.customer_id, LATER)
        case_id = await opened(here, wechat_user_id=gone)
        await sql().run("UPDATE wechat_user SET subscribed = ? WHERE id = ?", False, gone)
        await writes(wang, LATER)
        await act(case_id, "reply", "严工", LATER, words="您好")
        await decide_due(LATER)
        [message] = await claim(LATER, 9, MINUTE)
        assert message.to.id == wang.user_id


async def test_without_a_window_a_template_carries_it(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        await template("case_reply")
        await act(case_id, "reply", "严工", LATER, words="明早十点前答复")
        case = await one(case_id)
        assert case is not None
        found = await case_messages.last_told(case, LATER)
        assert found is not None
        assert (found.channel, found.at) == ("template", LATER)
        await decide_due(LATER)
        [row] = await ledger("case_reply")
        assert (row.state, row.channel) == ("due", "template")
        assert "明早十点前答复" in row.said


async def test_who_is_nobody_in_wechat_is_called_by_who_handles_it(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        stranger: dict[str, None] = {
            "customer_id": None,
            "wechat_user_id": None,
            "vehicle_id": None,
        }
        case_id = await opened(here, **stranger, phone="13700000009")
        await act(case_id, "reply", "严工", LATER, words="您好")
        await decide_due(LATER)
        assert await told("case_reply") == [("case_reply", "handed_over", "call")]
        [task] = await m.StaffTask.filter(kind="call")
        assert (task.staff_id, task.case_id) == (here.who("yan").id, case_id)
        assert "电话：13700000009" in task.detail
        assert "要告诉客户：您好" in task.detail


async def test_a_window_that_shuts_before_the_job_came_is_a_call_of_who_handles_it(
    migrated_url: str,
) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        await writes(here.cast.wang, LATER)
        await act(case_id, "reply", "严工", LATER, words="您好")
        await sql().run("UPDATE wechat_user SET window_sent = 5")
        await decide_due(LATER)
        assert await told("case_reply") == [("case_reply", "handed_over", "call")]
        [task] = await m.StaffTask.filter(kind="call")
        assert (task.staff_id, task.case_id) == (here.who("yan").id, case_id)


@pytest.mark.parametrize(("deed", "left"), [("confirm", ["case_solved"]), ("withdraw", [])])
async def test_what_is_untrue_is_not_said(migrated_url: str, deed: str, left: list[str]) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        await writes(here.cast.wang, LATER)
        await act(case_id, "solve", "严工", LATER, root_cause="漏派工", solution="已补做")
        await act(case_id, "tell", "严工", LATER)
        case = await one(case_id)
        assert case is not None
        later = await case_messages.tell_customer(
            case, "case_check", "", LATER, due_at=LATER + TEN_DAYS
        )
        assert (later.channel, later.at) == ("", LATER + TEN_DAYS)
        await act(case_id, deed, "customer", LATER + MINUTE)
        await decide_due(LATER + MINUTE)
        await decide_due(LATER + TEN_DAYS)
        rows = [row.kind for row in await ledger() if row.state != "cancelled"]
        assert rows == left


async def test_ten_days_later_they_are_asked_again(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        case_id = await opened(here)
        case = await one(case_id)
        assert case is not None
        then = LATER + TEN_DAYS
        await case_messages.tell_customer(case, "case_check", "", LATER, due_at=then)
        await decide_due(then - MINUTE)
        assert await told() == [("case_check", "planned", "")]
        await writes(here.cast.wang, then)
        await decide_due(then)
        [row] = await ledger("case_check")
        assert "现在都好了吗" in row.said
        assert row.said.endswith("[问题解决了]\n[还没解决]")


def test_a_subject_that_is_no_complaints_is_none() -> None:
    assert [case_messages.case_of(one) for one in ("k12.3", "k7", "v12", "a4.c7", "k", "kx")] == [
        *(12, 7, 0, 0, 0, 0)
    ]
