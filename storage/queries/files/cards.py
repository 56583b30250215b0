"""Files as staff read them: masked for their role, and every look noted in the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.rules.roles import (
    Action,
    Kind,
    may,
    shown_id_number,
    shown_phone,
    shown_plate,
    shown_text,
    shown_vin,
)
from storage.db import calendar_day, loads, moment, sql, transaction
from storage.queries import audit
from storage.queries.access.eyes import NOTHING, Seen
from storage.queries.access.rows import visible
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from storage.secrets import look_ups, marks, unseal, unseal_json

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer in a list."""

    id: int
    ref: str
    name: str
    gender: str
    phone: str
    state: str
    tier: str


@dataclass(frozen=True, slots=True)
class VehicleLine:
    """A car in a list."""

    id: int
    plate: str
    vin: str
    brand: str
    model: str
    customer_id: int | None
    state: str
    sold: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """Who took which step with a file, and when."""

    state: str
    rev: int
    entered_by: str
    entered_at: datetime | None
    verified_by: str
    verified_at: datetime | None
    filed_by: str
    filed_at: datetime | None
    stocktaken_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer's whole file; texts and numbers as far as the role may read them."""

    line: CustomerLine
    steps: Steps
    salutation: str
    id_number: str
    birthday: date | None
    birthday_lunar: str
    occupation: str
    company: str
    address: str
    referrer: str
    source: str
    notes: str
    preferences: Mapping[str, str]
    tags: Sequence[str]
    cars: Sequence[VehicleLine]


@dataclass(frozen=True, slots=True)
class VehicleCard:
    """A car's whole file. `facts`: the clear columns by name."""

    line: VehicleLine
    steps: Steps
    facts: Mapping[str, Any]


_LINE: Final = "c.id, c.ref, c.name, c.gender, c.phone, c.state, c.tier"
_CAR: Final = "v.id, v.plate, v.vin, v.brand, v.model, v.customer_id, v.state, v.sold"
_ALIVE: Final = "c.merged_into_id IS NULL AND c.erased_at IS NULL"
_TEXTS: Final = ("trim", "colour", "energy", "insurer", "mileage", "store_id", "contact_id")
_PEOPLE: Final = ("consultant_id", "advisor_id")
_DAYS: Final = (
    *("produced_on", "delivered_on", "licensed_on", "insurance_until", "inspection_due"),
    "mileage_on",
)


async def get_customer(who: Staff, customer_id: int, now: datetime) -> CustomerCard | None:
    """The file, and that it was looked at; None where `who` sees none."""
    seen = visible(who, Kind.CUSTOMER, "c")
    async with transaction() as connection:
        row = await connection.row(
            f"SELECT c.* FROM customer c WHERE c.id = ? AND {_ALIVE} AND {seen.text}",  # noqa: S608 - two conditions of our own; values are marks
            *(customer_id, *seen.values),
        )
        if row is None:
            return None
        mine = Seen("v.account_id = ? AND v.customer_id = ?", (account_id(), customer_id))
        cars = await _cars(who, mine if may(who.role, Kind.VEHICLE, Action.VIEW) else NOTHING)
        await _looked(who, f"customer:{customer_id}", None, now)
    return _customer(who.role, row, cars)


def _customer(role: str, row: Any, cars: Sequence[VehicleLine]) -> CustomerCard:
    clear = may(role, Kind.CUSTOMER, Action.VIEW_WHOLE)
    preferences = unseal_json("customer.preferences", row["preferences"]) or {}
    return CustomerCard(
        _line(role, row),
        _steps(row),
        row["salutation"],
        shown_id_number(role, unseal("customer.id_number", row["id_number"])),
        calendar_day(row["birthday"]),
        row["birthday_lunar"],
        row["occupation"],
        row["company"],
        shown_text(role, unseal("customer.address", row["address"])),
        row["referrer"],
        row["source"],
        shown_text(role, unseal("customer.notes", row["notes"])),
        preferences if clear else {},
        tuple(loads(row["tags"]) or ()) if row["tags"] else (),
        cars,
    )


