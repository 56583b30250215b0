"""The routes of measures."""

from typing import Final

from bot.api import measures, schemas
from bot.api.cases_schemas import LOGIN
from bot.api.routing import JSON, Answer, Body, Route
from bot.rules.cases.amends import MEASURE_STATES, MEASURES

_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")
_MOVED: Final = Answer("It has moved on: `errors` says what it is now.", "Problem")
_ROW: Final = {"id": schemas.ROW}
_BY: Final = {
    **LOGIN,
    "x-needed": True,
    "description": "The log-in of the colleague in whose name it is asked; others' are not there.",
}
_FIRST: Final = {"id": "$response.body#/items/0/id"}
_ITSELF: Final = {"id": "$response.body#/id"}
_NEW: Final = {
    "what": "前台增设进度屏",
    "category": "response_time",
    "due_on": "2026-12-01",
    "by": "gu",
}

ROUTES: Final = (
    Route(
        *("GET", "/measures", "list_measures_seen", "Measures that a colleague sees", "cases"),
        *("cases:read", measures.listed),
        {200: Answer("A page, the oldest first.", "MeasurePage", headers=("Link",)), 422: _UNTRUE},
        query={
            "by": _BY,
            "state": {"type": "string", "enum": list(MEASURE_STATES)},
            "kind": {"type": "string", "enum": list(MEASURES)},
            "cursor": schemas.CURSOR,
            "limit": schemas.LIMIT,
        },
        leads_to=dict.fromkeys(("get_measure", "take_measure_step"), _FIRST),
    ),
    Route(
        *("POST", "/measures", "propose_preventive", "Propose one against a kind of complaint"),
        *("cases", "cases:write", measures.prevent),
        {
            201: Answer("It waits for the general manager.", "Measure", headers=("Location",)),
            422: _UNTRUE,
        },
        body=Body("PreventiveIn", (JSON,), _NEW),
        leads_to=dict.fromkeys(("get_measure", "take_measure_step"), _ITSELF),
    ),
    Route(
        *("GET", "/measures/{id}", "get_measure", "One measure", "cases"),
        *("cases:read", measures.one),
        {200: Answer("As it is now.", "Measure"), 422: _UNTRUE},
        _ROW,
        query={"by": _BY},
    ),
    Route(
        *("POST", "/measures/{id}", "take_measure_step", "Decide, report, judge its effect"),
        *("cases", "cases:write", measures.take),
        {200: Answer("As it is now.", "Measure"), 409: _MOVED, 422: _UNTRUE},
        _ROW,
        body=Body("MeasureStep", (JSON,), {"step": "approve", "by": "zhao"}),
    ),
)
