"""改评价: an answer changed after its rating had ended. The last word counts; what it was is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from bot.rules.surveys.parts import Answer, Question, Survey, said
from storage.db import Sql, moment, sql
from storage.queries import surveys
from storage.queries.ratings.occasions import Asked
from storage.queries.ratings.rows import QUALIFIED, WAS, Rating, answers, rating_of
from storage.scope import account_id
from storage.secrets import seal, unseal

WITHIN: Final = timedelta(hours=48)
"""How long after its end the answers of a rating may be changed."""
_FITS: Final = 27  # signs of a question's column, with room for a number behind them
_ENDED: Final = ("done", "closed")


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it stands, and what was asked."""

    survey: Survey
    question: Question
    answer: Answer

    @property
    def name(self) -> str:
        return f"{self.survey.code}.{self.question.code}"


def mark(survey: str, question: str) -> str:
    """How `earlier` names the answer to a question."""
    name = f"{survey}.{question}"
    return name if len(name) <= _FITS else sha256(name.encode()).hexdigest()[:_FITS]


def may_change(rating: Rating, now: datetime) -> bool:
    """While it is open, and for 48 hours after; what was never answered has nothing to change."""
    if rating.open:
        return rating.answered
    ended = rating.ended_at
    return rating.state in _ENDED and rating.answered and ended is not None and now < ended + WITHIN


async def changeable(person: Asked, now: datetime) -> Rating | None:
    """The rating of this person that was answered last and may still be changed."""
    row = await sql().row(
        f"SELECT {QUALIFIED} FROM rating r WHERE r.account_id = ? AND r.id IN ("  # noqa: S608 - our own columns
        "SELECT id FROM rating WHERE account_id = ? AND wechat_user_id = ? UNION ALL"
        " SELECT id FROM rating WHERE account_id = ? AND customer_id = ?)"
        " AND r.first_answer_at IS NOT NULL AND (r.state = 'open'"
        " OR (r.state IN ('done', 'closed') AND r.ended_at > ?))"
        " ORDER BY r.changed_at DESC, r.id DESC LIMIT 1",
        *(account_id(), account_id(), person.id, account_id(), person.customer_id, now - WITHIN),
    )
    return rating_of(row) if row else None


async def given(rating: Rating) -> list[Given]:
    """What was answered, in its order; photos and words of their own are not changed but added to."""
    found = await answers(rating.id)
    return [
        Given(survey, question, answer)
        for survey in await surveys.as_asked(rating.surveys)
        for question in survey.questions
        if (answer := found.get((survey.code, question.code))) is not None
        and not answer.skipped
        and question.kind != "photo"
    ]


async def keep_earlier(
    connection: Sql, rating: Rating, survey: str, asked: Question, before: Answer
) -> None:
    """What was said `before`, with its moment, beside what is about to take its place."""
    row = await connection.one(
        "SELECT version, answered_at FROM rating_answer"
        " WHERE account_id = ? AND rating_id = ? AND survey = ? AND question = ?",
        *(account_id(), rating.id, survey, asked.code),
    )
    count = await connection.one(
        "SELECT count(*) AS n FROM rating_answer WHERE account_id = ? AND rating_id = ?"
        " AND survey = ?",
        *(account_id(), rating.id, WAS),
    )
    await connection.run(
        "INSERT INTO rating_answer (account_id, rating_id, store_id, advisor_id, survey, version,"
        " question, kind, words, answered_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'text', ?, ?)",
        *(account_id(), rating.id, rating.store_id, rating.advisor_id, WAS, row["version"]),
        f"{mark(survey, asked.code)}.{count['n'] + 1}",
        *(seal("rating_answer.words", said(asked, before)), moment(row["answered_at"])),
    )


async def earlier(rating_id: int) -> Mapping[str, Sequence[dict[str, Any]]]:
    """By `mark` of the question: what was said before, oldest first: {"words", "answered_at"}."""
    rows = await sql().rows(
        "SELECT question, words, answered_at FROM rating_answer WHERE account_id = ?"
        " AND rating_id = ? AND survey = ? ORDER BY id",
        *(account_id(), rating_id, WAS),
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        at = moment(row["answered_at"])
        assert at is not None  # noqa: S101 - the column is never NULL
        one = {
            "words": unseal("rating_answer.words", row["words"]),
            "answered_at": at.isoformat(),
        }
        found.setdefault(row["question"].rpartition(".")[0], []).append(one)
    return found
