"""A case held while something beside its own states happens to it, and the line that tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.errors import StaffError
from bot.rules.cases.amends import Refusal
from bot.rules.cases.words import number_of
from bot.rules.roles import Kind
from storage.db import Sql, moment, sql
from storage.queries.access.rows import visible
from storage.queries.cases.writing import note, tell_outside
from storage.queries.files.steps import held
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id


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
    store_id: int | None
    owner_id: int | None

    @property
    def number(self) -> str:
        return number_of(self.id)


async def held_case(connection: Sql, who: Staff, case_id: int) -> HeldCase | None:
    """None where `who` sees no such case."""
    seen = visible(who, Kind.CASE, "c")
    row = await connection.row(
        "SELECT c.id, c.state, c.rev, c.store_id, c.owner_id FROM complaint c WHERE c.id = ?"  # noqa: S608 - what visible() wrote and a row lock; values are marks
        f" AND {seen.text}{held(connection)}",
        *(case_id, *seen.values),
    )
    return (
        HeldCase(row["id"], row["state"], row["rev"], row["store_id"], row["owner_id"])
        if row
        else None
    )


async def entered(
    case: HeldCase,
    kind: str,
    actor: str,
    now: datetime,
    *,
    words: str = "",
    data: Mapping[str, Any] | None = None,
) -> int:
    """The next line of the case's history, its number; the webhooks hear of it.

    What is later in order is not earlier in time, whatever two processes' clocks say.
    """
    connection, account = sql(), account_id()
    last = await connection.row(
        "SELECT at FROM complaint_event WHERE account_id = ? AND case_id = ?"
        " ORDER BY number DESC LIMIT 1",
        *(account, case.id),
    )
    at = now.astimezone(UTC)
    at = max(at, moment(last["at"]) or at) if last else at
    number = await note(case.id, kind, actor, at, words=words, data=data)
    await connection.run(
        "UPDATE complaint SET rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        *(at, account, case.id),
    )
    await tell_outside(case.id, kind, number, at)
    return number
