"""Which of the person's cars."""

from collections.abc import Sequence

from bot.flow import Option, Talk, choice
from bot.rules.wording import car_names
from storage.queries import reminders
from storage.queries.cars import Car, cars_for


async def which_car(talk: Talk) -> Car | None:
    """A car of the person's; of several the one they were last reminded of, else it is asked."""
    cars = await cars_for(talk.customer.id, talk.customer.customer_id)
    if len(cars) < 2:
        return cars[0] if cars else None
    told = await reminders.latest(talk.customer.customer_id, talk.now, reminders.ABOUT_A_CAR)
    meant = told.vehicle_id if told and any(car.id == told.vehicle_id for car in cars) else None
    return await which_of(talk, "是哪台车？", cars, meant)


async def my_cars_or_bye(talk: Talk) -> Sequence[Car]:
    """The person's cars; with none, the conversation ends here by saying how to get one in."""
    cars = await cars_for(talk.customer.id, talk.customer.customer_id)
    if not cars:
        await talk.bye("还没有您的爱车资料。绑定以后，保养时间我来帮您记着。")
        talk.offer("添加车辆" if talk.customer.customer_id else "绑定", "预约保养")
    return cars


async def which_of(talk: Talk, question: str, cars: Sequence[Car], meant: int | None = None) -> Car:
    if len(cars) == 1:
        return cars[0]
    lines = [(Option(car.id, car.label, car_names(car.plate, car.model)), car) for car in cars]
    return await talk.ask("车辆", question, choice(lines), preset=meant)
