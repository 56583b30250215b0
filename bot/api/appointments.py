"""The workshop's diary for the DMS: what is coming, and what became of it."""

from datetime import date, datetime

from aiohttp import web

from bot.api.paging import bad_cursor, cursor_of, page, read_cursor
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call, etag
from bot.api.routing import answer
from storage.queries.bookings import appointments
from storage.queries.bookings.appointments import Wanted
from storage.queries.bookings.states import Changed, NotNow, move
from storage.queries.stores.shops import shop


def _after(cursor: str | None) -> tuple[datetime, int] | None:
    if cursor is None:
        return None
    match read_cursor(cursor):
        case [str(at), int(last)] if 0 <= last < 2**62:
            try:
                moment = datetime.fromisoformat(at)
            except ValueError:
                raise bad_cursor() from None
            if moment.tzinfo is not None and 1900 < moment.year < 2200:
                return moment, last
    raise bad_cursor()


async def listed(call: Call) -> web.StreamResponse:
    query = call.query
    day, store, limit = query.get("date"), query.get("store"), query.get("limit", 50)
    if store is not None and (await shop()).by_code(store) is None:
        raise Problem("unprocessable", errors=[FieldProblem("store", "is not the code of a store")])
    on = date.fromisoformat(day) if day else None
    if on is not None and not 1900 <= on.year <= 2199:
        raise Problem("unprocessable", errors=[FieldProblem("date", "must be from 1900 to 2199")])
    wanted = Wanted(on, store, query.get("state"), _after(query.get("cursor")))
    found = await appointments.page(wanted, limit + 1)
    more = len(found) > limit
    last = found[limit - 1] if more else None
    cursor = cursor_of(last.starts_at.isoformat(), last.id) if last else None
    return page(call, [one.shown() for one in found[:limit]], cursor)


def _id(call: Call) -> int:
    return int(call.path["id"].lstrip("Aa"))


def _none(call: Call) -> Problem:
    return Problem("not-found", f"There is no appointment {call.path['id']}.")


async def one(call: Call) -> web.StreamResponse:
    found = await appointments.one(_id(call))
    if found is None:
        raise _none(call)
    headers = {"ETag": etag(found.rev)}
    known = call.conditions.none_match
    if known is not None and (isinstance(known, str) or found.rev in known):
        return web.Response(status=304, headers=headers)
    return answer(found.shown(), headers=headers)


async def moved(call: Call) -> web.StreamResponse:
    """Arrived, done, not come. The same again changes nothing and tells nobody."""
    match = call.conditions.match
    revs = match if isinstance(match, frozenset) else None
    try:
        found = await move(_id(call), call.body["state"], call.now, if_revs=revs)
    except NotNow as stands:
        raise Problem("conflict", f"It is {stands.state}: {stands}.") from None
    except Changed as changed:
        raise Problem("precondition-failed", f"Read it again: {changed}.") from None
    if found is None:
        raise _none(call)
    return answer(found.shown(), headers={"ETag": etag(found.rev)})
