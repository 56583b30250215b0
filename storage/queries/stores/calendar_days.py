"""The days that differ from the week: entered one by one, or a year's notice at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.rules.calendar_words import SpecialDay
from storage.db import calendar_day, loads, sql, transaction
from storage.queries.stores.shops import add_calendar_day
from storage.scope import account_id

MANY: Final = 5_000
"""Rows that are listed at most: more than ten years of every day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A day as it stands, and who said so."""

    day: SpecialDay
    source: str


async def put_days(days: Sequence[SpecialDay], source: str) -> None:
    """All of them or none; a day said again is as the last one has it."""
    async with transaction():
        for one in days:
            await add_calendar_day(
                one.day,
                kind=one.kind,
                hours=one.hours,
                name=one.name,
                store_code=one.store,
                source=source[:32],
            )


async def special_days(first: date, last: date, store: str | None = None) -> list[Listed]:
    """Those from `first` to `last`; of one store: with those of all stores."""
    rows = await sql().rows(
        "SELECT scope, day, kind, hours, name, source FROM calendar_day"
        " WHERE account_id = ? AND day >= ? AND day <= ? AND (scope = '' OR scope = ? OR ? = '')"
        " ORDER BY day, scope LIMIT ?",
        *(account_id(), first, last, store or "", store or "", MANY),
    )
    found = []
    for row in rows:
        day = calendar_day(row["day"])
        assert day is not None  # noqa: S101  # the column is not null
        said = SpecialDay.of(day, row["kind"], loads(row["hours"]), row["name"], row["scope"])
        found.append(Listed(said, row["source"]))
    return found
