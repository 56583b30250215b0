"""When a car is next due in the workshop, and how that is explained to its owner."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

FIRST_MONTHS, FIRST_KM = 3, 5_000
REGULAR_MONTHS, REGULAR_KM = 6, 7_500


@dataclass(frozen=True, slots=True)
class Interval:
    """When a model goes to the workshop: months or kilometres, whichever come first."""

    first_months: int = FIRST_MONTHS
    first_km: int = FIRST_KM
    months: int = REGULAR_MONTHS
    km: int = REGULAR_KM


USUAL = Interval()


@dataclass(frozen=True, slots=True)
class CarFacts:
    """What is known of a car; None where nobody has said. `visits` are settled workshop visits.

    `every`: how often its model goes to the workshop.
    """

    delivered_on: date | None = None
    mileage: int | None = None
    visits: int = 0
    last_visit: date | None = None
    last_km: int | None = None
    every: Interval = USUAL


@dataclass(frozen=True, slots=True)
class Due:
    """The next service, by date or by kilometres, whichever comes first; None: not known.

    `overdue`: one of them is behind us. `reason` is for the customer, "" where nothing is known.
    """

    kind: Literal["first", "regular"]
    by_date: date | None
    by_km: int | None
    overdue: bool
    reason: str

    @property
    def service(self) -> str:
        """The code of the service to book."""
        return f"{self.kind}_service"


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has none such."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def spoken(day: date, today: date) -> str:
    """「8月30日」, with the year where it is another one."""
    return (
        f"{day.month}月{day.day}日"
        if day.year == today.year
        else f"{day:%Y}年{day.month}月{day.day}日"
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """What the next service is, and by when; None: not known."""

    kind: Literal["first", "regular"]
    by_date: date | None
    by_km: int | None


def limits(car: CarFacts) -> Limits:
    """A car that was never here has its first service due; any other a regular one.

    A car of which neither delivery, mileage nor a visit is known may be any car: regular.
    """
    every = car.every
    if not car.visits and (car.delivered_on or car.mileage is not None):
        by_date = add_months(car.delivered_on, every.first_months) if car.delivered_on else None
        return Limits("first", by_date, every.first_km)
    if car.last_visit is None:
        return Limits("regular", None, None)
    by_km = car.last_km + every.km if car.last_km is not None else None
    return Limits("regular", add_months(car.last_visit, every.months), by_km)


def next_service(car: CarFacts, today: date) -> Due:
    """The next service by `limits`, in words for the owner."""
    by = limits(car)
    late = _late(by.by_date, by.by_km, car, today)
    told = _first(car, today) if by.kind == "first" else _regular(car, today)
    reason = told + _rest(by.by_date, late, car, today) if told else ""
    return Due(by.kind, by.by_date, by.by_km, late, reason)


def _first(car: CarFacts, today: date) -> str:
    every = car.every
    rule = f"首保在交车后{every.first_months}个月或{every.first_km:,}公里（先到为准）"
    begin = f"您的爱车{spoken(car.delivered_on, today)}交车，" if car.delivered_on else ""
    return begin + rule


def _regular(car: CarFacts, today: date) -> str:
    every = car.every
    if car.last_visit is None:
        return ""
    begin = f"您的爱车上次保养是{spoken(car.last_visit, today)}"
    begin += f"（{car.last_km:,}公里）" if car.last_km is not None else ""
    return begin + f"，建议每{every.months}个月或{every.km:,}公里（先到为准）保养一次"


def _late(by_date: date | None, by_km: int | None, car: CarFacts, today: date) -> bool:
    over_date = by_date is not None and today > by_date
    over_km = by_km is not None and car.mileage is not None and car.mileage > by_km
    return over_date or over_km


def _rest(by_date: date | None, late: bool, car: CarFacts, today: date) -> str:
    """How the sentence ends: by when, and how far the car has run."""
    run = f"，目前约{car.mileage:,}公里" if car.mileage is not None else ""
    if late:
        return f"{run}，现在已经超过，建议尽快到店。"
    return f"{run}，请在{spoken(by_date, today)}前到店。" if by_date else f"{run}。"
