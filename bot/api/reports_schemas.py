"""The shapes of figures. Shares are in percent; null: there is nothing to share or to judge."""

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

MONTH: Final[Mapping[str, Any]] = {
    "type": "string",
    "pattern": "^2[01][0-9]{2}-(0[1-9]|1[0-2])$",
    "x-words": "must be a month like 2026-12",
    "description": "Else the one that is running.",
}
SCOPE: Final[Mapping[str, Any]] = {
    "type": "string",
    "maxLength": 32,
    "description": "A store's code.",
}
_COUNT: Final[Json] = {"type": "integer"}
_FIGURE: Final[Json] = {"type": ["number", "null"]}
_WHOLE: Final[Json] = {"type": ["integer", "null"]}
_TEXT: Final[Json] = {"type": "string"}
_TEXT_OR_NONE: Final[Json] = {"type": ["string", "null"]}


def _whole(properties: Mapping[str, Any]) -> Json:
    return {"type": "object", "required": list(properties), "properties": dict(properties)}


def _list(properties: Mapping[str, Any]) -> Json:
    return {"type": "array", "items": _whole(properties)}


_HEADLINE: Final[Json] = {
    "follow_ups": _whole(
        {
            **{name: {**_COUNT} for name in ("due", "done", "successful", "spared")},
            **{name: {**_FIGURE} for name in ("done_percent", "successful_percent")},
        }
    ),
    "ratings": _whole(
        {
            **{name: {**_COUNT} for name in ("answered", "promoters", "detractors", "low")},
            **{name: {**_FIGURE} for name in ("satisfaction", "last_repair")},
            "nps": _WHOLE,
        }
    ),
    "complaints": _whole(
        {
            **{name: {**_COUNT} for name in ("recorded", "withdrawn", "solved", "on_time", "late")},
            **{name: {**_FIGURE} for name in ("resolution_percent", "on_time_percent")},
        }
    ),
}
SCHEMAS: Final[Mapping[str, Json]] = {
    "Monthly": _whole(
        {
            "month": _TEXT,
            "store": _TEXT_OR_NONE,
            **_HEADLINE,
            "questions": _list(
                {
                    **{name: {**_TEXT} for name in ("survey", "question", "text", "topic")},
                    **{name: {**_COUNT} for name in ("answered", "low")},
                    "satisfaction": _FIGURE,
                    "counts": _list({"answer": _TEXT, "count": _COUNT}),
                }
            ),
            "clocks": _list(
                {"name": _TEXT, "met": _COUNT, "late": _COUNT, "on_time_percent": _FIGURE}
            ),
            "issues": _list(
                {
                    "category": _TEXT_OR_NONE,
                    **{name: {**_TEXT} for name in ("name", "cause")},
                    **{name: {**_COUNT} for name in ("count", "solved")},
                    "percent": {"type": "number"},
                }
            ),
            "stores": _list({"store": _TEXT_OR_NONE, "name": _TEXT, **_HEADLINE}),
        }
    ),
}
