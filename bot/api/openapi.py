"""The OpenAPI 3.1 document, made of the routes themselves."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.api.problems import KINDS, MEDIA
from bot.api.requests import MAX_BODY
from bot.api.routing import Answer, Route
from bot.api.schemas import SCHEMAS
from storage.queries.apikeys import SCOPES

Json = dict[str, Any]

_CONDITIONS: Final[Mapping[str, str]] = {
    "If-Match": "Only where it is still at this ETag (* : only where it is there).",
    "If-None-Match": "Only where it is not at this ETag (* : only where it is not there).",
}
_HEADERS: Final[Mapping[str, Json]] = {
    "ETag": {"schema": {"type": "string"}, "description": "For If-Match."},
    "Link": {"schema": {"type": "string"}, "description": "The next page, where there is one."},
    "Location": {"schema": {"type": "string"}, "required": True},
    "Retry-After": {"schema": {"type": "string"}, "description": "Seconds."},
    "WWW-Authenticate": {"schema": {"type": "string"}},
}
_OURS: Final = ("x-words", "x-needed")
_ABOUT: Final = (
    "Files in, appointments out, webhooks. Each request carries `Authorization: Bearer KEY`"
    " (`cheyu apikey add NAME`). Times are RFC 3339; a field left out stays as it is, null clears"
    f" it. A body has at most {MAX_BODY // 1024} KiB; feeds (application/x-ndjson, gzip if you like)"
    " have no limit. A key may ask 50 times a second and 200 times at once, at all servers together."
    " Every error is a problem+json of one shape; every answer has X-Request-Id."
)


def document(routes: Sequence[Route]) -> Json:
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    paths["/openapi.json"] = {"get": _this()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cheyu DMS interface", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in ("files", "appointments", "webhooks")],
        "paths": paths,
        "components": {
            "schemas": {name: _published(schema) for name, schema in SCHEMAS.items()},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"Scopes: {', '.join(SCOPES)}.",
                }
            },
        },
    }


def _this() -> Json:
    answer = {
        "description": "This.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    return {
        "operationId": "get_openapi",
        "summary": "This document",
        "security": [],
        "responses": {"200": answer},
    }


def _operation(route: Route) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.words,
        "description": f"Needs the scope `{route.scope}`.",
        "tags": [route.tag],
        "responses": {
            str(status): {**_answer(one), **(_links(route) if status < 300 else {})}
            for status, one in sorted(_answers(route).items())
        },
    }
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.body is not None:
        content: Json = {"schema": {"$ref": f"#/components/schemas/{route.body.schema}"}}
        if route.body.example is not None:
            content["example"] = route.body.example
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(route.body.media, content),
        }
    return operation


def _links(route: Route) -> Json:
    links = {
        name: {"operationId": name, "parameters": dict(parameters)}
        for name, parameters in route.leads_to.items()
    }
    return {"links": links} if links else {}


def _parameters(route: Route) -> list[Json]:
    found: list[Json] = []
    for where, schemas in (("path", route.params), ("query", route.query)):
        for name, schema in schemas.items():
            one: Json = {"name": name, "in": where, "schema": _published(schema)}
            needed = where == "path" or schema.get("x-needed")
            found.append({**one, "required": True} if needed else one)
    for name in route.conditions:
        header: Json = {"name": name, "in": "header", "schema": {"type": "string"}}
        found.append({**header, "description": _CONDITIONS[name], "example": '"3"'})
    return found


def _answers(route: Route) -> dict[int, Answer]:
    """The route's own, and those that its shape brings with it."""
    usual = {"malformed", "unauthorized", "forbidden", "too-many-requests", "conflict"}
    if route.params:
        usual.add("not-found")
    if route.body is not None:
        usual |= {"timeout", "too-large", "unsupported-media-type"}
    more = {"unauthorized": ("WWW-Authenticate",), "too-many-requests": ("Retry-After",)}
    problems = {
        KINDS[kind][0]: Answer(f"{KINDS[kind][1]}.", "Problem", MEDIA, more.get(kind, ()))
        for kind in usual
    }
    return {**problems, **{status: _own(status, one) for status, one in route.answers.items()}}


def _own(status: int, one: Answer) -> Answer:
    return Answer(one.words, one.schema, MEDIA, one.headers) if status >= 400 else one


def _answer(one: Answer) -> Json:
    headers = {"X-Request-Id": {"schema": {"type": "string"}, "description": "Name it to us."}}
    answer: Json = {
        "description": one.words,
        "headers": {**headers, **{name: _HEADERS[name] for name in one.headers}},
    }
    if one.schema:
        schema = {"$ref": f"#/components/schemas/{one.schema}"}
        answer["content"] = {one.media: {"schema": schema}}
    return answer


def _published(schema: Any) -> Any:
    """Without the words that only our own checker speaks."""
    if isinstance(schema, Mapping):
        return {name: _published(one) for name, one in schema.items() if name not in _OURS}
    return [_published(one) for one in schema] if isinstance(schema, list | tuple) else schema
