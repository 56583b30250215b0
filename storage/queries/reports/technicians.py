"""技师 from the tables themselves. The workshop's orders name no technician, its bookings do.

A visit is that of the last booking of its car that came before it was settled, unless another
visit was settled in between; a visit without a booking is nobody's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.rules.reports.answers import ratings
from bot.rules.reports.technicians import TechnicianFigure
from bot.rules.roles import Kind, Scope
from storage.db import sql
from storage.queries.access.rows import reach
from storage.queries.reports.months import Month, month_of, rated_by
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop
from storage.scope import account_id


def _whose(table: str) -> str:
    """The technician of the visit that a row of `table` is about, as an expression."""
    return (
        "(SELECT c.resource_id FROM visit v JOIN booking b ON b.account_id = v.account_id"  # noqa: S608 - rating or complaint
        " AND b.vehicle_id = v.vehicle_id AND b.state IN ('arrived', 'done')"
        " AND b.starts_at <= v.settled_at JOIN booking_cell c ON c.booking_id = b.id"
        " JOIN resource t ON t.id = c.resource_id AND t.kind = 'technician'"
        f" WHERE v.account_id = {table}.account_id AND v.id = {table}.visit_id AND NOT EXISTS"
        " (SELECT 1 FROM visit w WHERE w.account_id = v.account_id AND w.vehicle_id = v.vehicle_id"
        " AND w.settled_at >= b.starts_at AND w.settled_at < v.settled_at)"
        " ORDER BY b.starts_at DESC LIMIT 1)"
    )


async def by_technician(
    month: str, now: datetime, store_code: str = "", who: Staff | None = None
) -> tuple[TechnicianFigure, ...]:
    """Those with figures in "2026-12"; `who`: of the stores whose figures they may see, if any.

    Raises StaffError as the monthly report does.
    """
    wanted = month_of(month, await shop(), store_code, now)
    people = await _people(who)
    if not people:
        return ()
    rates = await rated_by(_whose("rating"), wanted)
    cases = await _complaints(wanted)
    return tuple(
        TechnicianFigure(
            *(row["name"], row["store"]),
            ratings(list(rates.get(row["id"], ()))),
            cases.get(row["id"], 0),
        )
        for row in people
        if row["id"] in rates or row["id"] in cases
    )


async def _people(who: Staff | None) -> Sequence[Any]:
    """By store and name, those who rest as well."""
    seen = Scope.ALL if who is None else reach(who, Kind.KPI)
    if seen < Scope.STORE:
        return ()
    here, values = "", tuple[Any, ...]()
    if who is not None and seen is Scope.STORE:
        here, values = " AND r.store_id = ?", (who.store_id,)
    return await sql().rows(
        "SELECT r.id, r.name, s.name AS store FROM resource r JOIN store s ON s.id = r.store_id"  # noqa: S608 - the condition above; values are marks
        f" WHERE r.account_id = ? AND r.kind = 'technician'{here}"
        " ORDER BY s.position, s.code, r.name, r.id",
        *(account_id(), *values),
    )


async def _complaints(month: Month) -> dict[int | None, int]:
    where, values = month.among("recorded_at", month.begin, month.end)
    rows = await sql().rows(
        f"SELECT {_whose('complaint')} AS place, COUNT(*) AS many FROM complaint"  # noqa: S608 - the expression and conditions above; values are marks
        f" WHERE {where} AND state <> 'withdrawn' GROUP BY 1",
        *values,
    )
    return {row["place"]: int(row["many"]) for row in rows}
