"""Kilometres of a car as somebody reads them off: they only ever rise."""

from datetime import date, datetime

from storage.db import sql
from storage.scope import account_id


async def read_off(vehicle_id: int, km: int, on: date, now: datetime) -> bool:
    """Note a reading. False: a higher or a later one is on file by now, and nothing is changed."""
    written = await sql().run(
        "UPDATE vehicle SET mileage = ?, mileage_on = ?, rev = rev + 1, changed_at = ?"
        " WHERE account_id = ? AND id = ? AND (mileage IS NULL OR mileage <= ?)"
        " AND (mileage_on IS NULL OR mileage_on <= ?)",
        *(km, on, now, account_id(), vehicle_id, km, on),
    )
    return written == 1
