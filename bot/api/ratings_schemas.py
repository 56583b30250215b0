"""The shapes of ratings."""

from typing import Any, Final

from bot.rules.surveys.parts import KINDS, OCCASIONS
from storage.queries.ratings.pages import STATES

Json = dict[str, Any]

RATING_STATE: Final[Json] = {"type": "string", "enum": list(STATES)}
_LOW_IS: Final = "A score of 1 or 2, a no, or words of complaint."
LOW: Final[Json] = {"type": "string", "enum": ["true", "false"], "description": _LOW_IS}
_TEXT: Final[Json] = {"type": ["string", "null"]}
_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_TIME_OR_NONE: Final[Json] = {"type": ["string", "null"], "format": "date-time"}
_RATING: Final[Json] = {
    "id": {"type": "integer"},
    "subject": {"type": "string", "description": "What it is of: r33 a visit, t12 a contact."},
    "occasion": {"type": "string", "enum": list(OCCASIONS)},
    "state": RATING_STATE,
    "channel": {"type": "string", "enum": ["chat", "call"]},
    "satisfaction": {"type": ["number", "null"], "description": "On 5."},
    "nps": {"type": ["integer", "null"], "description": "0 to 10."},
    "low": {"type": "boolean", "description": _LOW_IS},
    **dict.fromkeys(("customer_ref", "repair_order", "store", "advisor", "vin"), _TEXT),
    "entered_by": {**_TEXT, "description": "The colleague who entered it for the customer."},
    "complaint": {**_TEXT, "description": "The number of the complaint that came of it."},
    "asked_at": _TIME,
    **dict.fromkeys(("first_answer_at", "ended_at"), _TIME_OR_NONE),
    "rev": {"type": "integer"},
}
_ANSWER: Final[Json] = {
    **{name: {"type": "string"} for name in ("survey", "question")},
    "version": {"type": "integer"},
    "kind": {"type": "string", "enum": list(KINDS)},
    "value": {"type": ["integer", "null"], "description": "A score; 1 for yes, 0 for no."},
    "choices": {"type": "array", "items": {"type": "string"}},
    "words": {"type": "string"},
    "answered_at": _TIME,
    "earlier": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["words", "answered_at"],
            "properties": {"words": {"type": "string"}, "answered_at": _TIME},
        },
        "description": "What was said before it was changed, the oldest first.",
    },
}


def _whole(properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


SCHEMAS: Final[Json] = {
    "Rating": _whole(_RATING),
    "RatingWhole": _whole(
        {
            **_RATING,
            "answers": {"type": "array", "items": _whole(_ANSWER)},
            "evidence": {"type": "array", "items": {"$ref": "#/components/schemas/Evidence"}},
        }
    ),
    "RatingPage": _whole(
        {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Rating"}},
            "next": {**_TEXT, "description": "Ask again with cursor=next for more."},
        }
    ),
}
