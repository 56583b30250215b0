"""The complaints of a month with their clocks, which are worked out by their one rule."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.rules.reports import monthly as figures
from bot.rules.reports.monthly import Handled, Stand
from bot.rules.reports.top_issues import Complained
from bot.rules.sla import Happened, spans
from storage.db import moment, sql
from storage.queries.cases import clocks as case_clocks
from storage.queries.reports.months import Month
from storage.scope import account_id
from storage.secrets import unseal

_SOLVED: Final = ("solved", "confirmed")


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint of the month, whose it is, and what it counts as."""

    store_id: int | None
    owner_id: int | None
    handled: Handled
    complained: Complained


async def month_cases(month: Month, now: datetime) -> tuple[list[Case], list[Stand]]:
    """The complaints, and every clock that ran for those that nobody withdrew."""
    where, values = month.among("recorded_at", month.begin, month.end)
    rows = await sql().rows(
        "SELECT id, store_id, owner_id, category, root_cause, department, state FROM complaint"  # noqa: S608 - the conditions above; values are marks
        f" WHERE {where} ORDER BY recorded_at, id",
        *values,
    )
    happened = await _happened(where, values)
    settings = {
        store: await case_clocks.setting(store) for store in {row["store_id"] for row in rows}
    }
    # In a thread: the clocks of a large group's month take seconds, in which others write to us.
    return await asyncio.to_thread(_read, rows, happened, settings, now)


def _read(
    rows: Sequence[Any],
    happened: Mapping[int, Sequence[Happened]],
    settings: Mapping[int | None, case_clocks.Setting],
    now: datetime,
) -> tuple[list[Case], list[Stand]]:
    cases, ran = [], list[Stand]()
    for row in rows:
        by = settings[row["store_id"]]
        timely = None
        if row["state"] != "withdrawn" and row["id"] in happened:
            ran_here = spans(happened[row["id"]], by.calendar, by.terms)
            found = [(one.name, one.state(now)) for one in ran_here]
            timely = figures.timely(found)
            ran += found
        cause = unseal("complaint.root_cause", row["root_cause"])
        solved = row["state"] in _SOLVED
        complained = Complained(row["category"], cause, row["department"], solved)
        cases.append(
            Case(row["store_id"], row["owner_id"], Handled(row["state"], timely), complained)
        )
    return cases, ran


async def _happened(where: str, values: Sequence[Any]) -> Mapping[int, list[Happened]]:
    """The events of those complaints by complaint, as far as clocks read them."""
    rows = await sql().rows(
        "SELECT e.case_id, e.kind, e.at FROM complaint_event e WHERE e.account_id = ?"  # noqa: S608 - the conditions above; values are marks
        f" AND e.case_id IN (SELECT id FROM complaint WHERE {where}) ORDER BY e.case_id, e.number",
        *(account_id(), *values),
    )
    found = defaultdict(list)
    for row in rows:
        at = moment(row["at"])
        assert at is not None  # noqa: S101  # NOT NULL
        found[row["case_id"]].append(Happened(row["kind"], at))
    return found
