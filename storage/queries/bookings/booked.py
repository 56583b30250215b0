"""Bookings as people see them: a customer's own, the workshop's day, one by its number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from storage.db import moment, sql
from storage.queries.cars import car_label
from storage.queries.stores.shops import Shop, shop
from storage.scope import account_id
from storage.secrets import unseal

LONGEST = timedelta(days=1)  # no booking lasts longer: what has not ended began after now - LONGEST


def number_of(booking_id: int) -> str:
    """预约号"""
    return f"A{booking_id:06d}"


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking with the words for it. Moments are in the store's zone."""

    id: int
    store_id: int
    store_name: str
    service_id: int
    service_name: str
    starts_at: datetime
    ends_at: datetime
    state: str
    source: str | None
    wechat_user_id: int | None
    customer_id: int | None
    customer_name: str
    vehicle_id: int | None
    car: str
    plate: str
    phone: str
    note: str

    @property
    def number(self) -> str:
        return number_of(self.id)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the workshop's day: a booking, and the bay and technician that wait for it."""

    booking: Booked
    bay: str
    technician: str

    @property
    def time(self) -> str:
        return f"{self.booking.starts_at:%H:%M}"


_SELECT = (
    "SELECT b.id, b.store_id, b.service_id, b.starts_at, b.ends_at, b.state, b.source,"
    " b.wechat_user_id, b.customer_id, b.vehicle_id, b.plate, b.phone, b.note,"
    " c.name AS customer_name, c.phone AS customer_phone,"
    " v.brand, v.model, v.plate AS car_plate, v.vin"
    " FROM booking b LEFT JOIN customer c ON c.id = b.customer_id"
    " LEFT JOIN vehicle v ON v.id = b.vehicle_id WHERE b.account_id = ?"
)


def _booked(row: Any, known: Shop) -> Booked:
    store = known.store(row["store_id"])
    starts, ends = moment(row["starts_at"]), moment(row["ends_at"])
    assert starts is not None  # noqa: S101  # the columns are not null
    assert ends is not None  # noqa: S101 - the column is never NULL
    car_plate = unseal("vehicle.plate", row["car_plate"])
    plate = unseal("booking.plate", row["plate"]) or car_plate
    return Booked(
        row["id"],
        store.id,
        store.name,
        row["service_id"],
        known.service(row["service_id"]).name,
        starts.astimezone(store.calendar.zone),
        ends.astimezone(store.calendar.zone),
        row["state"],
        row["source"],
        row["wechat_user_id"],
        row["customer_id"],
        row["customer_name"] or "",
        row["vehicle_id"],
        car_label(row["brand"] or "", row["model"] or "", plate, unseal("vehicle.vin", row["vin"])),
        plate,
        unseal("booking.phone", row["phone"]) or unseal("customer.phone", row["customer_phone"]),
        unseal("booking.note", row["note"]),
    )


async def booked(booking_id: int) -> Booked | None:
    """One booking of this account, whatever its state."""
    row = await sql().row(f"{_SELECT} AND b.id = ?", account_id(), booking_id)
    return _booked(row, await shop()) if row else None


async def by_number(number: str) -> Booked | None:
    """A confirmed (or later cancelled) booking by what the customer reads out: A000123, a123."""
    digits = re.fullmatch(r"[Aa]?0*([1-9]\d{0,17})", number.strip())
    found = await booked(int(digits[1])) if digits else None
    return found if found and found.state != "held" else None


async def upcoming(
    wechat_user_id: int | None, customer_id: int | None, now: datetime
) -> list[Booked]:
    """Confirmed bookings that have not ended, made by this person or for this customer."""
    rows = await sql().rows(
        f"{_SELECT} AND b.state = 'booked' AND b.starts_at > ? AND b.ends_at > ?"
        " AND (b.wechat_user_id = ? OR b.customer_id = ?) ORDER BY b.starts_at, b.id",
        *(account_id(), now - LONGEST, now, wechat_user_id, customer_id),
    )
    if not rows:
        return []
    known = await shop()
    return [_booked(row, known) for row in rows]


async def on_day(
    day: date, store_code: str | None = None, *, also_cancelled: bool = False
) -> list[DayRow]:
    """What the stores, or one of them, expect on their `day`, in the order of arrival."""
    known = await shop()
    rows: list[DayRow] = []
    for store in known.stores:
        if store_code in {None, store.code}:
            midnight = datetime.combine(day, datetime.min.time(), store.calendar.zone)
            rows += await _day(store.id, midnight, known, also_cancelled)
    return sorted(rows, key=lambda row: (row.booking.starts_at, row.booking.id))


async def _day(
    store_id: int, midnight: datetime, known: Shop, also_cancelled: bool
) -> Sequence[DayRow]:
    hidden = "'held'" if also_cancelled else "'held', 'cancelled'"
    rows = await sql().rows(
        f"{_SELECT} AND b.store_id = ? AND b.starts_at >= ? AND b.starts_at < ?"
        f" AND b.state NOT IN ({hidden})",
        *(account_id(), store_id, midnight, midnight + timedelta(days=1)),
    )
    cells = await sql().rows(
        "SELECT DISTINCT c.booking_id, c.resource_id FROM booking b"
        " JOIN booking_cell c ON c.booking_id = b.id"
        " WHERE b.account_id = ? AND b.store_id = ? AND b.starts_at >= ? AND b.starts_at < ?",
        *(account_id(), store_id, midnight, midnight + timedelta(days=1)),
    )
    store = known.store(store_id)
    bays = {r.id for r in store.resources if r.kind == "bay"}
    used: dict[int, dict[bool, str]] = {}
    for cell in cells:
        if name := store.called.get(cell["resource_id"]):
            used.setdefault(cell["booking_id"], {})[cell["resource_id"] in bays] = name
    return [
        DayRow(_booked(row, known), used.get(row["id"], {}).get(True, ""), names.get(False, ""))
        for row in rows
        for names in (used.get(row["id"], {}),)
    ]
