"""One car is in one place at a time, and the same service is booked for it once."""

from datetime import datetime, timedelta

from bot.errors import CheyuError
from storage.db import Sql, moment, sql
from storage.queries.bookings.booked import LONGEST, Booked, booked
from storage.queries.bookings.capacity import Wish
from storage.queries.stores.shops import Service, shop
from storage.scope import account_id
from storage.secrets import look_ups, marks


class AlreadyBooked(CheyuError):
    """The car has this service booked already, or is somewhere else at that time: `booked`."""

    def __init__(self, existing: Booked) -> None:
        super().__init__(f"{existing.number} stands")
        self.booked = existing


async def lock_car(connection: Sql, wish: Wish) -> None:
    """Two followers of one car queue here even if they book at different stores; after the stores."""
    if connection.postgres and wish.vehicle_id:
        await connection.rows(
            "SELECT id FROM vehicle WHERE account_id = ? AND id = ? FOR NO KEY UPDATE",
            *(account_id(), wish.vehicle_id),
        )


# A booking made before the car had a file is known by who made it and the plate.
AHEAD = (
    "SELECT id, service_id, starts_at, ends_at FROM booking WHERE account_id = ?"
    " AND (vehicle_id = ? OR (wechat_user_id = ? AND plate_hash IN ({plates})))"
    " AND starts_at > ? AND ends_at > ? AND state = 'booked' AND id <> ?"
)


async def refuse_double(wish: Wish, service: Service, now: datetime, but: int = 0) -> None:
    """Raise AlreadyBooked where the car has this service ahead, or is elsewhere at that time."""
    if not wish.vehicle_id and not wish.plate:
        return
    plates = look_ups("plate", wish.plate) if wish.plate else (None,)
    rows = await sql().rows(
        AHEAD.format(plates=marks(plates)),
        *(account_id(), wish.vehicle_id, wish.wechat_user_id, *plates),
        *(now - LONGEST, now, but),
    )
    if not rows:
        return
    end, known = wish.start + timedelta(minutes=service.need.minutes), await shop()
    for row in rows:
        starts, ends = moment(row["starts_at"]), moment(row["ends_at"])
        overlaps = starts is not None and ends is not None and starts < end and wish.start < ends
        if overlaps or known.service(row["service_id"]).code == service.code:
            existing = await booked(row["id"])
            assert existing is not None  # noqa: S101  # just read
            raise AlreadyBooked(existing)
