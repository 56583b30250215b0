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
MONTHS: Final[Mapping[str, Any]] = {
    "type": "integer",
    "minimum": 1,
    "maximum": 60,
    "default": 12,
    "description": "How many, up to `month`.",
}
BY: Final[Mapping[str, Any]] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 64,
    "x-needed": True,
    "description": "The log-in of the colleague in whose name it is asked: managers see their"
    " store's people, the general manager all, everybody else their own figures.",
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


_RATINGS: Final = _whole(
    {
        **{name: {**_COUNT} for name in ("answered", "promoters", "detractors", "low")},
        **{name: {**_FIGURE} for name in ("satisfaction", "last_repair", "low_percent")},
        "nps": _WHOLE,
    }
)
_RECORDED: Final[Json] = {
    **{name: {**_COUNT} for name in ("recorded", "withdrawn", "solved")},
    "resolution_percent": _FIGURE,
}
_COMPLAINTS: Final = _whole(
    {**_RECORDED, **dict.fromkeys(("on_time", "late"), _COUNT), "on_time_percent": _FIGURE}
)
_HEADLINE: Final[Json] = {
    "follow_ups": _whole(
        {
            **{name: {**_COUNT} for name in ("due", "done", "successful", "spared")},
            **{name: {**_FIGURE} for name in ("done_percent", "successful_percent")},
        }
    ),
    "ratings": _RATINGS,
}
_DUTIES: Final = _whole(
    {
        **dict.fromkeys(("due", "done", "records", "complete", "owners", "sold"), _COUNT),
        **dict.fromkeys(("completion", "completeness", "second_sale"), _FIGURE),
    }
)
SCHEMAS: Final[Mapping[str, Json]] = {
    "Monthly": _whole(
        {
            "month": _TEXT,
            "store": _TEXT_OR_NONE,
            **_HEADLINE,
            "complaints": _COMPLAINTS,
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
            "stores": _list(
                {
                    "store": _TEXT_OR_NONE,
                    "name": _TEXT,
                    **_HEADLINE,
                    "complaints": _COMPLAINTS,
                }
            ),
        }
    ),
    "Trend": _whole(
        {
            "store": _TEXT_OR_NONE,
            "months": _list(
                {
                    "month": _TEXT,
                    "satisfaction_change": _FIGURE,
                    **_HEADLINE,
                    "complaints": _whole(_RECORDED),
                }
            ),
        }
    ),
    "StaffFigures": _whole(
        {
            "month": _TEXT,
            "store": _TEXT_OR_NONE,
            "people": _list(
                {
                    "name": _TEXT,
                    **dict.fromkeys(("login", "role", "store"), _TEXT_OR_NONE),
                    "ratings": _RATINGS,
                    "complaints": _COMPLAINTS,
                    "calls": _whole(
                        {"made": _COUNT, "reached": _COUNT, "reached_percent": _FIGURE}
                    ),
                    "duties": _DUTIES,
                    "kpi": _whole({"points": _FIGURE, "flags": {"type": "array", "items": _TEXT}}),
                }
            ),
            "technicians": _list(
                {"name": _TEXT, "store": _TEXT, "ratings": _RATINGS, "complaints": _COUNT}
            ),
        }
    ),
}
