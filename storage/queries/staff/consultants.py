"""Whose customers they are: one goes to another consultant, or all that a leaving colleague had."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.errors import StaffError
from bot.rules.cases.words import UNSETTLED
from bot.rules.roles import Action, Kind, may
from storage.db import Sql, sql, transaction
from storage.queries import audit
from storage.queries.access.rows import allowed
from storage.queries.cases.deeds import act
from storage.queries.files.steps import alone, opened_for
from storage.queries.leads import deeds as lead_deeds
from storage.queries.records.tables import among
from storage.queries.staff.colleagues import Staff, get_staff
from storage.queries.staff.hush import hush
from storage.scope import account_id

_THEIRS: Final = (
    "consultant_id = ? OR (entered_by = ? AND consultant_id IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM vehicle t WHERE t.account_id = ? AND t.customer_id = customer.id"
    " AND t.consultant_id IS NOT NULL))"
)
"""As access.py counts own customers: named so, or entered by them and nobody else's since."""


@dataclass(frozen=True, slots=True)
class Handed:
    """How much somebody else looks after from now on."""

    customers: int
    cars: int
    tasks: int
    cases: int = 0
    leads: int = 0
    measures: int = 0


async def assign(
    who: Staff, customer_id: int, to: int, now: datetime, *, reason: str = ""
) -> bool | None:
    """The customer and the cars they own have another consultant, who takes what is left to do.

    False: they had that one already. None where `who` sees no such customer.
    """
    async with transaction() as connection:
        await alone(connection)
        file = await opened_for(connection, who, Kind.CUSTOMER, customer_id, Action.ASSIGN)
        if file is None:
            return None
        new = await _successor(who, to)
        before = await _served_by(connection, customer_id)
        changed = await connection.run(
            "UPDATE customer SET consultant_id = ?, rev = rev + 1, changed_at = ? WHERE"
            " account_id = ? AND id = ? AND (consultant_id IS NULL OR consultant_id <> ?)",
            *(new.id, now, account_id(), customer_id, new.id),
        )
        changed += await connection.run(
            "UPDATE vehicle SET consultant_id = ?, rev = rev + 1, changed_at = ? WHERE"
            " account_id = ? AND customer_id = ? AND consultant_id <> ?",
            *(new.id, now, account_id(), customer_id, new.id),
        )
        for old in before - {new.id}:
            await connection.run(
                "UPDATE staff_task SET staff_id = ? WHERE account_id = ? AND customer_id = ?"
                " AND staff_id = ? AND done_at IS NULL",
                *(new.id, account_id(), customer_id, old),
            )
        await lead_deeds.hand_over(new.id, who.actor, now, customer_id=customer_id)
        if changed:
            detail = {"to": new.id, "from": sorted(before), "why": reason}
            await audit.note(who.actor, "assign", file.subject, detail, now)
        return bool(changed)


async def _served_by(connection: Sql, customer_id: int) -> set[int]:
    rows = await connection.rows(
        "SELECT consultant_id AS id FROM customer WHERE account_id = ? AND id = ? UNION"
        " SELECT consultant_id FROM vehicle WHERE account_id = ? AND customer_id = ?",
        *(account_id(), customer_id, account_id(), customer_id),
    )
    return {row["id"] for row in rows if row["id"] is not None}


async def _successor(who: Staff, to: int) -> Staff:
    """Somebody at work whom `who` knows and who may serve customers."""
    found = await get_staff(to)
    if found is None or not found.active or not await allowed(who, Kind.STAFF, to):
        raise StaffError("没有这位在职员工。", "请看 cheyu staff list。")
    if not may(found.role, Kind.CUSTOMER, Action.EDIT):
        raise StaffError(f"{found.name} 的岗位不接待客户。", "请选一位顾问。")
    return found


