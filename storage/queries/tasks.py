"""What waits for a person at the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.db import moment, sql
from storage.scope import account_id
from storage.secrets import unseal


@dataclass(frozen=True, slots=True)
class Task:
    """`who`: the customer it is about, "" nobody. `whose`: the colleagues it waits for, where some
    are named; told to several, it is one. `at`: since when, UTC."""

    title: str
    detail: str
    who: str
    whose: tuple[str, ...]
    at: datetime


NEW: Final = "新客户"
"""Somebody who writes and has no file yet."""
_TOLD_TO: Final = 5
"""How many colleagues may be told of one thing without crowding out another."""


async def open_tasks(limit: int = 20) -> Sequence[Task]:
    """The newest of what nobody has done yet."""
    rows = await sql().rows(
        "SELECT t.title, t.detail, t.created_at, t.wechat_user_id, c.name, s.name AS whose"
        " FROM staff_task t LEFT JOIN staff s ON s.id = t.staff_id"
        " LEFT JOIN customer c ON c.account_id = t.account_id AND c.id = t.customer_id"
        " WHERE t.account_id = ? AND t.done_at IS NULL ORDER BY t.id DESC LIMIT ?",
        *(account_id(), _TOLD_TO * limit),
    )
    found: dict[tuple[str, str, str], Task] = {}
    for row in rows:
        title, detail = (unseal(f"staff_task.{name}", row[name]) for name in ("title", "detail"))
        who = row["name"] or (NEW if row["wechat_user_id"] else "")
        known = found.get((title, detail, who))
        at = known.at if known else moment(row["created_at"])
        whose = (*(known.whose if known else ()), *filter(None, [row["whose"]]))
        if at is not None:
            found[title, detail, who] = Task(title, detail, who, whose, at)
    return list(found.values())[:limit]
