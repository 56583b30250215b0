"""候补: a freed slot was offered; 确认候补 takes it, 放弃候补 lets it go to the next in line."""

from datetime import datetime

from bot.flow import Talk, conversation
from bot.flow.reply import OFFER, Answer, Line
from bot.rules.wording import say_moment
from handlers.questions import it_stands, spoken
from storage.queries import reminders
from storage.queries.bookings import waiting
from storage.queries.bookings.booking import AlreadyBooked, SlotTaken
from storage.queries.bookings.waiting import Offer


def offer_message(offer: Offer, now: datetime) -> Answer:
    """What somebody on the waiting list reads when a slot has come free. `now`: local time."""
    answer = Answer()
    start = offer.starts_at or now
    until = offer.until.astimezone(now.tzinfo)
    answer.say(
        f"您候补的时间有空位了：\n{say_moment(start.astimezone(now.tzinfo), now.date())}\n"
        f"{offer.store_name} · {offer.service_name}\n为您保留到{until:%H:%M}，要吗？"
    )
    answer.blocks += [Line(words, words, OFFER) for words in ("确认候补", "放弃候补")]
    return answer


@conversation("确认候补")
async def take_offer(talk: Talk) -> Offer | None:
    offer = await waiting.offered_to(talk.customer.id, talk.now)
    if offer is None:
        await talk.bye("这个候补空位已经过了保留时间。")
        talk.offer("预约保养")
    return offer


@take_offer.settle
async def book(offer: Offer, talk: Talk) -> None:
    try:
        booked = await waiting.accept(offer.waiting_id, talk.now)
    except SlotTaken:
        talk.say("抱歉，这个空位刚刚没有了，您仍在候补中，有新的空位再通知您。")
        return
    except AlreadyBooked as there:
        await waiting.leave(offer.waiting_id)
        await it_stands(talk, there.booked)
        return
    day = booked.starts_at.date()
    await reminders.led_to_booking(talk.customer.customer_id, booked.vehicle_id, day, talk.now)
    talk.say(
        f"候补成功！\n预约号 {booked.number}\n{spoken(talk, booked.starts_at)}\n"
        f"{booked.store_name} · {booked.service_name}"
    )


@conversation("放弃候补")
async def let_go(talk: Talk) -> Offer | None:
    offer = await waiting.offered_to(talk.customer.id, talk.now)
    if offer is None:
        return await talk.bye("您目前没有等待确认的候补空位。")
    return offer


@let_go.settle
async def decline(offer: Offer, talk: Talk) -> None:
    await waiting.decline(offer.waiting_id)
    talk.say("好的，这个空位让给下一位了。")


CONVERSATIONS = [take_offer, let_go]
