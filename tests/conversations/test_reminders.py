"""A reminder is answered in one tap; not now is kept; wishes are returned; a stop stops all."""

from datetime import timedelta

import pytest

from storage.db import moment, sql
from storage.queries.touch import touchpoints
from storage.queries.touch.put import New, put
from tests.conversations.chat import Chat
from tests.people import TODAY, Person
from tests.touch.rig import agrees


async def told(chat: Chat, who: Person, kind: str, car: int | None, *, sent: bool = True) -> int:
    """A touchpoint of `kind` that went out to `who` a minute ago (or still waits)."""
    async with chat.database():
        new = New(
            kind, f"{kind}-{car}", "care", TODAY, chat.now, None, who.customer_id, car, None, {}
        )
        assert await put([new], chat.now) == 1
        row = await sql().one("SELECT id FROM touchpoint ORDER BY id DESC LIMIT 1")
        if sent:
            assert await touchpoints.sent(row["id"], "template", chat.now - timedelta(minutes=1))
        return int(row["id"])


async def state(chat: Chat, touchpoint: int) -> tuple[str, str]:
    async with chat.database():
        row = await sql().one("SELECT state, outcome FROM touchpoint WHERE id = ?", touchpoint)
        return row["state"], row["outcome"]


async def test_one_tap_books_the_car_that_was_meant(li: Chat) -> None:
    car = li.cast.li.cars[1]
    touchpoint = await told(li, li.cast.li, "regular_service", car[1])
    await li.says("预约保养")
    li.heard("哪天方便")
    li.heard_not("是哪台车", "要做什么项目")
    await li.says("明天", "10点", "确认")
    li.heard("约好了", "预约号", car[0], "常规保养")
    assert await state(li, touchpoint) == ("sent", "booked")


async def test_another_car_can_be_meant_all_the_same(li: Chat) -> None:
    meant, other = li.cast.li.cars[1], li.cast.li.cars[0]
    await told(li, li.cast.li, "regular_service", meant[1])
    await li.says(f"明天10点给{other[0]}做个常规保养", "确认")
    li.heard("约好了", other[0])


async def test_an_old_reminder_means_nothing(li: Chat) -> None:
    await told(li, li.cast.li, "regular_service", li.cast.li.cars[1][1])
    await li.waits(days=15)
    await li.says("预约保养")
    li.heard("是哪台车")


@pytest.mark.parametrize(
    ("words", "spoken"),
    [("周六上午10点", "11月21日"), ("明天下午三点", "11月19日"), ("后天", "11月20日")],
)
async def test_not_now_takes_a_time_and_keeps_it(chat: Chat, words: str, spoken: str) -> None:
    touchpoint = await told(chat, chat.cast.wang, "first_service", chat.cast.wang.car)
    await chat.says("现在不方便")
    chat.heard("什么时候再联系您")
    await chat.says(words)
    chat.heard("记下了", spoken)
    async with chat.database():
        row = await sql().one("SELECT state, due_at FROM touchpoint WHERE id = ?", touchpoint)
    due = moment(row["due_at"])
    assert row["state"] == "due"
    assert due is not None
    assert due > chat.now
    assert f"{due + timedelta(hours=8):%-m月%-d日}" == spoken


async def test_a_time_we_may_not_call_at_is_asked_again(chat: Chat) -> None:
    await told(chat, chat.cast.wang, "first_service", chat.cast.wang.car)
    await chat.says("改天再说", "明天晚上11点")
    chat.heard("9点到20点")
    await chat.says("明天下午")
    chat.heard("记下了")


async def test_not_now_without_a_reminder_disturbs_nobody(chat: Chat) -> None:
    await chat.says("现在不方便")
    chat.heard("不打扰您")


async def test_no_thanks_is_an_answer(chat: Chat) -> None:
    touchpoint = await told(chat, chat.cast.wang, "first_service", chat.cast.wang.car)
    await chat.says("暂时不需要")
    chat.heard("这次就不再提醒您了", "退订")
    assert await state(chat, touchpoint) == ("sent", "refused")


async def test_good_wishes_are_returned(chat: Chat) -> None:
    touchpoint = await told(chat, chat.cast.wang, "birthday", None)
    await chat.says("谢谢祝福")
    chat.heard("谢谢您", "一路畅通")
    assert await state(chat, touchpoint) == ("sent", "thanked")


async def test_who_comes_is_told_when(chat: Chat) -> None:
    await chat.says("明天9点做保养", "确认")
    touchpoint = await told(chat, chat.cast.wang, "booking_reminder", chat.cast.wang.car)
    await chat.says("确认到店")
    chat.heard("等您来", "09:00", "预约号 A")
    assert await state(chat, touchpoint) == ("sent", "confirmed")


async def test_a_stop_stops_what_is_planned_and_queued(chat: Chat) -> None:
    planned = await told(chat, chat.cast.wang, "first_service", chat.cast.wang.car, sent=False)
    async with chat.database():
        for purpose in ("care", "marketing"):
            await sql().run(
                "INSERT INTO message (account_id, wechat_user_id, idem, channel, purpose, body,"
                " state, due_at, created_at, changed_at)"
                " VALUES (?, ?, ?, 'service', ?, '', 'waiting', ?, ?, ?)",
                *(chat.cast.account, chat.cast.wang.user_id, purpose, purpose),
                *(chat.now + timedelta(days=1), chat.now, chat.now),
            )
    await chat.says("退订关怀")
    chat.heard("已退订关怀")
    assert (await state(chat, planned))[0] == "cancelled"
    async with chat.database():
        rows = await sql().rows("SELECT purpose, state FROM message WHERE purpose <> ''")
    assert {row["purpose"]: row["state"] for row in rows} == {
        "care": "cancelled",
        "marketing": "waiting",
    }


async def test_a_pushed_reminder_is_answered_by_a_tap(chat: Chat) -> None:
    async with chat.database():
        await agrees(chat.cast.wang, now=chat.now)
    await chat.waits(days=3, hours=5)  # Saturday afternoon: her mileage makes a service due
    await chat.says("帮助")
    await chat.waits(hours=3, minutes=5)
    pushed = [bubble for bubble in chat.world.chat(chat.openid) if "该做首保了" in bubble.text]
    assert len(pushed) == 1
    assert [line.shown for line in pushed[0].lines] == ["预约保养", "改天再说", "这次不用"]
    assert pushed[0].text.startswith("王女士，您好！")
    await chat.taps("预约保养")
    chat.heard("哪天方便")
    chat.heard_not("是哪台车", "要做什么项目")
