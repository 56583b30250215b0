"""Surveys for staff's own tools: read those in force or as they were asked, and write new versions."""

from typing import Any, Final

from aiohttp import web

from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.errors import StaffError
from bot.rules.surveys.choosing import Problem as Fault
from bot.rules.surveys.choosing import Question, Survey, check_survey, dump_survey
from storage.queries import surveys
from storage.queries.stores.shops import shop

_UNREAD: Final = "cannot be taken; problem_zh says why"


async def listed(call: Call) -> web.StreamResponse:
    scope = await _scope(call)
    return answer({"items": [shown(one) for one in await surveys.in_force(scope)]})


async def one(call: Call) -> web.StreamResponse:
    """In force, or with `version` as it was asked."""
    code, version, scope = call.path["code"], call.query.get("version"), await _scope(call)
    if version is not None:
        found = await surveys.by_version(code, version)
    else:
        found = next((one for one in await surveys.in_force(scope) if one.code == code), None)
    if found is None:
        raise Problem("not-found", f"There is no survey {code} like that.")
    return answer(shown(found))


async def put(call: Call) -> web.StreamResponse:
    """A new version; without its number the next one. The same once more changes nothing."""
    code, scope, given = call.path["code"], await _scope(call), dict(call.body)
    if given.get("code", code) != code:
        wrong = FieldProblem("code", "is not the one in the address", "与地址中的不一致")
        raise Problem("unprocessable", "Nothing was kept.", [wrong])
    renumber = "version" not in given
    checked = check_survey({**given, "code": code, "version": given.get("version", 1)})
    if checked.survey is None:
        raise Problem(
            "unprocessable", "Nothing was kept.", [_field(one) for one in checked.problems]
        )
    try:
        done = await surveys.put(
            checked.survey, call.actor, call.now, scope=scope, renumber=renumber
        )
    except StaffError as taken:
        raise Problem("conflict", str(taken)) from None
    return answer(shown(done.survey), 201 if done.state == "created" else 200)


def shown(survey: Survey) -> dict[str, Any]:
    """With what a file leaves out because it is as usual."""
    data = dump_survey(survey)
    usual = {"position": 0, "occasions": [], "audience": {}}
    pairs = zip(data["questions"], survey.questions, strict=True)
    return {**usual, **data, "questions": [_question(told, of) for told, of in pairs]}


def _question(told: dict[str, Any], question: Question) -> dict[str, Any]:
    low = [question.label(one) if question.kind == "yes_no" else one for one in question.low]
    usual = {"topic": "other", "choices": [], "optional": False, "when": {}, "low": low, "lead": []}
    return {**usual, **told}


def _field(fault: Fault) -> FieldProblem:
    name = ""
    for step in fault.path:
        name += f"[{step}]" if isinstance(step, int) else ("." if name else "") + step
    return FieldProblem(name, _UNREAD, f"{fault.place}：{fault.what}")


async def _scope(call: Call) -> str:
    store = str(call.query.get("store", ""))
    if store and (await shop()).by_code(store) is None:
        raise Problem("unprocessable", errors=[FieldProblem("store", "is not the code of a store")])
    return store
