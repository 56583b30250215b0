"""What the month of each colleague holds besides ratings and complaints: calls, records, sales."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.rules.call_records import KINDS
from bot.rules.consent import CODES
from bot.rules.reports.kpi import Duties
from storage.db import moment, sql
from storage.queries import consents
from storage.queries.leads.tasks import MOVED
from storage.queries.reports.months import Month
from storage.scope import account_id

EARLY: Final = timedelta(days=31)
"""How long before its month a task may have been done: the index goes by when it was."""
# What the customer, or the course of things, made needless was nobody's to do any more.
_NOBODY: Final = ("customer", "客户", "system")
# A customer who finished the rating in chat leaves a record too, and it is no colleague's call.
_WHOSE: Final = (
    "COALESCE(t.staff_id, (SELECT c.staff_id FROM call_record c"
    " WHERE c.account_id = t.account_id AND c.task_id = t.id AND c.outcome <> 'rated'"
    " ORDER BY c.id DESC LIMIT 1)) AS whose"
)
_TASKS: Final = (
    f"SELECT {_WHOSE}, COUNT(*) AS due, COUNT(t.done_at) AS done FROM staff_task t WHERE t.account_id = ?"  # noqa: S608 - the expression above; values are marks
    " AND (t.done_at IS NULL OR t.done_at >= ?) AND t.due_at >= ? AND t.due_at < ?"
    " AND t.kind IN (?, ?) AND t.outcome <> ? AND t.done_by NOT IN (?, ?, ?){here} GROUP BY 1"
)
_OPEN: Final = (
    f"SELECT {_WHOSE}, t.customer_id, t.due_at, p.purpose FROM staff_task t"  # noqa: S608 - the expression above; values are marks
    " JOIN touchpoint p ON p.account_id = t.account_id AND p.id = t.touchpoint_id"
    " WHERE t.account_id = ? AND t.done_at IS NULL AND t.due_at >= ? AND t.due_at < ?"
    " AND t.kind = 'call' AND t.customer_id IS NOT NULL AND p.purpose IN (?, ?, ?){here}"
)
_RECORDS: Final = (
    "SELECT c.staff_id AS whose, COUNT(*) AS records,"
    " SUM(CASE WHEN c.missing IS NULL THEN 1 ELSE 0 END) AS complete FROM call_record c"
    " JOIN staff_task t ON t.id = c.task_id WHERE c.account_id = ?"
    " AND c.called_at >= ? AND c.called_at < ? AND c.outcome <> 'rated'{here} GROUP BY 1"
)
_SALES: Final = (
    "SELECT t.consultant_id AS whose, COUNT(*) AS owners,"
    " SUM(CASE WHEN t.state = 'won' THEN 1 ELSE 0 END) AS sold FROM lead t WHERE t.account_id = ?"
    " AND t.changed_at >= ? AND t.ended_at >= ? AND t.ended_at < ?"
    " AND EXISTS (SELECT 1 FROM vehicle v WHERE v.account_id = t.account_id"
    " AND v.customer_id = t.customer_id AND v.delivered_on < ?){here} GROUP BY 1"
)


async def duties(month: Month, now: datetime) -> Mapping[int | None, Duties]:
    """By colleague; None: nobody's. A call counts in the month in which it was due, its record in that
    of the call, a lead in that in which it ended."""
    begin, end = month.begin, month.end
    counts: defaultdict[int | None, dict[str, int]] = defaultdict(dict)
    for statement, values in (
        (_TASKS, (begin - EARLY, begin, min(end, now), *KINDS, MOVED, *_NOBODY)),
        (_RECORDS, (begin, end)),
        (_SALES, (begin, begin, end, month.first)),
    ):
        for row in await _of_store(month, statement, *values):
            found = {name: int(row[name]) for name in row.keys() if name != "whose"}  # noqa: SIM118 - a row is no mapping
            counts[row["whose"]] |= found
    for whose, times in (await _forbidden(month, begin, min(end, now))).items():
        counts[whose]["due"] -= times
    return {whose: Duties(**found) for whose, found in counts.items() if any(found.values())}


async def _forbidden(month: Month, begin: datetime, end: datetime) -> Counter[int | None]:
    """Open calls that nobody may make, by colleague: the customer had not agreed, or not any more,
    when they were due. Who takes a yes back later was not called in time."""
    rows = await _of_store(month, _OPEN, begin, end, *CODES)
    words = await consents.words_of(sorted({row["customer_id"] for row in rows}))
    return Counter(
        row["whose"]
        for row in rows
        if (due := moment(row["due_at"]))
        and not words.agreed(row["customer_id"], row["purpose"], due)
    )


async def _of_store(month: Month, statement: str, *values: Any) -> Any:
    here, more = ("", ()) if month.store_id is None else (" AND t.store_id = ?", (month.store_id,))
    return await sql().rows(statement.format(here=here), account_id(), *values, *more)
