"""A customer's cars with what their workshop history says of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.rules.service_due import CarFacts
from storage.db import calendar_day, moment, sql
from storage.scope import account_id
from storage.secrets import unseal

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Car:
    """车辆档案 of somebody. `visits` are settled ones; `last_km` is what the last of them read."""

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

    @property
    def label(self) -> str:
        """「奥迪 Q5L · 京A12345」"""
        return car_label(self.brand, self.model, self.plate, self.vin)

    @property
    def facts(self) -> CarFacts:
        """What `service_due.next_service` asks for."""
        return CarFacts(self.delivered_on, self.mileage, self.visits, self.last_visit, self.last_km)


def car_label(brand: str, model: str, plate: str, vin: str = "") -> str:
    """How a car is called on screen: by what is known of it."""
    number = plate or (f"车架号尾号{vin[-6:]}" if vin else "")
    return " · ".join(part for part in (f"{brand} {model}".strip(), number) if part)


async def cars_of(customer_id: int, *, zone: ZoneInfo = CHINA) -> list[Car]:
    """The cars a customer has, the newest delivery first; `zone` says which day a visit was."""
    rows = await sql().rows(
        "SELECT v.id, v.plate, v.vin, v.brand, v.model, v.energy, v.delivered_on, v.mileage,"
        " v.mileage_on, v.store_id, count(s.id) AS visits, max(s.settled_at) AS last_visit,"
        " max(s.mileage) AS last_km FROM vehicle v"
        " LEFT JOIN visit s ON s.account_id = v.account_id AND s.vehicle_id = v.id"
        " AND s.settled_at IS NOT NULL"
        " WHERE v.account_id = ? AND v.customer_id = ? AND v.sold = ?"
        " GROUP BY v.id ORDER BY v.delivered_on DESC, v.id",
        *(account_id(), customer_id, False),
    )
    return [_car(row, zone) for row in rows]


def _car(row: Any, zone: ZoneInfo) -> Car:
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
    )
