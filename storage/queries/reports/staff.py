"""员工业绩 from the tables themselves, for whoever may see whose."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import StaffError
from bot.rules.call_records import REACHED
from bot.rules.reports import monthly as figures
from bot.rules.reports.answers import Rated, ratings
from bot.rules.reports.kpi import Duties
from bot.rules.reports.monthly import Handled
from bot.rules.reports.staff import NOBODY, Calls, StaffFigure, StaffFigures
from bot.rules.roles import Kind, Scope
from storage.db import sql
from storage.queries.access.rows import reach
from storage.queries.reports.cases import month_cases
from storage.queries.reports.duties import duties
from storage.queries.reports.months import Month, month_of, rated_by
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop
from storage.scope import account_id

_WHOSE = (
    "CASE WHEN occasion = 'delivery' THEN (SELECT v.consultant_id FROM vehicle v"
    " WHERE v.account_id = rating.account_id AND v.id = rating.vehicle_id) ELSE advisor_id END"
)


class NotTheirs(StaffError):
    """Somebody whose role sees no figures of colleagues asked for them."""


class NotTheirStore(NotTheirs):
    """Somebody who sees those of a store, or their own, asked for another store's."""


async def by_staff(
    month: str, now: datetime, store_code: str = "", who: Staff | None = None
) -> StaffFigures:
    """Of everybody with figures in "2026-12"; `who`: only of those whose figures they may see.

    Raises NotTheirs and NotTheirStore, and StaffError as the monthly report does.
    """
    wanted = month_of(month, await shop(), store_code, now)
    came = Came(
        await rated_by(_WHOSE, wanted),
        await _cases(wanted, now),
        await _calls(wanted),
        await duties(wanted, now),
    )
    people = [came.to(row["id"], row) for row in await _people(who) if came.any_of(row["id"])]
    if came.any_of(None) and (who is None or _reach(who) is Scope.ALL):
        people.append(came.to(None, None))
    if who is not None and not people:
        _their_store(who, wanted)
    return StaffFigures(month, store_code, tuple(people))


@dataclass(frozen=True, slots=True)
class Came:
    """What the month came to by colleague, None: nobody's."""

    rates: Mapping[int | None, Sequence[Rated]]
    cases: Mapping[int | None, Sequence[Handled]]
    calls: Mapping[int | None, Calls]
    duties: Mapping[int | None, Duties]

    def any_of(self, whose: int | None) -> bool:
        return any(whose in one for one in (self.rates, self.cases, self.calls, self.duties))

    def to(self, whose: int | None, row: Any | None) -> StaffFigure:
        named = (NOBODY, "", "", "")
        if row is not None:
            named = (row["name"], row["login"] or "", row["role"], row["store"] or "")
        return StaffFigure(
            *named,
            ratings(list(self.rates.get(whose, ()))),
            figures.complaints(list(self.cases.get(whose, ()))),
            self.calls.get(whose, Calls()),
            self.duties.get(whose, Duties()),
        )


async def _cases(month: Month, now: datetime) -> Mapping[int | None, Sequence[Handled]]:
    found = defaultdict[int | None, list[Handled]](list)
    for one in (await month_cases(month, now))[0]:
        found[one.owner_id].append(one.handled)
    return found


def _reach(who: Staff) -> Scope:
    return reach(who, Kind.KPI)


def _their_store(who: Staff, wanted: Month) -> None:
    """Of another store somebody may have figures of their own; where not, an empty table would say
    that nobody has any. Raises NotTheirStore."""
    elsewhere = wanted.store_id is not None and wanted.store_id != who.store_id
    if elsewhere and _reach(who) is not Scope.ALL:
        whose = "本人" if _reach(who) is Scope.OWN else "本店"
        raise NotTheirStore(f"您只能看{whose}的业绩。", "请不写门店，或联系总经理。")


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
        f" FROM call_record WHERE {where} AND outcome <> 'rated'{here} GROUP BY 1",
        *(REACHED, *values, *more),
    )
    return {row["staff_id"]: Calls(int(row["made"]), int(row["reached"])) for row in rows}
