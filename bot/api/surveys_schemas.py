"""The shapes of surveys."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.rules.surveys.parts import ENERGIES, KINDS, OCCASIONS, SURVEY_KINDS, TOPICS

Json = dict[str, Any]

CODE: Final[Mapping[str, Any]] = {
    "type": "string",
    "pattern": "^[a-z][a-z0-9_]{0,31}$",
    "x-words": "must be a small letter, then small letters, digits and _, 32 at most",
}
VERSION: Final[Mapping[str, Any]] = {"type": "integer", "minimum": 1, "maximum": 9999}
SCOPE: Final[Mapping[str, Any]] = {
    "type": "string",
    "maxLength": 32,
    "description": "The code of a store that asks in its own way.",
}


def _words(longest: int) -> Json:
    """What customers read: seen, and with no blank at either end."""
    seen = "!-~\\u2010-\\u2027\\u3001-\\u9fff\\uff01-\\uffe6"
    return {
        "type": "string",
        "maxLength": longest,
        "pattern": f"^[{seen}]([ \\n{seen}]*[{seen}])?$",
        "x-words": "must be words that can be seen, without blanks around them",
    }


def _only(properties: Mapping[str, Any], must: Sequence[str]) -> Json:
    """An object with no other properties: a misspelt condition would ask everybody."""
    return {
        "type": "object",
        "required": list(must),
        "properties": dict(properties),
        "propertyNames": {"enum": list(properties)},
        "additionalProperties": {},
    }


_ANSWERS: Final[Json] = {
    "type": "array",
    "maxItems": 12,
    "uniqueItems": True,
    "items": {"type": ["string", "integer"]},
    "description": "是 and 否, scores, or the codes of choices.",
}
_QUESTION: Final[Json] = {
    "code": {**CODE},
    "kind": {"type": "string", "enum": list(KINDS)},
    "text": _words(200),
    "topic": {"type": "string", "enum": list(TOPICS)},
    "choices": {
        "type": "array",
        "maxItems": 12,
        "items": _only({"code": {**CODE}, "label": _words(20)}, ("code", "label")),
    },
    "optional": {"type": "boolean"},
    "when": {
        "type": "object",
        "maxProperties": 19,
        "additionalProperties": _ANSWERS,
        "description": "Asked only where each of these earlier questions has one of the answers.",
    },
    "low": {**_ANSWERS, "description": "The answers that open a case."},
    "lead": {**_ANSWERS, "description": "The answers that make a lead."},
}
_SIDES: Final[Json] = {
    "energy": {
        "type": "array",
        "maxItems": 3,
        "uniqueItems": True,
        "items": {"type": "string", "enum": list(ENERGIES)},
    },
    **{name: {"type": "boolean"} for name in ("premium", "first_car", "after_repair")},
    "months": {
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "items": {"type": "integer", "minimum": 0, "maximum": 600},
        "description": "From which to which month since delivery.",
    },
    "tier": {"type": "array", "maxItems": 20, "uniqueItems": True, "items": _words(16)},
}
_AUDIENCE: Final[Json] = {
    **_only(_SIDES, ()),
    "description": "Who is asked: every side that is there must fit. For extensions only.",
}


def _survey(question: Json, must: tuple[str, ...]) -> Json:
    properties = {
        "code": {**CODE},
        "version": {**VERSION},
        "name": _words(64),
        "kind": {"type": "string", "enum": list(SURVEY_KINDS)},
        "position": {"type": "integer", "minimum": 0, "maximum": 999},
        "occasions": {
            "type": "array",
            "maxItems": len(OCCASIONS),
            "uniqueItems": True,
            "items": {"type": "string", "enum": list(OCCASIONS)},
            "description": "None: every one.",
        },
        "audience": _AUDIENCE,
        "questions": {"type": "array", "minItems": 1, "maxItems": 20, "items": question},
    }
    return _only(properties, must or tuple(properties))


_REF: Final[Json] = {"$ref": "#/components/schemas/Survey"}
SCHEMAS: Final[Mapping[str, Json]] = {
    "SurveyIn": _survey(
        {"type": "object", "required": ["code", "kind", "text"], "properties": _QUESTION},
        ("name", "kind", "questions"),
    ),
    "Survey": _survey({"type": "object", "required": list(_QUESTION), "properties": _QUESTION}, ()),
    "SurveyList": {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "items": _REF}},
    },
}
