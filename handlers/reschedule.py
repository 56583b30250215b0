"""改约: the same service on another day or at another time."""

from dataclasses import dataclass
from datetime import datetime

from bot.flow import AskAgain, Talk, conversation, time_of
from bot.rules.wording import say_day
from handlers.questions import booking_line, spoken, which_booking, which_day
from handlers.questions.models import drive_said
from storage.queries.bookings.booking import (
    AlreadyBooked,
    SlotTaken,
    free_times,
    reschedule,
    upcoming,
)
from storage.queries.stores.shops import shop


@dataclass(frozen=True, slots=True)
class Move:
    """Which booking goes where."""

    booking: int
    start: datetime


@conversation("改约")
async def move_booking(talk: Talk) -> Move | None:
    mine = await upcoming(talk.customer.id, talk.customer.customer_id, talk.now)
    if not mine and (drive := await drive_said(talk)):
        await talk.bye(f"您目前没有可以改的保养预约。\n{drive}")
        talk.offer("改试驾", "取消试驾")
        return None
    if not mine:
        await talk.bye("您目前没有可以改的预约。")
        talk.offer("预约保养")
        return None
    one = await which_booking(talk, "要改哪一个？", mine)
    store = (await shop()).store(one.store_id)
    day = await which_day(talk, f"{booking_line(talk, one)}\n想改到哪天？", store, one.service_id)
    free = await free_times(one.store_id, one.service_id, day, talk.now, one.source or "")
    if not free:
        raise AskAgain("日期", f"{say_day(day, talk.today)}约满了，换一天好吗？")
    start = await talk.ask("时间", f"{say_day(day, talk.today)}几点到店？", time_of(free))
    move = Move(one.id, start)
    summary = f"改到{spoken(talk, start)}，确认吗？"
    if not await talk.confirm(move, summary, change=("日期", "时间")):
        return await talk.bye("好的，还是原来的时间。")
    return move


@move_booking.settle
async def write(move: Move, talk: Talk) -> None:
    try:
        moved = await reschedule(move.booking, move.start, talk.now)
    except AlreadyBooked:
        raise AskAgain("时间", "那个时间您的爱车还有别的预约，请换一个。") from None
    except SlotTaken:
        raise AskAgain("时间", "这个时间刚刚被约走了，原来的预约还在。") from None
    talk.say(
        f"改好了！\n预约号 {moved.number}\n{spoken(talk, moved.starts_at)}\n"
        f"{moved.store_name} · {moved.service_name}"
    )


CONVERSATIONS = [move_booking]
