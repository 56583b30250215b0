"""Reading a request: its body within bounds, its query and path by their schemas, its conditions."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from aiohttp import ClientError, web
from aiohttp.http import HttpProcessingError

from bot.api.checking import Schema, problems, whole
from bot.api.problems import FieldProblem, Problem
from storage.queries.apikeys import ApiKey

REQUEST_ID: Final = web.RequestKey("request_id", str)
MAX_BODY: Final = 256 * 1024
READ_WITHIN: Final = 20.0
"""Seconds for a body, or the next piece of a feed, to arrive."""

BROKEN_OFF = (
    ClientError,
    HttpProcessingError,
    web.PayloadAccessError,
    web.RequestPayloadError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """If-Match and If-None-Match: None not sent, "*", or the revs named."""

    match: str | frozenset[int] | None = None
    none_match: str | frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in and checked; the account of `key` is in scope."""

    request: web.Request
    key: ApiKey
    now: datetime
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any
    conditions: Conditions

    @property
    def actor(self) -> str:
        return f"api:{self.key.name}"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def parse_json(raw: bytes) -> Any:
    """ValueError with words for what cannot be read."""
    try:
        return whole(json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except json.JSONDecodeError as wrong:
        raise ValueError(f"{wrong.msg} (line {wrong.lineno}, column {wrong.colno})") from None
    except OverflowError:
        raise ValueError("a number is too large") from None


def media_type(request: web.Request, allowed: tuple[str, ...]) -> str:
    """The body's type, or 415 with those that are taken."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity", "gzip", "deflate"}:
        raise Problem("unsupported-media-type", f"Content-Encoding {encoding[:20]} is not taken.")
    charset = (request.charset or "utf-8").lower()
    given = request.content_type.lower() if "Content-Type" in request.headers else ""
    if given not in allowed or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise Problem("unsupported-media-type", f"Send {' or '.join(allowed)} in UTF-8.")
    return given


def _too_large() -> Problem:
    return Problem("too-large", f"At most {MAX_BODY // 1024} KiB are taken.", unread=True)


def broken_off(request: web.Request, detail: str) -> Problem:
    """The body cannot be read on; without the end said, aiohttp would try, and hang up unanswered."""
    request.content.feed_eof()
    return Problem("malformed", detail, unread=True)


async def read_body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MAX_BODY:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(READ_WITHIN):
            while len(body) <= MAX_BODY and (chunk := await request.content.readany()):
                body += chunk
    except TimeoutError:
        raise Problem("timeout", unread=True) from None
    except BROKEN_OFF:
        detail = "The body broke off or is not what its encoding says."
        raise broken_off(request, detail) from None
    if len(body) > MAX_BODY:
        raise _too_large()
    return bytes(body)


async def read_json(request: web.Request, schema: Schema) -> Any:
    """The body, checked. 400 names each field that is wrong."""
    raw = await read_body(request)
    try:
        body = parse_json(raw)
    except ValueError as wrong:
        raise Problem("malformed", f"The body is not JSON: {wrong}.") from None
    if found := tuple(problems(schema, body)):
        raise Problem("malformed", "The body does not have the form that is asked for.", found)
    return body


def _as_said(schema: Schema, text: str) -> Any:
    """A number where the schema wants one and the text is one."""
    return int(text) if schema.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text) else text  # fmt: skip


def read_query(request: web.Request, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """Each parameter at most once, and none that is unknown: a misspelt filter is no filter."""
    try:
        given = list(request.query.items())
    except ValueError:
        raise Problem("malformed", "The query cannot be read.") from None
    found: dict[str, Any] = {}
    wrong: list[FieldProblem] = []
    for name, text in given:
        if name not in schemas:
            wrong.append(FieldProblem(name[:64], "is not a parameter of this address"))
        elif name in found:
            wrong.append(FieldProblem(name, "is there twice"))
        else:
            found[name] = _as_said(schemas[name], text)
            wrong += problems(schemas[name], found[name], name)
    needed = (name for name, schema in schemas.items() if schema.get("x-needed"))
    wrong += [FieldProblem(name, "is missing") for name in needed if name not in found]
    if wrong:
        raise Problem("malformed", "The query is not right.", wrong)
    return found


def read_path(request: web.Request, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """An address that cannot be one of ours leads to nothing."""
    found: dict[str, Any] = {}
    for name, schema in schemas.items():
        found[name] = value = _as_said(schema, request.match_info[name])
        if wrong := tuple(problems(schema, value, name)):
            raise Problem("not-found", "No such address can exist.", wrong)
    return found


def read_conditions(request: web.Request, heeded: tuple[str, ...]) -> Conditions:
    """Those of the headers that the route heeds."""
    tags = {name: _tags(request, name) for name in heeded}
    return Conditions(tags.get("If-Match"), tags.get("If-None-Match"))


def _tags(request: web.Request, name: str) -> str | frozenset[int] | None:
    """The revs in an entity-tag list, also without quotes. What is no tag of ours matches nothing."""
    given = ", ".join(request.headers.getall(name, []))
    if name not in request.headers or given.strip() == "*":
        return given.strip() or None
    tags = (part.strip().removeprefix("W/").strip('"') for part in given.split(","))
    return frozenset(int(tag) for tag in tags if re.fullmatch("[0-9]{1,9}", tag, re.ASCII))


def etag(rev: int) -> str:
    return f'"{rev}"'
