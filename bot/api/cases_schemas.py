"""The shapes of complaints."""

from collections.abc import Mapping
from typing import Any, Final

from bot.rules.cases.amends import GIFT_STATES, GIFT_STEPS, GIFTS, MEASURE_STATES, MEASURE_STEPS
from bot.rules.cases.words import CLOCK_STATES, CLOCKS, PRIORITIES, STATES
from storage.queries.cases.acting import DEEDS
from storage.queries.cases.pages import CLOCK_FILTERS
from storage.queries.cases.routes import ENERGIES

Json = dict[str, Any]

CASE_NUMBER: Final[Mapping[str, Any]] = {
    "type": "string",
    "pattern": "^[Tt]?0{0,8}[1-9][0-9]{0,8}$",
    "x-words": "must be a complaint's number, such as T000123",
}
CASE_STATE: Final[Json] = {"type": "string", "enum": list(STATES)}
CLOCK: Final[Json] = {
    "type": "string",
    "enum": list(CLOCK_FILTERS),
    "description": "With a clock that is so now.",
}
_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_TIME_OR_NONE: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_TEXT: Final[Json] = {"type": "string"}
_TEXT_OR_NONE: Final[Json] = {"type": ["string", "null"]}
_COUNT: Final[Json] = {"type": "integer"}


def words(longest: int, least: int = 0) -> Json:
    """Text without control characters, which no database keeps; what is asked for can be seen."""
    clear = "\\u0000-\\u0008\\u000b-\\u001f\\u007f"
    seen = f"^[^{clear}]*[^\\s{clear}][^{clear}]*$"
    return {
        "type": "string",
        "minLength": least,
        "maxLength": longest,
        "pattern": seen if least else f"^[^{clear}]*$",
        "x-words": "must be text without control characters",
    }


LOGIN: Final[Json] = {**words(64, 1), "description": "A colleague's log-in."}
CATEGORY: Final[Json] = {
    **words(32),
    "description": "attitude, information, empty_promise, response_time, product_quality, process,"
    " or a store's own word.",
}


