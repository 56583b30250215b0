"""What a complaint is named by: the DMS's keys for car and occasion, the number of who called."""

from typing import Final

from bot.rules.identifiers import read_phone
from storage.db import sql
from storage.scope import account_id
from storage.secrets import look_ups, marks

IN_CHAT: Final = "微信"
"""Who entered a file that was begun in chat, as storage/queries/people writes it."""


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


async def customer_of_phone(phone: str) -> int | None:
    """The customer with this number, or the file that took theirs over; None: nobody, or several.

    A file that somebody began in chat is nobody's until a colleague has looked at it: whoever typed
    the number would be told of another one's complaint.
    """
    reading = read_phone(phone)
    if reading is None or not reading.certain:
        return None
    hashes = look_ups("phone", reading.value)
    rows = await sql().rows(
        "SELECT DISTINCT COALESCE(merged_into_id, id) AS id FROM customer"  # noqa: S608 - question marks only
        f" WHERE account_id = ? AND phone_hash IN ({marks(hashes)}) AND erased_at IS NULL"
        " AND (state <> 'draft' OR ref IS NOT NULL OR entered_by <> ?) LIMIT 2",
        *(account_id(), *hashes, IN_CHAT),
    )
    return int(rows[0]["id"]) if len(rows) == 1 else None


async def known(same: str) -> bool:
    """Whether this occasion has a complaint already."""
    row = await sql().row(
        "SELECT id FROM complaint WHERE account_id = ? AND same = ?", account_id(), same
    )
    return row is not None
