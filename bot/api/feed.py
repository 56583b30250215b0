"""Nightly feeds: one JSON object a line in, one result a line out, in bounded memory.

The results are spooled until the feed has been read: a client that sends everything before it
reads anything, as most do, would else wait for us while we wait for it.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from aiohttp import web

from bot.api.checking import problems
from bot.api.files import Kind, field_problems, read_record, warnings
from bot.api.problems import FieldProblem, Problem
from bot.api.requests import BROKEN_OFF, READ_WITHIN, REQUEST_ID, Call, broken_off, parse_json
from bot.api.routing import NDJSON
from bot.api.schemas import LINES, SCHEMAS
from bot.clock import clock
from bot.rules.records import Problems, Record
from storage.queries.records.rows import Outcome
from storage.queries.statistics import keep_up

SLICE: Final = 1000
LONGEST_LINE: Final = 64 * 1024
_IN_MEMORY: Final = 1024 * 1024
_PIECE: Final = 64 * 1024

_FORMS: Final = {kind: SCHEMAS[name] for name, kind in LINES.items()}

Result = dict[str, Any]


@dataclass(slots=True)
class Line:
    """One line and what became of it: a record on its way, or already a result."""

    number: int
    record: Record | None = None
    result: Result | None = None


async def lines(request: web.Request) -> AsyncIterator[bytes | None]:
    """Line by line; None for one that is too long to be kept."""
    rest, skipping = b"", False
    while chunk := await _next(request):
        *whole, rest = (rest + chunk).split(b"\n")
        for one in whole:
            yield None if skipping or len(one) > LONGEST_LINE else one
            skipping = False
        if len(rest) > LONGEST_LINE:
            rest, skipping = b"", True
    if rest or skipping:
        yield None if skipping else rest


async def _next(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(READ_WITHIN):
            return await request.content.readany()
    except TimeoutError:
        detail = "The lines before it are kept; send all of them again."
        raise Problem("timeout", detail, unread=True) from None
    except BROKEN_OFF:
        raise broken_off(request, "The feed broke off; lines before it may be kept.") from None


def read_line(kind: Kind, number: int, raw: bytes | None) -> Line:
    if raw is None:
        return _refused(number, "", [FieldProblem("", f"is over {LONGEST_LINE // 1024} KiB")])
    try:
        given = parse_json(raw)
    except ValueError as wrong:
        return _refused(number, "", [FieldProblem("", f"is not JSON: {wrong}")])
    if not isinstance(given, dict):
        return _refused(number, "", [FieldProblem("", "is not an object")])
    if unfit := tuple(problems(_FORMS[kind.name], given)):
        return _refused(number, given.get(kind.key), unfit)
    record, ignored = read_record(kind, given)
    if isinstance(record, Problems):
        return _refused(number, given.get(kind.key), field_problems(record))
    extra = {"ignored": [name[:64] for name in ignored[:50]]} if ignored else {}
    return Line(number, record, {"line": number, "ref": record.ref, **extra})


def _refused(number: int, ref: object, errors: Sequence[FieldProblem]) -> Line:
    said = "; ".join(f"{error.field} {error.problem}".strip() for error in errors)
    return Line(
        number,
        None,
        {
            "line": number,
            "ref": ref[:64] if isinstance(ref, str) else "",
            "state": "refused",
            "problem": said,
            "errors": [error.shown() for error in errors],
        },
    )


def _told(result: Result, record: Record, outcome: Outcome) -> Result:
    told = {**result, "ref": outcome.ref, "state": outcome.state}
    if outcome.problem is not None:
        wrong = outcome.problem
        told["problem"] = f"{wrong.field} {wrong.en}".strip()
        told["errors"] = [FieldProblem(wrong.field, wrong.en, wrong.zh).shown()]
    elif outcome.rev:
        told["rev"] = outcome.rev
    if doubts := warnings(record, outcome):
        told["warnings"] = doubts
    return told


class Feed:
    """One feed on its way through."""

    def __init__(self, kind: Kind, actor: str, spool: IO[bytes]) -> None:
        self._kind = kind
        self._actor = actor
        self._spool = spool
        self._held: list[Line] = []

    async def take(self, number: int, raw: bytes | None) -> None:
        self._held.append(read_line(self._kind, number, raw))
        if len(self._held) >= SLICE:
            await self.flush()

    async def flush(self) -> None:
        held, self._held = self._held, []
        good = [one.record for one in held if one.record is not None]
        await keep_up()
        outcomes = iter(await self._kind.put(good, clock.now(), self._actor) if good else [])
        for one in held:
            result: Mapping[str, Any] = one.result or {}
            if one.record is not None:
                result = _told(dict(result), one.record, next(outcomes))
            self._spool.write(json.dumps(result, ensure_ascii=False).encode() + b"\n")


def put_feed(kind: Kind) -> Callable[[Call], Awaitable[web.StreamResponse]]:
    """Each line is kept or refused by itself; what was kept stays, whatever comes after it."""

    async def handle(call: Call) -> web.StreamResponse:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            feed, number = Feed(kind, call.actor, spool), 0
            async for raw in lines(call.request):
                number += 1
                if raw is None or raw.strip():
                    await feed.take(number, raw)
            await feed.flush()
            spool.seek(0)
            return await _sent(call.request, spool)

    return handle


async def _sent(request: web.Request, spool: IO[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": NDJSON, "X-Request-Id": request[REQUEST_ID]}
    )
    await response.prepare(request)
    while piece := spool.read(_PIECE):
        await response.write(piece)
    await response.write_eof()
    return response
