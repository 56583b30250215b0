"""How far a job has come, for its next run to go on from."""

from collections.abc import Mapping
from typing import Any

from storage.db import dumps, loads, sql
from storage.scope import account_id


async def read(name: str) -> dict[str, Any]:
    """{} for a job that never noted anything."""
    row = await sql().row(
        "SELECT cursor FROM job_run WHERE account_id = ? AND name = ?", account_id(), name
    )
    return dict(loads(row["cursor"])) if row and row["cursor"] else {}


async def write(name: str, cursor: Mapping[str, Any]) -> None:
    await sql().run(
        "INSERT INTO job_run (account_id, name, cursor) VALUES (?, ?, ?)"
        " ON CONFLICT (account_id, name) DO UPDATE SET cursor = excluded.cursor",
        *(account_id(), name, dumps(dict(cursor))),
    )