async def list_customers(
    who: Staff,
    now: datetime,
    *,
    after: int = 0,
    limit: int = PAGE,
    name: str = "",
    phone: str = "",
    state: str = "",
) -> list[CustomerLine]:
    """By key, the next page `after` the last id; `name` as it begins, `phone` whole."""
    seen = visible(who, Kind.CUSTOMER, "c", by_key=not phone)
    where, values = ["c.id > ?", _ALIVE, seen.text], [after, *seen.values]
    if name:
        where.append("c.name LIKE ? ESCAPE '!'")
        values.append(_begins(name))
    if phone:
        hashes = look_ups("phone", phone)
        where.append(f"c.phone_hash IN ({marks(hashes)})")
        values += hashes
    if state:
        where.append("c.state = ?")
        values.append(state)
    rows = await sql().rows(
        f"SELECT {_LINE} FROM customer c WHERE {' AND '.join(where)} ORDER BY c.id LIMIT ?",  # noqa: S608 - our own columns and the conditions above; values are marks
        *(*values, limit),
    )
    found = [_line(who.role, row) for row in rows]
    await _looked(who, "customer", [line.id for line in found], now)
    return found


def _begins(text: str) -> str:
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"{text}%"


async def get_vehicle(who: Staff, vehicle_id: int, now: datetime) -> VehicleCard | None:
    """The file, and that it was looked at; None where `who` sees none."""
    seen = visible(who, Kind.VEHICLE, "v")
    async with transaction() as connection:
        row = await connection.row(
            f"SELECT v.* FROM vehicle v WHERE v.id = ? AND {seen.text}",  # noqa: S608 - what visible() wrote; values are marks
            *(vehicle_id, *seen.values),
        )
        if row is None:
            return None
        await _looked(who, f"vehicle:{vehicle_id}", None, now)
    facts = {name: row[name] for name in (*_TEXTS, *_PEOPLE)}
    facts |= {name: calendar_day(row[name]) for name in _DAYS}
    return VehicleCard(_car(who.role, row), _steps(row), facts)


async def list_vehicles(
    who: Staff,
    now: datetime,
    *,
    after: int = 0,
    limit: int = PAGE,
    plate: str = "",
    vin: str = "",
    customer_id: int | None = None,
    state: str = "",
) -> list[VehicleLine]:
    """By key, the next page `after` the last id; `vin` whole or its last six signs."""
    where, values = ["v.id > ?"], [after]
    searched = (
        ("plate_hash", "plate", plate),
        ("vin_hash", "vin", vin if len(vin) > 6 else ""),
        ("vin_tail_hash", "vin_tail", vin if len(vin) <= 6 else ""),
    )
    for column, kind, text in searched:
        if text:
            hashes = look_ups(kind, text)
            where.append(f"v.{column} IN ({marks(hashes)})")
            values += hashes  # type: ignore[arg-type]  # numbers and texts alike
    if customer_id is not None:
        where.append("v.customer_id = ?")
        values.append(customer_id)
    if state:
        where.append("v.state = ?")
        values.append(state)  # type: ignore[arg-type]  # numbers and texts alike
    seen = visible(who, Kind.VEHICLE, "v", by_key=len(where) == 1)
    asked = Seen(" AND ".join([*where, seen.text]), (*values, *seen.values))
    found = await _cars(who, asked, limit)
    await _looked(who, "vehicle", [line.id for line in found], now)
    return found


async def _cars(who: Staff, which: Seen, limit: int = 100) -> list[VehicleLine]:
    rows = await sql().rows(
        f"SELECT {_CAR} FROM vehicle v WHERE {which.text} ORDER BY v.id LIMIT ?",  # noqa: S608 - our own columns and the callers' conditions; values are marks
        *(*which.values, limit),
    )
    return [_car(who.role, row) for row in rows]


def _line(role: str, row: Any) -> CustomerLine:
    phone = shown_phone(role, unseal("customer.phone", row["phone"]))
    return CustomerLine(
        row["id"], row["ref"] or "", row["name"], row["gender"], phone, row["state"], row["tier"]
    )


def _car(role: str, row: Any) -> VehicleLine:
    plate = shown_plate(role, unseal("vehicle.plate", row["plate"]))
    vin = shown_vin(role, unseal("vehicle.vin", row["vin"]))
    named = (row["brand"], row["model"], row["customer_id"], row["state"])
    return VehicleLine(row["id"], plate, vin, *named, bool(row["sold"]))


def _steps(row: Any) -> Steps:
    return Steps(
        row["state"],
        row["rev"],
        row["entered_by"],
        moment(row["entered_at"]),
        row["verified_by"],
        moment(row["verified_at"]),
        row["filed_by"],
        moment(row["filed_at"]),
        moment(row["stocktaken_at"]),
    )


async def _looked(who: Staff, subject: str, ids: Sequence[int] | None, now: datetime) -> None:
    """A list of nothing shows nobody, and is not noted."""
    if ids is None or ids:
        whole = may(who.role, Kind.CUSTOMER, Action.VIEW_WHOLE)
        detail = {"whole": whole} | ({} if ids is None else {"ids": list(ids)})
        await audit.note(who.actor, "view", subject, detail, now)
