"""Complaints for the DMS: reading them, recording them, and what is done to them."""

from typing import Any

from aiohttp import web

from bot.api.cases_shown import whole_shown
from bot.api.evidence import file_of
from bot.api.paging import cursor_of, last_number, page
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.errors import StaffError
from bot.rules.cases.words import id_of
from storage.queries.cases import named as case_named
from storage.queries.cases import opening as cases
from storage.queries.cases.acting import do
from storage.queries.cases.history import MovedOn
from storage.queries.cases.opening import NewCase, clocks_of
from storage.queries.cases.pages import Listed, Wanted
from storage.queries.cases.pages import page as page_of
from storage.queries.cases.rows import Case
from storage.queries.cases.whole import whole
from storage.queries.leads.whose import customer_of_ref
from storage.queries.staff.colleagues import Staff, by_login
from storage.queries.stores.shops import shop


def untrue(field: str, problem: str, chinese: str = "") -> Problem:
    return Problem("unprocessable", errors=[FieldProblem(field, problem, chinese)])


def number(call: Call) -> int:
    found = id_of(call.path["id"])
    if found is None:
        raise none(call)
    return found


def none(call: Call) -> Problem:
    return Problem("not-found", f"There is no complaint {call.path['id']}.")


async def colleague(login: str, field: str = "by") -> Staff:
    """422 for somebody who does not work here."""
    found = await by_login(login)
    if found is None:
        raise untrue(field, "is not the log-in of a colleague who works here")
    return found


async def refusal(wrong: StaffError, field: str, case_id: int) -> Problem:
    """Why a deed was not done: 409 with what it is now where that is why, else 422."""
    said = f"{wrong.what}{wrong.hint}"
    if not isinstance(wrong, MovedOn):
        return untrue(field, "cannot be done so; problem_zh says why", said)
    case = await cases.one(case_id)
    rev = case.rev if case else 0
    errors = [
        FieldProblem(field, f"cannot be done any more: it is {wrong.state} now", said),
        FieldProblem("rev", f"is {rev} now"),
    ]
    return Problem("conflict", f"It is {wrong.state} now (the complaint's rev is {rev}).", errors)


async def _store(code: str | None) -> int | None:
    if code is None:
        return None
    found = (await shop()).by_code(code)
    if found is None:
        raise untrue("store", "is not the code of a store")
    return found.id


async def listed(call: Call) -> web.StreamResponse:
    query, limit = call.query, call.query.get("limit", 50)
    owner = (await colleague(query["owner"], "owner")).id if "owner" in query else None
    wanted = Wanted(
        *(query.get("state", ""), owner, await _store(query.get("store"))),
        *(query.get("category", ""), query.get("clock", ""), last_number(call)),
    )
    found = await page_of(wanted, limit + 1, call.now)
    cursor = cursor_of(found[limit - 1].case.id) if len(found) > limit else None
    return page(call, [one.shown() for one in found[:limit]], cursor)


async def one(call: Call) -> web.StreamResponse:
    found = await whole(number(call), call.now)
    if found is None:
        raise none(call)
    return answer(whole_shown(found))


async def _shown(case: Case, call: Call) -> dict[str, Any]:
    return Listed(case, await clocks_of(case, call.now)).shown()


async def record(call: Call) -> web.StreamResponse:
    """Somebody complained elsewhere: at the counter, on the telephone, in another system."""
    body = call.body
    who = await colleague(body["by"]) if "by" in body else None
    same = f"api:{body['ref']}" if "ref" in body else None
    car = await _named(call, "vin", case_named.car_of_vin)
    order = await _named(call, "order_ref", case_named.visit_of_ref)
    customer = await _named(call, "customer_ref", customer_of_ref)
    new = NewCase(
        *(body.get("source", "api"), body["what"], body.get("category", "").strip()),
        since=body.get("since", ""),
        wish=body.get("wish", ""),
        customer_id=customer or await case_named.owner(car, order),
        vehicle_id=car,
        visit_id=order,
        store_id=await _store(body.get("store")),
        phone=body.get("phone", "").strip(),
        same=same,
        by=who.actor if who else call.actor,
        priority=body.get("priority", "normal"),
    )
    there = same is not None and await case_named.known(same)
    case = await (cases.open_case(new, call.now) if there else _taken_down(new, call))
    place = {"Location": f"/api/v1/cases/{case.number}"}
    return answer(await _shown(case, call), 200 if there else 201, place)


async def _taken_down(new: NewCase, call: Call) -> Case:
    try:
        return await cases.take_down(new, call.now)
    except StaffError as wrong:
        field = "phone" if new.phone else "customer_ref"
        words = "is no telephone number" if new.phone else "is missing, and so is a phone"
        raise untrue(field, words, f"{wrong.what}{wrong.hint}") from None


async def _named(call: Call, field: str, find: Any) -> int | None:
    """The id of what the DMS names; 422 for what nobody knows."""
    if field not in call.body:
        return None
    found: int | None = await find(call.body[field])
    if found is None:
        raise untrue(field, "is not known here")
    return found


async def act(call: Call) -> web.StreamResponse:
    """A step in a colleague's name and by their role."""
    body, case_id = call.body, number(call)
    who = await colleague(body["by"])
    names = ("root_cause", "solution", "category", "priority", "reached")
    data: dict[str, Any] = {name: body[name] for name in names if name in body}
    if "staff" in body:
        data["staff_id"] = (await colleague(body["staff"], "staff")).id
    try:
        done = await do(
            *(who, case_id, body["deed"], call.now),
            words=body.get("words", ""),
            if_rev=body.get("rev"),
            **data,
        )
    except StaffError as wrong:
        raise await refusal(wrong, "deed", case_id) from None
    if done is None:
        raise none(call)
    return answer(await _shown(done, call))


async def media(call: Call) -> web.StreamResponse:
    return await file_of(call, "case", number(call))
