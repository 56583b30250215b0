"""The routes of complaints."""

from typing import Any, Final

from bot.api import cases, cases_amends, schemas
from bot.api.cases_schemas import CASE_NUMBER, CASE_STATE, CATEGORY, CLOCK, LOGIN
from bot.api.routing import JSON, Answer, Body, Route

_UNTRUE: Final = Answer("Well formed but it cannot be; `errors` says why.", "Problem")
_MOVED: Final = Answer("It has moved on: `errors` says what it is now.", "Problem")
_NUMBER: Final = {"id": CASE_NUMBER}
_SUB: Final = {"id": CASE_NUMBER, "sub": schemas.ROW}
_FIRST: Final = {"id": "$response.body#/items/0/id"}
_ITSELF: Final = {"id": "$response.body#/id"}
_OURS: Final = {"id": "$request.path.id", "sub": "$response.body#/id"}
_OF_ONE: Final = ("get_case", "act_on_case", "ask_compensation", "propose_measure", "link_cases")
_NEW: Final[dict[str, Any]] = {
    "what": "空调不制冷，等了两天没人回电",
    "category": "response_time",
    "customer_ref": "C1",
    "store": "main",
    "ref": "K20261118-3",
    "priority": "high",
    "source": "call",
}

_CASES: Final = (
    Route(
        *("GET", "/cases", "list_cases", "Complaints with their clocks, the newest first", "cases"),
        *("cases:read", cases.listed),
        {200: Answer("A page.", "CasePage", headers=("Link",)), 422: _UNTRUE},
        query={
            "state": CASE_STATE,
            "owner": LOGIN,
            "store": {"type": "string", "maxLength": 32, "description": "A store's code."},
            "category": CATEGORY,
            "clock": CLOCK,
            "cursor": schemas.CURSOR,
            "limit": schemas.LIMIT,
        },
        leads_to=dict.fromkeys(_OF_ONE, _FIRST),
    ),
    Route(
        *("POST", "/cases", "record_case", "Somebody complained elsewhere", "cases"),
        *("cases:write", cases.record),
        {
            200: Answer("It was told before: as it is now.", "Case", headers=("Location",)),
            201: Answer("It has an owner and running clocks.", "Case", headers=("Location",)),
            422: _UNTRUE,
        },
        body=Body("CaseIn", (JSON,), _NEW),
        leads_to=dict.fromkeys(_OF_ONE, _ITSELF),
    ),
    Route(
        *("GET", "/cases/{id}", "get_case", "One complaint with all that belongs to it", "cases"),
        *("cases:read", cases.one),
        {200: Answer("As it is now.", "CaseWhole")},
        _NUMBER,
        leads_to={
            "act_on_case": _ITSELF,
            "get_evidence": {**_ITSELF, "eid": "$response.body#/evidence/0/id"},
        },
    ),
    Route(
        *("POST", "/cases/{id}/deeds", "act_on_case", "A step, in a colleague's name", "cases"),
        *("cases:write", cases.act),
        {200: Answer("As it is now.", "Case"), 409: _MOVED, 422: _UNTRUE},
        _NUMBER,
        body=Body("CaseDeed", (JSON,), {"deed": "progress", "by": "yan", "words": "配件已订"}),
        leads_to={"get_case": _ITSELF},
    ),
    Route(
        *("GET", "/cases/{id}/evidence/{eid}", "get_evidence", "A file that the customer sent"),
        *("cases", "cases:read", cases.media),
        {200: Answer("The file; its media type is as the complaint names it.")},
        {"id": CASE_NUMBER, "eid": schemas.ROW},
    ),
)
_AMENDS: Final = (
    Route(
        *("GET", "/cases/{id}/compensations", "list_compensations", "What was asked for", "cases"),
        *("cases:read", cases_amends.gifts),
        {200: Answer("In their order.", "CompensationList")},
        _NUMBER,
    ),
    Route(
        *("POST", "/cases/{id}/compensations", "ask_compensation", "Ask for a compensation"),
        *("cases", "cases:write", cases_amends.ask_gift),
        {201: Answer("It waits for a manager.", "Compensation"), 409: _MOVED, 422: _UNTRUE},
        _NUMBER,
        body=Body(
            "CompensationIn",
            (JSON,),
            {"kind": "voucher", "what": "保养代金券", "amount": 200, "by": "yan"},
        ),
        leads_to={"take_compensation": _OURS},
    ),
    Route(
        *("POST", "/cases/{id}/compensations/{sub}", "take_compensation", "Decide on one, give it"),
        *("cases", "cases:write", cases_amends.take_gift),
        {200: Answer("As it is now.", "Compensation"), 409: _MOVED, 422: _UNTRUE},
        _SUB,
        body=Body("CompensationStep", (JSON,), {"step": "approve", "by": "zhao"}),
    ),
    Route(
        *("GET", "/cases/{id}/measures", "list_measures", "What is done so that it ends", "cases"),
        *("cases:read", cases_amends.plans),
        {200: Answer("In their order.", "MeasureList")},
        _NUMBER,
    ),
    Route(
        *("POST", "/cases/{id}/measures", "propose_measure", "Propose a measure", "cases"),
        *("cases:write", cases_amends.propose),
        {201: Answer("It waits for the general manager.", "Measure"), 409: _MOVED, 422: _UNTRUE},
        _NUMBER,
        body=Body(
            "MeasureIn", (JSON,), {"what": "每两小时报进度", "due_on": "2026-12-01", "by": "yan"}
        ),
        leads_to={"take_measure": _OURS},
    ),
    Route(
        *("POST", "/cases/{id}/measures/{sub}", "take_measure", "Decide, report, judge", "cases"),
        *("cases:write", cases_amends.take_plan),
        {200: Answer("As it is now.", "Measure"), 409: _MOVED, 422: _UNTRUE},
        _SUB,
        body=Body("MeasureStep", (JSON,), {"step": "approve", "by": "zhao"}),
    ),
    Route(
        *("POST", "/cases/{id}/links", "link_cases", "Two complaints are of one kind", "cases"),
        *("cases:write", cases_amends.alike),
        {200: Answer("Those that are of one kind with it.", "CaseLinkList"), 422: _UNTRUE},
        _NUMBER,
        body=Body("CaseLinkIn", (JSON,), {"other": "T000002", "by": "zhao", "why": "同一批配件"}),
    ),
)
_ROUTES: Final = (
    Route(
        *("GET", "/case-routes", "list_case_routes", "Who gets which complaint", "cases"),
        *("cases:read", cases_amends.routes, {200: Answer("The table.", "CaseRouteList")}),
    ),
    Route(
        *("PUT", "/case-routes", "put_case_routes", "Who gets which from now on", "cases"),
        *("cases:write", cases_amends.put_routes),
        {200: Answer("The table as it is now.", "CaseRouteList"), 422: _UNTRUE},
        body=Body(
            "CaseRoutesIn",
            (JSON,),
            {
                "by": "zhao",
                "routes": [
                    {"category": "product_quality", "energy": "bev", "department": "技术部"}
                ],
            },
        ),
    ),
)

ROUTES: Final = (*_CASES, *_AMENDS, *_ROUTES)
