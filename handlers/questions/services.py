"""What is to be done to the car."""

from bot.flow import Option, Talk, choice
from bot.rules.service_due import next_service
from storage.queries import reminders
from storage.queries.cars import Car
from storage.queries.stores.shops import Service, Store


async def which_service(talk: Talk, store: Store, car: Car | None) -> Service:
    """What is to be done. A first service that is due is recognised, and why is said once.

    While it is due, 做个保养 means it, and only 常规保养 by its name means the other.
    """
    due = next_service(car.facts, talk.today) if car else None
    first = store.offer("first_service") if due and due.kind == "first" else None
    regular = store.offer("regular_service")
    if first and due:
        talk.say_once(due.reason)
    aliases = {one.code: one.aliases for one in store.services}
    if first and regular:
        aliases |= {first.code: first.aliases + regular.aliases, regular.code: ()}
    lines = [(Option(one.code, one.name, aliases[one.code]), one) for one in store.services]
    meant = first or (regular if car and await _reminded(talk, car) else None)
    meant = await _missed(talk, store, car) or meant
    return await talk.ask(
        "项目", "要做什么项目？", choice(lines), preset=meant.code if meant else None
    )


async def _missed(talk: Talk, store: Store, car: Car | None) -> Service | None:
    """What they did not come for, where they were just asked about it."""
    who = talk.customer.customer_id
    wanted = await reminders.missed_service(who, car.id, talk.now) if car else None
    return next((one for one in store.services if one.id == wanted), None)


async def _reminded(talk: Talk, car: Car) -> bool:
    """Whether they were told a short while ago that this car's regular service is due."""
    told = await reminders.latest(talk.customer.customer_id, talk.now, ["regular_service"])
    return told is not None and told.vehicle_id == car.id
