"""/wechat: the address that the platform calls. WeChat docs: message push.

The wire verifies, reads, lets the turn run in a task of its own and answers in time. The platform
hangs up after 5 seconds and delivers again; a turn is never cancelled for that.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import structlog
from aiohttp import ClientError, StreamReader, web
from aiohttp.http import HttpProcessingError

from bot.clock import clock
from bot.errors import BadCallback
from bot.rules.roles import for_platform
from bot.wechat.crypto import Codec
from bot.wechat.messages import Inbound, parse
from bot.wechat.replies import SILENT, Reply, render
from bot.wechat.xml import MAX_BYTES

PATH = "/wechat"

_Task = asyncio.Task[Reply]
_READ_WITHIN = 5.0  # seconds for a body to arrive: the platform's own patience
_DRAIN_WITHIN = 20.0  # seconds for running turns at shutdown
_RUNNING: web.AppKey[set[_Task]] = web.AppKey("wechat_turns", set)

_XML = {"Content-Type": "application/xml; charset=utf-8"}

_BROKEN_OFF = (
    ClientError,
    HttpProcessingError,
    web.PayloadAccessError,
    web.RequestPayloadError,
    OSError,
    ValueError,
)

_log = structlog.get_logger(__name__)


class Turn(Protocol):
    """One message on its way to a reply."""

    async def run(self) -> Reply:
        """Does the work once, or finds what an earlier delivery of the message was answered.

        Never cancelled by the wire.
        """
        ...

    def hand_over(self) -> bool:
        """True: the reply will follow as a customer-service message, answer success now.

        False: it is being committed, wait a little more.
        """
        ...


class Turns(Protocol):
    """Where turns come from."""

    def begin(self, message: Inbound) -> Turn: ...


class _Wire:
    """The handlers, with what they share."""

    def __init__(self, codec: Codec, turns: Turns, late_after: float, give_up_after: float) -> None:
        self._codec = codec
        self._turns = turns
        self._late_after = late_after
        self._extra = max(give_up_after - late_after, 0.0)
        self._running: set[_Task] = set()

    @for_platform
    async def echo(self, request: web.Request) -> web.Response:
        """The platform's check when the address is saved: echostr comes back byte for byte."""
        try:
            query = _query(request)
            self._codec.check(
                *(query.get(name, "") for name in ("signature", "timestamp", "nonce"))
            )
            body = _echostr(query)
        except BadCallback as bad:
            return _refused(bad)
        return web.Response(
            body=body, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"}
        )

    @for_platform
    async def take(self, request: web.Request) -> web.Response:
        """A message or event: checked, read, answered."""
        try:
            query = _query(request)
            body = await _body(request)
            inbound = parse(self._codec.open(query, body))
        except BadCallback as bad:
            return _refused(bad)
        answer = await self._answer(request, inbound)
        if answer == SILENT:
            return web.Response(body=SILENT, content_type="text/plain")
        answer = self._codec.seal(
            answer,
            timestamp=str(clock.timestamp()),
            nonce=query.get("nonce", ""),
            encrypted=self._codec.is_sealed(query),
        )
        return web.Response(body=answer, headers=_XML)

    async def _answer(self, request: web.Request, inbound: Inbound) -> bytes:
        """The clear reply body. The turn has its own errors in hand: this is the last net."""
        try:
            turn = self._turns.begin(inbound)
            running = request.app.get(_RUNNING, self._running)
            task, ended = _start(turn, inbound, running)
            if not await self._in_time(turn, task, ended):
                return SILENT
            return render(task.result(), inbound, clock.timestamp())
        except Exception:
            _log.exception("answer_failed", **_about(inbound))
            return SILENT

    async def _in_time(self, turn: Turn, task: _Task, ended: asyncio.Future[None]) -> bool:
        """Whether there is a reply before the platform stops listening."""
        # asyncio.wait does the same in three times the time, and every message comes by here.
        late = asyncio.get_running_loop().call_later(self._late_after, _wake, ended)
        await ended
        late.cancel()
        if not task.done() and not turn.hand_over():
            await asyncio.wait((task,), timeout=self._extra)
            if not task.done() and not turn.hand_over():
                _log.error("reply_late", why="the turn was still committing at the deadline")
        return task.done() and not task.cancelled() and task.exception() is None


