"""取消预约: which one, really, done."""

from bot.flow import Option, Talk, conversation
from handlers.questions import booking_line, which_booking
from storage.queries.bookings.booked import Booked
from storage.queries.bookings.booking import cancel, upcoming

# 取消 here means the booking, not this conversation
YES = Option("yes", "确认取消", ("确认", "取消", "取消预约", "不约了", "不去了"))
NO = Option("no", "不取消了")


@conversation("取消预约")
async def cancel_booking(talk: Talk) -> Booked | None:
    mine = await upcoming(talk.customer.id, talk.customer.customer_id, talk.now)
    if not mine:
        return await talk.bye("您目前没有预约，不用取消。")
    one = await which_booking(talk, "要取消哪一个？", mine)
    summary = f"确认取消吗？\n{booking_line(talk, one)}"
    if not await talk.confirm(one.id, summary, yes=YES, no=NO):
        return await talk.bye("好的，预约还给您留着。")
    return one


@cancel_booking.settle
async def give_it_back(one: Booked, talk: Talk) -> None:
    if not await cancel(one.id, talk.now):
        talk.say(f"预约号 {one.number} 已经不在预约中了，不用再取消。")
        return
    talk.say(f"已取消，预约号 {one.number}。想再约时说“预约保养”就好。")


CONVERSATIONS = [cancel_booking]
