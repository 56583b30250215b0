"""Ratings for the DMS: what customers said of a visit or a follow-up, and what came of it."""

from aiohttp import web

from bot.api.evidence import file_of
from bot.api.paging import cursor_of, last_number, page
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from storage.queries.ratings import pages as ratings_pages
from storage.queries.ratings.pages import Wanted
from storage.queries.stores.shops import shop


async def listed(call: Call) -> web.StreamResponse:
    query = call.query
    limit, store = query.get("limit", 50), query.get("store")
    if store is not None and (await shop()).by_code(store) is None:
        raise Problem("unprocessable", errors=[FieldProblem("store", "is not the code of a store")])
    low = query["low"] == "true" if "low" in query else None
    wanted = Wanted(
        *(query.get("state"), store, low, query.get("repair_order")),
        last_number(call),
    )
    found = await ratings_pages.page(wanted, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return page(call, list(found[:limit]), cursor_of(last["id"]) if last else None)


async def one(call: Call) -> web.StreamResponse:
    found = await ratings_pages.shown(call.path["id"])
    if found is None:
        raise Problem("not-found", "There is no such rating.")
    return answer(found)


async def media(call: Call) -> web.StreamResponse:
    return await file_of(call, "rating", call.path["id"])
