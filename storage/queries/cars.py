"""A customer's cars with what their workshop history says of them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.rules.mileage import Known
from bot.rules.service_due import USUAL, CarFacts, Interval
from bot.rules.touch.anchors import intervals
from storage.db import calendar_day, moment, sql
from storage.queries.stores.shops import shop
from storage.queries.touch.rules import book
from storage.scope import account_id
from storage.secrets import unseal

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Car:
    """车辆档案 of somebody. `visits` are settled ones; `last_km` is what the last of them read.

    `own`: in the customer's own file; otherwise they drive or follow it. `every`: how often its
    model goes to the workshop.
    """

    id: int
    plate: str
    vin: str
    brand: str
    model: str
    energy: str
    delivered_on: date | None
    mileage: int | None
    mileage_on: date | None
    store_id: int | None
    visits: int
    last_visit: date | None
    last_km: int | None
    own: bool = True
    every: Interval = USUAL

    @property
    def label(self) -> str:
        """「奥迪 Q5L · 京A12345」"""
        return car_label(self.brand, self.model, self.plate, self.vin)

    @property
    def facts(self) -> CarFacts:
        """What `service_due.next_service` asks for."""
        return CarFacts(
            self.delivered_on,
            self.mileage,
            self.visits,
            self.last_visit,
            self.last_km,
            self.every,
        )

    @property
    def known(self) -> Known:
        """The highest reading there is: somebody's, or the workshop's."""
        if self.last_km is not None and self.last_km > (self.mileage or 0):
            return Known(self.last_km, self.last_visit, self.delivered_on)
        return Known(self.mileage, self.mileage_on, self.delivered_on)

    def reads(self, km: int, on: date) -> "Car":
        """The car with this reading."""
        return replace(self, mileage=km, mileage_on=on)


def car_label(brand: str, model: str, plate: str, vin: str = "") -> str:
    """How a car is called on screen: by what is known of it."""
    number = plate or (f"车架号尾号{vin[-6:]}" if vin else "")
    return " · ".join(part for part in (f"{brand} {model}".strip(), number) if part)


_SELECT = (
    "SELECT v.id, v.plate, v.vin, v.brand, v.model, v.energy, v.delivered_on, v.mileage,"
    " v.mileage_on, v.store_id, v.customer_id, count(s.id) AS visits,"
    " max(s.settled_at) AS last_visit, max(s.mileage) AS last_km FROM vehicle v"
    " LEFT JOIN visit s ON s.account_id = v.account_id AND s.vehicle_id = v.id"
    " AND s.settled_at IS NOT NULL WHERE v.account_id = ? AND v.sold = ?"
)
# Each part goes by an index of its own: with OR between them SQLite would read every car.
_HAS = (
    " AND v.id IN (SELECT id FROM vehicle WHERE account_id = ? AND customer_id = ? UNION ALL"
    " SELECT p.vehicle_id FROM vehicle_person p WHERE p.account_id = ? AND p.wechat_user_id = ?)"
)
_ORDER = " GROUP BY v.id ORDER BY v.delivered_on DESC, v.id"


async def cars_of(customer_id: int, *, zone: ZoneInfo = CHINA) -> list[Car]:
    """The cars a customer has, the newest delivery first; `zone` says which day a visit was."""
    rows = await sql().rows(
        f"{_SELECT} AND v.customer_id = ?{_ORDER}", account_id(), False, customer_id
    )
    return await _with_intervals([_car(row, zone, customer_id) for row in rows])


async def cars_for(
    wechat_user_id: int, customer_id: int | None, *, zone: ZoneInfo = CHINA
) -> list[Car]:
    """The cars somebody in WeChat has to do with: their own, and those they drive or follow."""
    rows = await sql().rows(
        f"{_SELECT}{_HAS}{_ORDER}",
        *(account_id(), False, account_id(), customer_id, account_id(), wechat_user_id),
    )
    cars = await _with_intervals([_car(row, zone, customer_id) for row in rows])
    return sorted(cars, key=lambda car: not car.own)


async def _with_intervals(cars: list[Car]) -> list[Car]:
    """What staff have said of the models' services, as the reminders go by it too."""
    rules = await book()
    if not cars or all(said.months is said.km is None for said in rules.overrides):
        return cars
    stores = (await shop()).by_id
    looked_after = [stores.get(car.store_id or 0) for car in cars]
    return [
        replace(car, every=intervals(rules.rules(store.code if store else "", car.model)))
        for car, store in zip(cars, looked_after, strict=True)
    ]


def _car(row: Any, zone: ZoneInfo, customer_id: int | None) -> Car:
    settled = moment(row["last_visit"])
    return Car(
        row["id"],
        unseal("vehicle.plate", row["plate"]),
        unseal("vehicle.vin", row["vin"]),
        row["brand"],
        row["model"],
        row["energy"],
        calendar_day(row["delivered_on"]),
        row["mileage"],
        calendar_day(row["mileage_on"]),
        row["store_id"],
        row["visits"],
        settled.astimezone(zone).date() if settled else None,
        row["last_km"],
        customer_id is not None and row["customer_id"] == customer_id,
    )
