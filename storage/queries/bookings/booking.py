"""Booking on real capacity: what is free, a hold while the customer decides, and the booking.

A hold becomes a booking by `confirm`; one that nobody confirms is deleted once it has run out and
its cells are wanted. Functions that change something are all or nothing, also inside the turn's
own transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.errors import Conflict
from bot.rules.slots import free_starts, has_free_start
from storage.db import Sql, moment, transaction
from storage.queries.bookings.appointments import tell
from storage.queries.bookings.booked import (
    Booked,
    DayRow,
    booked,
    by_number,
    number_of,
    on_day,
    upcoming,
)
from storage.queries.bookings.capacity import (
    SlotTaken,
    Wish,
    choose,
    fits,
    forget_expired,
    give_back,
    lock_booking_store,
    lock_stores,
    place,
    take,
    taken,
)
from storage.queries.bookings.doubles import AlreadyBooked, lock_car, refuse_double
from storage.queries.sealed import booking_numbers
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import seal

HORIZON_DAYS = 60
HOLD_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot kept for one talk until `until` (UTC)."""

    booking_id: int
    source: str
    until: datetime


async def free_times(
    store_id: int, service_id: int, day: date, now: datetime, ours: str = ""
) -> list[datetime]:
    """When the service can begin on the store's `day`, in its zone. `ours`: the asking talk's source."""
    known = await shop()
    store, service = known.store(store_id), known.service(service_id)
    midnight = datetime.combine(day, datetime.min.time(), store.calendar.zone)
    busy = await taken(store, midnight, midnight + timedelta(days=1), now, ours)
    return free_starts(
        *(store.calendar, day, store.resources, service.need, busy, now),
        horizon_days=HORIZON_DAYS,
    )


async def free_days(
    store_id: int, service_id: int, now: datetime, limit: int = 7, ours: str = ""
) -> list[date]:
    """The next days with a free time, at most `limit` of them, read a week at a time."""
    known = await shop()
    store, service = known.store(store_id), known.service(service_id)
    today, found = store.calendar.local_day(now), list[date]()
    for week in range(0, HORIZON_DAYS + 1, 7):
        days = [today + timedelta(days=week + n) for n in range(7)]
        midnight = datetime.combine(days[0], datetime.min.time(), store.calendar.zone)
        busy = await taken(store, midnight, midnight + timedelta(days=7), now, ours)
        for day in days:
            if has_free_start(
                *(store.calendar, day, store.resources, service.need, busy, now),
                horizon_days=HORIZON_DAYS,
            ):
                found.append(day)
                if len(found) == limit:
                    return found
    return found


async def hold(wish: Wish, now: datetime, *, minutes: int = HOLD_MINUTES) -> Hold:
    """Keep the slot for this talk; what it held before is let go. SlotTaken, AlreadyBooked: it is not.

    Raises Conflict if the talk has booked already.
    """
    known = await shop()
    store, service = known.store(wish.store_id), known.service(wish.service_id)
    until = now + timedelta(minutes=minutes)
    async with transaction() as connection:
        await lock_stores(connection, source=wish.source, ids=[store.id])
        own = await _own(connection, wish.source)
        if own and own["state"] != "held":
            raise Conflict(f"{wish.source} has booked already")
        await refuse_double(wish, service, now)
        if own and _same_slot(own, wish) and _still(own, wish, now):
            await connection.run(
                "UPDATE booking SET held_until = ?, changed_at = ? WHERE account_id = ? AND id = ?",
                *(until, now, account_id(), own["id"]),
            )
            return Hold(own["id"], wish.source, until)
        if own:
            await _forget(connection, own["id"])
        made = await place(connection, store, service, wish, now, held_until=until)
    return Hold(made, wish.source, until)


async def release(source: str) -> bool:
    """Let the talk's hold go; False if it had none."""
    async with transaction() as connection:
        await lock_stores(connection, source=source)
        return bool(
            await connection.rows(
                "DELETE FROM booking WHERE account_id = ? AND source = ? AND state = 'held'"
                " RETURNING id",
                *(account_id(), source),
            )
        )


async def confirm(wish: Wish, now: datetime) -> Booked:
    """The hold becomes a booking; one that ran out is taken anew if still free, else SlotTaken.

    The same source again gives the same booking, whatever became of it. Or AlreadyBooked.
    """
    known = await shop()
    store, service = known.store(wish.store_id), known.service(wish.service_id)
    async with transaction() as connection:
        await lock_stores(connection, source=wish.source, ids=[store.id])
        own = await _own(connection, wish.source)
        booking_id = own["id"] if own else 0
        if not own or own["state"] == "held":
            await lock_car(connection, wish)
            await refuse_double(wish, service, now)
            if own and _same_slot(own, wish) and _still(own, wish, now):
                await _settle(connection, own["id"], wish, now)
            else:
                if own:
                    await _forget(connection, own["id"])
                booking_id = await place(connection, store, service, wish, now, held_until=None)
            await tell("appointment.booked", booking_id, now)
        done = await booked(booking_id)
        assert done is not None  # noqa: S101  # written above
        return done


