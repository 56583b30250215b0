"""Somebody named a time for their rating, and by then WeChat cannot reach them: a colleague calls."""

from datetime import timedelta

from storage.db import sql
from storage.queries.calls.records import Given, Told, record
from storage.queries.calls.worklist import todays
from storage.queries.touch import touchpoints
from storage.queries.touch.outbox import Call, call_many
from storage.queries.touch.touchpoints import Settled
from storage.scope import account_id
from tests.conversations.chat import Chat
from tests.conversations.colleagues import Office, at_work
from tests.conversations.rating import cases_of, settled, the_rating
from tests.outbox.notices import agree


async def _a_week_later(chat: Chat) -> Office:
    office = await at_work(chat)
    await settled(chat, chat.cast.wang)
    await chat.says("评价", "现在不方便", "下周三上午10点")
    chat.heard("11月25日 周三 10:00再来问您")
    await chat.waits(days=7, minutes=2)
    return office


async def test_the_call_is_for_that_hour_and_has_the_questions(chat: Chat) -> None:
    office = await _a_week_later(chat)
    async with chat.database():
        tao = office.staff["tao"]
        [task] = await todays(tao, chat.now)
        assert (task.lawful, task.store_id, task.about) == (
            True,
            chat.cast.main.id,
            "after_visit",
        )
        assert task.due_at is not None
        assert task.due_at > chat.now
        said = Told("reached", "等了很久", answers=(Given("standard", "overall", value=2),))
        done = await record(task.id, tao, said, chat.now)
        assert done is not None
        assert (done.done, done.case) == (True, "T000001")
        assert await todays(tao, chat.now) == []
    rating = await the_rating(chat)
    assert (rating.state, rating.low, rating.entered_by) == ("done", True, "陶倩")
    assert len(await cases_of(chat)) == 1


async def test_who_answers_in_chat_first_is_not_called(chat: Chat) -> None:
    office = await _a_week_later(chat)
    await chat.says("评价", "5", "就到这里")
    await chat.waits(minutes=2)
    async with chat.database():
        assert await todays(office.staff["tao"], chat.now) == []
        rows = await sql().rows("SELECT state, outcome FROM touchpoint WHERE kind = 'after_visit'")
    assert [(row["state"], row["outcome"]) for row in rows] == [("done", "rated")]
    assert (await the_rating(chat)).state == "done"


async def test_who_names_a_time_is_not_called_before_it(chat: Chat) -> None:
    """Nor twice at it: the call that stood in for the contact is over."""
    office, wang = await at_work(chat), chat.cast.wang
    visit, store = await settled(chat, wang), chat.cast.main.id
    async with chat.database():
        await agree(wang.user_id, "follow_up")
        row = await sql().one(
            "INSERT INTO touchpoint (account_id, kind, subject, purpose, customer_id, vehicle_id,"
            " store_id, due_on, due_at, created_at, changed_at)"
            " VALUES (?, 'after_visit', ?, 'follow_up', ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            *(account_id(), f"r{visit}", wang.customer_id, wang.car, store, chat.now.date()),
            *(chat.now, chat.now, chat.now),
        )
        await touchpoints.settle([Settled(row["id"], "handed_over", "call")], chat.now)
        until = chat.now + timedelta(days=2)
        call = Call(row["id"], wang.customer_id, wang.user_id, store, None, "请致电", "", until)
        await call_many([call], chat.now)
        assert len(await todays(office.staff["tao"], chat.now)) == 1
    await chat.says("评价", "现在不方便", "下周三上午10点")
    async with chat.database():
        assert await todays(office.staff["tao"], chat.now) == []
    await chat.waits(days=7, minutes=2)
    async with chat.database():
        [task] = await todays(office.staff["tao"], chat.now)
    assert "约好现在评价" in task.title
