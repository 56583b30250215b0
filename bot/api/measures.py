"""Measures, corrective and preventive, in a colleague's name: what they see and may do, by their role."""

from aiohttp import web

from bot.api.cases import colleague, untrue
from bot.api.cases_amends import planned
from bot.api.cases_shown import measure_shown
from bot.api.paging import cursor_of, last_number, page
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.errors import StaffError
from storage.queries.cases import measures
from storage.queries.cases.history import MovedOn


def _none(call: Call) -> Problem:
    return Problem("not-found", f"There is no measure {call.path['id']} for that colleague.")


async def listed(call: Call) -> web.StreamResponse:
    """Those that the colleague sees, the oldest first."""
    query, limit = call.query, call.query.get("limit", 50)
    who = await colleague(query["by"])
    found = await measures.page(
        who,
        state=query.get("state", ""),
        kind=query.get("kind", ""),
        after=last_number(call) or 0,
        limit=limit + 1,
    )
    last = found[limit - 1] if len(found) > limit else None
    return page(
        call, [measure_shown(one) for one in found[:limit]], cursor_of(last.id) if last else None
    )


async def one(call: Call) -> web.StreamResponse:
    found = await measures.seen(await colleague(call.query["by"]), call.path["id"])
    if found is None:
        raise _none(call)
    return answer(measure_shown(found))


async def prevent(call: Call) -> web.StreamResponse:
    """A preventive one; a corrective one is proposed at its complaint."""
    body = call.body
    who, new = await colleague(body["by"]), await planned(body, category=body["category"])
    try:
        made = await measures.propose(who, new, call.now)
    except StaffError as wrong:
        field = "by" if "岗位" in wrong.what else "due_on"
        said = f"{wrong.what}{wrong.hint}"
        raise untrue(field, "cannot be so; problem_zh says why", said) from None
    assert made is not None  # noqa: S101  # only a complaint can be out of sight
    return answer(measure_shown(made), 201, {"Location": f"/api/v1/measures/{made.id}"})


async def take(call: Call) -> web.StreamResponse:
    """approve, refuse, report, effective or ineffective."""
    body = call.body
    who = await colleague(body["by"])
    words = body.get("words", "")
    try:
        done = await measures.take(who, call.path["id"], body["step"], call.now, words=words)
    except MovedOn as stands:
        said = f"{stands.what}{stands.hint}"
        errors = [FieldProblem("step", f"cannot be taken any more: it is {stands.state} now", said)]
        raise Problem("conflict", f"It is {stands.state} now.", errors) from None
    except StaffError as wrong:
        said = f"{wrong.what}{wrong.hint}"
        raise untrue("step", "cannot be done so; problem_zh says why", said) from None
    if done is None:
        raise _none(call)
    return answer(measure_shown(done))
