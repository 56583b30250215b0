"""Whoever was passing a complaint on, or ending it, when a new version came goes on to the end.

    python -m tests.conversations.test_staff_replays pass_on v2_asked '转 T000001' 严工

plays these messages of 顾海波's, whose WeChat is 李强's and who handles 王芳's complaint T000001, and
keeps the row after each.
"""

import asyncio
import sys

import pytest

from bot.flow import Conversation
from handlers import all_conversations, staff_pass_on, staff_solve
from storage.queries.cases import opening as cases
from storage.queries.cases.opening import Case
from tests.conversations.chat import Chat
from tests.conversations.colleagues import at_work
from tests.conversations.conftest import ON_ONE_DATABASE
from tests.conversations.saved import Saved, all_saved, put_back, record

GIVEN, ENDED = all_saved("pass_on"), all_saved("solve")


async def before(chat: Chat) -> None:
    """At work, his WeChat bound, and with a complaint to handle."""
    office = await at_work(chat)
    await chat.says(f"绑定员工 {await office.code('gu')}")
    case = await office.complaint()
    assert case.number == "T000001"


async def went_on(chat: Chat, saved: Saved) -> tuple[Chat, Case]:
    phone = chat.of(chat.cast.li.openid)
    await before(phone)
    async with phone.database():
        await put_back(saved, chat.cast.li)
    await phone.says(*saved.then)
    async with phone.database():
        found = await cases.one(1)
    assert found is not None
    return phone, found


@ON_ONE_DATABASE
@pytest.mark.parametrize("saved", GIVEN, ids=lambda saved: saved.name)
async def test_a_complaint_that_was_being_passed_on_is_given(chat: Chat, saved: Saved) -> None:
    phone, case = await went_on(chat, saved)
    phone.heard(f"T000001转给{saved.then[-1]}了，已经通知对方")
    assert case.owner == saved.then[-1]


@ON_ONE_DATABASE
@pytest.mark.parametrize("saved", ENDED, ids=lambda saved: saved.name)
async def test_a_complaint_that_was_being_ended_is_solved(chat: Chat, saved: Saved) -> None:
    phone, case = await went_on(chat, saved)
    phone.heard("T000001已解决")
    assert (case.state, case.root_cause, case.solution) == ("solved", "排班太满", "当天返工")
    assert ("24小时内告诉客户" in phone.text) is (saved.then[-1] == "先不发")


@pytest.mark.parametrize(
    ("saved", "conversation"),
    [(GIVEN, staff_pass_on.pass_on), (ENDED, staff_solve.solve)],
    ids=["given", "ended"],
)
def test_every_version_is_there(saved: list[Saved], conversation: Conversation) -> None:
    versions = {one.row["version"] for one in saved}
    assert versions == set(range(1, conversation.version + 1))
    names = {one.name for one in all_conversations()}
    assert {one.row["flow"] for one in saved} <= names


if __name__ == "__main__":
    flow, name, *messages = sys.argv[1:]
    asyncio.run(record(flow, name, "li", *messages, before=before))
