"""One answer to a rating, and what comes of it in the same transaction: figures, complaint, lead.

    came = await put_answer(rating_id, "standard", 1, "overall", "score", now, value=1)
    came.case.number                       # T000012: there was none before (came.opened)

Whoever writes the answer down, the customer in chat or a colleague on the phone, a bad one opens a
complaint at once, and every further answer is added to that one.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.errors import StaffError
from bot.rules.rating_terms import WIN_BACK
from bot.rules.scoring import low_reason, means_to_buy, satisfaction
from bot.rules.surveys.parts import Answer, Question, Survey, refusal, said
from storage.db import Sql, dumps, sql, transaction
from storage.queries import surveys
from storage.queries.cases import opening as cases
from storage.queries.cases.deeds import act
from storage.queries.cases.opening import Case, NewCase
from storage.queries.evidence import collecting as evidence
from storage.queries.leads import opening as leads
from storage.queries.leads.opening import NewLead
from storage.queries.leads.rows import Lead
from storage.queries.ratings import touches as ratings_touches
from storage.queries.ratings.changes import keep_earlier, may_change
from storage.queries.ratings.pages import tell
from storage.queries.ratings.reasons import tell_staff
from storage.queries.ratings.rows import REMARKS, Rating, answers, held
from storage.scope import account_id
from storage.secrets import seal

_REMARK: Final = Question("remark", "text", "客户自己说的话", optional=True)


@dataclass(frozen=True, slots=True)
class Came:
    """`kept`: False where the rating had ended. `low`: why staff must hear of it, or "".

    `case`: the complaint of this rating, `opened` or `reopened` by this very answer. `lead`: made or
    added to.
    """

    kept: bool
    low: str = ""
    case: Case | None = None
    opened: bool = False
    reopened: bool = False
    lead: Lead | None = None


async def asked_surveys(rating: Rating) -> tuple[Survey, ...]:
    """The surveys of a rating as they were asked, whatever they have become since."""
    return await surveys.as_asked(rating.surveys)


async def put_answer(
    rating_id: int,
    survey: str,
    version: int,
    question: str,
    kind: str,
    now: datetime,
    *,
    value: int | None = None,
    choices: Sequence[str] = (),
    words: str = "",
    by: str = "",
    change: bool = False,
) -> Came:
    """Keep an answer; said again, the last word counts. All empty: the question was skipped.

    `by`: the colleague who enters it for the customer. `change`: they take back what they said, also
    within 48 hours of the end; what it was is kept. `survey` REMARKS: words of their own. Raises
    StaffError for an answer that cannot be one to the question as it was asked.
    """
    answer = Answer(value, tuple(choices), words)
    async with transaction() as connection:
        rating = await held(connection, "id", rating_id)
        if rating is None or not (rating.open or (change and may_change(rating, now))):
            return Came(kept=False)
        asked = await _question(rating, survey, version, question)
        if why := refusal(asked, answer):
            raise StaffError(why, "请按题目的选项填写。")
        before = (await answers(rating.id)).get((survey, question))
        if before == answer:
            return Came(True, case=await case_of(rating))
        if change and before is not None:
            await keep_earlier(connection, rating, survey, asked, before)
        await _write(connection, rating, (survey, version, question, kind), answer, now)
        await _figures(connection, rating, now, by)
        if not rating.answered and not by:  # a colleague's call ends its own task, once it is whole
            await ratings_touches.taken_up(rating, now)
        taken_back = before if change else None
        return await _came(rating, asked, answer, taken_back, now, by)


async def _came(
    rating: Rating, asked: Question, answer: Answer, before: Answer | None, now: datetime, by: str
) -> Came:
    """Complaint and lead. `before`: what is taken back with it."""
    text = said(asked, answer)
    if before is not None:
        text = f"改评价，原来是“{said(asked, before)}”，现在是“{text}”"
        await tell("rating.changed", rating.id, now)
    came, low, words = Came(True), low_reason(asked, answer), f"{asked.text}：{text}"
    if rating.occasion != WIN_BACK:
        came = await _case(rating, asked, answer, words, now, by)
    elif not answer.skipped:
        await tell_staff(rating, words, now, bad=bool(low))
    lead = await _lead(rating, asked, answer, now, by)
    return replace(came, low=low, lead=lead)


async def _question(rating: Rating, survey: str, version: int, question: str) -> Question:
    if survey == REMARKS:
        return _REMARK
    found = await surveys.by_version(survey, version)
    asked = found.question(question) if found else None
    if asked is None or (survey, version) not in rating.surveys:
        raise StaffError(
            f"这份评价没有问卷{survey}的{question}这一题。", "请用评价时的那一版问卷。"
        )
    return asked


async def _write(
    connection: Sql,
    rating: Rating,
    which: tuple[str, int, str, str],
    answer: Answer,
    now: datetime,
) -> None:
    await connection.run(
        "INSERT INTO rating_answer (account_id, rating_id, store_id, advisor_id, survey, version,"
        " question, kind, value, choices, words, answered_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, rating_id, survey, question) DO UPDATE SET"
        " value = excluded.value, choices = excluded.choices, words = excluded.words,"
        " version = excluded.version, answered_at = excluded.answered_at",
        *(account_id(), rating.id, rating.store_id, rating.advisor_id, *which, answer.value),
        dumps(list(answer.choices)) if answer.choices else None,
        *(seal("rating_answer.words", answer.words), now),
    )


async def case_of(rating: Rating) -> Case | None:
    """The complaint that came of a rating; where one was withdrawn, the one after it."""
    row = await sql().row(
        "SELECT id FROM complaint WHERE account_id = ? AND rating_id = ? ORDER BY id DESC LIMIT 1",
        *(account_id(), rating.id),
    )
    return await cases.one(row["id"]) if row else None


async def _figures(connection: Sql, rating: Rating, now: datetime, by: str) -> None:
    """What the answers come to so far, so that a rating that runs out counts as far as it went.

    Reasons for staying away come to no figure of satisfaction.
    """
    given = await _said(rating) if rating.occasion != WIN_BACK else []
    low = any(low_reason(question, answer) for question, answer in given)
    nps = [answer.value for question, answer in given if question.kind == "nps"]
    scores = [score for score in nps if score is not None]
    await connection.run(
        "UPDATE rating SET satisfaction = ?, nps = ?, low = ?, later_at = NULL,"
        " first_answer_at = coalesce(first_answer_at, ?), entered_by = ?, rev = rev + 1,"
        " changed_at = ? WHERE account_id = ? AND id = ?",
        *(satisfaction(given), scores[-1] if scores else None, low),
        *(now, (by or rating.entered_by)[:64], now, account_id(), rating.id),
    )
    if low and not rating.low:
        await tell("rating.low", rating.id, now)


async def _said(rating: Rating) -> list[tuple[Question, Answer]]:
    """Question and answer, in the order in which they were given."""
    by_code = {survey.code: survey for survey in await asked_surveys(rating)}
    found: list[tuple[Question, Answer]] = []
    for (survey, question), answer in (await answers(rating.id)).items():
        asked = by_code[survey].question(question) if survey in by_code else None
        found += [(asked or _REMARK, answer)] if asked or survey == REMARKS else []
    return found


async def _case(
    rating: Rating, asked: Question, answer: Answer, words: str, now: datetime, by: str
) -> Came:
    """A bad answer opens the complaint with all that was said; what comes later is added to it.

    A bad one after it was solved opens it again; after it was withdrawn, it is a new complaint with
    an owner and clocks of its own, for what was taken back stays so.
    """
    case, why = await case_of(rating), low_reason(asked, answer)
    if case is None:
        return Came(True, case=await _open(rating, now, by), opened=True) if why else Came(True)
    if answer.skipped:
        return Came(True, case=case)
    for deed in ("not_solved", "add") if why else ("add",):
        with suppress(StaffError):  # it is being worked on, or withdrawn
            done = await act(case.id, deed, by or "customer", now, words=words)
            return Came(True, case=done, reopened=deed == "not_solved")
    if why:
        return Came(True, case=await _open(rating, now, by, after=case), opened=True)
    return Came(True, case=case)


async def _open(rating: Rating, now: datetime, by: str, after: Case | None = None) -> Case:
    """`after`: the complaint of this rating that was withdrawn."""
    lines = [f"{asked.text}：{said(asked, answer)}" for asked, answer in await _said(rating)]
    lines += [f"（之前的投诉{after.number}客户已撤回，这是撤回之后说的）"] if after else []
    new = NewCase(
        "call" if by else "rating",
        "客户评价：\n" + "\n".join(lines),
        after.category if after else "",
        customer_id=rating.customer_id,
        wechat_user_id=rating.wechat_user_id,
        vehicle_id=rating.vehicle_id,
        visit_id=rating.visit_id,
        rating_id=rating.id,
        store_id=rating.store_id,
        same=f"{rating.same}:{after.id}" if after else rating.same,
        by=by or "customer",
    )
    case = await cases.open_case(new, now)
    sent = [item.media_id for item in await evidence.of_rating(rating.id)]
    await evidence.attach(sent, case.id)
    return case


async def _lead(
    rating: Rating, asked: Question, answer: Answer, now: datetime, by: str
) -> Lead | None:
    if not means_to_buy(asked, answer):
        return None
    new = NewLead(
        "survey",
        customer_id=rating.customer_id,
        wechat_user_id=rating.wechat_user_id,
        store_id=rating.store_id,
        note=f"{asked.text}：{said(asked, answer)}",
        same=rating.same,
        by=by or "customer",
    )
    return await leads.open_lead(new, now)


async def put_media(
    rating_id: int, media_id: str, kind: str, wechat_user_id: int, now: datetime
) -> None:
    """A photo or a voice note for a rating; it belongs to its complaint too, if there is one."""
    async with transaction() as connection:
        rating = await held(connection, "id", rating_id)
        if rating is None:
            return
        case = await case_of(rating)
        await evidence.want(
            *(media_id, kind, wechat_user_id, now),
            rating_id=rating.id,
            case_id=case.id if case else None,
        )
