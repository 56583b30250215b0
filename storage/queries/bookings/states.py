"""What became of a booking on the day: arrived, done, not come. The workshop says so, or the DMS."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.errors import CheyuError
from storage.db import Sql, transaction
from storage.queries.bookings import appointments, no_shows
from storage.queries.bookings.appointments import Appointment
from storage.queries.bookings.capacity import lock_booking_store
from storage.scope import account_id

MAY_FOLLOW: Final[Mapping[str, tuple[str, ...]]] = {
    "arrived": ("booked", "no_show"),  # who was given up may still come
    "done": ("booked", "arrived"),  # not every workshop notes the arrival
    "no_show": ("booked",),
}
"""state → those it may follow."""


class NotNow(CheyuError):
    """The booking is in a state that the wanted one cannot follow: `state`."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{wanted} cannot follow {state}")
        self.state = state


class Changed(CheyuError):
    """The booking's `rev` is not the one that was read."""


async def move(
    booking_id: int, to: str, now: datetime, *, if_revs: frozenset[int] | None = None
) -> Appointment | None:
    """Bring a booking to `to`, free what it no longer takes, and tell the webhooks. None: no such one.

    Already there: nothing changes. Raises NotNow, or Changed unless its rev is one of `if_revs`.
    """
    async with transaction() as connection:
        await lock_booking_store(connection, booking_id)
        before = await appointments.one(booking_id)
        if before is None:
            return None
        if if_revs is not None and before.rev not in if_revs:
            raise Changed(f"{before.number} is at rev {before.rev}")
        if before.state == to:
            return before
        if before.state not in MAY_FOLLOW[to]:
            raise NotNow(before.state, to)
        written = await connection.run(
            "UPDATE booking SET state = ?, rev = rev + 1, changed_at = ?"
            " WHERE account_id = ? AND id = ? AND rev = ?",
            *(to, now, account_id(), booking_id, before.rev),
        )
        if written != 1:
            raise Changed(f"{before.number} was changed meanwhile")
        if to != "arrived":
            await _free_what_is_left(connection, booking_id, now)
        if to == "no_show":
            await no_shows.owe(booking_id, now)
        elif before.state == "no_show":
            await no_shows.they_came(booking_id, now)
        await appointments.tell(f"appointment.{to}", booking_id, now)
        return await appointments.one(booking_id)


async def _free_what_is_left(connection: Sql, booking_id: int, now: datetime) -> None:
    """The cells that nobody will use go back; those that are over stay as they were."""
    await connection.run(
        "DELETE FROM booking_cell WHERE account_id = ? AND booking_id = ? AND starts_at >= ?",
        *(account_id(), booking_id, now),
    )
