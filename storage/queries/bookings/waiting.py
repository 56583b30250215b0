"""候补: who would take a slot on a day that is full, and the offers they get when one is freed.

An offer is a hold of its own (source "w" and the number of the entry), so it takes capacity like
any other and gives it back when it runs out.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from storage.db import Sql, calendar_day, moment, sql, transaction
from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booked import Booked, booked
from storage.queries.bookings.capacity import SlotTaken, Wish, lock_stores
from storage.queries.bookings.doubles import AlreadyBooked
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import seal, unseal

OFFER_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody waits for `service_id` on `day`; `place` counts from 1 among those who still do."""

    id: int
    wechat_user_id: int
    store_id: int
    service_id: int
    day: date
    state: str
    place: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A slot kept for somebody who waited, until `until` (UTC). `starts_at` in the store's zone."""

    waiting_id: int
    wechat_user_id: int
    store_id: int
    store_name: str
    service_id: int
    service_name: str
    day: date
    starts_at: datetime | None
    until: datetime


def source_of(waiting_id: int) -> str:
    return f"w{waiting_id}"


async def join(
    store_id: int,
    service_id: int,
    day: date,
    wechat_user_id: int,
    now: datetime,
    *,
    vehicle_id: int | None = None,
    phone: str = "",
    plate: str = "",
) -> Waiting:
    """Wait for a slot on `day`. Who waits already keeps their place; who left begins at the end."""
    async with transaction() as connection:
        await connection.run(
            "DELETE FROM waiting WHERE account_id = ? AND wechat_user_id = ? AND store_id = ?"
            " AND service_id = ? AND day = ? AND state NOT IN ('waiting', 'offered')",
            *(account_id(), wechat_user_id, store_id, service_id, day),
        )
        await connection.run(
            "INSERT INTO waiting (account_id, store_id, service_id, wechat_user_id, vehicle_id,"
            " day, phone, plate, state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)"
            " ON CONFLICT DO NOTHING",
            *(account_id(), store_id, service_id, wechat_user_id, vehicle_id, day),
            *(seal("waiting.phone", phone), seal("waiting.plate", plate), now),
        )
        row = await connection.row(
            f"{_SELECT} AND w.wechat_user_id = ? AND w.store_id = ? AND w.service_id = ?"
            " AND w.day = ?",
            *(account_id(), wechat_user_id, store_id, service_id, day),
        )
    assert row is not None  # noqa: S101  # written above
    return _waiting(row)


async def of(wechat_user_id: int, today: date) -> list[Waiting]:
    """What somebody waits for, from `today` on."""
    rows = await sql().rows(
        f"{_SELECT} AND w.wechat_user_id = ? AND w.day >= ? AND w.state IN ('waiting', 'offered')"
        " ORDER BY w.day, w.id",
        *(account_id(), wechat_user_id, today),
    )
    return [_waiting(row) for row in rows]


async def leave(waiting_id: int) -> bool:
    """Wait no longer; an offered slot is given back. False if they did not wait."""
    return await _end(waiting_id, "left")


async def decline(waiting_id: int) -> bool:
    """Not that slot, and no other of the day. False if nothing was offered."""
    return await _end(waiting_id, "left", only="offered")


async def days_wanted(today: date) -> list[tuple[int, date]]:
    """(store id, day) of every day from `today` on that somebody waits for."""
    rows = await sql().rows(
        "SELECT DISTINCT store_id, day FROM waiting WHERE account_id = ? AND state = 'waiting'"
        " AND day >= ? ORDER BY day, store_id",
        *(account_id(), today),
    )
    days = [(row["store_id"], calendar_day(row["day"])) for row in rows]
    return [(store, day) for store, day in days if day is not None]


async def offer_next(
    store_id: int, day: date, now: datetime, *, minutes: int = OFFER_MINUTES
) -> Offer | None:
    """Keep a free slot of `day` for whoever waits longest and can use it; None: nobody can.

    A slot is never offered to the person who cancelled it, nor one that has begun.
    """
    known = await shop()
    async with transaction() as connection:
        await lock_stores(connection, ids=[store_id])
        rows = await connection.rows(
            f"{_SELECT} AND w.store_id = ? AND w.day = ? AND w.state = 'waiting' ORDER BY w.id",
            *(account_id(), store_id, day),
        )
        full: set[int] = set()
        for row in rows:
            service = known.service(row["service_id"])
            if service.id in full or not service.active:
                continue
            free = await bookings.free_times(store_id, service.id, day, now)
            if not free:
                full.add(service.id)
            given_up = await _given_up(connection, row["wechat_user_id"], store_id) if free else ()
            for start in [start for start in free if start not in given_up][:1]:
                until = min(now + timedelta(minutes=minutes), start)
                if offer := await _offer(connection, row, start, until, now):
                    return offer
    return None


async def offered_to(wechat_user_id: int, now: datetime) -> Offer | None:
    """The offer that somebody can still accept."""
    row = await sql().row(
        f"{_SELECT} AND w.wechat_user_id = ? AND w.state = 'offered' AND w.offer_until > ?"
        " ORDER BY w.id LIMIT 1",
        *(account_id(), wechat_user_id, now),
    )
    return await _as_offer(row) if row else None


