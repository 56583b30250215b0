"""The steps of a file: entered as a draft, verified by somebody else, filed by a manager.

Who may not see a file gets None, as if it were not there; who sees it and may not act, or acts
out of turn, gets a StaffError with what to do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.roles import Action, Kind
from storage.db import Sql, moment, sql, transaction
from storage.queries import audit
from storage.queries.access.eyes import Seen
from storage.queries.access.rows import TABLES, allowed, visible
from storage.queries.merging.callers import take_over_for
from storage.queries.records.rows import CARS, PEOPLE
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id

STOCKTAKE_EVERY: Final = timedelta(days=365)
_ALIVE: Final = {
    Kind.CUSTOMER: "merged_into_id IS NULL AND erased_at IS NULL",
    Kind.VEHICLE: "NOT sold",
}


@dataclass(frozen=True, slots=True)
class File:
    """Where a file stands, and who took which step."""

    kind: Kind
    id: int
    state: str
    entered_by: str
    verified_by: str
    filed_by: str
    rev: int

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A file on the stocktake list; `confirmed_at` None: never since it was made."""

    id: int
    confirmed_at: datetime | None


async def opened_for(
    connection: Sql, who: Staff, kind: Kind, row_id: int, action: Action
) -> File | None:
    """The file, held until the transaction ends; None where `who` sees none.

    Raises StaffError where `who` sees it and may not do this to it.
    """
    seen = visible(who, kind)
    table, alive = TABLES[kind], _ALIVE[kind] if kind is Kind.CUSTOMER else "1 = 1"
    row = await connection.row(
        f"SELECT id, state, entered_by, verified_by, filed_by, rev FROM {table}"  # noqa: S608 - a table of TABLES, our own conditions, a row lock; values are marks
        f" WHERE id = ? AND {alive} AND {seen.text}{held(connection)}",
        *(row_id, *seen.values),
    )
    if row is None:
        return None
    if not await allowed(who, kind, row_id, action):
        raise StaffError("您的岗位不能做这一步。", "请联系主管。")
    return File(
        kind,
        row["id"],
        row["state"],
        row["entered_by"],
        row["verified_by"],
        row["filed_by"],
        row["rev"],
    )


def held(connection: Sql) -> str:
    """Keeps the selected rows as they are; SQLite has one writer anyway."""
    return " FOR NO KEY UPDATE" if connection.postgres else ""


async def alone(connection: Sql) -> None:
    """Bulk puts look customers up and write their cars later: deeds on many files take turns."""
    if connection.postgres:
        for lock in (PEOPLE, CARS):
            await connection.rows("SELECT pg_advisory_xact_lock(?, ?)", lock, account_id())


async def verify(who: Staff, kind: Kind, row_id: int, now: datetime) -> str | None:
    """draft → verified, by somebody who neither entered it nor has changed it since."""
    async with transaction() as connection:
        file = await opened_for(connection, who, kind, row_id, Action.VERIFY)
        if file is None:
            return None
        if file.state != "draft":
            raise StaffError("这份档案已经核实过了。", "请刷新页面。")
        if file.entered_by == who.actor or await _has_changed(connection, who, file):
            raise StaffError("自己录入或修改的档案不能自己核实。", "请同事核实。")
        return await _step(connection, who, file, "verified", now)


async def file(who: Staff, kind: Kind, row_id: int, now: datetime) -> str | None:
    """verified → filed, by a manager."""
    async with transaction() as connection:
        found = await opened_for(connection, who, kind, row_id, Action.FILE)
        if found is None:
            return None
        if found.state != "verified":
            draft = found.state == "draft"
            raise StaffError(
                "这份档案还没有核实。" if draft else "这份档案已经建档。", "请刷新页面。"
            )
        return await _step(connection, who, found, "filed", now)


async def _step(connection: Sql, who: Staff, file: File, state: str, now: datetime) -> str:
    await connection.run(
        f"UPDATE {TABLES[file.kind]} SET state = ?, {state}_by = ?, {state}_at = ?,"  # noqa: S608 - a table of TABLES, columns of the two steps; values are marks
        " rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        *(state, who.actor, now, now, account_id(), file.id),
    )
    if file.kind is Kind.CUSTOMER:
        await take_over_for(file.id, who.actor, now)
    action = {"verified": "verify", "filed": "file"}[state]
    await audit.note(who.actor, action, file.subject, None, now)
    return state


async def _has_changed(connection: Sql, who: Staff, file: File) -> bool:
    """Whether `who` had a hand in the file since it was last verified."""
    row = await connection.row(
        "SELECT 1 AS yes FROM audit_entry WHERE account_id = ? AND subject = ? AND actor = ?"
        " AND action = 'edit' AND number > (SELECT coalesce(max(v.number), 0) FROM audit_entry v"
        " WHERE v.account_id = ? AND v.subject = ? AND v.action = 'verify') LIMIT 1",
        *(account_id(), file.subject, who.actor, account_id(), file.subject),
    )
    return row is not None


async def confirm(who: Staff, kind: Kind, row_id: int, now: datetime) -> bool | None:
    """盘点: the file was looked through and is right."""
    async with transaction() as connection:
        found = await opened_for(connection, who, kind, row_id, Action.CONFIRM)
        if found is None:
            return None
        await connection.run(
            f"UPDATE {TABLES[kind]} SET stocktaken_at = ? WHERE account_id = ? AND id = ?",  # noqa: S608 - a table of TABLES; values are marks
            *(now, account_id(), row_id),
        )
        await audit.note(who.actor, "confirm", found.subject, None, now)
    return True


async def unconfirmed(
    who: Staff, kind: Kind, now: datetime, *, after: Unconfirmed | None = None, limit: int = 50
) -> list[Unconfirmed]:
    """Files that nobody confirmed in twelve months: never confirmed ones first, then the oldest.

    The next page is `after` the last one shown.
    """
    seen, cutoff = visible(who, kind, action=Action.CONFIRM), now - STOCKTAKE_EVERY
    found: list[Unconfirmed] = []
    if after is None or after.confirmed_at is None:
        never = "stocktaken_at IS NULL AND created_at < ? AND id > ?"
        values: tuple[Any, ...] = (cutoff, after.id if after else 0)
        found = await _listed(kind, seen, never, values, "id", limit)
        after = None
    if len(found) < limit:
        old, values = "stocktaken_at < ?", (cutoff,)
        if after is not None:
            old += " AND (stocktaken_at, id) > (?, ?)"
            values = (cutoff, after.confirmed_at, after.id)
        found += await _listed(kind, seen, old, values, "stocktaken_at, id", limit - len(found))
    return found


async def _listed(
    kind: Kind, seen: Seen, where: str, values: tuple[Any, ...], order: str, limit: int
) -> list[Unconfirmed]:
    rows = await sql().rows(
        f"SELECT id, stocktaken_at FROM {TABLES[kind]} WHERE {_ALIVE[kind]} AND {seen.text}"  # noqa: S608 - a table of TABLES and the callers' conditions; values are marks
        f" AND {where} ORDER BY {order} LIMIT ?",
        *(*seen.values, *values, limit),
    )
    return [Unconfirmed(row["id"], moment(row["stocktaken_at"])) for row in rows]