def _start(turn: Turn, inbound: Inbound, running: set[_Task]) -> tuple[_Task, asyncio.Future[None]]:
    """The turn in a task of its own, kept in `running` to its end; the future says when to look."""
    task = asyncio.create_task(turn.run())
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def over(task: _Task) -> None:
        running.discard(task)
        _wake(ended)
        if task.cancelled():
            _log.error("turn_cancelled", **_about(inbound))
        elif failure := task.exception():
            _log.error("turn_failed", exc_info=failure, **_about(inbound))

    running.add(task)
    task.add_done_callback(over)
    return task, ended


def _wake(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


def _about(inbound: Inbound) -> dict[str, str]:
    """What a log line may say of a message: nothing that names the person."""
    return {"kind": inbound.kind, "name": inbound.event, "msg_id": inbound.msg_id}


def _echostr(query: Mapping[str, str]) -> bytes:
    if "echostr" not in query:
        raise BadCallback("echostr is missing")
    return query["echostr"].encode("utf-8", "replace")


def _query(request: web.Request) -> Mapping[str, str]:
    """The query, each name once. Two signatures would let one be checked and another be used."""
    try:
        query = request.query
    except ValueError:
        raise BadCallback("the query cannot be read") from None
    if len(query) != len(set(query)):
        raise BadCallback("a query parameter is repeated")
    return query


async def _body(request: web.Request) -> bytes:
    """The posted bytes, never more than 64 KiB of them in memory."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise BadCallback("a compressed body", status=415)
    if (request.content_length or 0) > MAX_BYTES:
        raise BadCallback("the body is over 64 KiB", status=413)
    try:
        if request.content.is_eof():  # nearly always: it came together with the headers
            body = request.content.read_nowait()
        else:
            async with asyncio.timeout(_READ_WITHIN):
                body = await _streamed(request.content)
    except TimeoutError:
        raise BadCallback("the body did not arrive", status=408) from None
    except _BROKEN_OFF:
        raise BadCallback("the body broke off") from None
    if len(body) > MAX_BYTES:
        raise BadCallback("the body is over 64 KiB", status=413)
    return body


async def _streamed(content: StreamReader) -> bytes:
    """What comes, up to a little over 64 KiB."""
    body = b""
    while len(body) <= MAX_BYTES and (chunk := await content.readany()):
        body += chunk
    return body


def _refused(bad: BadCallback) -> web.Response:
    _log.warning("callback_refused", status=bad.status, reason=str(bad))
    return web.Response(status=bad.status, text=f"{bad}\n")


def routes(
    codec: Codec, turns: Turns, *, late_after: float = 4.0, give_up_after: float = 4.7
) -> list[web.RouteDef]:
    """GET and POST /wechat. The times are seconds since the body was read, inside the platform's 5.

    A turn that is not done after `late_after` is asked to hand over; one that is being committed
    gets until `give_up_after`.
    """
    wire = _Wire(codec, turns, late_after, give_up_after)
    return [web.get(PATH, wire.echo, allow_head=False), web.post(PATH, wire.take)]


async def drain(app: web.Application) -> AsyncIterator[None]:
    """A cleanup context: at shutdown, turns that still run are awaited.

    Append it after the contexts that a turn needs, so that it ends before them.
    """
    running = app[_RUNNING] = set()
    yield
    if running:
        _, left = await asyncio.wait(running, timeout=_DRAIN_WITHIN)
        if left:
            _log.error("turns_left_at_shutdown", count=len(left))
