"""What a reminder or a greeting leads to: another time, no thanks, I will come, good wishes back."""

from dataclasses import dataclass
from datetime import datetime

from bot.flow import Talk, conversation
from handlers.questions import booking_line, spoken
from handlers.questions.later import MomentLater
from storage.queries import reminders
from storage.queries.bookings.booking import upcoming
from storage.queries.touch import touchpoints


@dataclass(frozen=True, slots=True)
class Later:
    """The touchpoint to come back to, and when."""

    touchpoint: int
    at: datetime


@conversation("改天再说")
async def later(talk: Talk) -> Later | None:
    kinds = reminders.WORTH_SAYING_LATER
    touch = await reminders.latest(talk.customer.customer_id, talk.now, kinds)
    if touch is None:
        return await talk.bye("好的，不打扰您，需要的时候随时叫我。")
    asked = "好的。那什么时候再联系您方便？直接说就行，比如“周六上午”。"
    return Later(touch.id, await talk.ask("联系时间", asked, MomentLater(talk.now), of=touch.id))


@later.settle
async def keep(wish: Later, talk: Talk) -> None:
    why = f"客户说现在不方便，约好{spoken(talk, wish.at)}再联系"
    if await touchpoints.postpone(wish.touchpoint, wish.at, why, talk.now):
        talk.say(f"记下了，{spoken(talk, wish.at)}再联系您。")
    else:
        talk.say("好的，这件事已经有同事在跟进，不再另外打扰您。")


@conversation("这次不用")
async def not_this_time(talk: Talk) -> int | None:
    touch = await reminders.latest(talk.customer.customer_id, talk.now)
    return touch.id if touch else await talk.bye("好的，有需要随时叫我。")


@not_this_time.settle
async def leave_it(touchpoint: int, talk: Talk) -> None:
    await reminders.answered(touchpoint, "refused", talk.now)
    talk.say("好的，这次就不再提醒您了。这类消息都不想收，发“退订”就停。")


@conversation("确认到店", aside=True)
async def will_come(talk: Talk) -> None:
    mine = await upcoming(talk.customer.id, talk.customer.customer_id, talk.now)
    if not mine:
        talk.say("您目前没有预约。")
        talk.offer("预约保养")
        return
    touch = await reminders.latest(talk.customer.customer_id, talk.now, ["booking_reminder"])
    if touch is not None:
        await reminders.answered(touch.id, "confirmed", talk.now)
    talk.say(f"好的，等您来：{booking_line(talk, mine[0])}，预约号 {mine[0].number}。")


@conversation("祝福", aside=True)
async def good_wishes(talk: Talk) -> None:
    touch = await reminders.latest(talk.customer.customer_id, talk.now, ["festival", "birthday"])
    if touch is not None:
        await reminders.answered(touch.id, "thanked", talk.now)
    talk.say("谢谢您！也祝您和家人平安顺心，一路畅通。")


CONVERSATIONS = [later, not_this_time, will_come, good_wishes]
