"""回访记录: what came of a call, written down by whoever made it.

    done = await record(task_id, who, Told("reached", answers=(…)), now)
    done.missing                    # what a complete record would also have; () the task is done

One transaction: the record, the answers (a bad one opens a complaint at once), the contact, the
lead, the customer's consent or file. Two who record one task: the second is told (`Taken`).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bot.errors import Conflict, StaffError
from bot.rules import call_records as rules
from bot.rules.call_records import LATER, NO_ANSWER, REACHED, Before, Record
from bot.rules.etiquette import Care, when
from storage.db import Sql, dumps, transaction
from storage.queries import audit
from storage.queries.calls import ends as call_ends
from storage.queries.calls import worklist as call_list
from storage.queries.calls.ends import Ended
from storage.queries.calls.questions import Asking, asking, begun
from storage.queries.calls.rows import CallTask
from storage.queries.leads.rows import held
from storage.queries.leads.tasks import calendar_of, lead_of_task
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Came
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from storage.secrets import seal

_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Given:
    """One answer of the customer's. `value`: a score, 1/0; `choices`: codes; `words`: free text."""

    survey: str
    question: str
    value: int | None = None
    choices: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller writes down. `said`: what was said, or why not everything was asked.

    `level`: of a lead, as it was found. `tries`: how many the caller had seen; None: not looked.
    """

    outcome: str
    said: str = ""
    later_at: datetime | None = None
    answers: tuple[Given, ...] = ()
    level: str = ""
    tries: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """`done`: the task is. `again_at`: when to try again. `case`, `lead`: numbers that came of it."""

    id: int
    done: bool
    missing: tuple[str, ...] = ()
    again_at: datetime | None = None
    case: str = ""
    lead: str = ""


class Taken(StaffError):
    """A colleague was faster."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}。", "请刷新列表，看看记录。")


async def record(task_id: int, who: Staff, told: Told, now: datetime) -> Recorded | None:
    """Write it down; None where `who` sees no such call. Raises StaffError, `Taken` of a colleague."""
    if told.outcome not in rules.OUTCOMES:
        raise StaffError(f"没有结果{told.outcome[:20]}。", f"可用：{'、'.join(rules.OUTCOMES)}。")
    for _ in range(_TRIES):
        with suppress(Conflict):  # the customer rated the same visit in chat just then
            return await _recorded(task_id, who, told, now)
    raise Taken("这个任务正在被别人修改")


async def _recorded(task_id: int, who: Staff, told: Told, now: datetime) -> Recorded | None:
    async with transaction() as connection:
        await _one_at_a_time(connection, task_id)
        task = await call_list.one(task_id, now, who)
        if task is None:
            return None
        await _refuse(task, who, told, now)
        done = await _written(connection, task, who, told, now)
        detail = {"outcome": told.outcome, "missing": len(done.missing)}
        await audit.note(who.actor, "call", f"task:{task_id}", detail, now)
        return done


async def _one_at_a_time(connection: Sql, task_id: int) -> None:
    """Two who record one call queue here; of a lead's call at the lead first, as its deeds do."""
    row = await connection.row(
        "SELECT same FROM staff_task WHERE account_id = ? AND id = ?", account_id(), task_id
    )
    if row and (lead := lead_of_task(row["same"])):
        await held(connection, lead)
    await connection.run(
        "UPDATE staff_task SET outcome = outcome WHERE account_id = ? AND id = ?",
        *(account_id(), task_id),
    )


async def _refuse(task: CallTask, who: Staff, told: Told, now: datetime) -> None:
    if not await call_list.may_record(who, task.id):
        raise StaffError("您的岗位不能记录回访。", "请联系主管。")
    last = task.last
    if task.done_at is not None:
        outcome = rules.ENDS.get(task.outcome, "已完成")
        raise Taken(f"这个任务已经办结：{outcome}")
    if told.tries is not None and told.tries != (last.tries if last else 0):
        raise Taken("您打开以后，这个任务又有了新的记录")
    before = None
    if last is not None:
        when_again = last.called_at, last.later_at
        before = Before(last.staff_id, last.outcome, *when_again, not last.missing)
    if why := rules.refusal(before, who.id, now):
        raise Taken(why)
    if told.later_at is not None:
        await call_list.check_named(told.later_at, task.store_id, now)


async def _written(
    connection: Sql, task: CallTask, who: Staff, told: Told, now: datetime
) -> Recorded:
    found = await asking(task.touchpoint_id, now)
    came: list[Came] = []
    if told.outcome == REACHED and not found.over:
        found = await begun(found, who.actor, now)
        came = await _answers(found, told.answers, who.actor, now)
        if found.rating is not None:
            found = replace(found, answers=await ratings.answers(found.rating.id))
    elif told.answers:
        raise StaffError("客户的评价已经结束，或没有接通，不能再填回答。", "请只写情况。")
    missing = _missing(found, told)
    again = told.later_at if told.outcome == LATER else None
    tries = (task.last.tries if task.last else 0) + 1
    if told.outcome == NO_ANSWER and tries < rules.MOST_TRIES:
        again = await _again(task, now)
    record_id = await _insert(connection, task, who, told, (found, missing, again), now)
    ended = not missing and again is None
    if ended:
        how = Ended(told.outcome, told.said, told.level, who.actor)
        await call_ends.end(task, how, found, now)
    elif again is not None and told.outcome == LATER:
        await call_ends.put_off(task, again, who.actor, now)
    numbers = {
        "case": next((one.case.number for one in came if one.case), ""),
        "lead": next((one.lead.number for one in came if one.lead), ""),
    }
    return Recorded(record_id, ended, missing, again, **numbers)


async def _answers(found: Asking, given: Sequence[Given], by: str, now: datetime) -> list[Came]:
    """Each as if the customer had typed it; what cannot be an answer stops the whole record."""
    rating, versions = found.rating, {one.code: one for one in found.surveys}
    came = []
    for one in given:
        survey = versions.get(one.survey)
        asked = survey.question(one.question) if survey else None
        if rating is None or survey is None or asked is None:
            raise StaffError(f"这次回访没有{one.survey[:32]}的{one.question[:32]}这一题。", "请看 cheyu call show。")  # fmt: skip
        came.append(
            await ratings.put_answer(
                *(rating.id, survey.code, survey.version, asked.code, asked.kind, now),
                value=one.value,
                choices=one.choices,
                words=one.words,
                by=by,
            )
        )
    return came


def _missing(found: Asking, told: Told) -> tuple[str, ...]:
    if found.over and told.outcome == REACHED:
        return ()  # they have rated it by themselves
    return rules.missing(
        Record(told.outcome, told.said, told.later_at, found.surveys, found.answers)
    )


async def _again(task: CallTask, now: datetime) -> datetime:
    care: Care = await call_list.care_of(task.store_id)
    calendar = await calendar_of(task.store_id)
    wish = now + rules.AGAIN_AFTER
    return when(task.purpose, wish, care, calendar, task.card.contact_hours, now).at


async def _insert(
    connection: Sql,
    task: CallTask,
    who: Staff,
    told: Told,
    came: tuple[Asking, tuple[str, ...], datetime | None],
    now: datetime,
) -> int:
    found, missing, again = came
    row: Any = await connection.one(
        "INSERT INTO call_record (account_id, task_id, customer_id, staff_id, outcome, later_at,"
        " said, rating_id, missing, called_at, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        *(account_id(), task.id, task.customer_id, who.id, told.outcome, again),
        *(seal("call_record.said", told.said), found.rating.id if found.rating else None),
        *(dumps(list(missing)) if missing else None, now, now),
    )
    return int(row["id"])
