"""Somebody's contacts, the latest and the next: for the page that shows them beside the phone."""

from datetime import datetime

from storage.db import sql
from storage.queries.privacy.persons import find_person
from storage.scope import account_id


async def around(openid: str, now: datetime, past: int = 12, coming: int = 3) -> list[int]:
    """The ids of touchpoints: the next `coming` ones, nearest last, then the `past` ones behind."""
    person = await find_person(openid) if openid else None
    if person is None or not person.customers:
        return []
    found: list[int] = []
    for compared, order, most in ((">", "", coming), ("<=", " DESC", past)):
        rows = await sql().rows(
            "SELECT id FROM touchpoint WHERE account_id = ? AND customer_id = ?"  # noqa: S608 - our own words
            f" AND due_at {compared} ? ORDER BY due_at{order}, id{order} LIMIT ?",
            *(account_id(), person.customers[0], now, most),
        )
        ids = [int(row["id"]) for row in rows]
        found += ids if order else ids[::-1]
    return found