async def reschedule(booking_id: int, start: datetime, now: datetime) -> Booked:
    """Another time for the same service at the same store. SlotTaken leaves the booking as it was.

    Raises Conflict if it is no longer booked.
    """
    known = await shop()
    async with transaction() as connection:
        await lock_booking_store(connection, booking_id)
        before = await booked(booking_id)
        if before is None or before.state != "booked":
            raise Conflict(f"{number_of(booking_id)} is not booked any more")
        store, service = known.store(before.store_id), known.service(before.service_id)
        if not fits(store, service.need, start, now):
            raise SlotTaken(f"{store.code} cannot begin {service.code} at {start}")
        moved = _wish_of(before, start)
        await lock_car(connection, moved)
        await refuse_double(moved, service, now, but=booking_id)
        await forget_expired(connection, store.id, now)
        own = await _cells(connection, booking_id)
        chosen = set(await choose(store, service.need, start, now, own))
        await take(connection, booking_id, list(chosen - own))
        await give_back(connection, booking_id, own - chosen)
        await connection.run(
            "UPDATE booking SET starts_at = ?, ends_at = ?, rev = rev + 1, changed_at = ?"
            " WHERE account_id = ? AND id = ?",
            *(start, start + timedelta(minutes=service.need.minutes), now),
            *(account_id(), booking_id),
        )
        await tell("appointment.changed", booking_id, now)
        after = await booked(booking_id)
        assert after is not None  # noqa: S101  # just written
        return after


async def cancel(booking_id: int, now: datetime) -> bool:
    """Free a booking's capacity; False if it was not booked any more."""
    async with transaction() as connection:
        await lock_booking_store(connection, booking_id)
        rows = await connection.rows(
            "UPDATE booking SET state = 'cancelled', rev = rev + 1, changed_at = ?"
            " WHERE account_id = ? AND id = ? AND state = 'booked' RETURNING id",
            *(now, account_id(), booking_id),
        )
        if rows:
            await give_back(connection, booking_id)
            await tell("appointment.cancelled", booking_id, now)
        return bool(rows)


async def _own(connection: Sql, source: str) -> Any | None:
    return await connection.row(
        "SELECT id, store_id, service_id, starts_at, state, held_until FROM booking"
        " WHERE account_id = ? AND source = ?",
        *(account_id(), source),
    )


def _same_slot(own: Any, wish: Wish) -> bool:
    return (own["store_id"], own["service_id"], moment(own["starts_at"])) == (
        wish.store_id,
        wish.service_id,
        wish.start,
    )


def _still(own: Any, wish: Wish, now: datetime) -> bool:
    """A hold that ran out keeps its cells until somebody wants them, but not beyond its start."""
    until = moment(own["held_until"])
    return wish.start > now or (until is not None and until > now)


async def _forget(connection: Sql, booking_id: int) -> None:
    await connection.run(
        "DELETE FROM booking WHERE account_id = ? AND id = ? AND state = 'held'",
        *(account_id(), booking_id),
    )


async def _settle(connection: Sql, booking_id: int, wish: Wish, now: datetime) -> None:
    await connection.run(
        "UPDATE booking SET state = 'booked', held_until = NULL, wechat_user_id = ?,"
        " customer_id = ?, vehicle_id = ?, phone = ?, plate = ?, plate_hash = ?, note = ?,"
        " rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        *(wish.wechat_user_id, wish.customer_id, wish.vehicle_id),
        *booking_numbers(wish.phone, wish.plate),
        *(seal("booking.note", wish.note), now, account_id(), booking_id),
    )


async def _cells(connection: Sql, booking_id: int) -> set[tuple[int, datetime]]:
    rows = await connection.rows(
        "SELECT resource_id, starts_at FROM booking_cell WHERE account_id = ? AND booking_id = ?",
        *(account_id(), booking_id),
    )
    return {(row["resource_id"], at) for row in rows if (at := moment(row["starts_at"]))}


def _wish_of(before: Booked, start: datetime) -> Wish:
    return Wish(
        before.source or "",
        before.store_id,
        before.service_id,
        start,
        before.wechat_user_id,
        before.customer_id,
        before.vehicle_id,
        before.phone,
        before.plate,
    )


__all__: Sequence[str] = (
    "AlreadyBooked",
    "Booked",
    "DayRow",
    "Hold",
    "SlotTaken",
    "Wish",
    "booked",
    "by_number",
    "cancel",
    "confirm",
    "free_days",
    "free_times",
    "hold",
    "number_of",
    "on_day",
    "release",
    "reschedule",
    "upcoming",
)
