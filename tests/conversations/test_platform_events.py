"""What the platform tells in its own name: an account that was closed, a mass send that ended."""

from bot.sandbox import notices
from storage.db import sql
from storage.queries import audit
from storage.queries.cases import opening as cases
from storage.queries.cases.opening import NewCase
from storage.queries.outbox import claiming as outbox
from storage.secrets import unseal
from tests.conversations.chat import Chat

ROBOT = notices.ROBOT


async def rows(chat: Chat, statement: str) -> list[tuple[object, ...]]:
    async with chat.database():
        return [tuple(row) for row in await sql().rows(statement)]


async def tells(chat: Chat, event: str, **extra: str) -> None:
    seen = await notices.tell(chat.world, ROBOT, event, {**extra})
    assert (seen.status, seen.body) == (200, b"success")


async def test_a_closed_wechat_account_is_erased_and_its_file_stays(chat: Chat) -> None:
    await chat.says("预约保养", "明天")
    async with chat.database():
        await outbox.put(chat.cast.wang.user_id, "late:1", '{"blocks":["早"]}', chat.now)
    for _ in range(2):  # told twice, it is done once
        await notices.closes_account(chat.world, chat.openid)
    people = await rows(chat, "SELECT openid, customer_id, subscribed FROM wechat_user ORDER BY id")
    assert people[0][0] == f"erased-{chat.cast.wang.user_id}"
    assert people[0][1] is None
    assert not people[0][2]
    assert [one[0] for one in people[1:]] == ["oLi", "oStranger"]  # the robot is nobody
    assert await rows(chat, "SELECT DISTINCT body FROM inbox") == [("",)]
    assert await rows(chat, "SELECT state FROM message WHERE state <> 'cancelled'") == []
    assert await rows(chat, "SELECT status FROM talk") == [("left",)]
    assert await rows(chat, "SELECT name FROM customer ORDER BY id LIMIT 1") == [("王芳",)]
    [(kind, title, customer)] = await rows(chat, "SELECT kind, title, customer_id FROM staff_task")
    assert kind == "platform"
    assert unseal("staff_task.title", str(title)) == "客户注销了微信账号"
    assert customer == chat.cast.wang.customer_id
    async with chat.database():
        actions = [(one.actor, one.action) for one in await audit.entries(limit=2)]
        assert sorted(actions) == [("wechat", "erase"), ("wechat", "unbind")]


async def test_what_the_file_is_owed_goes_on(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认")
    async with chat.database():
        who = chat.cast.wang
        said = NewCase(
            "wechat", "空调不凉", customer_id=who.customer_id, wechat_user_id=who.user_id
        )
        case = await cases.open_case(said, chat.now)
    await notices.closes_account(chat.world, chat.openid)
    [(state, plate, user)] = await rows(chat, "SELECT state, plate, wechat_user_id FROM booking")
    assert (state, user) == ("booked", None)
    assert unseal("booking.plate", str(plate)) == "京A12345"
    async with chat.database():
        kept = await cases.one(case.id)
        assert kept is not None
        assert (kept.what, kept.wechat_user_id) == ("空调不凉", None)


async def test_nobodys_account_closes_without_a_trace(chat: Chat) -> None:
    await tells(chat, "user_authorization_cancellation", OpenID="oNobody", RevokeInfo="1")
    await tells(chat, "user_authorization_cancellation")
    await tells(chat, "user_authorization_cancellation", OpenID=chat.cast.stranger.openid)
    assert await rows(chat, "SELECT id FROM staff_task") == []
    people = await rows(chat, "SELECT openid FROM wechat_user ORDER BY id")
    assert people[-1][0] == f"erased-{chat.cast.stranger.user_id}"
    assert len(people) == 3


async def test_staff_hear_what_the_platform_says_of_the_account(chat: Chat) -> None:
    for _ in range(2):
        await tells(chat, "naming_verify_fail", FailTime="1795000000", FailReason="名称已被占用")
    await tells(chat, "user_authorization_revoke", OpenID=chat.openid, RevokeInfo="301")
    await tells(chat, "user_authorization_revoke", OpenID="oNobody", RevokeInfo="301")
    await tells(chat, "qualification_verify_success", ExpiredTime="1895000000")
    found = await rows(chat, "SELECT title, detail FROM staff_task ORDER BY id")
    told = [unseal("staff_task.title", str(title)) for title, _ in found]
    assert told == ["公众号名称认证没有通过", "客户撤回了微信资料授权"]
    assert unseal("staff_task.detail", str(found[0][1])) == "名称已被占用"
    assert len(await rows(chat, "SELECT id FROM wechat_user")) == 3


async def test_the_end_of_a_mass_send_is_nobodys_message(chat: Chat) -> None:
    counts = {"TotalCount": "2", "FilterCount": "2", "SentCount": "2", "ErrorCount": "0"}
    await tells(chat, "MASSSENDJOBFINISH", MsgID="1000001625", Status="send success", **counts)
    assert await rows(chat, "SELECT msgid, state FROM receipt") == [("1000001625", "delivered")]
    assert len(await rows(chat, "SELECT id FROM wechat_user")) == 3
    assert await rows(chat, "SELECT id FROM inbox") == []
