"""预约保养: a car, a service, a day and a time with room for it, and a number at the end."""

from dataclasses import dataclass, replace
from datetime import date

from bot.flow import AskAgain, Talk, conversation, phone, plate, time_of
from bot.rules.wording import say_day, say_moment
from handlers.questions import (
    booked_already,
    it_stands,
    spoken,
    wants_to_wait,
    which_car,
    which_day,
    which_service,
    which_store,
)
from storage.queries import people, reminders
from storage.queries.bookings import booking as bookings
from storage.queries.bookings import waiting
from storage.queries.bookings.booking import AlreadyBooked, Booked, SlotTaken, Wish
from storage.queries.stores.shops import shop

PLATE = "请发车牌号，师傅好提前备料；还没上牌就说“跳过”。"


@dataclass(frozen=True, slots=True)
class Queue:
    """A place on the waiting list instead of a booking."""

    wish: Wish
    day: date


@conversation("预约保养", menu="BOOK_SERVICE")
async def book_service(talk: Talk) -> Wish | Queue | None:
    known, car = await shop(), await which_car(talk)
    store = await which_store(talk, known, car)
    service = await which_service(talk, store, car)
    if there := await booked_already(talk, car, service):
        return await it_stands(talk, there)
    source, who = f"t{talk.id}", talk.customer
    asked = f"{service.name}约{service.need.minutes}分钟，哪天方便？也可以直接说，比如“周六上午”。"
    day = await which_day(talk, asked, store, service.id, source)
    free = await bookings.free_times(store.id, service.id, day, talk.now, source)
    if not free and not await wants_to_wait(talk, day):
        raise AskAgain("日期", "好的，换一天。")
    start = None
    if free:
        start = await talk.ask("时间", f"{say_day(day, talk.today)}几点到店？", time_of(free))
    bound = (who.id, who.customer_id, car.id if car else None)
    slot = Wish(source, store.id, service.id, start or talk.now, *bound)
    if start and (there := await _hold(talk, slot)):
        return await it_stands(talk, there)
    number = who.phone or await talk.ask("电话", "请留个手机号，到店有事好联系您。", phone())
    on_car = (car.plate if car else "") or await talk.ask_optional("车牌", PLATE, plate())
    wish = replace(slot, phone=number, plate=on_car or "")
    if not start:
        return Queue(wish, day)
    summary = f"请确认：\n{say_moment(start, talk.today)}\n{store.name}\n{service.name} · {on_car or '未上牌'}"
    change = ("日期", "时间", "项目", *(() if car else ("车牌",)))
    if not await talk.confirm(wish, summary, change=change):
        return await talk.bye("好的，没有预约。想约的时候随时说“预约保养”。")
    return wish


async def _hold(talk: Talk, slot: Wish) -> Booked | None:
    """Keep the slot while the rest is asked; or the booking the car has already."""

    async def keep() -> int:
        return (await bookings.hold(slot, talk.now)).booking_id

    try:
        await talk.once("占位", keep, of=(slot.store_id, slot.service_id, slot.start))
    except AlreadyBooked as there:
        other = there.booked.service_name
        if other == (await shop()).service(slot.service_id).name:
            return there.booked
        raise AskAgain("时间", f"这台车那时已经约了{other}，请换个时间。") from None
    except SlotTaken:
        raise AskAgain("时间", "这个时间刚刚被约走了，请换一个。") from None
    return None


@book_service.settle
async def write(done: Wish | Queue, talk: Talk) -> None:
    if isinstance(done, Queue):
        wish = done.wish
        await waiting.join(
            wish.store_id, wish.service_id, done.day, talk.customer.id, talk.now,
            vehicle_id=wish.vehicle_id, phone=wish.phone, plate=wish.plate,
        )  # fmt: skip
        talk.say(f"已排上{say_day(done.day, talk.today)}的候补，一有空位马上通知您。")
        return
    try:
        booked = await bookings.confirm(done, talk.now)
    except AlreadyBooked as there:
        await bookings.release(done.source)
        await it_stands(talk, there.booked)
        return
    except SlotTaken:
        raise AskAgain("时间", "这个时间刚刚被约走了，请换一个。") from None
    if talk.customer.customer_id is None:
        await people.make_known(talk.customer.id, done.phone, done.plate, talk.now)
    day = booked.starts_at.date()
    await reminders.led_to_booking(talk.customer.customer_id, done.vehicle_id, day, talk.now)
    talk.say(
        f"约好了！\n预约号 {booked.number}\n{spoken(talk, booked.starts_at)}\n{booked.store_name} · {booked.service_name}"
        f" · {booked.car or booked.plate or '未上牌'}\n时间有变随时说“改约”或“取消预约”。"
    )


@book_service.on_leave
async def let_go(talk: Talk) -> None:
    await bookings.release(f"t{talk.id}")


CONVERSATIONS = [book_service]
