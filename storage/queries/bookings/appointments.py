"""Bookings as the DMS sees them: page by page in the order of their start, or one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from storage.db import moment, sql
from storage.queries import feeds
from storage.queries.bookings.booked import number_of
from storage.queries.stores.shops import Shop, shop
from storage.scope import account_id
from storage.secrets import unseal

STATES: Final = ("booked", "arrived", "done", "cancelled", "no_show")
"""What the outside sees; a hold is nobody's appointment yet."""

_SELECT = (
    "SELECT b.id, b.rev, b.store_id, b.service_id, b.starts_at, b.ends_at, b.state, b.phone,"
    " b.plate, b.note, b.created_at, b.changed_at, c.ref, c.name, c.phone AS customer_phone,"
    " v.vin, v.plate AS car_plate, v.brand, v.model"
    " FROM booking b LEFT JOIN customer c ON c.id = b.customer_id"
    " LEFT JOIN vehicle v ON v.id = b.vehicle_id WHERE b.account_id = ? AND b.state <> 'held'"
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booking that was confirmed, whatever became of it. Moments are in the store's zone."""

    id: int
    rev: int
    store: str
    service: str
    service_name: str
    starts_at: datetime
    ends_at: datetime
    state: str
    customer_ref: str | None
    customer_name: str
    phone: str
    vin: str
    plate: str
    brand: str
    model: str
    note: str
    created_at: datetime
    changed_at: datetime

    @property
    def number(self) -> str:
        return number_of(self.id)

    def shown(self) -> dict[str, Any]:
        """As JSON, in the interface and in events."""
        return {
            "id": self.number,
            "state": self.state,
            "store": self.store,
            "service": self.service,
            "service_name": self.service_name,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "customer_ref": self.customer_ref,
            "name": self.customer_name or None,
            "phone": self.phone or None,
            "vin": self.vin or None,
            "plate": self.plate or None,
            "brand": self.brand or None,
            "model": self.model or None,
            "note": self.note or None,
            "rev": self.rev,
            "created_at": self.created_at.isoformat(),
            "changed_at": self.changed_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them; None is any. `after`: the start and id of the last one already seen."""

    day: date | None = None
    store: str | None = None
    state: str | None = None
    after: tuple[datetime, int] | None = None


async def page(wanted: Wanted, limit: int) -> list[Appointment]:
    """The first `limit` of those wanted, by start and id. A `day` is each store's own."""
    known = await shop()
    stores = [one for one in known.stores if wanted.store in {None, one.code}]
    conditions, values = list[str](), list[Any]()
    for store in stores:
        if wanted.day is None:
            conditions.append("b.store_id = ?")
            values.append(store.id)
            continue
        midnight = datetime.combine(wanted.day, datetime.min.time(), store.calendar.zone)
        conditions.append("(b.store_id = ? AND b.starts_at >= ? AND b.starts_at < ?)")
        values += (store.id, midnight, midnight + timedelta(days=1))
    if not conditions:
        return []
    where = f" AND ({' OR '.join(conditions)})"
    if wanted.state is not None:
        where, values = f"{where} AND b.state = ?", [*values, wanted.state]
    if wanted.after is not None:
        start, last = wanted.after
        where = f"{where} AND (b.starts_at > ? OR (b.starts_at = ? AND b.id > ?))"
        values += (start, start, last)
    rows = await sql().rows(
        f"{_SELECT}{where} ORDER BY b.starts_at, b.id LIMIT ?", account_id(), *values, limit
    )
    return [_appointment(row, known) for row in rows]


async def one(booking_id: int) -> Appointment | None:
    rows: Sequence[Any] = await sql().rows(f"{_SELECT} AND b.id = ?", account_id(), booking_id)
    return _appointment(rows[0], await shop()) if rows else None


async def tell(event: str, booking_id: int, now: datetime) -> None:
    """Queue `event` about the booking as it is now; inside the transaction that changed it."""
    if await feeds.listeners(event):
        after = await one(booking_id)
        assert after is not None  # noqa: S101  # just written
        await feeds.emit(event, after.shown(), now, same=f"{after.number} {after.rev}")


def _appointment(row: Any, known: Shop) -> Appointment:
    store, service = known.store(row["store_id"]), known.service(row["service_id"])
    zone = store.calendar.zone

    def at(column: str) -> datetime:
        found = moment(row[column])
        assert found is not None  # noqa: S101  # the columns are not null
        return found.astimezone(zone)

    return Appointment(
        row["id"], row["rev"], store.code, service.code, service.name,
        at("starts_at"), at("ends_at"), row["state"], row["ref"], row["name"] or "",
        unseal("booking.phone", row["phone"]) or unseal("customer.phone", row["customer_phone"]),
        unseal("vehicle.vin", row["vin"]),
        unseal("booking.plate", row["plate"]) or unseal("vehicle.plate", row["car_plate"]),
        row["brand"] or "", row["model"] or "", unseal("booking.note", row["note"]),
        at("created_at"), at("changed_at"),
    )  # fmt: skip  # in the order of the class
