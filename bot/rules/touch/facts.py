"""What the touch plan asks of a customer and a car: read by storage, judged by `touchplan`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from bot.rules.festivals import OwnFestival
from bot.rules.touch.kinds import Purpose


class Identity(NamedTuple):
    """What makes a touchpoint the same one. `subject` names what it is about.

    c7 a customer, v12 a car, r33 a repair order, i5 an incident, b9 a booking, a4.c7 an
    announcement to a customer: the letter and the row's id.
    """

    kind: str
    subject: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Visit:
    """A workshop visit that is settled. `agreed`: the customer agreed to a follow-up.

    `items`: what was done, as the DMS names it.
    """

    id: int
    settled_at: datetime
    mileage: int | None = None
    agreed: bool = False
    ref: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """事故/故障 as the DMS names its kind."""

    id: int
    recorded_at: datetime
    kind: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """An open booking. `made_at`: a reminder the day before is for bookings older than that.

    `service`: what the car comes for, as the store calls it.
    """

    id: int
    at: datetime
    made_at: datetime | None = None
    number: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """A friend of the customer took delivery of the car `vehicle_id`."""

    vehicle_id: int
    bought_on: date
    friend: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """An approved announcement. `audience` as in `concerned`."""

    id: int
    kind: str
    due_on: date
    title: str = ""
    until_on: date | None = None
    audience: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """The customer. `birthday_lunar` holds over `birthday`. `first_car`: their first with us."""

    id: int
    ref: str = ""
    birthday: date | None = None
    birthday_lunar: str = ""
    first_car: bool = False
    tier: str = ""
    tags: tuple[str, ...] = ()
    referrals: tuple[Referral, ...] = ()


@dataclass(frozen=True, slots=True)
class Car:
    """The car, and what happened to it; `visits` settled ones in any order, all or the latest two.

    `delivered_at`: the moment, where the DMS told it. `mileage` as read on `mileage_on`.
    """

    id: int
    model: str = ""
    brand: str = ""
    energy: str = ""
    delivered_on: date | None = None
    delivered_at: datetime | None = None
    sold: bool = False
    insurance_until: date | None = None
    inspection_due: date | None = None
    mileage: int | None = None
    mileage_on: date | None = None
    visits: tuple[Visit, ...] = ()
    incidents: tuple[Incident, ...] = ()
    bookings: tuple[Booked, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """One customer with one of their cars; either may be missing.

    `made`: identities of touchpoints that were sent, done or handed over, so that a due date that
    moved a little brings no second one. `own_festivals` are the store's.
    """

    person: Person | None = None
    car: Car | None = None
    store: str = ""
    announcements: tuple[Announced, ...] = ()
    own_festivals: tuple[OwnFestival, ...] = ()
    made: frozenset[Identity] = frozenset()
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Owed:
    """A touchpoint that is owed: may go from `due_at` on, means nothing after `until` (both UTC).

    `facts`: what the rule found, in words for staff: {"交车日": "2026-08-30", …}.
    """

    kind: str
    subject: str
    due_on: date
    due_at: datetime
    until: datetime
    purpose: Purpose
    customer_id: int | None
    vehicle_id: int | None
    facts: dict[str, str]

    @property
    def identity(self) -> Identity:
        return Identity(self.kind, self.subject, self.due_on)