async def leave(who: Staff, staff_id: int, to: int, now: datetime) -> Handed | None:
    """A colleague works here no more; all that was theirs is `to`'s. Once more: nothing is left.

    None where `who` sees no such colleague.
    """
    async with transaction() as connection:
        await alone(connection)
        gone = await get_staff(staff_id)
        if gone is None or not await allowed(who, Kind.STAFF, staff_id):
            return None
        if not await allowed(who, Kind.STAFF, staff_id, Action.LEAVE):
            raise StaffError("您的岗位不能做这一步。", "请联系主管。")
        new = await _successor(who, to)
        if new.id == gone.id:
            raise StaffError("不能移交给本人。", "请选另一位同事。")
        handed = await _hand(connection, gone, new, now)
        cases = await _complaints(who, gone, new, now)
        leads = await lead_deeds.hand_over(new.id, who.actor, now, gone=gone.id)
        measures = await connection.run(
            "UPDATE measure SET owner_id = ? WHERE account_id = ? AND owner_id = ?"
            " AND state IN ('proposed', 'approved')",
            *(new.id, account_id(), gone.id),
        )
        left = await connection.run(
            "UPDATE staff SET active = ? WHERE account_id = ? AND id = ? AND active = ?",
            *(False, account_id(), gone.id, True),
        )
        await hush(gone.id, now)
        handed = replace(handed, cases=cases, leads=leads, measures=measures)
        if left or handed != Handed(0, 0, 0):
            detail = {"to": new.id, "customers": handed.customers, "cars": handed.cars}
            detail |= {"cases": cases} if cases else {}
            detail |= {"leads": leads} if leads else {}
            await audit.note(who.actor, "leave", f"staff:{gone.id}", detail, now)
        return handed


async def _hand(connection: Sql, gone: Staff, new: Staff, now: datetime) -> Handed:
    name = None if await _other_hat(connection, gone) else gone.actor
    customers = await connection.run(
        "UPDATE customer SET consultant_id = ?, rev = rev + 1, changed_at = ? WHERE account_id = ?"  # noqa: S608 - the condition stands above, without a value in it
        f" AND ({_THEIRS}) AND merged_into_id IS NULL AND erased_at IS NULL",
        *(new.id, now, account_id(), gone.id, name, account_id()),
    )
    cars = await connection.run(
        "UPDATE vehicle SET consultant_id = ?, rev = rev + 1, changed_at = ? WHERE account_id = ?"
        " AND entered_by = ? AND consultant_id IS NULL AND customer_id IS NULL",
        *(new.id, now, account_id(), name),
    )
    for column in ("consultant_id", "advisor_id"):
        cars += await connection.run(
            f"UPDATE vehicle SET {column} = ?, rev = rev + 1, changed_at = ?"  # noqa: S608 - one of the two columns above
            f" WHERE account_id = ? AND {column} = ?",
            *(new.id, now, account_id(), gone.id),
        )
    tasks = await connection.run(
        "UPDATE staff_task SET staff_id = ? WHERE account_id = ? AND staff_id = ?"
        " AND done_at IS NULL",
        *(new.id, account_id(), gone.id),
    )
    return Handed(customers, cars, tasks)


async def _complaints(who: Staff, gone: Staff, new: Staff, now: datetime) -> int:
    """What they handle and is not settled goes on with the successor, who is told of each."""
    db = sql()
    condition, value = among(db, "state", UNSETTLED)
    rows = await db.rows(
        f"SELECT id FROM complaint WHERE account_id = ? AND owner_id = ? AND {condition} ORDER BY id",  # noqa: S608 - our own condition
        *(account_id(), gone.id, value),
    )
    for row in rows:
        await act(row["id"], "assign", who.actor, now, words="同事离职移交", staff_id=new.id)
    return len(rows)


async def _other_hat(connection: Sql, gone: Staff) -> bool:
    """The same person still works here in another role, and keeps what they entered."""
    row = await connection.row(
        "SELECT 1 AS yes FROM staff WHERE account_id = ? AND name = ? AND id <> ? AND active = ?",
        *(account_id(), gone.name, gone.id, True),
    )
    return row is not None
