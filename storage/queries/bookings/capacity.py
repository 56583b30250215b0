"""Taking and giving back bays and technicians: what stands between two customers and one slot.

The unique key of booking_cell forbids overbooking on any engine. On top of it, whoever changes a
store's capacity first locks the store, so that rivals queue there: on PostgreSQL by its row, always
before any row of a booking (no deadlock); on SQLite the transaction itself is the lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from bot.errors import CheyuError
from bot.rules.slots import CELL, Need, candidates, cells
from storage.db import Sql, moment, sql
from storage.queries.sealed import BOOKING_NUMBERS, booking_numbers
from storage.queries.stores.shops import Service, Store
from storage.scope import account_id
from storage.secrets import seal


class SlotTaken(CheyuError):
    """Somebody else was faster, the store is closed then, or that time is over."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book. `source` names the talk, or offer, that one booking comes from."""

    source: str
    store_id: int
    service_id: int
    start: datetime
    wechat_user_id: int | None = None
    customer_id: int | None = None
    vehicle_id: int | None = None
    phone: str = ""
    plate: str = ""
    note: str = ""


@lru_cache(maxsize=8192)
def _cell(text: Any) -> datetime | None:
    return moment(text)


async def taken(
    store: Store, first: datetime, end: datetime, now: datetime, ours: str = ""
) -> set[tuple[int, datetime]]:
    """(resource, cell) of live bookings in [first, end); our own hold leaves its cells free to us.

    The first statement reads nothing but the unique key's index, however many stores there are;
    the second the few holds that are over, or ours.
    """
    connection = sql()
    read = moment if connection.postgres else _cell
    ids = [resource.id for resource in store.resources] or [0]
    rows = await connection.rows(
        "SELECT resource_id, starts_at FROM booking_cell WHERE account_id = ?"  # noqa: S608 - marks only, as many as there are ids
        f" AND resource_id IN ({', '.join('?' * len(ids))}) AND starts_at >= ? AND starts_at < ?",
        *(account_id(), *ids, first, end),
    )
    free = await connection.rows(
        "SELECT c.resource_id, c.starts_at FROM booking b"
        " JOIN booking_cell c ON c.booking_id = b.id"
        " WHERE b.account_id = ? AND b.state = 'held' AND b.store_id = ?"
        " AND (b.held_until <= ? OR b.source = ?)",
        *(account_id(), store.id, now, ours),
    )
    busy = {(row["resource_id"], at) for row in rows if (at := read(row["starts_at"]))}
    return busy - {(row["resource_id"], at) for row in free if (at := read(row["starts_at"]))}


async def lock_stores(connection: Sql, *, source: str = "", ids: Sequence[int] = ()) -> None:
    """Queue for the stores `ids` and the one where `source` has something; call it first."""
    if connection.postgres:
        marks = ", ".join("?" * len(ids)) or "NULL"
        await connection.rows(
            f"SELECT id FROM store WHERE account_id = ? AND (id IN ({marks})"  # noqa: S608 - marks only, as many as there are ids
            " OR id IN (SELECT store_id FROM booking WHERE account_id = ? AND source = ?))"
            " ORDER BY id FOR NO KEY UPDATE",
            *(account_id(), *ids, account_id(), source),
        )


async def lock_booking_store(connection: Sql, booking_id: int) -> None:
    """Queue for the store where the booking is."""
    if connection.postgres:
        await connection.rows(
            "SELECT id FROM store WHERE account_id = ? AND id ="
            " (SELECT store_id FROM booking WHERE account_id = ? AND id = ?) FOR NO KEY UPDATE",
            *(account_id(), account_id(), booking_id),
        )


def fits(store: Store, need: Need, start: datetime, now: datetime) -> bool:
    """Whether `start` lies ahead and the service ends before the doors shut."""
    end = start + timedelta(minutes=need.minutes)
    day = store.calendar.local_day(start)
    return start > now and any(
        opens <= start and end <= shuts for opens, shuts in store.calendar.hours(day)
    )


async def place(
    connection: Sql,
    store: Store,
    service: Service,
    wish: Wish,
    now: datetime,
    *,
    held_until: datetime | None,
) -> int:
    """A new booking with its cells, held or (without `held_until`) booked; its id. Or SlotTaken."""
    if not fits(store, service.need, wish.start, now):
        raise SlotTaken(f"{store.code} cannot begin {service.code} at {wish.start}")
    await forget_expired(connection, store.id, now)
    chosen = await choose(store, service.need, wish.start, now)
    row = await connection.row(
        "INSERT INTO booking (account_id, store_id, service_id, wechat_user_id, customer_id,"  # noqa: S608 - our own column names; values are marks
        f" vehicle_id, starts_at, ends_at, state, held_until, source, {BOOKING_NUMBERS}, note,"
        " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        *(account_id(), store.id, service.id, wish.wechat_user_id, wish.customer_id),
        *(wish.vehicle_id, wish.start, wish.start + timedelta(minutes=service.need.minutes)),
        *("held" if held_until else "booked", held_until, wish.source),
        *booking_numbers(wish.phone, wish.plate),
        *(seal("booking.note", wish.note), now, now),
    )
    assert row is not None  # noqa: S101  # RETURNING
    await take(connection, row["id"], chosen)
    return int(row["id"])


async def choose(
    store: Store,
    need: Need,
    start: datetime,
    now: datetime,
    own: Iterable[tuple[int, datetime]] = (),
) -> list[tuple[int, datetime]]:
    """The cells of the best free bay and technician; `own` count as free. Or SlotTaken."""
    wanted = cells(start, need.minutes)
    busy = await taken(store, wanted[0], wanted[-1] + CELL, now)
    for pair in candidates(store.resources, need, busy - set(own), start):
        return [(resource.id, cell) for resource in pair for cell in wanted]
    raise SlotTaken(f"nothing is free at {store.code} from {start}")


async def forget_expired(connection: Sql, store_id: int, now: datetime) -> None:
    """Holds that ran out give their cells back, here where somebody wants them."""
    await connection.run(
        "DELETE FROM booking WHERE account_id = ? AND state = 'held' AND held_until <= ?"
        " AND store_id = ?",
        *(account_id(), now, store_id),
    )


async def take(connection: Sql, booking_id: int, chosen: Sequence[tuple[int, datetime]]) -> None:
    """All of `chosen` or SlotTaken; in one order for everybody."""
    values: list[Any] = []
    for resource_id, cell in sorted(chosen):
        values += (account_id(), resource_id, cell, booking_id)
    if not values:
        return
    places = ", ".join(["(?, ?, ?, ?)"] * len(chosen))
    rows = await connection.rows(
        "INSERT INTO booking_cell (account_id, resource_id, starts_at, booking_id)"  # noqa: S608 - marks only, four for each cell
        f" VALUES {places} ON CONFLICT DO NOTHING RETURNING id",
        *values,
    )
    if len(rows) != len(chosen):
        raise SlotTaken("a cell was taken in between")


async def give_back(
    connection: Sql, booking_id: int, cells_back: Iterable[tuple[int, datetime]] | None = None
) -> None:
    """Free all cells of a booking, or those named."""
    if cells_back is None:
        await connection.run(
            "DELETE FROM booking_cell WHERE account_id = ? AND booking_id = ?",
            *(account_id(), booking_id),
        )
        return
    await connection.many(
        "DELETE FROM booking_cell WHERE account_id = ? AND booking_id = ?"
        " AND resource_id = ? AND starts_at = ?",
        [(account_id(), booking_id, resource_id, cell) for resource_id, cell in sorted(cells_back)],
    )
