"""The shapes of leads."""

from collections.abc import Mapping
from typing import Any, Final

from bot.rules.leads import EVENTS, LEVELS, SOURCES, STATES

Json = dict[str, Any]

LEAD_NUMBER: Final[Mapping[str, Any]] = {
    "type": "string",
    "pattern": "^[Ll]?0{0,8}[1-9][0-9]{0,8}$",
    "x-words": "must be a lead's number, such as L000123",
}
LEVEL: Final[Json] = {
    "type": "string",
    "enum": list(LEVELS),
    "description": "H buys within 7 days, A within a month, B in 1 to 3, C later, O has ordered.",
}
SOURCE: Final[Json] = {"type": "string", "enum": list(SOURCES)}
LEAD_STATE: Final[Json] = {"type": "string", "enum": list(STATES)}
_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_TIME_OR_NONE: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_TEXT_OR_NONE: Final[Json] = {"type": ["string", "null"]}
_PHONE: Final[Json] = {
    "type": "string",
    "pattern": "^1[3-9][0-9]{9}$",
    "x-words": "must be a mobile number of 11 digits",
}


def _words(longest: int, least: int = 0) -> Json:
    """Text without control characters, which no database keeps."""
    return {
        "type": "string",
        "minLength": least,
        "maxLength": longest,
        "pattern": "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$",
        "x-words": "must be text without control characters",
    }


def _whole(properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


_TOLD: Final[Json] = {
    "name": _words(64),
    "phone": _PHONE,
    "model": _words(48),
    "heard_of_us": _words(64),
    "note": _words(1000),
    "level": LEVEL,
    "consultant": {**_words(64, 1), "description": "A colleague's name."},
}
_LEAD: Final[Json] = {
    "id": {"type": "string"},
    "source": SOURCE,
    "level": LEVEL,
    "state": LEAD_STATE,
    **dict.fromkeys(("store", "customer_ref", "name", "phone", "model"), _TEXT_OR_NONE),
    **dict.fromkeys(("heard_of_us", "note", "consultant", "lost_reason"), _TEXT_OR_NONE),
    **dict.fromkeys(("confirmed_at", "next_at", "ended_at"), _TIME_OR_NONE),
    **dict.fromkeys(("created_at", "changed_at"), _TIME),
    "rev": {"type": "integer"},
}
_EVENT: Final[Json] = _whole(
    {
        "kind": {"type": "string", "enum": list(EVENTS)},
        **{name: {"type": "string"} for name in ("by", "before", "after", "note")},
        "at": _TIME,
    }
)
_NEW: Final[Json] = {
    "type": "object",
    "required": ["source"],
    "properties": {
        "source": SOURCE,
        "ref": {**_words(64, 1), "description": "Your own key: told twice, it is one lead."},
        "customer_ref": {**_words(64, 1), "description": "A customer of yours."},
        "store": {**_words(32, 1), "description": "A store's code."},
        **_TOLD,
    },
}
_CHANGE: Final[Json] = {
    "type": "object",
    "properties": {
        **_TOLD,
        "contacted": {
            "type": "boolean",
            "description": "true: they were spoken to now; the next contact is owed by the level.",
        },
        "next_at": {**_TIME, "description": "They named this time."},
        "state": {"type": "string", "enum": ["won", "lost"]},
        "lost_reason": _words(120, 1),
    },
}

_PAGE: Final[Json] = _whole(
    {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Lead"}},
        "next": {"type": ["string", "null"], "description": "Ask again with cursor=next for more."},
    }
)

SCHEMAS: Final[Mapping[str, Json]] = {
    "LeadIn": _NEW,
    "LeadChange": _CHANGE,
    "Lead": _whole(_LEAD),
    "LeadPage": _PAGE,
    "LeadWhole": _whole({**_LEAD, "history": {"type": "array", "items": _EVENT}}),
}
