"""没到店: who did not come is asked the next morning, or at once while they can be written to.

The contact is owed by what was said of the booking, not by a plan; two free times go with it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.rules.second_times import second_times
from bot.rules.touch.kinds import KINDS
from bot.rules.windows import may_send
from storage.db import moment, sql
from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booked import Booked, booked
from storage.queries.records.tables import among
from storage.queries.stores.shops import shop
from storage.queries.touch import rules as touch_rules
from storage.queries.touch import touchpoints
from storage.queries.touch.touchpoints import FACTS
from storage.scope import account_id
from storage.secrets import seal_json

KIND: Final = "no_show"
MORNING: Final = time(9)
DAYS: Final = 3
"""Days with room that are looked at for the two times."""


async def owe(booking_id: int, now: datetime) -> None:
    """In the transaction that says they did not come; said twice it is owed once."""
    one = await booked(booking_id)
    if one is None or (one.customer_id is None and one.wechat_user_id is None):
        return
    store = (await shop()).store(one.store_id)
    car = await sql().row("SELECT model FROM vehicle WHERE id = ?", one.vehicle_id)
    rule = (await touch_rules.book()).rules(store.code, car["model"] if car else "")[KIND]
    if not rule.active:
        return
    zone = store.calendar.zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    open_now = await _open(one.wechat_user_id, now)
    due_at = now if open_now else datetime.combine(tomorrow, MORNING, zone)
    due_on = due_at.astimezone(zone).date()
    until = datetime.combine(due_on + timedelta(days=rule.catch_up_days + 1), time.min, zone)
    await sql().run(
        "INSERT INTO touchpoint (account_id, kind, subject, purpose, customer_id, vehicle_id,"
        " store_id, wechat_user_id, due_on, due_at, until, facts, created_at, changed_at)"
        " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1"
        " FROM touchpoint WHERE account_id = ? AND kind = ? AND subject = ?)",
        *(account_id(), KIND, f"b{booking_id}", KINDS[KIND].purpose, one.customer_id),
        *(one.vehicle_id, one.store_id, one.wechat_user_id, due_on, due_at, until),
        *(seal_json(FACTS, _facts(one)), now, now, account_id(), KIND, f"b{booking_id}"),
    )


def _facts(one: Booked) -> dict[str, str]:
    at = one.starts_at
    return {"预约号": one.number, "到店时间": f"{at:%Y-%m-%d %H:%M}", "预约项目": one.service_name}


async def _open(wechat_user_id: int | None, now: datetime) -> bool:
    """Whether the one who booked may be written to at this moment."""
    row = await sql().row(
        "SELECT window_kind, window_opened_at, window_sent FROM wechat_user"
        " WHERE account_id = ? AND id = ? AND subscribed",
        *(account_id(), wechat_user_id),
    )
    if row is None:
        return False
    opened = moment(row["window_opened_at"])
    return bool(may_send(row["window_kind"], opened, row["window_sent"], now))


async def they_came(booking_id: int, now: datetime) -> None:
    """They were late, not away: nobody asks why."""
    rows = await sql().rows(
        "SELECT id FROM touchpoint WHERE account_id = ? AND kind = ? AND subject = ?",
        *(account_id(), KIND, f"b{booking_id}"),
    )
    await touchpoints.cancel([row["id"] for row in rows], "客户已到店", now)


@dataclass(frozen=True, slots=True)
class Offered:
    """Other times for one that was missed, in the store's zone; none where the store is full."""

    times: tuple[datetime, ...]
    service: str
    plate: str


async def offered(subjects: Collection[str], now: datetime) -> dict[str, Offered]:
    """By subject (b12) of a contact of this kind: what is free as it is written."""
    ids = {int(one[1:]) for one in subjects if one[1:].isdigit()}
    if not ids:
        return {}
    condition, value = among(sql(), "id", ids)
    rows = await sql().rows(
        f"SELECT id FROM booking WHERE account_id = ? AND {condition}",  # noqa: S608 - our own column
        *(account_id(), value),
    )
    missed = [one for row in rows if (one := await booked(row["id"])) is not None]
    return {f"b{one.id}": await _offered(one, now) for one in missed}


async def _offered(one: Booked, now: datetime) -> Offered:
    days = await bookings.free_days(one.store_id, one.service_id, now, DAYS)
    free = [await bookings.free_times(one.store_id, one.service_id, day, now) for day in days]
    return Offered(tuple(second_times(free, one.starts_at, now)), one.service_name, one.plate)
