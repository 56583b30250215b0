"""Questions that several conversations ask: which store, service, day, booking; cars beside it."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.flow import Option, Talk, choice, day_of
from bot.rules.open_days import why_not
from bot.rules.wording import moment_names, say_day, say_moment
from handlers.questions.cars import which_car
from handlers.questions.services import which_service
from handlers.questions.stores import which_store
from storage.queries.bookings.booked import Booked
from storage.queries.bookings.booking import free_days, upcoming
from storage.queries.cars import Car
from storage.queries.stores.shops import Service, Store


def spoken(talk: Talk, at: datetime) -> str:
    """A moment as it is said to this person today."""
    return say_moment(at.astimezone(talk.now.tzinfo), talk.today)


async def booked_already(talk: Talk, car: Car | None, service: Service) -> Booked | None:
    """The booking of this service that the car has; looked for before the first day is asked."""
    if car is None or talk.kept("日期") is not None:
        return None
    mine = await upcoming(talk.customer.id, talk.customer.customer_id, talk.now)
    same = (one for one in mine if (one.vehicle_id, one.service_name) == (car.id, service.name))
    return next(same, None)


async def it_stands(talk: Talk, there: Booked) -> None:
    """One car is booked for one thing once: say what there is, and what can be done about it."""
    await talk.bye(f"已经约了{booking_line(talk, there)}，预约号 {there.number}。")
    talk.offer("改约", "取消预约")


async def which_day(
    talk: Talk, question: str, store: Store, service_id: int, source: str = ""
) -> date:
    """A day the store works; those with room are shown, a full one may be named all the same."""
    return await talk.ask(
        "日期",
        question,
        day_of(
            lambda: free_days(store.id, service_id, talk.now, 6, source),
            lambda day: say_day(day, talk.today),
            lambda day: why_not(store.calendar, day, talk.today),
        ),
    )


async def wants_to_wait(talk: Talk, day: date) -> bool:
    """The day is full: the waiting list, or another day?"""
    lines = [
        (Option("wait", "排候补", ("候补", "要")), True),
        (Option("change", "换一天", ("不要", "改天")), False),
    ]
    question = f"{say_day(day, talk.today)}约满了。要排候补吗？一有空位马上通知您。"
    return await talk.ask("候补", question, choice(lines), of=day)


async def which_booking(talk: Talk, question: str, mine: Sequence[Booked]) -> Booked:
    """One of the person's bookings; asked only if there are several."""
    if len(mine) == 1:
        return mine[0]
    lines = [(Option(one.id, booking_line(talk, one), _called(talk, one)), one) for one in mine]
    return await talk.ask("预约", question, choice(lines))


def booking_line(talk: Talk, one: Booked) -> str:
    return f"{spoken(talk, one.starts_at)} {one.service_name} {one.plate}"


def _called(talk: Talk, one: Booked) -> tuple[str, ...]:
    local = one.starts_at.astimezone(talk.now.tzinfo)
    return one.number, one.plate, one.service_name, *moment_names(local, talk.today)


__all__ = [
    "booked_already", "booking_line", "it_stands", "spoken", "wants_to_wait", "which_booking",
    "which_car", "which_day", "which_service", "which_store",
]  # fmt: skip
