"""A store's own wording of the messages; what nobody reworded is not here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.db import moment, sql, transaction
from storage.queries import audit
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Reworded:
    """`scope`: a store's code, "" all. `rev` grows by one with each change."""

    scope: str
    name: str
    body: str
    rev: int
    changed_by: str
    changed_at: datetime


async def reworded() -> Mapping[tuple[str, str], Reworded]:
    """All of them, by scope and name."""
    rows = await sql().rows(
        "SELECT scope, name, body, rev, changed_by, changed_at FROM text_override"
        " WHERE account_id = ? ORDER BY scope, name",
        account_id(),
    )
    found = {}
    for row in rows:
        at = moment(row["changed_at"])
        assert at is not None  # noqa: S101  # NOT NULL
        one = Reworded(row["scope"], row["name"], row["body"], row["rev"], row["changed_by"], at)
        found[one.scope, one.name] = one
    return found


async def put(scope: str, name: str, body: str, by: str, now: datetime) -> int:
    """The wording from now on; its revision. Whoever calls has checked it."""
    async with transaction() as connection:
        row = await connection.one(
            "INSERT INTO text_override (account_id, scope, name, body, rev, changed_by, changed_at)"
            " VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT (account_id, scope, name) DO UPDATE SET"
            " body = EXCLUDED.body, rev = text_override.rev + 1,"
            " changed_by = EXCLUDED.changed_by, changed_at = EXCLUDED.changed_at RETURNING rev",
            *(account_id(), scope, name, body, by, now),
        )
        rev = int(row["rev"])
        detail = {"scope": scope, "body": body, "rev": rev}
        await audit.note(by, "edit", f"text:{name}", detail, now)
    return rev


async def drop(scope: str, name: str, by: str, now: datetime) -> bool:
    """Back to the usual wording; whether there was another."""
    async with transaction() as connection:
        gone = await connection.run(
            "DELETE FROM text_override WHERE account_id = ? AND scope = ? AND name = ?",
            *(account_id(), scope, name),
        )
        if gone:
            await audit.note(by, "remove", f"text:{name}", {"scope": scope}, now)
    return bool(gone)
