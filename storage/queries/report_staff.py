"""员工业绩 from the tables themselves, for whoever may see whose."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.errors import StaffError
from bot.rules import monthly as figures
from bot.rules.call_records import REACHED
from bot.rules.monthly import Handled
from bot.rules.monthly_answers import Rated, ratings
from bot.rules.monthly_staff import NOBODY, Calls, StaffFigure, StaffFigures
from bot.rules.roles import Kind, Scope
from storage.db import sql
from storage.queries.access import reach
from storage.queries.report_cases import month_cases
from storage.queries.report_months import Month, month_of, rated_by
from storage.queries.staff import Staff
from storage.queries.stores import shop
from storage.scope import account_id

_WHOSE = (
    "CASE WHEN occasion = 'delivery' THEN (SELECT v.consultant_id FROM vehicle v"
    " WHERE v.account_id = rating.account_id AND v.id = rating.vehicle_id) ELSE advisor_id END"
)


class NotTheirs(StaffError):
    """Somebody whose role sees no figures of colleagues asked for them."""


async def by_staff(
    month: str, now: datetime, store_code: str = "", who: Staff | None = None
) -> StaffFigures:
    """Of everybody with figures in "2026-12"; `who`: only of those whose figures they may see.

    Raises NotTheirs, and StaffError as the monthly report does.
    """
    wanted = month_of(month, await shop(), store_code, now)
    rates = await rated_by(_WHOSE, wanted)
    cases = defaultdict[int | None, list[Handled]](list)
    for one in (await month_cases(wanted, now))[0]:
        cases[one.owner_id].append(one.handled)
    calls = await _calls(wanted)
    people = [
        _figure(row, rates.get(row["id"], ()), cases.get(row["id"], ()), calls.get(row["id"]))
        for row in await _people(who)
        if {row["id"]} & {*rates, *cases, *calls}
    ]
    if None in {*rates, *cases, *calls} and (who is None or _reach(who) is Scope.ALL):
        people.append(_figure(None, rates.get(None, ()), cases.get(None, ()), calls.get(None)))
    return StaffFigures(month, store_code, tuple(people))


def _reach(who: Staff) -> Scope:
    return reach(who, Kind.KPI)


async def _people(who: Staff | None) -> Sequence[Any]:
    """By store, role and name, those who left as well."""
    seen, values = "", tuple[Any, ...]()
    found = Scope.ALL if who is None else _reach(who)
    if found is Scope.NONE:
        raise NotTheirs("您的岗位不能看员工业绩。", "请联系总经理。")
    if who is not None and found is Scope.OWN:
        seen, values = " AND s.id = ?", (who.id,)
    elif who is not None and found is Scope.STORE:
        seen, values = " AND (s.id = ? OR s.store_id = ?)", (who.id, who.store_id)
    return await sql().rows(
        "SELECT s.id, s.name, s.login, s.role, t.name AS store FROM staff s"  # noqa: S608 - the conditions above; values are marks
        f" LEFT JOIN store t ON t.id = s.store_id WHERE s.account_id = ?{seen}"
        " ORDER BY s.store_id IS NULL, t.position, t.code, s.role, s.name, s.id",
        *(account_id(), *values),
    )


async def _calls(month: Month) -> Mapping[int | None, Calls]:
    """Of the store where the task was."""
    where, values = month.among("called_at", month.begin, month.end, of_store="")
    here, more = "", tuple[Any, ...]()
    if month.store_id is not None:
        here = (
            " AND EXISTS (SELECT 1 FROM staff_task t WHERE t.account_id = call_record.account_id"
            " AND t.id = call_record.task_id AND t.store_id = ?)"
        )
        more = (month.store_id,)
    rows = await sql().rows(
        "SELECT staff_id, COUNT(*) AS made, SUM(CASE WHEN outcome = ? THEN 1 ELSE 0 END) AS reached"  # noqa: S608 - the conditions above; values are marks
        f" FROM call_record WHERE {where}{here} GROUP BY 1",
        *(REACHED, *values, *more),
    )
    return {row["staff_id"]: Calls(int(row["made"]), int(row["reached"])) for row in rows}


def _figure(
    row: Any | None, rates: Iterable[Rated], cases: Iterable[Handled], calls: Calls | None
) -> StaffFigure:
    named = (NOBODY, "", "", "")
    if row is not None:
        named = (row["name"], row["login"] or "", row["role"], row["store"] or "")
    return StaffFigure(
        *named,
        ratings(list(rates)),
        figures.complaints(list(cases)),
        calls or Calls(),
    )
