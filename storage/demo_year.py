"""What a simulated year needs of the store beside what the product itself asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.db import sql
from storage.queries.records.tables import among
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import unseal


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who follows and is bound; `ref` is the DMS's key of the customer."""

    openid: str
    ref: str


@dataclass(frozen=True, slots=True)
class OnTheDay:
    """A booking that is waited for."""

    id: int
    plate: str


async def follow(some: Sequence[Follower], now: datetime) -> None:
    """Bind followers to their files, as the chat would after phone and plate."""
    of_these, refs = among(sql(), "ref", [one.ref for one in some])
    rows = await sql().rows(
        f"SELECT id, ref FROM customer WHERE account_id = ? AND {of_these}",  # noqa: S608 - our own column name; the refs are one value
        *(account_id(), refs),
    )
    ids = {row["ref"]: row["id"] for row in rows}
    await sql().many(
        "INSERT INTO wechat_user (account_id, openid, customer_id, subscribed_at, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id, openid) DO NOTHING",
        [(account_id(), one.openid, ids[one.ref], now, now) for one in some],
    )


async def bookings_of(day: date) -> list[OnTheDay]:
    """Who is expected on a day."""
    zone = (await shop()).stores[0].calendar.zone
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    rows = await sql().rows(
        "SELECT id, plate FROM booking WHERE account_id = ? AND state IN ('booked', 'arrived')"
        " AND starts_at >= ? AND starts_at < ? ORDER BY id",
        *(account_id(), begin, begin + timedelta(days=1)),
    )
    return [OnTheDay(row["id"], unseal("booking.plate", row["plate"])) for row in rows]
