"""A rating and its answers as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from bot.rules.surveys.parts import Answer
from storage.db import Sql, loads, moment, sql
from storage.scope import account_id
from storage.secrets import unseal

REMARKS: Final = "chat"
"""In place of a survey's code: what a customer said of their own accord."""
WAS: Final = ".was"
"""In place of a survey's code: what an answer was before it was changed."""
_MOMENTS: Final = ("asked_at", "until", "later_at", "first_answer_at", "ended_at", "changed_at")


@dataclass(frozen=True, slots=True)
class Rating:
    """评价 as it stands; moments in UTC. `surveys`: (code, version) in the order they are asked."""

    id: int
    subject: str
    occasion: str
    customer_id: int | None
    wechat_user_id: int | None
    vehicle_id: int | None
    visit_id: int | None
    store_id: int | None
    advisor_id: int | None
    touchpoint_id: int | None
    surveys: tuple[tuple[str, int], ...]
    state: str
    channel: str
    entered_by: str
    satisfaction: float | None
    nps: int | None
    low: bool
    nudged: bool
    asked_at: datetime
    until: datetime
    later_at: datetime | None
    first_answer_at: datetime | None
    ended_at: datetime | None
    rev: int
    changed_at: datetime

    @property
    def open(self) -> bool:
        return self.state == "open"

    @property
    def answered(self) -> bool:
        return self.first_answer_at is not None

    @property
    def same(self) -> str:
        """Names the rating to the complaint and to the lead that come of it."""
        return f"rating:{self.id}"


_NAMES: Final = tuple(field.name for field in fields(Rating))
COLUMNS: Final = ", ".join(_NAMES)
QUALIFIED: Final = ", ".join(f"r.{name}" for name in _NAMES)


def rating_of(row: Any) -> Rating:
    said = {name: row[name] for name in _NAMES}
    said |= {name: moment(row[name]) for name in _MOMENTS}
    asked = tuple((str(one[0]), int(one[1])) for one in loads(row["surveys"]))
    return Rating(
        **{**said, "surveys": asked, "low": bool(row["low"]), "nudged": bool(row["nudged"])}
    )


async def one(rating_id: int) -> Rating | None:
    row = await sql().row(
        f"SELECT {COLUMNS} FROM rating WHERE account_id = ? AND id = ?",  # noqa: S608 - the columns above
        *(account_id(), rating_id),
    )
    return rating_of(row) if row else None


async def held(connection: Sql, column: str, value: int | str) -> Rating | None:
    """By its id or subject, kept from other writers until the open transaction ends."""
    lock = " FOR NO KEY UPDATE" if connection.postgres else ""
    row = await connection.row(
        f"SELECT {COLUMNS} FROM rating WHERE account_id = ? AND {column} = ?{lock}",  # noqa: S608 - the columns above and one of two names
        *(account_id(), value),
    )
    return rating_of(row) if row else None


async def answers(rating_id: int) -> Mapping[tuple[str, str], Answer]:
    """(survey, question) → what was said, in the order in which it was first said."""
    rows = await sql().rows(
        "SELECT survey, question, value, choices, words FROM rating_answer"
        " WHERE account_id = ? AND rating_id = ? AND survey <> ? ORDER BY id",
        *(account_id(), rating_id, WAS),
    )
    return {
        (row["survey"], row["question"]): Answer(
            row["value"],
            tuple(loads(row["choices"]) or ()) if row["choices"] else (),
            unseal("rating_answer.words", row["words"]),
        )
        for row in rows
    }
