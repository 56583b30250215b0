"""The clocks of a complaint under the calendar and the promises in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import StaffError
from bot.rules.calendar import StoreCalendar
from bot.rules.sla import USUAL, Clock, Step, Terms, clocks, look_at, steps
from storage.db import loads, sql
from storage.queries.cases.rows import Case, Event, events
from storage.queries.stores.shops import shop
from storage.scope import account_id

NO_STORE = StoreCalendar(((),) * 7)
"""An installation without stores: the clocks fall back on ordinary hours."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the clocks of a store's complaints go by."""

    calendar: StoreCalendar
    terms: Terms


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks as of a moment, and what is still to be done because of them."""

    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]
    look_at: datetime | None


async def setting(store_id: int | None) -> Setting:
    """Of the store; of the first one where nobody knows which it is."""
    known = await shop()
    store = known.by_id.get(store_id or 0) or next(iter(known.stores), None)
    if store is None:
        return Setting(NO_STORE, USUAL)
    row = await sql().one(
        "SELECT care FROM store WHERE account_id = ? AND id = ?", account_id(), store.id
    )
    said = (loads(row["care"]) or {}) if row["care"] else {}
    try:
        return Setting(store.calendar, Terms.of(said.get("sla") or {}))
    except StaffError:  # what nobody could have set by our commands must not stop a complaint
        return Setting(store.calendar, USUAL)


def reading(happened: Sequence[Event], by: Setting, now: datetime) -> Reading:
    seen = [one.happened for one in happened]
    found = clocks(seen, by.calendar, by.terms, now)
    return Reading(found, tuple(steps(found, seen, now)), look_at(found, seen, now))


async def read(case: Case, now: datetime) -> Reading:
    return reading(await events(case.id), await setting(case.store_id), now)


async def clocks_of(case: Case, now: datetime) -> tuple[Clock, ...]:
    """Every clock of the complaint, in the order in which they began."""
    return (await read(case, now)).clocks
