"""The touch plan for the DMS: what is owed and what became of it, and why."""

from datetime import date

from aiohttp import web

from bot.api.paging import bad_cursor, cursor_of, page, read_cursor
from bot.api.problems import Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.outbox.why import explained
from bot.rules.explaining import number_of
from storage.queries.touch import pages as touch_pages
from storage.queries.touch.pages import Wanted


def _after(cursor: str | None) -> tuple[date, int] | None:
    if cursor is None:
        return None
    match read_cursor(cursor):
        case [str(day), int(last)] if 0 <= last < 2**62:
            try:
                return date.fromisoformat(day), last
            except ValueError:
                raise bad_cursor() from None
    raise bad_cursor()


async def listed(call: Call) -> web.StreamResponse:
    query = call.query
    limit = query.get("limit", 50)
    days = [date.fromisoformat(query[name]) if name in query else None for name in ("from", "to")]
    wanted = Wanted(
        *(days[0], days[1], query.get("kind"), query.get("state")),
        _after(query.get("cursor")),
    )
    found = await touch_pages.page(wanted, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    cursor = cursor_of(last.due_on.isoformat(), last.id) if last else None
    return page(call, [one.shown() for one in found[:limit]], cursor)


async def one(call: Call) -> web.StreamResponse:
    """`reasons` is what `cheyu why` says."""
    found = await touch_pages.one(call.path["id"])
    if found is None:
        raise Problem("not-found", "There is no such touchpoint.")
    return answer({**found.shown(), "reasons": await explained(number_of(found.id))})
