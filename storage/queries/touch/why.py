"""Why somebody gets a message, or does not: a touchpoint with its messages, as staff ask for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.rules.touch.kinds import Rule
from storage.db import moment, sql
from storage.queries.stores.shops import shop
from storage.queries.touch import announcements, letterheads, touchpoints
from storage.queries.touch import rules as touch_rules
from storage.queries.touch.announcements import Announcement
from storage.queries.touch.rules import Changed
from storage.queries.touch.touchpoints import Touch
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message of a touchpoint."""

    id: int
    channel: str
    state: str
    why: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Why:
    """`who`, `car`, `store`: as they are called. `changed`: who last changed the rule, None as
    delivered; `rule`: what holds of it now."""

    touch: Touch
    who: str
    car: str
    store: str
    timezone: str
    attempts: tuple[Attempt, ...]
    changed: Changed | None
    rule: Rule | None
    announcement: Announcement | None


async def of_touchpoint(touchpoint_id: int) -> Why | None:
    touch = await touchpoints.one(touchpoint_id)
    if touch is None:
        return None
    heads = await letterheads.heads({touch.customer_id or 0}, {touch.vehicle_id or 0})
    person, car = heads.customers.get(touch.customer_id or 0), heads.cars.get(touch.vehicle_id or 0)
    known = await shop()
    store = known.by_id.get(touch.store_id or 0) or next(iter(known.stores), None)
    book, model = await touch_rules.book(), await _model(touch.vehicle_id)
    number = touch.subject.partition(".")[0]
    about = number.startswith("a") and number[1:].isdigit()
    return Why(
        touch,
        person.name if person else "",
        " ".join(part for part in (car.model, car.plate) if part) if car else "",
        store.name if store else "",
        store.calendar.timezone if store else "Asia/Shanghai",
        await _attempts(touchpoint_id),
        book.who(touch.kind, store.code if store else "", model),
        book.rules(store.code if store else "", model).get(touch.kind),
        await announcements.one(int(number[1:])) if about else None,
    )


async def touchpoint_of(message_id: int) -> int | None:
    """The touchpoint that a message carries; None: it is an answer, or there is none such."""
    row = await sql().row(
        "SELECT touchpoint_id FROM message WHERE account_id = ? AND id = ?",
        *(account_id(), message_id),
    )
    return row["touchpoint_id"] if row else None


async def message(message_id: int) -> Attempt | None:
    """A message that carries no touchpoint: an answer, or a notice that was asked for."""
    row = await sql().row(
        "SELECT id, channel, state, why, created_at, changed_at FROM message"
        " WHERE account_id = ? AND id = ?",
        *(account_id(), message_id),
    )
    return _attempt(row) if row else None


async def _attempts(touchpoint_id: int) -> tuple[Attempt, ...]:
    rows = await sql().rows(
        "SELECT id, channel, state, why, created_at, changed_at FROM message"
        " WHERE account_id = ? AND touchpoint_id = ? ORDER BY id",
        *(account_id(), touchpoint_id),
    )
    return tuple(_attempt(row) for row in rows)


async def _model(vehicle_id: int | None) -> str:
    row = await sql().row(
        "SELECT model FROM vehicle WHERE account_id = ? AND id = ?", account_id(), vehicle_id
    )
    return row["model"] if row else ""


def _attempt(row: Any) -> Attempt:
    created, changed = moment(row["created_at"]), moment(row["changed_at"])
    assert created is not None and changed is not None  # noqa: S101, PT018 - never NULL
    return Attempt(row["id"], row["channel"], row["state"], row["why"], created, changed)
