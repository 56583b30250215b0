"""Follow-up calls for another system: the list, one with its questions, and what came of it."""

from datetime import datetime
from typing import Any

from aiohttp import web

from bot.api.checking import moment
from bot.api.paging import bad_cursor, cursor_of, page, read_cursor
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.errors import StaffError
from bot.rules.call_answers import numbered
from bot.rules.surveys.choosing import Question, Survey
from storage.queries.calls import records as calls
from storage.queries.calls import worklist as call_list
from storage.queries.calls.questions import Asking, asking
from storage.queries.calls.records import Given, Taken, Told
from storage.queries.calls.rows import CallTask
from storage.queries.calls.worklist import NEVER, Place
from storage.queries.staff.colleagues import Staff, by_login, get_staff
from storage.queries.stores.shops import shop


def _untrue(field: str, problem: str, chinese: str = "") -> Problem:
    return Problem("unprocessable", errors=[FieldProblem(field, problem, chinese)])


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _shown(task: CallTask) -> dict[str, Any]:
    card, last = task.card, task.last
    lead = task.lead
    return {
        **{name: getattr(task, name) for name in ("id", "kind", "about", "title", "detail", "why")},
        "staff": task.staff or None,
        "lead": lead.number if lead else None,
        "due_at": _said(task.due_at),
        "call_at": task.at.isoformat(),
        "lawful_now": task.lawful,
        "tries": last.tries if last else 0,
        "last_outcome": last.outcome if last else None,
        "missing": list(last.missing) if last else [],
        "done_at": _said(task.done_at),
        "outcome": task.outcome or None,
        "customer": {
            "name": card.name or (lead.name if lead else "") or None,
            "called": card.called,
            "phone": card.phone or (lead.phone if lead else "") or None,
            **{name: getattr(card, name) or None for name in ("tier", "contact_hours", "car")},
            "preferences": {str(key): str(value) for key, value in card.preferences.items()},
            "last_visit_at": _said(card.last_visit.at) if card.last_visit else None,
            "last_visit_items": list(card.last_visit.items) if card.last_visit else [],
            "open_cases": list(card.cases),
            "wrong_number": card.wrong_number,
        },
    }


def _question(survey: Survey, question: Question, found: Asking) -> dict[str, Any]:
    return {
        "survey": survey.code,
        "question": question.code,
        **{name: getattr(question, name) for name in ("kind", "text", "optional")},
        "choices": [{"value": one, "label": question.label(one)} for one in question.known],
        "answered": (survey.code, question.code) in (found.answers or {}),
    }


async def _colleague(login: str, field: str) -> Staff:
    found = await by_login(login)
    if found is None:
        raise _untrue(field, "is no colleague's log-in")
    return found


async def listed(call: Call) -> web.StreamResponse:
    """Today's, in the order in which they are to be made."""
    query = call.query
    code, login = query.get("store"), query.get("staff")
    store = (await shop()).by_code(code) if code is not None else None
    if code is not None and store is None:
        raise _untrue("store", "is not the code of a store")
    staff = await _colleague(login, "staff") if login is not None else None
    cursor = query.get("cursor")
    found, following = await call_list.work_page(
        Place(call.now) if cursor is None else _place(cursor),
        staff_id=staff.id if staff else None,
        store_id=store.id if store else None,
        limit=query.get("limit", 50),
    )
    return page(call, [_shown(task) for task in found], _cursor(following) if following else None)


def _cursor(place: Place) -> str:
    block, last = place.block, place.last
    return cursor_of(
        place.at.isoformat(),
        None if block is None else [block[0].isoformat(), block[1]],
        None if last is None else [last[0], last[1].isoformat(), last[2].isoformat(), last[3]],
    )


def _place(cursor: str) -> Place:
    """The pages of one list are all of it as it stood when the first was asked for."""
    match read_cursor(cursor):
        case [str(at), None, [bool(later), str(hour), str(due), int(number)]]:
            return Place(_at(at), None, (later, _at(hour), _at(due), _row(number)))
        case [str(at), [str(end), int(row)], None]:
            return Place(_at(at), (_at(end), _row(row)))
        case [str(at), [str(end), int(row)], [bool(later), str(hour), str(due), int(number)]]:
            last = later, _at(hour), _at(due), _row(number)
            return Place(_at(at), (_at(end), _row(row)), last)
    raise bad_cursor()


def _at(said: str) -> datetime:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise bad_cursor() from None
    if at.tzinfo is None or not (1900 < at.year < 2200 or at == NEVER):
        raise bad_cursor()
    return at


def _row(number: int) -> int:
    if isinstance(number, bool) or not 0 <= number < 2**62:
        raise bad_cursor()
    return number


def _none(call: Call) -> Problem:
    return Problem("not-found", f"There is no call {call.path['id']}.")


async def one(call: Call) -> web.StreamResponse:
    task = await call_list.one(call.path["id"], call.now)
    if task is None:
        raise _none(call)
    found = await asking(task.touchpoint_id, call.now)
    questions = [_question(*pair, found) for pair in numbered(found.surveys)]
    return answer({**_shown(task), "questions": questions})


async def _caller(task: CallTask, login: str | None) -> Staff:
    if login is not None:
        return await _colleague(login, "by")
    found = await get_staff(task.staff_id) if task.staff_id is not None else None
    if found is None:
        raise _untrue("by", "is missing, and the call is nobody's yet")
    return found


def _told(body: dict[str, Any]) -> Told:
    later = None
    if "later_at" in body:
        later = moment(body["later_at"])
        if later is None or later.year > 2199:
            raise _untrue("later_at", "must lie ahead, in a year of ours")
    given = tuple(
        Given(
            *(one["survey"], one["question"], one.get("value")),
            *(tuple(one.get("choices", ())), one.get("words", "")),
        )
        for one in body.get("answers", ())
    )
    said, level = body.get("said", ""), body.get("level", "")
    return Told(body["outcome"], said, later, given, level, body.get("tries"))


async def recorded(call: Call) -> web.StreamResponse:
    """201: kept; `missing` says what a complete record would also have. 409: somebody was faster."""
    task = await call_list.one(call.path["id"], call.now)
    if task is None:
        raise _none(call)
    who = await _caller(task, call.body.get("by"))
    try:
        done = await calls.record(call.path["id"], who, _told(call.body), call.now)
    except Taken as stands:
        raise Problem("conflict", str(stands)) from None
    except StaffError as wrong:
        field = "later_at" if "约的时间" in wrong.what else "answers"
        raise _untrue(
            field if "岗位" not in wrong.what else "by", "cannot be", str(wrong)
        ) from None
    if done is None:
        raise _untrue("by", "may not see this call")
    body = {
        **{name: getattr(done, name) for name in ("id", "done")},
        "missing": list(done.missing),
        "again_at": _said(done.again_at),
        "case": done.case or None,
        "lead": done.lead or None,
    }
    return answer(body, 201)
