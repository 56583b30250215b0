"""车卖了: the car leaves its owner's file with what was planned for it; its history stays."""

from dataclasses import dataclass

from bot.flow import Option, Talk, conversation
from handlers.questions import booking_line
from handlers.questions.cars import my_cars_or_bye, which_of
from storage.queries import garage
from storage.queries.bookings.booked import Booked
from storage.queries.bookings.booking import cancel, upcoming
from storage.queries.cars import Car

YES = Option("yes", "卖了", ("已经卖了", "卖掉了", "过户了"))
NO = Option("no", "没卖", ("还没卖", "没有"))


@dataclass(frozen=True, slots=True)
class Goodbye:
    """A car, and the bookings that go with it."""

    car: Car
    bookings: tuple[Booked, ...]


@conversation("车卖了")
async def car_sold(talk: Talk) -> Goodbye | None:
    cars = await my_cars_or_bye(talk)
    if not cars:
        return None
    car = await which_of(talk, "是哪台车卖了？", cars)
    mine = await upcoming(talk.customer.id, talk.customer.customer_id, talk.now)
    booked = tuple(one for one in mine if one.vehicle_id == car.id)
    ends = "".join(f"\n预约也会取消：{booking_line(talk, one)}" for one in booked)
    summary = f"确认{car.label}不再是您的车了吗？以后不再提醒它的保养。{ends}"
    if not await talk.confirm((car.id, [one.id for one in booked]), summary, yes=YES, no=NO):
        return await talk.bye("好的，没有改动。")
    return Goodbye(car, booked)


@car_sold.settle
async def let_go(done: Goodbye, talk: Talk) -> None:
    car, customer = done.car, talk.customer.customer_id
    for one in done.bookings:
        await cancel(one.id, talk.now)
    await garage.unlink(car.id, talk.customer.id)
    if car.own and customer is not None:
        await talk.staff_task("car_sold", "客户说车卖了，请核对", car.label, f"sold:{talk.id}")
        await garage.sold(car.id, customer, talk.customer.id, talk.now)
    talk.say(f"好的，{car.label}已经移出您的爱车，提醒也停了。换了新车，说“添加车辆”就行。")


CONVERSATIONS = [car_sold]
