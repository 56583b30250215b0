"""Complaints page by page, the newest first, each with its clocks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.rules.cases.words import CLOCKS, UNSETTLED, category_code
from bot.rules.roles import Kind
from bot.rules.sla import Clock
from storage.db import moment, sql
from storage.queries.access.rows import visible
from storage.queries.cases import clocks as case_clocks
from storage.queries.cases.clocks import Setting
from storage.queries.cases.rows import SELECT, Case, Event, case_of
from storage.queries.records.tables import among
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import marks, unseal, unseal_json

CLOCK_FILTERS: Final = ("broken", "warned")
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them; "" and None are any. `clock`: one of theirs is in that state now.

    `owner_id` and `store_id` as the database has them; `after`: the id of the last one seen.
    """

    state: str = ""
    owner_id: int | None = None
    store_id: int | None = None
    category: str = ""
    clock: str = ""
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A complaint and every clock it ever had."""

    case: Case
    clocks: tuple[Clock, ...]

    @property
    def running(self) -> list[Clock]:
        """Those that somebody still has to end, the most urgent first."""
        return sorted((one for one in self.clocks if not one.ended), key=lambda one: one.due_at)

    def shown(self) -> dict[str, Any]:
        return {**self.case.shown(), "clocks": [clock_shown(one, self.case) for one in self.clocks]}


def clock_shown(clock: Clock, case: Case) -> dict[str, Any]:
    """As JSON, on the store's wall."""
    zone = case.recorded_at.tzinfo
    return {
        "name": clock.name,
        "name_zh": CLOCKS[clock.name],
        "state": clock.state,
        "starts_at": clock.starts_at.astimezone(zone).isoformat(),
        "warn_at": clock.warn_at.astimezone(zone).isoformat(),
        "due_at": clock.due_at.astimezone(zone).isoformat(),
        "ended_at": clock.ended_at.astimezone(zone).isoformat() if clock.ended_at else None,
    }


async def page(wanted: Wanted, limit: int, now: datetime, who: Staff | None = None) -> list[Listed]:
    """The first `limit` of those wanted; `who`: of those that this colleague sees."""
    found: list[Listed] = []
    after = wanted.after
    while len(found) < limit:
        # What a clock says is worked out, not kept: look through them until there are enough.
        at_once = _AT_ONCE if wanted.clock else limit
        rows = await _rows(wanted, after, at_once, who)
        listed = await _with_clocks(rows, now)
        found += [one for one in listed if _fits(one, wanted.clock)]
        if len(rows) < at_once:
            break
        after = int(rows[-1]["id"])
    return found[:limit]


def _fits(one: Listed, clock: str) -> bool:
    return not clock or any(each.state == clock for each in one.clocks)


async def _rows(wanted: Wanted, after: int | None, limit: int, who: Staff | None) -> Sequence[Any]:
    where, values = "", list[Any]()
    for condition, value in (
        ("p.state = ?", wanted.state or None),
        ("p.owner_id = ?", wanted.owner_id),
        ("p.store_id = ?", wanted.store_id),
        ("p.category = ?", category_code(wanted.category) or None),
        ("p.id < ?", after),
    ):
        if value is not None:
            where, values = f"{where} AND {condition}", [*values, value]
    if wanted.clock:
        where = f"{where} AND (p.look_at IS NOT NULL OR p.state IN ({marks(UNSETTLED)}))"
        values += UNSETTLED
    if who is not None:
        seen = visible(who, Kind.CASE, "p")
        where, values = f"{where} AND {seen.text}", [*values, *seen.values]
    return await sql().rows(
        f"{SELECT}{where} ORDER BY p.id DESC LIMIT ?", account_id(), *values, limit
    )


async def _with_clocks(rows: Sequence[Any], now: datetime) -> list[Listed]:
    known, settings = await shop(), dict[int | None, Setting]()
    happened = await events_of([row["id"] for row in rows])
    found = []
    for row in rows:
        case = case_of(row, known)
        if case.store_id not in settings:
            settings[case.store_id] = await case_clocks.setting(case.store_id)
        read = case_clocks.reading(happened.get(case.id, []), settings[case.store_id], now)
        found.append(Listed(case, read.clocks))
    return found


async def events_of(case_ids: Collection[int]) -> dict[int, list[Event]]:
    """What happened to each of these, in order."""
    if not case_ids:
        return {}
    db = sql()
    condition, value = among(db, "case_id", case_ids)
    rows = await db.rows(
        "SELECT case_id, number, kind, actor, words, data, at FROM complaint_event"  # noqa: S608 - our own condition
        f" WHERE account_id = ? AND {condition} ORDER BY case_id, number",
        *(account_id(), value),
    )
    found: dict[int, list[Event]] = {}
    for row in rows:
        at = moment(row["at"])
        assert at is not None  # noqa: S101 - the column is never NULL
        words = unseal("complaint_event.words", row["words"])
        data = unseal_json("complaint_event.data", row["data"]) or {}
        found.setdefault(row["case_id"], []).append(
            Event(row["number"], row["kind"], row["actor"], words, data, at)
        )
    return found
