"""Leads and their tasks, as the tests look at them."""

from dataclasses import dataclass
from datetime import datetime

from storage.db import moment, sql
from storage.queries.staff.colleagues import Staff, get_staff
from storage.secrets import unseal
from tests.people import Cast, insert


@dataclass(frozen=True)
class Duty:
    """A task of a lead, as it stands."""

    id: int
    title: str
    detail: str
    staff_id: int | None
    store_id: int | None
    due_at: datetime | None
    outcome: str
    done: bool


async def colleague(
    cast: Cast, name: str, role: str = "sales_consultant", *, everywhere: bool = False
) -> Staff:
    """Somebody at work in the southern store, or in every one."""
    made = await insert(
        "INSERT INTO staff (account_id, name, role, store_id, login) VALUES (?, ?, ?, ?, ?)",
        *(cast.account, name, role, None if everywhere else cast.main.id, f"{name}{role}"),
    )
    found = await get_staff(made)
    assert found is not None
    return found


async def duties(kind: str = "lead") -> list[Duty]:
    rows = await sql().rows("SELECT * FROM staff_task WHERE kind = ? ORDER BY id", kind)
    return [
        Duty(
            row["id"],
            unseal("staff_task.title", row["title"]),
            unseal("staff_task.detail", row["detail"]),
            row["staff_id"],
            row["store_id"],
            moment(row["due_at"]),
            row["outcome"],
            row["done_at"] is not None,
        )
        for row in rows
    ]


async def gives(staff: Staff, customer_id: int | None) -> None:
    """The customer is this consultant's."""
    await sql().run("UPDATE customer SET consultant_id = ? WHERE id = ?", staff.id, customer_id)
