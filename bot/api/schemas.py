"""The shapes of the interface, as JSON Schema: published, and checked by `checking.py`."""

from collections.abc import Mapping
from typing import Any, Final

from bot.api.cases_schemas import SCHEMAS as CASES
from bot.api.checking import Schema, closed
from bot.api.leads_schemas import SCHEMAS as LEADS
from bot.api.problems import KINDS
from bot.api.ratings_schemas import SCHEMAS as RATINGS
from bot.api.reports_schemas import SCHEMAS as REPORTS
from bot.api.surveys_schemas import SCHEMAS as SURVEYS
from bot.api.tasks_schemas import SCHEMAS as TASKS
from bot.rules import records
from bot.rules.explaining import STATES as TOUCH_STATES
from bot.rules.touch.kinds import KINDS as TOUCH_KINDS
from storage.queries.bookings.appointments import STATES
from storage.queries.bookings.states import MAY_FOLLOW
from storage.queries.feeds import EVENTS

Json = dict[str, Any]

REF: Final[Schema] = {
    "type": "string",
    "pattern": "^[0-9A-Za-z\u4e00-\u9fff][!-~\u4e00-\u9fff]{0,63}$",
    "x-words": "must be 1 to 64 letters, digits or signs, without blanks",
    "description": "The DMS's own key; case matters.",
}
VIN: Final[Schema] = {
    "type": "string",
    "pattern": "^[A-HJ-NPR-Za-hj-npr-z0-9]{17}$",
    "x-words": "must be a VIN: 17 letters and digits without I, O and Q",
}
NUMBER: Final[Schema] = {
    "type": "string",
    "pattern": "^[Aa]?0{0,8}[1-9][0-9]{0,8}$",
    "x-words": "must be an appointment's number, such as A000123",
}
ROW: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 999_999_999_999_999}
STATE: Final[Schema] = {"type": "string", "enum": list(STATES)}
LIMIT: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "maximum": 200,
    "default": 50,
    "description": "How many at most.",
}
CURSOR: Final[Schema] = {
    "type": "string",
    "maxLength": 200,
    "pattern": "^[A-Za-z0-9_-]+$",
    "description": "The `next` of the page before.",
}
_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_TIME_OR_NONE: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_TEXT: Final[Json] = {"type": ["string", "null"]}
_PATTERN_OF_EVENTS: Final = r"^(\*|(appointment|case|rating|lead)\.(\*|[a-z][a-z_]{0,31}))$"


def whole(properties: Mapping[str, Any], *, optional: tuple[str, ...] = ()) -> Json:
    """An object whose properties are all there, but for those that are `optional`."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": dict(properties)}


def taken(kind: str, *without: str) -> Json:
    """A record's body. What we do not know is let through and named in `ignored` of the answer."""
    shape = records.schema(kind, without=without)
    del shape["additionalProperties"]
    return shape


def _given(kind: str, more: Mapping[str, Any]) -> Json:
    """A record as it is read: what was never told is null."""
    shape = taken(kind)
    read = {name: _as_read(one) for name, one in shape["properties"].items()}
    return whole({**read, **more})


def _as_read(field: Mapping[str, Any]) -> Json:
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    kept: Json = {"type": [*kinds, *(["null"] if "null" not in kinds else [])]}
    if field.get("format") in {"date", "date-time"}:
        kept["format"] = field["format"]
    if "array" in kinds:
        kept["items"] = {"type": "string"}
    return kept


_FILE: Final[Json] = {
    "state": {"type": "string", "enum": ["draft", "verified", "filed"]},
    "rev": {"type": "integer"},
    "changed_at": _TIME_OR_NONE,
}


def feed_of(name: str, words: str) -> Json:
    """Lines (application/x-ndjson) are published as the list of what the lines say."""
    return {
        "type": "array",
        "items": {"$ref": f"#/components/schemas/{name}"},
        "description": words,
    }


def page_of(name: str) -> Json:
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    after = {"type": ["string", "null"], "description": "Ask again with cursor=next for more."}
    return whole({"items": items, "next": after})


