"""Which column is which field, as staff said it once for a sheet with these headers."""

from collections.abc import Mapping
from datetime import datetime

from storage.db import dumps, loads, sql
from storage.scope import account_id


async def saved(kind: str, signature: str) -> dict[str, str]:
    """Header → field ("" leaves it out); empty where nothing was said."""
    row = await sql().row(
        "SELECT columns FROM import_mapping WHERE account_id = ? AND kind = ? AND signature = ?",
        *(account_id(), kind, signature),
    )
    found: dict[str, str] = loads(row["columns"]) if row else {}
    return found


async def save(kind: str, signature: str, columns: Mapping[str, str], now: datetime) -> None:
    await sql().run(
        "INSERT INTO import_mapping (account_id, kind, signature, columns, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id, kind, signature) DO UPDATE"
        " SET columns = excluded.columns, created_at = excluded.created_at",
        *(account_id(), kind, signature, dumps(dict(columns)), now),
    )
