"""Lists page by page: where a page ends, and the way to the next."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from urllib.parse import urlencode

from aiohttp import web

from bot.api.problems import FieldProblem, Problem
from bot.api.requests import Call
from bot.api.routing import answer


def cursor_of(*parts: object) -> str:
    """Where a page ends; opaque to the caller."""
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> list[object]:
    """422 for one that is not ours."""
    try:
        parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (NotBase64, ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list):
        raise bad_cursor()
    return parts


def bad_cursor() -> Problem:
    wrong = FieldProblem("cursor", "is not a `next` of ours")
    return Problem("unprocessable", "Begin again without a cursor.", [wrong])


def page(call: Call, items: list[object], cursor: str | None) -> web.Response:
    """A page of a list, with the way to the next in the body and as a Link."""
    headers = {}
    if cursor is not None:
        query = urlencode({**call.request.query, "cursor": cursor})
        headers["Link"] = f'<{call.request.path}?{query}>; rel="next"'
    return answer({"items": items, "next": cursor}, headers=headers)


def last_number(call: Call) -> int | None:
    """The number at which the page before ended, for lists in the order of their numbers."""
    cursor = call.query.get("cursor")
    if cursor is None:
        return None
    match read_cursor(cursor):
        case [int(last)] if 0 <= last < 2**62 and not isinstance(last, bool):
            return last
    raise bad_cursor()
