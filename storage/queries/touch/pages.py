"""The plan as it is read from outside: page by page in the order of the days, or one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.rules.explaining import number_of
from storage.db import calendar_day, moment, sql
from storage.scope import account_id
from storage.secrets import unseal

_SELECT: Final = (
    "SELECT t.id, t.kind, t.state, t.channel, t.why, t.outcome, t.purpose, t.due_on,"
    # With the outbox `due_at` is when somebody looks whether it was forgotten.
    " CASE WHEN t.channel <> '' AND t.state IN ('due', 'sent') THEN coalesce((SELECT m.due_at"
    " FROM message m WHERE m.account_id = t.account_id AND m.touchpoint_id = t.id"
    " ORDER BY m.id DESC LIMIT 1), t.due_at) ELSE t.due_at END AS due_at, t.until, t.done_at, t.changed_at, c.ref, c.name, v.vin, v.plate, s.code"
    " FROM touchpoint t LEFT JOIN customer c ON c.id = t.customer_id"
    " LEFT JOIN vehicle v ON v.id = t.vehicle_id LEFT JOIN store s ON s.id = t.store_id"
    " WHERE t.account_id = ?"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them; None is any. `after`: the day and id of the last one already seen."""

    first: date | None = None
    last: date | None = None
    kind: str | None = None
    state: str | None = None
    after: tuple[date, int] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A touchpoint with the names it goes by outside."""

    id: int
    due_on: date
    told: dict[str, Any]

    def shown(self) -> dict[str, Any]:
        return dict(self.told)


async def page(wanted: Wanted, limit: int) -> list[Listed]:
    """The first `limit` of those wanted, by day and id."""
    where, values = "", list[Any]()
    for condition, value in (
        ("t.due_on >= ?", wanted.first),
        ("t.due_on <= ?", wanted.last),
        ("t.kind = ?", wanted.kind),
        ("t.state = ?", wanted.state),
    ):
        if value is not None:
            where, values = f"{where} AND {condition}", [*values, value]
    if wanted.after is not None:
        where, values = f"{where} AND (t.due_on, t.id) > (?, ?)", [*values, *wanted.after]
    rows = await sql().rows(
        f"{_SELECT}{where} ORDER BY t.due_on, t.id LIMIT ?", account_id(), *values, limit
    )
    return [_listed(row) for row in rows]


async def one(touchpoint_id: int) -> Listed | None:
    row = await sql().row(f"{_SELECT} AND t.id = ?", account_id(), touchpoint_id)
    return _listed(row) if row else None


def _listed(row: Any) -> Listed:
    day = calendar_day(row["due_on"])
    assert day is not None  # noqa: S101 - the column is never NULL
    told = {
        "id": row["id"],
        "number": number_of(row["id"]),
        **{name: row[name] for name in ("kind", "purpose", "state")},
        "due_on": day.isoformat(),
        **{name: _said(row[name]) for name in ("due_at", "until", "done_at", "changed_at")},
        **{name: row[name] or None for name in ("channel", "why", "outcome")},
        "store": row["code"],
        "customer_ref": row["ref"],
        "name": row["name"] or None,
        "vin": unseal("vehicle.vin", row["vin"]) or None,
        "plate": unseal("vehicle.plate", row["plate"]) or None,
    }
    return Listed(row["id"], day, told)


def _said(value: Any) -> str | None:
    at: datetime | None = moment(value)
    return at.isoformat() if at else None
