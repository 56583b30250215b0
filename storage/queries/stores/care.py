"""How a store keeps contact, as staff set it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import StaffError
from bot.rules.care_settings import sensible, sound
from storage.db import dumps, loads, sql, transaction
from storage.queries import audit
from storage.queries.stores import shops as stores
from storage.scope import account_id


async def care_of(code: str) -> dict[str, Any]:
    """What the store set; the rest is as delivered. Raises StaffError where there is none."""
    row = await sql().row(
        "SELECT care FROM store WHERE account_id = ? AND code = ?", account_id(), code
    )
    if row is None:
        raise StaffError(f"没有门店{code}。", "用cheyu store add添加。")
    return dict(loads(row["care"]) or {}) if row["care"] else {}


async def wrong_care() -> list[tuple[str, str]]:
    """What stores have set that makes no sense, and is as delivered instead: code and why."""
    rows = await sql().rows(
        "SELECT code, care FROM store WHERE account_id = ? ORDER BY code", account_id()
    )
    return [
        (row["code"], why)
        for row in rows
        for why in sensible(loads(row["care"]) if row["care"] else {})[1]
    ]


async def set_care(code: str, changes: Mapping[str, Any], by: str, now: datetime) -> dict[str, Any]:
    """Change what is named, None back to as delivered; all settings of the store afterwards."""
    async with transaction() as connection:
        # The account's row first: two who change one store do so one after the other.
        await stores.changed(connection)
        care = {
            name: value
            for name, value in {**await care_of(code), **changes}.items()
            if value is not None
        }
        sound(care)
        await connection.run(
            "UPDATE store SET care = ? WHERE account_id = ? AND code = ?",
            *(dumps(care), account_id(), code),
        )
        await audit.note(by, "edit", f"store:{code}", {"care": dict(changes)}, now)
    return care
