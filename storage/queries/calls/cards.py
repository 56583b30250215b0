"""Who is called: the card that lies beside the telephone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.rules.call_records import WRONG
from bot.rules.cases.words import STATES as CASE_STATES
from bot.rules.cases.words import UNSETTLED
from bot.rules.wording import salutation
from storage.db import loads, moment, sql
from storage.queries.cars import car_label
from storage.queries.records.tables import among
from storage.scope import account_id
from storage.secrets import unseal, unseal_json


@dataclass(frozen=True, slots=True)
class Visit:
    """The last time the customer was in the workshop."""

    at: datetime
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A customer as the caller needs them. `cases`: complaints that are open, numbers and states."""

    name: str
    called: str
    phone: str
    tier: str
    contact_hours: str
    preferences: Mapping[str, str]
    car: str
    last_visit: Visit | None
    cases: tuple[str, ...]
    wrong_number: bool


NOBODY: Final = Card("", "您", "", "", "", {}, "", None, (), False)


async def cards(wanted: Collection[tuple[int, int | None]]) -> dict[tuple[int, int | None], Card]:
    """(customer, car or None for their newest) → the card; erased customers have none."""
    people = await _customers({customer for customer, _ in wanted})
    cars = await _cars(set(people))
    visits = await _visits({one["id"] for some in cars.values() for one in some})
    cases = await _cases(set(people))
    found = {}
    for customer, car_id in wanted:
        if (row := people.get(customer)) is None:
            continue
        theirs = cars.get(customer, [])
        car = next((one for one in theirs if one["id"] == car_id), theirs[0] if theirs else None)
        found[customer, car_id] = _card(row, car, visits, cases.get(customer, ()))
    return found


def _card(row: Any, car: Any | None, visits: Mapping[int, Visit], cases: tuple[str, ...]) -> Card:
    label = ""
    if car is not None:
        label = car_label(car["brand"], car["model"], unseal("vehicle.plate", car["plate"]))
    return Card(
        row["name"],
        row["salutation"] or salutation(row["name"], row["gender"]),
        unseal("customer.phone", row["phone"]),
        row["tier"],
        row["contact_hours"],
        unseal_json("customer.preferences", row["preferences"]) or {},
        label,
        visits.get(car["id"]) if car is not None else None,
        cases,
        WRONG in (loads(row["tags"]) or ()) if row["tags"] else False,
    )


async def _customers(ids: Collection[int]) -> dict[int, Any]:
    if not ids:
        return {}
    db = sql()
    condition, value = among(db, "id", list(ids))
    rows = await db.rows(
        "SELECT id, name, gender, salutation, phone, tier, contact_hours, preferences, tags"  # noqa: S608 - our own columns
        f" FROM customer WHERE account_id = ? AND {condition} AND erased_at IS NULL",
        *(account_id(), value),
    )
    return {row["id"]: row for row in rows}


async def _cars(customers: Collection[int]) -> dict[int, list[Any]]:
    """Theirs that are not sold, the newest first."""
    if not customers:
        return {}
    db = sql()
    condition, value = among(db, "customer_id", list(customers))
    rows = await db.rows(
        "SELECT id, customer_id, brand, model, plate FROM vehicle WHERE account_id = ?"  # noqa: S608 - our own columns
        f" AND {condition} AND sold = ? ORDER BY id DESC",
        *(account_id(), value, False),
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(row)
    return found


async def _visits(cars: Collection[int]) -> dict[int, Visit]:
    if not cars:
        return {}
    db = sql()
    condition, value = among(db, "v.vehicle_id", list(cars))
    rows = await db.rows(
        "SELECT v.vehicle_id, v.settled_at, v.items FROM visit v WHERE v.account_id = ?"  # noqa: S608 - our own columns
        f" AND {condition} AND v.settled_at IS NOT NULL ORDER BY v.settled_at",
        *(account_id(), value),
    )
    return {
        row["vehicle_id"]: Visit(at, _items(row["items"]))
        for row in rows
        if (at := moment(row["settled_at"]))
    }


def _items(kept: Any) -> tuple[str, ...]:
    listed: Sequence[Any] = loads(kept) or () if kept else ()
    return tuple(str(one) for one in listed)


async def _cases(customers: Collection[int]) -> dict[int, tuple[str, ...]]:
    """What a stranger complained of is the customer's that they turned out to be."""
    if not customers:
        return {}
    db = sql()
    own, ids = among(db, "p.customer_id", list(customers))
    bound, same = among(db, "u.customer_id", list(customers))
    states, listed = among(db, "p.state", list(UNSETTLED))
    rows = await db.rows(
        f"SELECT p.id, p.customer_id, p.state FROM complaint p WHERE p.account_id = ? AND {own}"  # noqa: S608 - our own columns
        f" AND {states} UNION SELECT p.id, u.customer_id, p.state FROM wechat_user u"
        " JOIN complaint p ON p.account_id = u.account_id AND p.wechat_user_id = u.id"
        f" WHERE p.account_id = ? AND {bound} AND {states} ORDER BY 1",
        *(account_id(), ids, listed, account_id(), same, listed),
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        told = f"T{row['id']:06d} {CASE_STATES[row['state']]}"
        found[row["customer_id"]] = (*found.get(row["customer_id"], ()), told)
    return found
