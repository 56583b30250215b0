"""What the DMS names a complaint by: its own keys for the customer, the car and the occasion."""

from storage.db import sql
from storage.scope import account_id
from storage.secrets import look_ups, marks


async def car_of_vin(vin: str) -> int | None:
    hashes = look_ups("vin", vin)
    row = await sql().row(
        f"SELECT id FROM vehicle WHERE account_id = ? AND vin_hash IN ({marks(hashes)})",  # noqa: S608 - question marks only
        *(account_id(), *hashes),
    )
    return int(row["id"]) if row else None


async def visit_of_ref(ref: str) -> int | None:
    """A repair order."""
    row = await sql().row(
        "SELECT id FROM visit WHERE account_id = ? AND ref = ?", account_id(), ref
    )
    return int(row["id"]) if row else None


async def owner(vehicle_id: int | None, visit_id: int | None) -> int | None:
    """Whose the order was, else whose the car is: who is meant where nobody else is named."""
    row = await sql().row(
        "SELECT COALESCE(i.customer_id, v.customer_id) AS id FROM vehicle v"
        " LEFT JOIN visit i ON i.account_id = v.account_id AND i.id = ?"
        " WHERE v.account_id = ? AND v.id = COALESCE(?,"
        " (SELECT w.vehicle_id FROM visit w WHERE w.account_id = ? AND w.id = ?))",
        *(visit_id, account_id(), vehicle_id, account_id(), visit_id),
    )
    return row["id"] if row else None


async def known(same: str) -> bool:
    """Whether this occasion has a complaint already."""
    row = await sql().row(
        "SELECT id FROM complaint WHERE account_id = ? AND same = ?", account_id(), same
    )
    return row is not None
