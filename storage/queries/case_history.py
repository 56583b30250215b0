"""A case held while something beside its own states happens to it, and the line that tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import StaffError
from bot.rules.case_amends import Refusal
from bot.rules.roles import Kind
from storage.db import Sql, sql
from storage.queries import feeds
from storage.queries.access import visible
from storage.queries.files import held
from storage.queries.staff import Staff
from storage.scope import account_id
from storage.secrets import seal, seal_json


class MovedOn(StaffError):
    """It is in `state` by now, where the wanted step is not to be taken."""

    def __init__(self, what: str, hint: str, state: str) -> None:
        super().__init__(what, hint)
        self.state = state

    @classmethod
    def of(cls, refusal: Refusal, state: str) -> StaffError:
        """A refusal as an error: of this kind only where the state is why."""
        if refusal.moved_on:
            return cls(refusal.what, refusal.hint, state)
        return StaffError(refusal.what, refusal.hint)


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case whose row is ours until the transaction ends."""

    id: int
    state: str
    rev: int

    @property
    def number(self) -> str:
        return f"T{self.id:06d}"


async def held_case(connection: Sql, who: Staff, case_id: int) -> HeldCase | None:
    """None where `who` sees no such case."""
    seen = visible(who, Kind.CASE, "c")
    row = await connection.row(
        "SELECT c.id, c.state, c.rev FROM complaint c WHERE c.id = ?"  # noqa: S608 - what visible() wrote and a row lock; values are marks
        f" AND {seen.text}{held(connection)}",
        *(case_id, *seen.values),
    )
    return HeldCase(row["id"], row["state"], row["rev"]) if row else None


async def entered(
    case: HeldCase,
    kind: str,
    actor: str,
    now: datetime,
    *,
    words: str = "",
    data: Mapping[str, Any] | None = None,
) -> int:
    """The next line of the case's history, its number; the webhooks hear of it."""
    connection, account = sql(), account_id()
    row = await connection.one(
        "SELECT COALESCE(MAX(number), 0) AS last FROM complaint_event"
        " WHERE account_id = ? AND case_id = ?",
        *(account, case.id),
    )
    number = int(row["last"]) + 1
    await connection.run(
        "INSERT INTO complaint_event (account_id, case_id, number, kind, actor, words, data, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(account, case.id, number, kind, actor[:64], seal("complaint_event.words", words)),
        *(None if data is None else seal_json("complaint_event.data", dict(data)), now),
    )
    await connection.run(
        "UPDATE complaint SET rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        *(now, account, case.id),
    )
    told = {"id": case.number, "state": case.state, "event": kind, "at": now.isoformat()}
    await feeds.emit(f"case.{kind}", told, now, same=f"{case.number} {number}")
    return number
