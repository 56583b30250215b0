"""我的预约: what is booked, and the two things one may want to do with it."""

from bot.flow import Talk, conversation
from handlers.questions import spoken
from handlers.questions.models import drive_said
from storage.queries.bookings.booking import upcoming


@conversation("我的预约", menu="MY_BOOKINGS", aside=True)
async def my_bookings(talk: Talk) -> None:
    booked = await upcoming(talk.customer.id, talk.customer.customer_id, talk.now)
    if drive := await drive_said(talk):
        talk.say(drive)
        talk.offer("改试驾", "取消试驾")
    if not booked and drive:
        return
    if not booked:
        talk.say("您目前没有预约。")
        talk.offer("预约保养")
        return
    for one in booked:
        talk.say(
            f"预约号 {one.number}\n{spoken(talk, one.starts_at)}\n{one.store_name} · {one.service_name} · {one.car or one.plate}"
        )
    talk.offer("改约", "取消预约")


CONVERSATIONS = [my_bookings]
