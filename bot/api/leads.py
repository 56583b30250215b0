"""Leads for the DMS: who wants a car, and what became of it."""

from datetime import datetime

from aiohttp import web

from bot.api.checking import moment
from bot.api.paging import cursor_of, last_number, page
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call, etag
from bot.api.routing import answer
from bot.errors import StaffError
from bot.rules.leads import OPEN
from storage.queries.leads import changes as lead_changes
from storage.queries.leads import opening as leads
from storage.queries.leads import pages as lead_pages
from storage.queries.leads.changes import Change
from storage.queries.leads.deeds import DETAILS, Changed
from storage.queries.leads.opening import Lead, NewLead
from storage.queries.leads.pages import Wanted
from storage.queries.leads.whose import consultant_named, customer_of_ref
from storage.queries.stores.shops import shop


def _untrue(field: str, problem: str, chinese: str = "") -> Problem:
    return Problem("unprocessable", errors=[FieldProblem(field, problem, chinese)])


async def _store(code: str | None) -> int | None:
    if code is None:
        return None
    found = (await shop()).by_code(code)
    if found is None:
        raise _untrue("store", "is not the code of a store")
    return found.id


async def _consultant(name: str | None) -> int | None:
    if name is None:
        return None
    found = await consultant_named(name)
    if found is None:
        raise _untrue("consultant", "is nobody at work here who looks after leads")
    return found


async def listed(call: Call) -> web.StreamResponse:
    query = call.query
    limit = query.get("limit", 50)
    wanted = Wanted(
        *(query.get("state"), query.get("level"), query.get("source")),
        store_id=await _store(query.get("store")),
        after=last_number(call),
    )
    found = await lead_pages.page(wanted, limit + 1)
    cursor = cursor_of(found[limit - 1].id) if len(found) > limit else None
    return page(call, [one.shown() for one in found[:limit]], cursor)


async def _found(call: Call) -> Lead:
    found = await leads.by_number(call.path["id"])
    if found is None:
        raise Problem("not-found", f"There is no lead {call.path['id']}.")
    return found


async def one(call: Call) -> web.StreamResponse:
    found = await _found(call)
    headers = {"ETag": etag(found.rev)}
    known = call.conditions.none_match
    if known is not None and (isinstance(known, str) or found.rev in known):
        return web.Response(status=304, headers=headers)
    history = [
        {
            "kind": event.kind,
            "by": event.actor,
            **{name: getattr(event, name) for name in ("before", "after", "note")},
            "at": event.at.isoformat(),
        }
        for event in await leads.events(found.id)
    ]
    return answer({**found.shown(), "history": history}, headers=headers)


async def register(call: Call) -> web.StreamResponse:
    """201: a new lead; 200: the person's open one, with the wish added unless it was told before."""
    said = call.body
    customer = None
    if "customer_ref" in said:
        customer = await customer_of_ref(said["customer_ref"])
        if customer is None:
            raise _untrue("customer_ref", "is nobody's")
    told = {name: said[name] for name in (*DETAILS, "level") if name in said}
    new = NewLead(
        said["source"],
        **told,
        customer_id=customer,
        consultant_id=await _consultant(said.get("consultant")),
        store_id=await _store(said.get("store")),
        same=f"api:{said['ref']}" if "ref" in said else None,
        by=call.actor,
    )
    lead, fresh = await leads.register(new, call.now)
    return answer(lead.shown(), 201 if fresh else 200, {"ETag": etag(lead.rev)})


def _lies_ahead(said: str | None, now: datetime) -> datetime | None:
    if said is None:
        return None
    at = moment(said)
    if at is None or not now < at or at.year > now.year + 2:
        raise _untrue("next_at", "must lie ahead, within two years")
    return at


async def changed(call: Call) -> web.StreamResponse:
    """All that is said or nothing; a lead that has ended stands (409)."""
    lead, said = await _found(call), call.body
    state, reason = said.get("state", ""), said.get("lost_reason", "")
    if (state == "lost") != bool(reason.strip()):
        raise _untrue(
            "lost_reason", "is said where the lead is lost, and only there", "战败要写原因"
        )
    change = Change(
        {name: said[name] for name in DETAILS if name in said},
        await _consultant(said.get("consultant")),
        said.get("level", ""),
        contacted=said.get("contacted", False),
        next_at=_lies_ahead(said.get("next_at"), call.now),
        state=state,
        reason=reason,
    )
    match = call.conditions.match
    revs = match if isinstance(match, frozenset) else None
    if revs is not None and lead.rev not in revs:
        raise Problem("precondition-failed", f"{lead.number} is at rev {lead.rev}.")
    if lead.state != OPEN:
        raise Problem("conflict", f"{lead.number} is {lead.state} and stays so.")
    try:
        after = await lead_changes.apply(lead.id, change, call.actor, call.now, if_revs=revs)
    except Changed as stands:
        raise Problem("precondition-failed", f"Read it again: {stands}.") from None
    except StaffError as stands:
        raise Problem("conflict", str(stands)) from None
    found = after or lead
    return answer(found.shown(), headers={"ETag": etag(found.rev)})