_PROBLEM: Final[Json] = {
    "type": "object",
    "description": "RFC 9457. `type` does not change; `errors` names each field that is wrong.",
    "required": ["type", "title", "status", "request_id"],
    "properties": {
        "type": {"type": "string", "enum": [f"urn:cheyu:problem:{kind}" for kind in KINDS]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": whole(
                {name: {"type": "string"} for name in ("field", "problem", "problem_zh")},
                optional=("problem_zh",),
            ),
        },
    },
}
_RECORDED: Final[Json] = whole(
    {
        "ref": {"type": "string"},
        "state": {"type": "string", "enum": ["created", "updated", "unchanged"]},
        "rev": {"type": ["integer", "null"]},
        "ignored": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Properties of the body that are not known and were not kept.",
        },
        "warnings": {"type": "array", "items": {"type": "string"}},
    },
    optional=("ignored", "warnings", "rev"),
)
_APPOINTMENT: Final[Json] = whole(
    {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": list(STATES)},
        **{name: {"type": "string"} for name in ("store", "service", "service_name")},
        **dict.fromkeys(("starts_at", "ends_at", "created_at", "changed_at"), _TIME),
        **dict.fromkeys(("customer_ref", "name", "phone", "vin", "plate", "note"), _TEXT),
        **dict.fromkeys(("brand", "model"), _TEXT),
        "rev": {"type": "integer"},
    }
)
_LINE: Final[Json] = whole(
    {
        "line": {"type": "integer", "minimum": 1},
        "ref": {"type": "string", "description": "The line's key, where it could be read."},
        "state": {"type": "string", "enum": ["created", "updated", "unchanged", "refused"]},
        "rev": {"type": "integer"},
        "problem": {"type": "string", "description": "Why it is refused, in a sentence."},
        "errors": _PROBLEM["properties"]["errors"],
        **{name: _RECORDED["properties"][name] for name in ("ignored", "warnings")},
    },
    optional=("rev", "problem", "errors", "ignored", "warnings"),
)
_EVENTS: Final[Json] = {
    "type": "array",
    "items": {"type": "string", "pattern": _PATTERN_OF_EVENTS},
    "maxItems": 32,
    "minItems": 1,
    "description": f"Names ({', '.join(EVENTS)}), families (appointment.*), or *.",
}
_WEBHOOK: Final[Json] = whole(
    {
        "id": {"type": "integer"},
        "url": {"type": "string"},
        "events": {"type": "array", "items": {"type": "string"}},
        "created_at": _TIME,
    }
)
_WEBHOOK_NEW: Final[Json] = {
    "type": "object",
    "required": ["url"],
    "properties": {
        "url": {
            "type": "string",
            "maxLength": 500,
            "pattern": "^https?://[!-~]+$",
            "x-words": "must be an address that begins with https://",
        },
        "events": {**_EVENTS, "default": ["*"]},
        "secret": {
            "type": "string",
            "minLength": 16,
            "maxLength": 200,
            "pattern": "^[!-~]*$",
            "description": "Signs what is sent; made for you where you send none.",
        },
    },
}
_DELIVERED: Final[Json] = whole(
    {
        "id": {"type": "integer"},
        "webhook_id": {"type": "integer"},
        **{name: {"type": "string"} for name in ("url", "event", "event_id", "last_error")},
        "state": {"type": "string", "enum": ["queued", "sending", "done", "dead"]},
        "attempts": {"type": "integer"},
        "due_at": _TIME,
        "created_at": _TIME,
    }
)
_MOVE: Final[Json] = {
    "type": "object",
    "required": ["state"],
    "properties": {"state": {"type": "string", "enum": list(MAY_FOLLOW)}},
}

LINES: Final = {
    "CustomerLine": "customer",
    "VehicleLine": "vehicle",
    "RepairOrderLine": "repair_order",
}
"""Schema of a feed's line → the kind of record that it is."""

_TOUCHPOINT: Final[Json] = {
    "id": {"type": "integer"},
    **{name: {"type": "string"} for name in ("number", "kind", "purpose", "state")},
    "due_on": {"type": "string", "format": "date"},
    **dict.fromkeys(("due_at", "changed_at"), _TIME),
    **dict.fromkeys(("until", "done_at"), _TIME_OR_NONE),
    **dict.fromkeys(("channel", "why", "outcome", "store"), _TEXT),
    **dict.fromkeys(("customer_ref", "name", "vin", "plate"), _TEXT),
}
TOUCH_KIND: Final[Schema] = {"type": "string", "enum": list(TOUCH_KINDS)}
TOUCH_STATE: Final[Schema] = {"type": "string", "enum": list(TOUCH_STATES)}

_CLOSED: Final = (
    *("CaseIn", "CaseDeed", "CompensationIn", "CompensationStep", "MeasureIn", "MeasureStep"),
    *(
        "PreventiveIn",
        "CaseLinkIn",
        "CaseRoutesIn",
        "LeadIn",
        "LeadChange",
        "SurveyIn",
        "CallIn",
        "WebhookIn",
        "Move",
    ),
)
"""Bodies whose answer does not name what of them was not kept: they are taken word for word."""
_OPEN: Final[Mapping[str, Json]] = {
    "Problem": _PROBLEM,
    "Recorded": _RECORDED,
    "CustomerIn": taken("customer", "ref"),
    "VehicleIn": taken("vehicle", "vin"),
    "RepairOrderIn": taken("repair_order", "ref"),
    "DeliveryIn": taken("delivery"),
    "IncidentIn": taken("incident"),
    "Customer": _given("customer", {"merged_into": _TEXT, **_FILE}),
    "Vehicle": _given("vehicle", _FILE),
    "RepairOrder": _given(
        "repair_order", {"rev": {"type": "integer"}, "changed_at": _TIME_OR_NONE}
    ),
    **{name: taken(kind) for name, kind in LINES.items()},
    **{f"{name}s": feed_of(name, "One JSON object a line, its key in it.") for name in LINES},
    "Result": _LINE,
    "Results": feed_of("Result", "One JSON object for each line that is not blank, in order."),
    "Appointment": _APPOINTMENT,
    "AppointmentPage": page_of("Appointment"),
    "Move": _MOVE,
    "Touchpoint": whole(_TOUCHPOINT),
    "TouchpointPage": page_of("Touchpoint"),
    "TouchpointWhy": whole(
        {**_TOUCHPOINT, "reasons": {"type": "array", "items": {"type": "string"}}}
    ),
    **CASES,
    **LEADS,
    **TASKS,
    **RATINGS,
    **SURVEYS,
    **REPORTS,
    "WebhookIn": _WEBHOOK_NEW,
    "Webhook": _WEBHOOK,
    "WebhookMade": whole({**_WEBHOOK["properties"], "secret": {"type": "string"}}),
    "WebhookPage": page_of("Webhook"),
    "Delivery": _DELIVERED,
    "DeliveryPage": page_of("Delivery"),
}
SCHEMAS: Final[Mapping[str, Json]] = {
    name: closed(schema) if name in _CLOSED else schema for name, schema in _OPEN.items()
}
