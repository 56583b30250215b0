"""The shapes of follow-up calls."""

from collections.abc import Mapping
from typing import Any, Final

from bot.rules.call_records import KINDS, OUTCOMES
from bot.rules.leads import LEVELS

Json = dict[str, Any]

_TEXT: Final[Json] = {"type": "string"}
_TEXT_OR_NONE: Final[Json] = {"type": ["string", "null"]}
_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_TIME_OR_NONE: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_LIST: Final[Json] = {"type": "array", "items": _TEXT}
_CLEAN: Final = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$"


def _words(longest: int, least: int = 0) -> Json:
    return {
        "type": "string",
        "minLength": least,
        "maxLength": longest,
        "pattern": _CLEAN,
        "x-words": "must be text without control characters",
    }


def _whole(properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


_CUSTOMER: Final[Json] = _whole(
    {
        **dict.fromkeys(("name", "called", "phone", "tier", "contact_hours"), _TEXT_OR_NONE),
        "preferences": {"type": "object", "additionalProperties": _TEXT},
        "car": _TEXT_OR_NONE,
        "last_visit_at": _TIME_OR_NONE,
        "last_visit_items": _LIST,
        "open_cases": _LIST,
        "wrong_number": {"type": "boolean"},
    }
)
_TASK: Final[Json] = {
    "id": {"type": "integer"},
    "kind": {"type": "string", "enum": list(KINDS)},
    "about": _TEXT,
    "title": _TEXT,
    "detail": _TEXT,
    "staff": _TEXT_OR_NONE,
    "lead": _TEXT_OR_NONE,
    "due_at": _TIME_OR_NONE,
    "call_at": {**_TIME, "description": "The next lawful and welcome moment."},
    "why": {**_TEXT, "description": "Why that moment, for staff."},
    "lawful_now": {"type": "boolean"},
    "tries": {"type": "integer"},
    "last_outcome": {"type": ["string", "null"]},
    "missing": {**_LIST, "description": "What the last record lacks."},
    "done_at": _TIME_OR_NONE,
    "outcome": _TEXT_OR_NONE,
    "customer": _CUSTOMER,
}
_QUESTION: Final[Json] = _whole(
    {
        **dict.fromkeys(("survey", "question", "kind", "text"), _TEXT),
        "optional": {"type": "boolean"},
        "choices": {
            "type": "array",
            "items": _whole({"value": {"type": ["string", "integer"]}, "label": _TEXT}),
        },
        "answered": {"type": "boolean"},
    }
)
_ANSWER: Final[Json] = {
    "type": "object",
    "required": ["survey", "question"],
    "properties": {
        "survey": _words(32, 1),
        "question": _words(32, 1),
        "value": {"type": "integer", "minimum": 0, "maximum": 10},
        "choices": {"type": "array", "items": _words(32, 1), "maxItems": 20},
        "words": _words(1000),
    },
}
_RECORD: Final[Json] = {
    "type": "object",
    "required": ["outcome"],
    "properties": {
        "by": {**_words(64, 1), "description": "Who called, by log-in; else whose the call is."},
        "outcome": {"type": "string", "enum": list(OUTCOMES)},
        "said": _words(1000),
        "later_at": {**_TIME, "description": "The time that the customer named."},
        "level": {"type": "string", "enum": list(LEVELS), "description": "Of a lead, as found."},
        "answers": {"type": "array", "items": _ANSWER, "maxItems": 100},
        "tries": {
            "type": "integer",
            "minimum": 0,
            "maximum": 1000,
            "description": "How many were there when you looked: else 409.",
        },
    },
}
_RECORDED: Final[Json] = _whole(
    {
        "id": {"type": "integer"},
        "done": {"type": "boolean"},
        "missing": _LIST,
        "again_at": _TIME_OR_NONE,
        "case": _TEXT_OR_NONE,
        "lead": _TEXT_OR_NONE,
    }
)

SCHEMAS: Final[Mapping[str, Json]] = {
    "Task": _whole(_TASK),
    "TaskList": _whole(
        {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Task"}},
            "next": {"type": ["string", "null"]},
        }
    ),
    "TaskWhole": _whole({**_TASK, "questions": {"type": "array", "items": _QUESTION}}),
    "CallIn": _RECORD,
    "CallRecorded": _RECORDED,
}
