"""Figures for whoever draws them."""

from typing import Any

from aiohttp import web

from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer
from bot.errors import StaffError
from bot.rules.reports.answers import Ratings
from bot.rules.reports.monthly import Complaints, FollowUps, Headline, Monthly
from bot.rules.reports.staff import StaffFigure
from storage.queries import audit
from storage.queries.reports import monthly as reports
from storage.queries.reports import staff as report_staff
from storage.queries.reports import technicians as report_technicians
from storage.queries.reports import trend as report_trend
from storage.queries.staff.colleagues import by_login
from storage.queries.stores.shops import shop


def _untrue(field: str, problem: str, chinese: str = "") -> Problem:
    return Problem("unprocessable", errors=[FieldProblem(field, problem, chinese)])


async def _asked(call: Call) -> tuple[str, str]:
    """The month and the store's code; without a month the one that is running."""
    store = call.query.get("store", "")
    if store and (await shop()).by_code(store) is None:
        raise _untrue("store", "is not the code of a store")
    return call.query.get("month") or await reports.this_month(call.now), store


def _not_begun(wrong: StaffError) -> Problem:
    return _untrue("month", "is no month that has begun", wrong.what)


async def monthly(call: Call) -> web.StreamResponse:
    """回访月报 of a month, so far if it is the one that is running."""
    month, store = await _asked(call)
    try:
        return answer(shown(await reports.monthly(month, call.now, store)))
    except StaffError as wrong:
        raise _not_begun(wrong) from None


async def trend(call: Call) -> web.StreamResponse:
    """满意度趋势 up to a month, the oldest first."""
    month, store = await _asked(call)
    try:
        found = await report_trend.trend(month, call.now, store, call.query.get("months", 12))
    except StaffError as wrong:
        raise _not_begun(wrong) from None
    points = [
        {
            "month": one.month,
            "satisfaction_change": found.changed(place),
            **_headline(one.follow_ups, one.ratings),
            "complaints": _named(
                one.complaints, "recorded", "withdrawn", "solved", "resolution_percent"
            ),
        }
        for place, one in enumerate(found.points)
    ]
    return answer({"store": store or None, "months": points})


async def staff(call: Call) -> web.StreamResponse:
    """员工业绩, as far as the colleague in whose name it is asked may see it."""
    month, store = await _asked(call)
    who = await by_login(call.query["by"])
    if who is None:
        raise _untrue("by", "is not the log-in of a colleague who works here")
    try:
        found = await report_staff.by_staff(month, call.now, store, who)
    except report_staff.NotTheirStore as wrong:
        raise _untrue("store", "is not theirs to see", wrong.what) from None
    except report_staff.NotTheirs as wrong:
        raise _untrue("by", "may not see the figures of colleagues", wrong.what) from None
    except StaffError as wrong:
        raise _not_begun(wrong) from None
    await audit.note(who.actor, "view", "kpi", {"month": month, "key": call.actor}, call.now)
    technicians = await report_technicians.by_technician(month, call.now, store, who)
    told = {
        "people": [_person(one) for one in found.people],
        "technicians": [
            {
                **_named(one, "name", "store", "complaints"),
                "ratings": _rated(one.ratings),
            }
            for one in technicians
        ],
    }
    return answer({"month": month, "store": store or None, **told})


def _person(one: StaffFigure) -> dict[str, Any]:
    return {
        "name": one.name,
        **{name: getattr(one, name) or None for name in ("login", "role", "store")},
        "ratings": _rated(one.ratings),
        "complaints": _handled(one.complaints),
        "calls": _named(one.calls, "made", "reached", "reached_percent"),
        "duties": _named(
            *(one.duties, "due", "done", "records", "complete", "owners", "sold"),
            *("completion", "completeness", "second_sale"),
        ),
        "kpi": {"points": one.kpi.points, "flags": list(one.kpi.flags)},
    }


def shown(found: Monthly) -> dict[str, Any]:
    return {
        "month": found.month,
        "store": found.store or None,
        **_headline(found.follow_ups, found.ratings),
        "complaints": _handled(found.complaints),
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
    told = _headline(one.follow_ups, one.ratings)
    told["complaints"] = _handled(one.complaints)
    return {"store": one.store or None, "name": one.name, **told}


def _headline(calls: FollowUps, said: Ratings) -> dict[str, Any]:
    return {
        "follow_ups": _named(
            calls, "due", "done", "successful", "spared", "done_percent", "successful_percent"
        ),
        "ratings": _rated(said),
    }


def _rated(said: Ratings) -> dict[str, Any]:
    return _named(
        *(said, "answered", "satisfaction", "last_repair", "nps", "promoters", "detractors"),
        *("low", "low_percent"),
    )


def _handled(cases: Complaints) -> dict[str, Any]:
    return _named(
        *(cases, "recorded", "withdrawn", "solved", "resolution_percent"),
        *("on_time", "late", "on_time_percent"),
    )


def _named(of: object, *names: str) -> dict[str, Any]:
    return {name: getattr(of, name) for name in names}
