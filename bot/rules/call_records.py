"""回访记录: what a call can come to, what a complete record of it has, and when to try again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.rules.surveys.choosing import Answers, asked
from bot.rules.surveys.parts import Survey

REACHED, LATER, REFUSED = "reached", "later", "refused"
WRONG_NUMBER, NO_ANSWER = "wrong_number", "no_answer"
OUTCOMES: Final[Mapping[str, str]] = {
    REACHED: "已接通",
    LATER: "现在不方便，另约时间",
    REFUSED: "不愿接受回访",
    WRONG_NUMBER: "号码不对",
    NO_ANSWER: "无人接听",
}
ENDS: Final[Mapping[str, str]] = {
    **OUTCOMES,
    "rated": "客户已经评价",
    "won": "潜客已成交",
    "lost": "潜客已战败",
    "moved": "联系时间已改",
    "tried": "没有联系上",
}
"""How a call that is not to be made any more came to its end."""
KINDS: Final = ("call", "lead")
"""Tasks that are calls: a contact that is owed, and a lead's."""

MOST_TRIES: Final = 3
"""Unanswered calls after which a contact is given up."""
AGAIN_AFTER: Final = timedelta(hours=3)
UNDER_WAY: Final = timedelta(hours=1)
"""How long a record that is not complete is its writer's."""
WRONG: Final = "号码有误"
"""The mark on a customer's file."""


def unmarked(before: Mapping[str, Any], after: dict[str, Any]) -> None:
    """The mark was of the old number: with another one it is taken off."""
    tags = after["tags"] or ()
    if WRONG in tags and after["phone"] and after["phone"] != before["phone"]:
        after["tags"] = [one for one in tags if one != WRONG] or None


MISSING_TIME: Final = "客户约的时间"
MISSING_WORDS: Final = "客户说了什么"


@dataclass(frozen=True, slots=True)
class Record:
    """One try. `said`: what was said, or why not everything was asked. `surveys`: what is asked in
    this call; () none, or it is answered elsewhere."""

    outcome: str
    said: str = ""
    later_at: datetime | None = None
    surveys: Sequence[Survey] = ()
    answers: Answers | None = None


def missing(record: Record) -> tuple[str, ...]:
    """What a complete record would also have, in words for staff; () it is complete.

    Reached: an answer to each standard question (where there is none, to each that may not be
    skipped), or the reason why not; without questions, what was said. Later: the time that the
    customer named.
    """
    if record.outcome == LATER:
        return () if record.later_at else (MISSING_TIME,)
    if record.outcome != REACHED or record.said.strip():
        return ()
    if not record.surveys:
        return (MISSING_WORDS,)
    return tuple(unanswered(record.surveys, record.answers or {}))


def unanswered(surveys: Iterable[Survey], answers: Answers) -> list[str]:
    """The standard questions that are to be asked and were not; without any, the others."""
    every = list(surveys)
    standard = [survey for survey in every if survey.kind == "standard"]
    return [
        question.text
        for survey, question in asked(standard or every, answers)
        if not question.optional
        and question.kind != "photo"
        and (survey.code, question.code) not in answers
    ]


@dataclass(frozen=True, slots=True)
class Before:
    """The last try: by whom, when, and until when nobody is to call again. `whole`: complete."""

    staff_id: int | None
    outcome: str
    at: datetime
    later_at: datetime | None = None
    whole: bool = True


def refusal(last: Before | None, staff_id: int, now: datetime) -> str:
    """Why somebody's record cannot be taken beside the last one, or "".

    Another colleague has just called: the customer is not called twice for one thing.
    """
    if last is None or last.staff_id == staff_id:
        return ""
    if not last.whole and now < last.at + UNDER_WAY:
        return "同事正在记录这通电话"
    if last.later_at is not None and now < last.later_at:
        return f"同事刚刚记录过：{OUTCOMES[last.outcome]}"
    return ""
