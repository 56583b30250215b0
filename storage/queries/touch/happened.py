"""What happened to the cars of a page, and what was already decided for them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from bot.rules.touch.facts import Booked, Identity, Incident, Visit
from storage.db import calendar_day, loads, moment, sql
from storage.queries import consents
from storage.queries.bookings.booked import number_of
from storage.queries.records.tables import among
from storage.scope import account_id

VISITS: Final = 3
"""The latest two tell how far a car runs; the one before may still be due a follow-up."""
_DECIDED: Final = ("sent", "done", "handed_over", "skipped")


@dataclass(slots=True)
class About:
    """What is known of the cars of a page, by id."""

    visits: dict[int, list[Visit]] = field(default_factory=lambda: defaultdict(list))
    incidents: dict[int, list[Incident]] = field(default_factory=lambda: defaultdict(list))
    bookings: dict[int, list[Booked]] = field(default_factory=lambda: defaultdict(list))
    delivered: dict[int, datetime] = field(default_factory=dict)
    cars_of: dict[int, int] = field(default_factory=dict)
    made: dict[int, set[Identity]] = field(default_factory=lambda: defaultdict(set))


async def about_cars(rows: Sequence[Any], now: datetime, since: datetime) -> About:
    cars = [row["id"] for row in rows]
    owner = {row["id"]: row["customer_id"] for row in rows}
    about = About(made=await made_for("vehicle_id", cars))
    await _visits(about, cars, owner, since)
    await _happened(about, cars, now, since)
    about.cars_of = await count_cars([who for who in owner.values() if who is not None])
    return about


async def _visits(
    about: About, cars: Sequence[int], owner: Mapping[int, int | None], since: datetime
) -> None:
    db = sql()
    condition, value = among(db, "vehicle_id", cars)
    rows = await db.rows(
        "SELECT id, ref, vehicle_id, settled_at, mileage, items FROM (SELECT id, ref, vehicle_id,"  # noqa: S608 - our own columns
        " settled_at, mileage, items, row_number() OVER (PARTITION BY vehicle_id"
        f" ORDER BY settled_at DESC, id DESC) AS n FROM visit WHERE account_id = ? AND {condition}"
        " AND settled_at IS NOT NULL) AS latest WHERE n <= ? ORDER BY settled_at",
        *(account_id(), value, VISITS),
    )
    fresh = {row["vehicle_id"] for row in rows if _at(row["settled_at"]) >= since}
    asked = {who for car in fresh if (who := owner[car]) is not None}
    agreed = await consents.of_many(sorted(asked)) if asked else {}
    for row in rows:
        car = row["vehicle_id"]
        yes = "follow_up" in agreed.get(owner[car] or 0, frozenset())
        done = tuple(map(str, loads(row["items"]) or ()))
        visit = Visit(row["id"], _at(row["settled_at"]), row["mileage"], yes, row["ref"], done)
        about.visits[car].append(visit)


async def _happened(about: About, cars: Sequence[int], now: datetime, since: datetime) -> None:
    """Incidents, open bookings and the moment of delivery."""
    db = sql()
    condition, value = among(db, "vehicle_id", cars)
    for row in await db.rows(
        "SELECT id, ref, vehicle_id, kind, created_at FROM incident"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition} AND created_at >= ?",
        *(account_id(), value, since),
    ):
        about.incidents[row["vehicle_id"]].append(
            Incident(row["id"], _at(row["created_at"]), row["kind"], row["ref"])
        )
    for row in await db.rows(
        "SELECT id, vehicle_id, starts_at, created_at, (SELECT s.name FROM service s"  # noqa: S608 - our own columns
        " WHERE s.id = booking.service_id) AS service FROM booking"
        f" WHERE account_id = ? AND {condition} AND starts_at >= ? AND state = 'booked'",
        *(account_id(), value, now),
    ):
        about.bookings[row["vehicle_id"]].append(_booked(row))
    for row in await db.rows(
        f"SELECT vehicle_id, delivered_at FROM delivery WHERE account_id = ? AND {condition}",  # noqa: S608 - our own columns
        *(account_id(), value),
    ):
        about.delivered[row["vehicle_id"]] = _at(row["delivered_at"])


async def made_for(column: str, ids: Collection[int]) -> dict[int, set[Identity]]:
    """What was decided for these, or is with the outbox now: it is not owed a second time."""
    found: dict[int, set[Identity]] = defaultdict(set)
    if ids:
        db = sql()
        condition, value = among(db, column, ids)
        rows = await db.rows(
            f"SELECT {column} AS whose, kind, subject, due_on FROM touchpoint"  # noqa: S608 - our own columns
            f" WHERE account_id = ? AND {condition}"
            " AND (state IN (?, ?, ?, ?) OR (state = 'due' AND channel <> ''))",
            *(account_id(), value, *_DECIDED),
        )
        for row in rows:
            identity = Identity(row["kind"], row["subject"], _day(row["due_on"]))
            found[row["whose"]].add(identity)
    return found


async def count_cars(customers: Collection[int]) -> dict[int, int]:
    """How many cars each customer ever had with us."""
    if not customers:
        return {}
    db = sql()
    condition, value = among(db, "customer_id", set(customers))
    rows = await db.rows(
        "SELECT customer_id, count(*) AS n FROM vehicle"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition} GROUP BY customer_id",
        *(account_id(), value),
    )
    return {row["customer_id"]: row["n"] for row in rows}


def _booked(row: Any) -> Booked:
    made_at, number = _at(row["created_at"]), number_of(row["id"])
    return Booked(row["id"], _at(row["starts_at"]), made_at, number, row["service"] or "")


def _at(value: Any) -> datetime:
    found = moment(value)
    assert found is not None  # noqa: S101 - the column is never NULL
    return found


def _day(value: Any) -> date:
    found = calendar_day(value)
    assert found is not None  # noqa: S101 - the column is never NULL
    return found