async def expire_offers(now: datetime) -> list[Offer]:
    """Offers that nobody took in time; their slots are free again for `offer_next`."""
    rows = await sql().rows(
        f"{_SELECT} AND w.state = 'offered' AND w.offer_until <= ? ORDER BY w.id",
        *(account_id(), now),
    )
    gone = [(row["id"], await _as_offer(row)) for row in rows]
    return [
        offer for waiting_id, offer in gone if await _end(waiting_id, "expired", only="offered")
    ]


async def accept(waiting_id: int, now: datetime) -> Booked:
    """The offer becomes a booking. SlotTaken: it ran out or was given back. Or AlreadyBooked."""
    async with transaction() as connection:
        await lock_stores(connection, source=source_of(waiting_id))
        row = await connection.row(f"{_SELECT} AND w.id = ?", account_id(), waiting_id)
        if row and row["state"] == "booked" and row["booking_id"]:
            again = await booked(row["booking_id"])
            assert again is not None  # noqa: S101  # a booking is never deleted
            return again
        start = moment(row["starts_at"]) if row else None
        until = moment(row["offer_until"]) if row else None
        if row is None or row["state"] != "offered" or not start or not until or until <= now:
            raise SlotTaken(f"offer {waiting_id} is over")
        done = await bookings.confirm(_wish(row, start), now)
        await connection.run(
            "UPDATE waiting SET state = 'booked', booking_id = ? WHERE account_id = ? AND id = ?",
            *(done.id, account_id(), waiting_id),
        )
    return done


_SELECT = (
    "SELECT w.id, w.wechat_user_id, w.store_id, w.service_id, w.vehicle_id, w.day, w.phone,"
    " w.plate, w.state, w.booking_id, w.offer_until, u.customer_id, b.starts_at,"
    " (SELECT count(*) FROM waiting o WHERE o.account_id = w.account_id"
    " AND o.store_id = w.store_id AND o.day = w.day AND o.state = 'waiting' AND o.id <= w.id"
    " AND o.service_id = w.service_id) AS place"
    " FROM waiting w JOIN wechat_user u ON u.id = w.wechat_user_id"
    " LEFT JOIN booking b ON b.id = w.booking_id WHERE w.account_id = ?"
)


def _waiting(row: Any) -> Waiting:
    day = calendar_day(row["day"])
    assert day is not None  # noqa: S101  # the column is not null
    return Waiting(
        row["id"],
        row["wechat_user_id"],
        row["store_id"],
        row["service_id"],
        day,
        row["state"],
        row["place"],
    )


def _wish(row: Any, start: datetime) -> Wish:
    return Wish(
        source_of(row["id"]),
        row["store_id"],
        row["service_id"],
        start,
        row["wechat_user_id"],
        row["customer_id"],
        row["vehicle_id"],
        unseal("waiting.phone", row["phone"]),
        unseal("waiting.plate", row["plate"]),
    )


async def _given_up(connection: Sql, wechat_user_id: int, store_id: int) -> set[datetime | None]:
    """The times that this person cancelled at this store."""
    rows = await connection.rows(
        "SELECT starts_at FROM booking WHERE account_id = ? AND wechat_user_id = ?"
        " AND store_id = ? AND state = 'cancelled'",
        *(account_id(), wechat_user_id, store_id),
    )
    return {moment(row["starts_at"]) for row in rows}


async def _offer(
    connection: Sql, row: Any, start: datetime, until: datetime, now: datetime
) -> Offer | None:
    """Hold the slot for the person; None where their car is booked by now: they wait no more."""
    minutes = (until - now) // timedelta(minutes=1)
    try:
        held = await bookings.hold(_wish(row, start), now, minutes=minutes)
    except AlreadyBooked:
        await _end(row["id"], "left")
        return None
    await connection.run(
        "UPDATE waiting SET state = 'offered', booking_id = ?, offer_until = ?"
        " WHERE account_id = ? AND id = ?",
        *(held.booking_id, held.until, account_id(), row["id"]),
    )
    offered = await connection.row(f"{_SELECT} AND w.id = ?", account_id(), row["id"])
    return await _as_offer(offered)


async def _as_offer(row: Any) -> Offer:
    known = await shop()
    store, until, start = known.store(row["store_id"]), moment(row["offer_until"]), row["starts_at"]
    day, start = calendar_day(row["day"]), moment(start)
    assert until is not None  # noqa: S101  # set with the state
    assert day is not None  # noqa: S101  # the column is not null
    return Offer(
        row["id"],
        row["wechat_user_id"],
        store.id,
        store.name,
        row["service_id"],
        known.service(row["service_id"]).name,
        day,
        start.astimezone(store.calendar.zone) if start else None,
        until,
    )


async def _end(waiting_id: int, state: str, *, only: str = "") -> bool:
    """Out of the list, with compare-and-set, and the hold let go."""
    allowed = (only,) if only else ("waiting", "offered")
    async with transaction() as connection:
        await lock_stores(connection, source=source_of(waiting_id))
        rows = await connection.rows(
            "UPDATE waiting SET state = ? WHERE account_id = ? AND id = ? AND state IN (?, ?)"
            " RETURNING id",
            *(state, account_id(), waiting_id, allowed[0], allowed[-1]),
        )
        if rows:
            await bookings.release(source_of(waiting_id))
        return bool(rows)
