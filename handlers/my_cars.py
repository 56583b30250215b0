"""我的爱车, 到店记录: each car with its next service and why; one car's latest visits."""

from bot.flow import Talk, conversation
from bot.rules.service_due import next_service, spoken
from handlers.questions.cars import my_cars_or_bye, which_of
from storage.queries.cars import Car
from storage.queries.garage import Stop, history

MANY = 4
"""With more cars than this only their names are said."""


@conversation("我的爱车", menu="MY_CARS", aside=True)
async def my_cars(talk: Talk) -> None:
    cars = await my_cars_or_bye(talk)
    for car in cars:
        facts = [car.label] if len(cars) > MANY else _facts(talk, car)
        talk.say("\n".join(facts))
    if len(cars) == 1:
        await _say_visits(talk, cars[0])
    if cars:
        past = () if len(cars) == 1 else ("到店记录",)
        talk.offer("预约保养", *past, "更新里程", "添加车辆", "车卖了")


@conversation("到店记录")
async def visits(talk: Talk) -> None:
    cars = await my_cars_or_bye(talk)
    if not cars:
        return
    car = await which_of(talk, "看哪台车的记录？", cars)
    talk.say(car.label)
    if not await _say_visits(talk, car):
        talk.say("还没有到店记录。")


def _facts(talk: Talk, car: Car) -> list[str]:
    on = f"（{spoken(car.mileage_on, talk.today)}）" if car.mileage_on else ""
    run = f"里程 {car.mileage:,}公里{on}" if car.mileage is not None else ""
    due = next_service(car.facts, talk.today).reason or "还没有保养记录，来过一次我就能帮您记着了。"
    return [fact for fact in (car.label, run, due) if fact]


async def _say_visits(talk: Talk, car: Car) -> bool:
    """The last three; False: there were none."""
    stops = [_line(talk, stop, own=car.own) for stop in await history(car.id)]
    if stops:
        talk.say("\n".join(["最近到店：", *stops]))
    return bool(stops)


def _line(talk: Talk, stop: Stop, *, own: bool) -> str:
    """A driver or follower reads what was done, not what it cost."""
    cost = f"{stop.amount:,.2f}元" if own and stop.amount else ""
    km = f"{stop.mileage:,}公里" if stop.mileage is not None else ""
    day = spoken(stop.settled_at.date(), talk.today)
    return " · ".join(part for part in (day, "、".join(stop.items), km, stop.store, cost) if part)


CONVERSATIONS = [my_cars, visits]
