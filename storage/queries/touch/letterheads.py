"""Who a message is to, about which car, and in whose name: for many messages in a few statements."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.rules.roles import ROLE_NAMES, Role
from storage.db import sql
from storage.queries.records.tables import among
from storage.scope import account_id
from storage.secrets import unseal


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who writes: `title` is the Chinese name of the role."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class CustomerHead:
    """How a customer is addressed, and their sales consultant."""

    name: str
    gender: str
    salutation: str
    tier: str
    consultant: Colleague | None


@dataclass(frozen=True, slots=True)
class CarHead:
    """What a car is called, and who sold and serves it. `ruled_as`: the model as rules name it."""

    plate: str
    model: str
    energy: str
    store_id: int | None
    consultant: Colleague | None
    advisor: Colleague | None
    ruled_as: str = ""


@dataclass(frozen=True, slots=True)
class Heads:
    """Customers and cars by id; those that are not there are erased."""

    customers: dict[int, CustomerHead]
    cars: dict[int, CarHead]


async def heads(customers: Collection[int], cars: Collection[int]) -> Heads:
    """What letters to these customers about these cars begin with."""
    people, vehicles = await _customers(customers), await _cars(cars)
    staff = await _colleagues(
        {row["consultant_id"] for row in (*people, *vehicles)}
        | {row["advisor_id"] for row in vehicles}
    )
    return Heads(
        {
            row["id"]: CustomerHead(
                *(row["name"], row["gender"], row["salutation"], row["tier"]),
                staff.get(row["consultant_id"]),
            )
            for row in people
        },
        {
            row["id"]: CarHead(
                unseal("vehicle.plate", row["plate"]),
                row["brand"] + row["model"],
                row["energy"],
                row["store_id"],
                staff.get(row["consultant_id"]),
                staff.get(row["advisor_id"]),
                row["model"],
            )
            for row in vehicles
        },
    )


async def _customers(ids: Collection[int]) -> list[Any]:
    if not ids:
        return []
    db = sql()
    condition, value = among(db, "id", ids)
    return list(
        await db.rows(
            "SELECT id, name, gender, salutation, tier, consultant_id FROM customer"  # noqa: S608 - our own columns
            f" WHERE account_id = ? AND erased_at IS NULL AND {condition}",
            *(account_id(), value),
        )
    )


async def _cars(ids: Collection[int]) -> list[Any]:
    if not ids:
        return []
    db = sql()
    condition, value = among(db, "id", ids)
    return list(
        await db.rows(
            "SELECT id, plate, brand, model, energy, store_id, consultant_id, advisor_id"  # noqa: S608 - our own columns
            f" FROM vehicle WHERE account_id = ? AND {condition}",
            *(account_id(), value),
        )
    )


async def _colleagues(ids: Collection[int | None]) -> dict[int | None, Colleague]:
    """Those who still work here: nobody is named who has left."""
    known = [one for one in ids if one is not None]
    if not known:
        return {}
    db = sql()
    condition, value = among(db, "id", known)
    rows = await db.rows(
        f"SELECT id, name, role FROM staff WHERE account_id = ? AND active AND {condition}",  # noqa: S608 - our own columns
        *(account_id(), value),
    )
    return {row["id"]: Colleague(row["name"], _title(row["role"])) for row in rows}


def _title(role: str) -> str:
    return ROLE_NAMES[Role(role)] if role in ROLE_NAMES else ""
