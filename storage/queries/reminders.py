"""What somebody was last told, so that a short answer to it is understood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.db import sql
from storage.queries.records.tables import among
from storage.queries.touch import touchpoints
from storage.scope import account_id

FRESH = timedelta(days=14)
"""How long after a message its answer may come without saying what it answers."""
WORTH_SAYING_LATER = (
    *("delivery_thanks", "first_week", "first_service", "month_3", "regular_service", "month_6"),
    *("month_12", "after_visit", "win_back", "incident", "insurance", "inspection", "no_show"),
)
"""Kinds that still mean something on another day; a greeting does not."""
ABOUT_A_CAR = ("first_service", "regular_service", "win_back", "inspection", "no_show")
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


async def missed_service(customer_id: int | None, vehicle_id: int, now: datetime) -> int | None:
    """What the car was booked for when it did not come, if they were asked about it just now."""
    told = await latest(customer_id, now, ["no_show"])
    if told is None or told.vehicle_id != vehicle_id:
        return None
    touch = await touchpoints.one(told.id)
    number = touch.subject.removeprefix("b") if touch else ""
    row = await sql().row(
        "SELECT service_id FROM booking WHERE account_id = ? AND id = ?",
        *(account_id(), int(number) if number.isdigit() else 0),
    )
    return int(row["service_id"]) if row else None


async def led_to_booking(
    customer_id: int | None, vehicle_id: int | None, day: date, now: datetime
) -> None:
    """A booking for a car on the store's `day`: it came of the reminder of that car, if one was sent;
    one that waits to be sent is taken back."""
    if vehicle_id is None:
        return
    told = await latest(customer_id, now, ABOUT_A_CAR)
    if told is not None and told.vehicle_id == vehicle_id:
        await answered(told.id, "booked", now)
    db = sql()
    condition, value = among(db, "kind", ABOUT_A_CAR)
    rows = await db.rows(
        "SELECT id FROM touchpoint WHERE account_id = ? AND vehicle_id = ?"  # noqa: S608 - a condition of our own
        f" AND state = 'due' AND channel <> '' AND {condition}",
        *(account_id(), vehicle_id, value),
    )
    why = f"客户已预约{day.month}月{day.day}日到店"
    await touchpoints.hold_back([row["id"] for row in rows], why, now)
