"""Who did not come is offered two other times; a booking takes back the reminder that waited."""

from datetime import timedelta

from storage.db import sql
from storage.queries import reminders
from storage.queries.bookings import states as bookings_states
from storage.queries.touch.put import New, put
from storage.queries.touch.touchpoints import one
from tests.conversations.chat import Chat
from tests.people import TODAY, TOMORROW, Person, at
from tests.touch.rig import Ledger, agrees, ledger

AWAY = "没等到您"


async def missed(chat: Chat, to: str = "no_show") -> None:
    async with chat.database():
        row = await sql().one("SELECT id FROM booking ORDER BY id DESC LIMIT 1")
        assert await bookings_states.move(row["id"], to, chat.now) is not None


async def owed(chat: Chat, kind: str = "no_show") -> list[Ledger]:
    async with chat.database():
        return await ledger(kind)


async def books_and_stays_away(chat: Chat) -> None:
    await chat.says("明天9点做首保", "确认")
    chat.heard("约好了")
    await chat.waits(hours=26)
    await missed(chat)


async def test_two_times_are_offered_and_one_tap_takes_one(chat: Chat) -> None:
    await books_and_stays_away(chat)
    await chat.waits(minutes=1)
    [bubble] = [one for one in chat.world.chat(chat.openid) if AWAY in one.text]
    assert bubble.text.startswith("王女士，您好！")
    assert "11月19日 周四（今天） 09:00没等到您的京A12345" in bubble.text
    first, second, *usual = [line.shown for line in bubble.lines]
    assert first.startswith("11月19日 周四 ")
    assert second == "11月20日 周五 09:00"
    assert usual == ["预约保养", "改天再说", "这次不用"]
    await chat.taps(second)
    chat.heard("请确认", "11月20日 周五（明天） 09:00", "城南店", "首保 · 京A12345")
    await chat.says("确认")
    chat.heard("约好了", "预约号 A")
    async with chat.database():
        row = await sql().one("SELECT state, outcome FROM touchpoint WHERE kind = 'no_show'")
    assert tuple(row) == ("sent", "booked")


async def test_another_time_keeps_car_and_service(li: Chat) -> None:
    plate = li.cast.li.cars[1][0]
    await li.says(f"明天9点给{plate}做个常规保养", "确认")
    await li.waits(hours=26)
    await missed(li)
    await li.waits(minutes=1)
    assert AWAY in li.screen
    await li.taps("预约保养")
    li.heard("哪天方便")
    li.heard_not("是哪台车", "要做什么项目")
    await li.says("周六", "10点", "确认")
    li.heard("约好了", plate, "常规保养")


async def test_outside_the_window_it_waits_for_the_morning_and_is_said_by_telephone(
    chat: Chat,
) -> None:
    await chat.says("11月21日9点做首保", "确认")
    await chat.waits(days=3, hours=3)
    await missed(chat)
    await chat.waits(minutes=1)
    [row] = await owed(chat)
    assert row.state == "planned"
    await chat.waits(hours=22)
    [row] = await owed(chat)
    assert (row.state, row.channel) == ("handed_over", "call")
    assert AWAY not in chat.screen


async def test_who_comes_late_is_asked_nothing(chat: Chat) -> None:
    await books_and_stays_away(chat)
    await missed(chat, "arrived")
    await chat.waits(minutes=1)
    [row] = await owed(chat)
    assert (row.state, row.why) == ("cancelled", "客户已到店")
    assert AWAY not in chat.screen


async def test_who_has_booked_again_is_asked_nothing(chat: Chat) -> None:
    await books_and_stays_away(chat)
    await chat.says("周六9点做首保", "确认")
    chat.heard("约好了")
    await chat.waits(minutes=1)
    [row] = await owed(chat)
    assert row.state == "cancelled"
    assert "客户已预约11月21日到店" in row.why
    assert AWAY not in chat.screen


async def test_a_stranger_is_asked_too(stranger: Chat) -> None:
    await stranger.says("预约保养", "城南店", "首保", "明天", "9点", "13700000009", "京C99999")
    await stranger.says("确认")
    await stranger.waits(hours=26)
    await missed(stranger)
    await stranger.waits(minutes=1)
    assert AWAY in stranger.screen


async def test_switched_off_nobody_is_asked(chat: Chat) -> None:
    await chat.says("明天9点做首保", "确认")
    async with chat.database():
        await sql().run(
            "INSERT INTO touch_rule (account_id, kind, active, changed_by, changed_at)"
            " VALUES (?, 'no_show', ?, '秦勇', ?)",
            *(chat.cast.account, False, chat.now),
        )
    await chat.waits(hours=26)
    await missed(chat)
    assert await owed(chat) == []


async def queued(chat: Chat, who: Person, car: int) -> int:
    """A reminder of a car that lies in the outbox until the afternoon."""
    new = New(
        *("regular_service", f"v{car}", "care", TODAY, chat.now, None),
        *(who.customer_id, car, None, {}),
    )
    assert await put([new], chat.now) == 1
    row = await sql().one("SELECT id FROM touchpoint ORDER BY id DESC LIMIT 1")
    await sql().run(
        "UPDATE touchpoint SET state = 'due', channel = 'service', due_at = ? WHERE id = ?",
        *(chat.now + timedelta(hours=6), row["id"]),
    )
    await sql().run(
        "INSERT INTO message (account_id, wechat_user_id, touchpoint_id, idem, channel, purpose,"
        " body, state, due_at, created_at, changed_at)"
        " VALUES (?, ?, ?, ?, 'service', 'care', '', 'waiting', ?, ?, ?)",
        *(chat.cast.account, who.user_id, row["id"], f"touch:{row['id']}:service"),
        *(chat.now + timedelta(hours=6), chat.now, chat.now),
    )
    return int(row["id"])


async def test_a_booking_takes_back_the_reminder_that_waits(li: Chat) -> None:
    plate, car = li.cast.li.cars[0]
    async with li.database():
        await agrees(li.cast.li, now=li.now)
        touchpoint = await queued(li, li.cast.li, car)
    await li.says(f"后天10点给{plate}做个常规保养", "确认")
    li.heard("约好了")
    async with li.database():
        message = await sql().one("SELECT state, why FROM message WHERE touchpoint_id > 0")
        assert tuple(message) == ("cancelled", "客户已预约11月20日到店")
        touch = await one(touchpoint)
        assert touch is not None
        assert (touch.state, touch.channel, touch.why) == ("due", "", "客户已预约11月20日到店")
        # a hint for a car without a booking, and for no car at all, changes nothing
        await reminders.led_to_booking(li.cast.li.customer_id, None, TOMORROW, li.now)
    await li.waits(minutes=1)
    async with li.database():
        touch = await one(touchpoint)
        assert touch is not None
        assert touch.why == "客户已预约11月20日到店，先不打扰"
        assert touch.due_at == at("09:00", TOMORROW + timedelta(days=2))
