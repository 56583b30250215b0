"""Checking JSON against the very schemas that the OpenAPI document publishes.

The subset of JSON Schema that `schemas.py` uses: type (one or several), enum, pattern, minLength,
maxLength, minimum, maximum, minItems, maxItems, uniqueItems, items, properties, required, maxProperties,
propertyNames and additionalProperties (a schema or false), and the formats date and date-time.
Unknown properties are let through where nothing is said of them: a DMS may say more of its records
than we know, and is told what was ignored. Every other body is closed().
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from bot.api.problems import FieldProblem

Schema = Mapping[str, Any]

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)

MOST_UNKNOWN: Final = 20
_NAMES: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def type_of(value: Any) -> str:
    """The JSON Schema type; a float without a fraction is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names = {float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def problems(schema: Schema, value: Any, at: str = "") -> Iterator[FieldProblem]:
    """Everything that is wrong with `value`; `at` is its dotted name."""
    allowed = schema.get("type")
    kind = type_of(value)
    if allowed is not None:
        several = (allowed,) if isinstance(allowed, str) else tuple(allowed)
        if kind not in several and not (kind == "integer" and "number" in several):
            wanted = " or ".join(_NAMES[name] for name in several)
            yield FieldProblem(at, f"must be {wanted}, not {_NAMES[kind]}")
            return
    if "enum" in schema and value not in schema["enum"]:
        known = ", ".join(str(one) for one in schema["enum"] if one is not None)
        yield FieldProblem(at, f"must be one of: {known}")
        return
    yield from _LOOKS.get(kind, _nothing)(schema, value, at)


def _nothing(_schema: Schema, _value: Any, _at: str) -> Iterator[FieldProblem]:
    yield from ()


def _text(schema: Schema, value: str, at: str) -> Iterator[FieldProblem]:
    if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
        yield FieldProblem(at, "has half a character (a lone surrogate)")
        return
    if (longest := schema.get("maxLength")) is not None and len(value) > longest:
        yield FieldProblem(at, f"has more than {longest} characters")
    elif len(value) < schema.get("minLength", 0):
        yield FieldProblem(at, f"has fewer than {schema['minLength']} characters")
    elif "pattern" in schema and not _pattern(schema["pattern"]).search(value):
        yield FieldProblem(at, schema.get("x-words") or f"must match {schema['pattern']}")
    elif schema.get("format") == "date" and day(value) is None:
        yield FieldProblem(at, "must be a date like 2026-12-01")
    elif schema.get("format") == "date-time" and not is_moment(value):
        yield FieldProblem(at, "must be a time like 2026-12-01T09:30:00+08:00 (RFC 3339)")


def _number(schema: Schema, value: float, at: str) -> Iterator[FieldProblem]:
    if "minimum" in schema and value < schema["minimum"]:
        yield FieldProblem(at, f"must be at least {schema['minimum']}")
    if "maximum" in schema and value > schema["maximum"]:
        yield FieldProblem(at, f"must be at most {schema['maximum']}")


def _list(schema: Schema, value: list[Any], at: str) -> Iterator[FieldProblem]:
    if (most := schema.get("maxItems")) is not None and len(value) > most:
        yield FieldProblem(at, f"has more than {most} entries")
        return
    if len(value) < schema.get("minItems", 0):
        yield FieldProblem(at, f"has fewer than {schema['minItems']} entries")
    if schema.get("uniqueItems") and any(one in value[:n] for n, one in enumerate(value)):
        yield FieldProblem(at, "says something twice")
    if "items" in schema:
        for index, one in enumerate(value):
            yield from problems(schema["items"], one, f"{at}[{index}]")


def _object(schema: Schema, value: dict[str, Any], at: str) -> Iterator[FieldProblem]:
    prefix = f"{at}." if at else ""
    for name in schema.get("required", ()):
        if name not in value:
            yield FieldProblem(f"{prefix}{name}", "is missing")
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            yield from problems(inner, value[name], f"{prefix}{name}")
    if (most := schema.get("maxProperties")) is not None and len(value) > most:
        yield FieldProblem(at, f"has more than {most} entries")
    elif schema.get("additionalProperties") is False:
        known = schema["properties"]
        for name in [name for name in value if name not in known][:MOST_UNKNOWN]:
            named = name[:40].encode(errors="replace").decode()
            yield FieldProblem(
                f"{prefix}{named}", f"is not known here, only {', '.join(known)}", "没有这个字段"
            )
    elif "additionalProperties" in schema:
        names = schema.get("propertyNames", {})
        for name in value.keys() - schema.get("properties", {}).keys():
            yield from problems(names, name, f"{prefix}{name[:40]}")
            yield from problems(schema["additionalProperties"], value[name], f"{prefix}{name[:40]}")


def closed(schema: Schema) -> dict[str, Any]:
    """The same, without room for a property that it does not name: a misspelt one is no word of it."""
    tight = dict(schema)
    if "properties" in schema:
        tight["properties"] = {name: closed(one) for name, one in schema["properties"].items()}
        tight.setdefault("additionalProperties", False)
    if "items" in schema:
        tight["items"] = closed(schema["items"])
    return tight


_LOOKS: Final[Mapping[str, Callable[[Schema, Any, str], Iterator[FieldProblem]]]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "array": _list,
    "object": _object,
}


def whole(value: Any) -> Any:
    """1.0 as 1, all the way down: JSON makes no difference between them."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(one) for one in value]
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items()}
    return value


def day(text: str) -> date | None:
    """A full-date of RFC 3339."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_moment(text: str) -> bool:
    """A date-time of RFC 3339, also one that no calendar of ours reaches."""
    found = _MOMENT.fullmatch(text)
    if not found or day(found[1]) is None:
        return False
    hour, minute, second = (int(part) for part in found[2].split(":"))
    if found[4] not in {"Z", "z"} and (int(found[4][1:3]) > 23 or int(found[4][4:]) > 59):
        return False
    return hour < 24 and minute < 60 and second <= 60


def moment(text: str) -> datetime | None:
    """The moment in UTC; None for one outside of our calendar (a leap second, the year 1)."""
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
