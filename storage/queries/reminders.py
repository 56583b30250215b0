"""What somebody was last told, so that a short answer to it is understood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.db import sql
from storage.queries.records_tables import among
from storage.scope import account_id

FRESH = timedelta(days=14)
"""How long after a message its answer may come without saying what it answers."""
WORTH_SAYING_LATER = (
    *("delivery_thanks", "first_week", "first_service", "month_3", "regular_service", "month_6"),
    *("month_12", "after_visit", "win_back", "incident", "insurance", "inspection"),
)
"""Kinds that still mean something on another day; a greeting does not."""
ABOUT_A_CAR = ("first_service", "regular_service", "win_back", "inspection")
"""After these 预约保养 means the car they spoke of."""


@dataclass(frozen=True, slots=True)
class Told:
    """What they were told about: the touchpoint's id and kind, and the car it spoke of."""

    id: int
    kind: str
    vehicle_id: int | None


async def latest(
    customer_id: int | None, now: datetime, kinds: Sequence[str] | None = None
) -> Told | None:
    """The newest touchpoint (of `kinds`) that was sent to the customer a short while ago."""
    if customer_id is None:
        return None
    db, more, values = sql(), "", []
    if kinds is not None:
        condition, value = among(db, "kind", kinds)
        more, values = f" AND {condition}", [value]
    row = await db.row(
        "SELECT id, kind, vehicle_id FROM touchpoint WHERE account_id = ? AND customer_id = ? AND state = 'sent'"  # noqa: S608 - a condition of our own
        f" AND done_at > ? AND done_at <= ?{more} ORDER BY done_at DESC, id DESC LIMIT 1",
        *(account_id(), customer_id, now - FRESH, now, *values),
    )
    return Told(row["id"], row["kind"], row["vehicle_id"]) if row else None


async def answered(touchpoint_id: int, outcome: str, now: datetime) -> None:
    """What came of a message: booked, confirmed, refused, thanked; the first word stays."""
    await sql().run(
        "UPDATE touchpoint SET outcome = ?, changed_at = ? WHERE account_id = ? AND id = ?"
        " AND outcome = ''",
        *(outcome[:24], now, account_id(), touchpoint_id),
    )


async def led_to_booking(customer_id: int | None, vehicle_id: int | None, now: datetime) -> None:
    """A booking for a car that its owner was reminded of came of that reminder."""
    told = await latest(customer_id, now, ABOUT_A_CAR)
    if told is not None and vehicle_id is not None and told.vehicle_id == vehicle_id:
        await answered(told.id, "booked", now)
