"""What belongs to a complaint: compensations, measures, what is alike; and who gets which."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from aiohttp import web

from bot.api.cases import colleague, none, number, refusal, untrue
from bot.api.cases_shown import compensation_shown, link_shown, measure_shown, route_shown
from bot.api.problems import Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.errors import StaffError
from bot.rules.cases.words import category_code, id_of
from storage.queries.cases import compensations, measures
from storage.queries.cases import links as case_links
from storage.queries.cases import opening as cases
from storage.queries.cases import routes as case_routes
from storage.queries.cases.measures import New
from storage.queries.cases.routes import Line


async def _case(call: Call) -> int:
    case_id = number(call)
    if await cases.one(case_id) is None:
        raise none(call)
    return case_id


async def gifts(call: Call) -> web.StreamResponse:
    found = await compensations.of_case(await _case(call))
    return answer({"items": [compensation_shown(one) for one in found]})


async def ask_gift(call: Call) -> web.StreamResponse:
    body, case_id = call.body, number(call)
    who = await colleague(body["by"])
    amount = Decimal(str(body["amount"])) if "amount" in body else None
    try:
        made = await compensations.ask(
            who, case_id, body["kind"], body["what"], call.now, amount=amount
        )
    except StaffError as wrong:
        raise await refusal(wrong, "kind", case_id) from None
    if made is None:
        raise none(call)
    return answer(compensation_shown(made), 201)


async def take_gift(call: Call) -> web.StreamResponse:
    body, case_id = call.body, number(call)
    who = await colleague(body["by"])
    found = await compensations.one(call.path["sub"])
    if found is None or found.case_id != case_id:
        raise Problem("not-found", "The complaint has no such compensation.")
    words = body.get("words", "")
    try:
        done = await compensations.take(who, found.id, body["step"], call.now, words=words)
    except StaffError as wrong:
        raise await refusal(wrong, "step", case_id) from None
    if done is None:
        raise none(call)
    return answer(compensation_shown(done))


async def plans(call: Call) -> web.StreamResponse:
    found = await measures.of_case(await _case(call))
    return answer({"items": [measure_shown(one) for one in found]})


async def planned(body: Mapping[str, Any], **of: Any) -> New:
    """A measure as it is proposed. `of`: what it is for."""
    due = date.fromisoformat(body["due_on"])
    if not 1900 <= due.year <= 2199:
        raise untrue("due_on", "must be from 1900 to 2199")
    owner = (await colleague(body["owner"], "owner")).id if "owner" in body else None
    return New(body["what"], due, owner, **of)


async def propose(call: Call) -> web.StreamResponse:
    body, case_id = call.body, number(call)
    who, new = await colleague(body["by"]), await planned(body, case_id=case_id)
    try:
        made = await measures.propose(who, new, call.now)
    except StaffError as wrong:
        raise await refusal(wrong, "what", case_id) from None
    if made is None:
        raise none(call)
    return answer(measure_shown(made), 201)


async def take_plan(call: Call) -> web.StreamResponse:
    body, case_id = call.body, number(call)
    who = await colleague(body["by"])
    found = await measures.one(call.path["sub"])
    if found is None or found.case_id != case_id:
        raise Problem("not-found", "The complaint has no such measure.")
    words = body.get("words", "")
    try:
        done = await measures.take(who, found.id, body["step"], call.now, words=words)
    except StaffError as wrong:
        raise await refusal(wrong, "step", case_id) from None
    if done is None:
        raise none(call)
    return answer(measure_shown(done))


async def alike(call: Call) -> web.StreamResponse:
    """Two complaints are of one kind; said again, nothing changes."""
    body, case_id = call.body, number(call)
    who = await colleague(body["by"])
    other = id_of(body["other"])
    try:
        done = await case_links.link(who, case_id, other or 0, call.now, why=body.get("why", ""))
    except StaffError as wrong:
        raise await refusal(wrong, "other", case_id) from None
    if done is None:
        raise Problem("not-found", "One of the two complaints is not there for that colleague.")
    found = await case_links.linked(case_id)
    return answer({"items": [link_shown(one) for one in found]})


async def routes(_call: Call) -> web.StreamResponse:
    return answer({"items": [route_shown(one) for one in await case_routes.table()]})


async def put_routes(call: Call) -> web.StreamResponse:
    """The whole table as it is to be."""
    who = await colleague(call.body["by"])
    lines = [
        Line(
            *(one.get("store", "").strip(), category_code(one.get("category", ""))),
            *(one.get("energy", ""), one["department"], one.get("owner") or ""),
        )
        for one in call.body["routes"]
    ]
    try:
        await case_routes.replace(who, lines, call.now)
    except StaffError as wrong:
        raise untrue(
            "routes", "cannot be so; problem_zh says why", wrong.what + wrong.hint
        ) from None
    return answer({"items": [route_shown(one) for one in await case_routes.table()]})
