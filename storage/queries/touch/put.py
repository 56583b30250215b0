"""Putting touchpoints on the plan: a bulk insert in which what is there stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.rules.touch.facts import Identity
from storage.db import sql
from storage.queries.touch.touchpoints import FACTS
from storage.scope import account_id
from storage.secrets import seal_json

_SLICE: Final = 400  # rows in one statement: 15 values each, and SQLite takes 32,766


@dataclass(frozen=True, slots=True)
class New:
    """A touchpoint to be put. `state` skipped with `why`: its day was missed and means nothing now."""

    kind: str
    subject: str
    purpose: str
    due_on: date
    due_at: datetime
    until: datetime | None
    customer_id: int | None
    vehicle_id: int | None
    store_id: int | None
    facts: Mapping[str, Any]
    state: str = "planned"
    why: str = ""

    @property
    def identity(self) -> Identity:
        return Identity(self.kind, self.subject, self.due_on)


_PUT = (
    "INSERT INTO touchpoint (account_id, kind, subject, purpose, customer_id, vehicle_id, store_id,"
    " due_on, due_at, until, state, why, facts, created_at, changed_at) VALUES {rows}"
    " ON CONFLICT (account_id, kind, subject, due_on) DO UPDATE SET state = excluded.state,"
    " why = excluded.why, done_at = NULL, due_at = excluded.due_at, until = excluded.until,"
    " facts = excluded.facts, customer_id = excluded.customer_id, store_id = excluded.store_id,"
    " reasons = NULL, changed_at = excluded.changed_at"
    " WHERE touchpoint.state = 'cancelled' AND touchpoint.why LIKE '计划变更：%' RETURNING id"
)
_ROW: Final = f"({', '.join('?' * 15)})"


async def put(rows: Sequence[New], now: datetime) -> int:
    """How many were new; what is there already stays as it is, whatever became of it.

    Only what the plan itself had taken back is owed again.
    """
    account, made = account_id(), 0
    # In one order, so that two planners never wait for each other; and nothing twice in a statement.
    rows = sorted({row.identity: row for row in rows}.values(), key=lambda row: row.identity)
    for start in range(0, len(rows), _SLICE):
        part = rows[start : start + _SLICE]
        values = [value for row in part for value in _values(account, row, now)]
        statement = _PUT.format(rows=", ".join([_ROW] * len(part)))
        made += len(await sql().rows(statement, *values))
    return made


def _values(account: int, new: New, now: datetime) -> tuple[Any, ...]:
    return (
        *(account, new.kind, new.subject, new.purpose),
        *(new.customer_id, new.vehicle_id, new.store_id),
        *(new.due_on, new.due_at, new.until, new.state, new.why[:200]),
        *(seal_json(FACTS, dict(new.facts)), now, now),
    )
