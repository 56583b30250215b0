"""Leads in lists, the newest first: for the interface, and for staff as far as they may see."""

from dataclasses import dataclass
from typing import Any

from bot.rules.roles import Action, Kind
from storage.db import sql
from storage.queries.access.rows import visible
from storage.queries.leads.rows import COLUMNS, FROM, Lead, lead_of
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them; None is any. `after`: the id of the last one already seen."""

    state: str | None = None
    level: str | None = None
    source: str | None = None
    store_id: int | None = None
    consultant_id: int | None = None
    after: int | None = None


async def page(wanted: Wanted, limit: int, who: Staff | None = None) -> list[Lead]:
    """The newest `limit` of those wanted; `who`: only what they may see."""
    where, values = "", list[Any]()
    for condition, value in (
        ("l.state = ?", wanted.state),
        ("l.level = ?", wanted.level),
        ("l.source = ?", wanted.source),
        ("l.store_id = ?", wanted.store_id),
        ("l.consultant_id = ?", wanted.consultant_id),
        ("l.id < ?", wanted.after),
    ):
        if value is not None:
            where, values = f"{where} AND {condition}", [*values, value]
    if who is not None:
        seen = visible(who, Kind.LEAD, "l")
        where, values = f"{where} AND {seen.text}", [*values, *seen.values]
    rows = await sql().rows(
        f"SELECT {COLUMNS}{FROM}{where} ORDER BY l.id DESC LIMIT ?",
        *(account_id(), *values, limit),
    )
    return [lead_of(row) for row in rows]


async def seen_by(who: Staff, lead_id: int, action: Action = Action.VIEW) -> Lead | None:
    """The lead, if `who` may do `action` to it; None: there is none for them."""
    seen = visible(who, Kind.LEAD, "l", action)
    row = await sql().row(
        f"SELECT {COLUMNS}{FROM} AND l.id = ? AND {seen.text}",
        *(account_id(), lead_id, *seen.values),
    )
    return lead_of(row) if row else None
