"""At which hours somebody can drive a demo car, and whether the store has one of the model."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.flow import Talk
from bot.rules.drives import LONGEST, free_hours, meant
from storage.queries.leads import drives
from storage.queries.stores.shops import Store

NOTICE = timedelta(hours=1)  # a car has to be washed, and a colleague to be there


def hours(store: Store, day: date, now: datetime) -> list[datetime]:
    """Full hours of the day at which somebody may come, in the store's zone."""
    found = []
    for opens, shuts in store.calendar.hours(day):
        at = opens.replace(minute=0) if not opens.minute else opens.replace(minute=0) + NOTICE
        while at + LONGEST <= shuts:
            if at >= now + NOTICE:
                found.append(at)
            at += timedelta(hours=1)
    return found


async def free(talk: Talk, store: Store, model: str, days: Sequence[date]) -> list[datetime]:
    """The hours of the days at which a car of the model is there for this person."""
    every = [at for day in days for at in hours(store, day, talk.now)]
    cars = await drives.demo_cars(store.id)
    if not every or not cars:
        return every
    taken = await drives.busy(cars, every[0], every[-1] + LONGEST, but=talk.customer.id)
    return free_hours(cars, model, every, taken)


async def has_car(store_id: int, model: str) -> bool:
    """Whether the store has told us of a demo car of the model; whoever named none takes any."""
    return not model or bool(meant(await drives.demo_cars(store_id), model))
