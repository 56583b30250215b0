"""Whom a day may concern, found by its index: what is read follows what is due, not what there is.

Every list is read in pages by key, each page the ids of cars, customers or bookings and the key to
go on from. A candidate is only a hint to look: the rules say what is owed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from storage.db import calendar_day, moment, sql
from storage.scope import account_id

PAGE: Final = 1000
DAYS: Final = ("delivered_on", "service_on", "insurance_until", "inspection_due")
"""The dates of a car that something hangs on; each has an index of its own."""

Key = tuple[Any, int]
Page = tuple[list[int], Key | None]
"""Ids, and the key of the last row; None at the end."""


BY_DAY: Final = {
    column: f"SELECT id, {column} AS at FROM vehicle WHERE account_id = ? AND {column} <= ?"  # noqa: S608 - one of DAYS
    f" AND ({column}, id) > (?, ?) ORDER BY {column}, id LIMIT ?"
    for column in DAYS
}
BY_BIRTHDAY: Final = {
    column: f"SELECT id, {column} AS at FROM customer WHERE account_id = ? AND {column} = ?"  # noqa: S608 - one of two
    f" AND id > ? ORDER BY {column}, id LIMIT ?"
    for column in ("birthday_key", "birthday_lunar")
}
SETTLED: Final = (
    "SELECT id, vehicle_id AS car, settled_at AS at FROM visit WHERE account_id = ?"
    " AND settled_at < ? AND (settled_at, id) > (?, ?) ORDER BY settled_at, id LIMIT ?"
)
RECORDED: Final = (
    "SELECT id, vehicle_id AS car, created_at AS at FROM incident WHERE account_id = ?"
    " AND created_at < ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?"
)
BOOKED: Final = (
    "SELECT id, vehicle_id AS car, starts_at AS at FROM booking WHERE account_id = ?"
    " AND store_id = ? AND starts_at >= ? AND starts_at < ? AND state = 'booked'"
    " AND vehicle_id IS NOT NULL AND (starts_at > ? OR id > ?) ORDER BY starts_at, id LIMIT ?"
)
CHANGED: Final = {
    table: f"SELECT id, {car} AS car, changed_at AS at FROM {table} WHERE account_id = ?"  # noqa: S608 - our own names
    " AND changed_at < ? AND (changed_at, id) > (?, ?) ORDER BY changed_at, id LIMIT ?"
    for table, car in (("vehicle", "id"), ("visit", "vehicle_id"), ("customer", "id"))
}
CHANGING: Final = (*CHANGED, "incident")


async def cars_by_day(column: str, first: date, last: date, after: Key | None, limit: int) -> Page:
    """Cars whose `column` (one of DAYS) lies from `first` to `last`."""
    day, number = after or (first, 0)
    rows = await sql().rows(BY_DAY[column], account_id(), last, day, number, limit)
    return _page(rows, calendar_day, limit)


async def cars_by_visit(begin: datetime, end: datetime, after: Key | None, limit: int) -> Page:
    """Cars with an order that was settled from `begin` up to `end`."""
    return await _cars_by_moment(SETTLED, begin, end, after, limit)


async def cars_by_incident(begin: datetime, end: datetime, after: Key | None, limit: int) -> Page:
    """Cars with an incident that was recorded from `begin` up to `end`."""
    return await _cars_by_moment(RECORDED, begin, end, after, limit)


async def _cars_by_moment(
    statement: str, begin: datetime, end: datetime, after: Key | None, limit: int
) -> Page:
    at, number = after or (begin, 0)
    rows = await sql().rows(statement, account_id(), end, at, number, limit)
    ids = [row["car"] for row in rows]
    return ids, _last(rows, moment, limit)


async def customers_by_birthday(column: str, key: str, after: Key | None, limit: int) -> Page:
    """Customers with this `birthday_key` ("08-15") or `birthday_lunar` ("08-15", "L08-15")."""
    number = after[1] if after else 0
    rows = await sql().rows(BY_BIRTHDAY[column], account_id(), key, number, limit)
    return _page(rows, str, limit)


async def customers(after: Key | None, limit: int) -> Page:
    """Every customer, for what concerns all of them."""
    rows = await sql().rows(
        "SELECT id, id AS at FROM customer WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?",
        *(account_id(), after[1] if after else 0, limit),
    )
    return _page(rows, int, limit)


async def every_car(after: Key | None, limit: int) -> Page:
    """All of them, sold ones too: to work out anew what hangs on them."""
    rows = await sql().rows(
        "SELECT id, id AS at FROM vehicle WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?",
        *(account_id(), after[1] if after else 0, limit),
    )
    return _page(rows, int, limit)


async def cars(after: Key | None, limit: int) -> Page:
    """Every car that somebody drives, for what is announced to all or to many."""
    rows = await sql().rows(
        "SELECT id, id AS at FROM vehicle WHERE account_id = ? AND id > ? AND NOT sold"
        " ORDER BY id LIMIT ?",
        *(account_id(), after[1] if after else 0, limit),
    )
    return _page(rows, int, limit)


async def cars_booked(
    store: int, begin: datetime, end: datetime, after: Key | None, limit: int
) -> Page:
    """Cars that are booked at a store from `begin` up to `end`."""
    at, number = after or (begin, 0)
    rows = await sql().rows(BOOKED, account_id(), store, at, end, at, number, limit)
    return [row["car"] for row in rows], _last(rows, moment, limit)


async def changed(
    table: str, since: datetime, until: datetime, after: Key | None, limit: int
) -> Page:
    """What was written since: customers for "customer", cars for the rest of CHANGING."""
    if table == "incident":
        return await cars_by_incident(since, until, after, limit)
    at, number = after or (since, 0)
    rows = await sql().rows(CHANGED[table], account_id(), until, at, number, limit)
    return [row["car"] for row in rows], _last(rows, moment, limit)


async def pages(
    read: Callable[[Key | None, int], Awaitable[Page]], size: int = PAGE
) -> AsyncIterator[list[int]]:
    """The pages of one of the lists above, each without doubles."""
    key: Key | None = None
    while True:
        ids, key = await read(key, size)
        if ids:
            yield list(dict.fromkeys(ids))
        if key is None:
            return


def _page(rows: Sequence[Any], read: Callable[[Any], Any], limit: int) -> Page:
    return [row["id"] for row in rows], _last(rows, read, limit)


def _last(rows: Sequence[Any], read: Callable[[Any], Any], limit: int) -> Key | None:
    return (read(rows[-1]["at"]), rows[-1]["id"]) if len(rows) == limit else None