def _whole(properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


def _list(name: str) -> Json:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def _items(name: str) -> Json:
    return _whole({"items": _list(name)})


def _taken(required: tuple[str, ...], properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "required": list(required), "properties": dict(properties)}


_CASE: Final[Json] = {
    "id": _TEXT,
    "state": CASE_STATE,
    **dict.fromkeys(("source", "category_name", "what"), _TEXT),
    "priority": {"type": "string", "enum": list(PRIORITIES)},
    **dict.fromkeys(("category", "department", "store", "owner", "customer_ref"), _TEXT_OR_NONE),
    **dict.fromkeys(("name", "phone", "vin", "plate", "since", "wish"), _TEXT_OR_NONE),
    **dict.fromkeys(("root_cause", "solution"), _TEXT_OR_NONE),
    **dict.fromkeys(("recorded_at", "changed_at"), _TIME),
    **dict.fromkeys(("solved_at", "ended_at"), _TIME_OR_NONE),
    "rev": _COUNT,
}
_CLOCK: Final[Json] = {
    "name": {"type": "string", "enum": list(CLOCKS)},
    "name_zh": _TEXT,
    "state": {"type": "string", "enum": list(CLOCK_STATES)},
    **dict.fromkeys(("starts_at", "warn_at", "due_at"), _TIME),
    "ended_at": _TIME_OR_NONE,
}
_EVENT: Final[Json] = {
    "number": _COUNT,
    **dict.fromkeys(("kind", "kind_zh", "actor", "words"), _TEXT),
    "data": {"type": "object"},
    "at": _TIME,
}
_COMPENSATION: Final[Json] = {
    "id": _COUNT,
    "kind": {"type": "string", "enum": list(GIFTS)},
    "what": _TEXT,
    "amount": {**_TEXT_OR_NONE, "description": "Yuan, as text: 200.00."},
    "state": {"type": "string", "enum": list(GIFT_STATES)},
    "asked_by": _TEXT,
    "asked_at": _TIME,
    **dict.fromkeys(("decided_by", "given_by", "note"), _TEXT_OR_NONE),
    **dict.fromkeys(("decided_at", "given_at"), _TIME_OR_NONE),
}
_MEASURE: Final[Json] = {
    "id": _COUNT,
    **dict.fromkeys(("kind", "what", "proposed_by"), _TEXT),
    "due_on": {"type": "string", "format": "date"},
    "state": {"type": "string", "enum": list(MEASURE_STATES)},
    "proposed_at": _TIME,
    **dict.fromkeys(("case", "category", "owner", "decided_by"), _TEXT_OR_NONE),
    **dict.fromkeys(("note", "report"), _TEXT_OR_NONE),
    **dict.fromkeys(("reported_by", "effect", "checked_by"), _TEXT_OR_NONE),
    **dict.fromkeys(("decided_at", "reported_at", "checked_at"), _TIME_OR_NONE),
}
_EVIDENCE: Final[Json] = {
    "id": _COUNT,
    "kind": _TEXT,
    "state": {"type": "string", "enum": ["wanted", "kept", "gone"]},
    **dict.fromkeys(("mime", "sha256", "why"), _TEXT_OR_NONE),
    "size": {"type": ["integer", "null"]},
    "sent_at": _TIME,
}
_LINK: Final[Json] = {"id": _TEXT, "state": CASE_STATE, "why": _TEXT, "made_by": _TEXT, "made_at": _TIME}  # fmt: skip
_ROUTE: Final[Json] = {
    **dict.fromkeys(("store", "category", "energy", "department"), _TEXT),
    **dict.fromkeys(("owner", "owner_name"), _TEXT_OR_NONE),
    "changed_by": _TEXT,
    "changed_at": _TIME,
}
_ROUTE_IN: Final[Json] = _taken(
    ("department",),
    {
        "store": words(32),
        "category": words(32),
        "energy": {"type": "string", "enum": list(ENERGIES)},
        "department": words(32, 1),
        "owner": {"type": ["string", "null"], "maxLength": 64, "description": "A log-in."},
    },
)
_STEP: Final[Json] = {
    "by": LOGIN,
    "words": {**words(1000), "description": "Why refused, what was done, what came of it."},
}

SCHEMAS: Final[Mapping[str, Json]] = {
    "Case": _whole({**_CASE, "clocks": _list("CaseClock")}),
    "CasePage": _whole({"items": _list("Case"), "next": {"type": ["string", "null"]}}),
    "CaseClock": _whole(_CLOCK),
    "CaseEvent": _whole(_EVENT),
    "Compensation": _whole(_COMPENSATION),
    "CompensationList": _items("Compensation"),
    "Measure": _whole(_MEASURE),
    "MeasureList": _items("Measure"),
    "MeasurePage": _whole({"items": _list("Measure"), "next": {"type": ["string", "null"]}}),
    "Evidence": _whole(_EVIDENCE),
    "CaseLink": _whole(_LINK),
    "CaseLinkList": _items("CaseLink"),
    "CaseWhole": _whole(
        {
            **_CASE,
            "clocks": _list("CaseClock"),
            "events": _list("CaseEvent"),
            "compensations": _list("Compensation"),
            "measures": _list("Measure"),
            "measure_wanted": {"type": "boolean", "description": "The last one did not help."},
            "evidence": _list("Evidence"),
            "links": _list("CaseLink"),
            "similar": {"type": "array", "items": _TEXT, "description": "Numbers of those alike."},
        }
    ),
    "CaseRoute": _whole(_ROUTE),
    "CaseRouteList": _items("CaseRoute"),
    "CaseRoutesIn": _taken(
        ("by", "routes"),
        {"by": LOGIN, "routes": {"type": "array", "maxItems": 500, "items": _ROUTE_IN}},
    ),
    "CaseIn": _taken(
        ("what",),
        {
            "what": words(4000, 1),
            "source": {"type": "string", "enum": ["api", "staff", "call"], "default": "api"},
            "ref": {**words(64, 1), "description": "Your own key: told twice, it is one."},
            "category": CATEGORY,
            "since": words(200),
            "wish": words(1000),
            "customer_ref": words(64, 1),
            "vin": words(17, 1),
            "order_ref": {**words(64, 1), "description": "The repair order that it is about."},
            "store": words(32, 1),
            "phone": {**words(32), "description": "Where to call back."},
            "priority": {"type": "string", "enum": list(PRIORITIES)},
            "by": {
                **LOGIN,
                "description": "The colleague who wrote it down; the key, if left out.",
            },
        },
    ),
    "CaseDeed": _taken(
        ("deed", "by"),
        {
            "deed": {"type": "string", "enum": list(DEEDS)},
            "by": LOGIN,
            "words": {**words(2000), "description": "reply and tell: what the customer reads."},
            "rev": {"type": "integer", "minimum": 0, "description": "As you read it; else 409."},
            "root_cause": words(1000),
            "solution": words(2000),
            "staff": {**LOGIN, "description": "assign: to whom."},
            "category": CATEGORY,
            "priority": {"type": "string", "enum": list(PRIORITIES)},
            "reached": {"type": "boolean", "description": "call: somebody answered."},
        },
    ),
    "CompensationIn": _taken(
        ("kind", "what", "by"),
        {
            "kind": {"type": "string", "enum": list(GIFTS)},
            "what": words(400, 1),
            "amount": {"type": "number", "minimum": 0, "maximum": 99_999_999},
            "by": LOGIN,
        },
    ),
    "CompensationStep": _taken(
        ("step", "by"), {"step": {"type": "string", "enum": list(GIFT_STEPS)}, **_STEP}
    ),
    "MeasureIn": _taken(
        ("what", "due_on", "by"),
        {
            "what": words(1000, 1),
            "due_on": {"type": "string", "format": "date"},
            "owner": {**LOGIN, "description": "Who does it; `by`, if left out."},
            "by": LOGIN,
        },
    ),
    "PreventiveIn": _taken(
        ("what", "category", "due_on", "by"),
        {
            "what": words(1000, 1),
            "category": words(32, 1),
            "due_on": {"type": "string", "format": "date"},
            "owner": {**LOGIN, "description": "Who does it; `by`, if left out."},
            "by": LOGIN,
        },
    ),
    "MeasureStep": _taken(
        ("step", "by"), {"step": {"type": "string", "enum": list(MEASURE_STEPS)}, **_STEP}
    ),
    "CaseLinkIn": _taken(
        ("other", "by"), {"other": dict(CASE_NUMBER), "by": LOGIN, "why": words(120)}
    ),
}
