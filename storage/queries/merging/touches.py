"""What is owed and was done keeps its identity when two files become one: nobody is asked twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from storage.db import Sql
from storage.scope import account_id

_OPEN: Final = ("planned", "due")
_WHY: Final = "档案已合并"

Letter = Literal["c", "v"]
"""What a touchpoint's subject begins with: a customer's number, or a car's."""


async def follow(connection: Sql, letter: Letter, keep: int, gone: int, now: datetime) -> list[int]:
    """Touchpoints about `gone` are about `keep`; the ids of those that changed their subject.

    Where both files had the same one, the one that is still open is cancelled.
    """
    rows = await connection.rows(
        "SELECT g.id, g.state, k.id AS same, k.state AS same_state FROM touchpoint g"
        " LEFT JOIN touchpoint k ON k.account_id = g.account_id AND k.kind = g.kind"
        " AND k.subject = ? AND k.due_on = g.due_on WHERE g.account_id = ? AND g.subject = ?"
        " ORDER BY g.id",
        *(f"{letter}{keep}", account_id(), f"{letter}{gone}"),
    )
    moved = [row["id"] for row in rows if row["same"] is None]
    await connection.many(
        "UPDATE touchpoint SET subject = ?, changed_at = ? WHERE account_id = ? AND id = ?",
        [(f"{letter}{keep}", now, account_id(), each) for each in moved],
    )
    twice = [row for row in rows if row["same"] is not None]
    ended = [row["id"] for row in twice if row["state"] in _OPEN]
    ended += [
        row["same"] for row in twice if row["state"] not in _OPEN and row["same_state"] in _OPEN
    ]
    await connection.many(
        "UPDATE touchpoint SET state = 'cancelled', why = ?, changed_at = ?"
        " WHERE account_id = ? AND id = ?",
        [(_WHY, now, account_id(), each) for each in ended],
    )
    return moved


async def back(connection: Sql, letter: Letter, keep: int, gone: int, moved: Sequence[int]) -> None:
    """What `follow` renamed has its old subject again."""
    await connection.many(
        "UPDATE touchpoint SET subject = ? WHERE account_id = ? AND id = ? AND subject = ?",
        [(f"{letter}{gone}", account_id(), each, f"{letter}{keep}") for each in moved],
    )
