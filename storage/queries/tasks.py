"""What waits for a person at the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.db import moment, sql
from storage.scope import account_id
from storage.secrets import unseal


@dataclass(frozen=True, slots=True)
class Task:
    """`who`: the customer's name, empty for somebody without a file. `at`: since when, UTC."""

    title: str
    detail: str
    who: str
    at: datetime


async def open_tasks(limit: int = 20) -> Sequence[Task]:
    """The newest of what nobody has done yet."""
    rows = await sql().rows(
        "SELECT t.title, t.detail, t.created_at, c.name FROM staff_task t"
        " LEFT JOIN customer c ON c.account_id = t.account_id AND c.id = t.customer_id"
        " WHERE t.account_id = ? AND t.done_at IS NULL ORDER BY t.id DESC LIMIT ?",
        account_id(),
        limit,
    )
    return [
        Task(
            unseal("staff_task.title", row["title"]),
            unseal("staff_task.detail", row["detail"]),
            row["name"] or "",
            at,
        )
        for row in rows
        if (at := moment(row["created_at"]))
    ]
