"""Figures for whoever draws them."""

from typing import Any

from aiohttp import web

from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.errors import StaffError
from bot.rules.monthly import Complaints, FollowUps, Headline, Monthly
from bot.rules.monthly_answers import Ratings
from storage.queries import reports
from storage.queries.stores import shop


async def monthly(call: Call) -> web.StreamResponse:
    """回访月报 of a month, so far if it is the one that is running."""
    month, store = call.query.get("month"), call.query.get("store", "")
    if store and (await shop()).by_code(store) is None:
        raise Problem("unprocessable", errors=[FieldProblem("store", "is not the code of a store")])
    try:
        month = month or await reports.this_month(call.now)
        return answer(shown(await reports.monthly(month, call.now, store)))
    except StaffError as wrong:
        told = FieldProblem("month", "is no month that has begun", wrong.what)
        raise Problem("unprocessable", errors=[told]) from None


def shown(found: Monthly) -> dict[str, Any]:
    return {
        "month": found.month,
        "store": found.store or None,
        **_headline(found.follow_ups, found.ratings, found.complaints),
        "questions": [
            {
                **{name: getattr(one, name) for name in ("survey", "question", "text", "topic")},
                **{name: getattr(one, name) for name in ("answered", "satisfaction", "low")},
                "counts": [{"answer": label, "count": count} for label, count in one.counts],
            }
            for one in found.questions
        ],
        "clocks": [
            {
                **{name: getattr(one, name) for name in ("name", "met", "late")},
                "on_time_percent": one.on_time_percent,
            }
            for one in found.clocks
        ],
        "issues": [
            {
                "category": one.category or None,
                **{name: getattr(one, name) for name in ("name", "count", "cause", "solved")},
                "percent": round(100 * one.share, 1),
            }
            for one in found.issues
        ],
        "stores": [_line(one) for one in found.stores],
    }


def _line(one: Headline) -> dict[str, Any]:
    told = _headline(one.follow_ups, one.ratings, one.complaints)
    return {"store": one.store or None, "name": one.name, **told}


def _headline(calls: FollowUps, said: Ratings, cases: Complaints) -> dict[str, Any]:
    return {
        "follow_ups": _named(
            calls, "due", "done", "successful", "spared", "done_percent", "successful_percent"
        ),
        "ratings": _named(
            said, "answered", "satisfaction", "last_repair", "nps", "promoters", "detractors", "low"
        ),
        "complaints": _named(
            *(cases, "recorded", "withdrawn", "solved", "resolution_percent"),
            *("on_time", "late", "on_time_percent"),
        ),
    }


def _named(of: object, *names: str) -> dict[str, Any]:
    return {name: getattr(of, name) for name in names}
