"""一次性订阅: a yes in the pop-up is leave for one message, a no takes what there was."""

from bot.sandbox import notices
from storage.db import sql
from storage.queries.outbox import people as outbox_people
from tests.conversations.chat import Chat


async def leaves(chat: Chat) -> int:
    async with chat.database():
        row = await sql().one("SELECT count(*) AS n FROM grant_once WHERE used_at IS NULL")
        return int(row["n"])


async def test_a_yes_is_one_leave_however_often_it_is_told(chat: Chat) -> None:
    ready = chat.world.templates.add("完工提车通知", {"thing1": "门店"}, once=True)
    await notices.answers_popup(chat.world, chat.openid, ready.template_id)
    fields = chat.world.compose(chat.openid, "text", {"Content": "在吗"})
    await chat.world.send(fields, duplicates=2)
    assert await leaves(chat) == 1
    async with chat.database():
        person = chat.cast.wang.user_id
        assert await outbox_people.take_grant(person, ready.template_id, chat.now)
        assert not await outbox_people.take_grant(person, ready.template_id, chat.now)


async def test_a_no_takes_what_there_was(chat: Chat) -> None:
    ready = chat.world.templates.add("完工提车通知", {"thing1": "门店"}, once=True)
    await notices.answers_popup(chat.world, chat.openid, ready.template_id)
    await chat.says("在吗")
    await notices.answers_popup(chat.world, chat.openid, ready.template_id, accepts=False)
    assert await leaves(chat) == 0
