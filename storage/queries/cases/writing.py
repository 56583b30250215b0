"""What is written when something happens to a complaint: the event, whom it is told, the next look."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.db import Sql, sql
from storage.queries import feeds
from storage.queries.cases import clocks as case_clocks
from storage.queries.cases.clocks import Reading
from storage.queries.cases.rows import events, one
from storage.scope import account_id
from storage.secrets import seal, seal_json


async def lock(connection: Sql, case_id: int) -> None:
    """Whoever changes the complaint does so one after the other; SQLite has one writer anyway."""
    if connection.postgres:
        await connection.run(
            "SELECT id FROM complaint WHERE account_id = ? AND id = ? FOR NO KEY UPDATE",
            *(account_id(), case_id),
        )


async def note(
    case_id: int,
    kind: str,
    actor: str,
    at: datetime,
    *,
    words: str = "",
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write an event, numbered in its order; the number. The complaint is locked."""
    row = await sql().one(
        "INSERT INTO complaint_event (account_id, case_id, number, kind, actor, words, data, at)"
        " SELECT ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ? FROM complaint_event"
        " WHERE account_id = ? AND case_id = ? RETURNING number",
        *(account_id(), case_id, kind, actor[:64], seal("complaint_event.words", words)),
        *(seal_json("complaint_event.data", dict(data)) if data else None, at),
        *(account_id(), case_id),
    )
    return int(row["number"])


async def look_again(case_id: int, store_id: int | None, now: datetime) -> Reading:
    """Write down when the clocks are to be looked at next, by what has happened up to now."""
    found = case_clocks.reading(await events(case_id), await case_clocks.setting(store_id), now)
    await sql().run(
        "UPDATE complaint SET look_at = ? WHERE account_id = ? AND id = ?",
        *(found.look_at, account_id(), case_id),
    )
    return found


async def tell_outside(case_id: int, kind: str, number: int, now: datetime) -> None:
    """Queue case.<kind> about the complaint as it is now, in the transaction that changed it."""
    name = "case.opened" if kind == "recorded" else f"case.{kind}"
    if await feeds.listeners(name):
        after = await one(case_id)
        assert after is not None  # noqa: S101 - just written
        await feeds.emit(name, after.shown(), now, same=f"{after.number} {number}")
