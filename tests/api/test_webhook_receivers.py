"""Receivers that hang, drip, slam the door, send us elsewhere or ask for time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.api.deliver import WAITS, Courier, asked_for
from bot.api.targets import Targets, session
from storage.db import moment, sql
from tests.api.door import AT_HOME, Door
from tests.api.test_webhooks import say, states
from tests.people import NOW

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PATIENCE = 1.0


@asynccontextmanager
async def at_the_wire(talk: Talk) -> AsyncIterator[str]:
    """The address of a receiver that speaks as `talk` does; it ends when the test does."""
    talks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the courier hung up
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


async def hangs(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte of the head now and then, for as long as anybody listens."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    listening = True
    while listening:
        writer.write(b"a")
        await writer.drain()
        try:
            async with asyncio.timeout(PATIENCE / 20):
                listening = bool(await reader.read())
        except TimeoutError:
            continue


async def resets(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def mumbles(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff not at all HTTP\r\n\r\n")
    await writer.drain()


async def floods(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """200, and a body without an end: nobody reads it."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        await writer.drain()


def answers(head: str) -> Talk:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    return talk


async def deliver(now: datetime, patience: float = 10) -> dict[str, int]:
    targets = Targets(AT_HOME)
    async with session(targets, patience) as http:
        return await Courier(http, targets).deliver_due(now)


async def due() -> tuple[datetime, str]:
    row = await sql().one("SELECT due_at, last_error FROM webhook_delivery")
    at = moment(row["due_at"])
    assert at is not None
    return at, row["last_error"]


@pytest.mark.parametrize("talk", [hangs, drips, resets, mumbles])
async def test_who_does_not_answer_is_tried_again_later(door: Door, talk: Talk) -> None:
    async with at_the_wire(talk) as url:
        await door.asks("POST", "webhooks", {"url": url})
        await say("A1")
        counts = await deliver(NOW, PATIENCE)
    assert counts == {"webhooks_done": 0, "webhooks_failed": 1, "webhooks_dead": 0}
    assert await states() == [("queued", 1)]
    at, why = await due()
    assert at >= NOW + WAITS[0]
    assert why == "no answer in time" if talk in (hangs, drips) else why


async def test_one_that_hangs_holds_up_no_other(door: Door) -> None:
    async with at_the_wire(hangs) as slow, at_the_wire(answers("204 No Content")) as quick:
        for url in (slow, quick):
            await door.asks("POST", "webhooks", {"url": url})
        for number in range(10):
            await say(f"A{number}")
        counts = await deliver(NOW, 3)
    assert (counts["webhooks_done"], counts["webhooks_failed"]) == (10, 10)


async def test_an_answer_without_an_end_is_an_answer(door: Door) -> None:
    async with at_the_wire(floods) as url:
        await door.asks("POST", "webhooks", {"url": url})
        await say("A1")
        assert (await deliver(NOW))["webhooks_done"] == 1


@pytest.mark.parametrize("status", ["408 Request Timeout", "429 Too Many", "503 Not Now"])
async def test_who_asks_for_time_is_given_it(door: Door, status: str) -> None:
    async with at_the_wire(answers(f"{status}\r\nRetry-After: 7200")) as url:
        await door.asks("POST", "webhooks", {"url": url})
        await say("A1")
        await deliver(NOW)
        at, why = await due()
        assert why == f"HTTP {status[:3]}"
        assert NOW + timedelta(hours=2) <= at < NOW + timedelta(hours=2, minutes=1)
        assert (await deliver(at - timedelta(seconds=1)))["webhooks_failed"] == 0
        assert (await deliver(at))["webhooks_failed"] == 1
    assert await states() == [("queued", 2)]


@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
async def test_nobody_sends_the_courier_elsewhere(door: Door, status: str) -> None:
    gone_to: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        gone_to.append(await reader.read(1))

    async with AsyncExitStack() as open_all:
        other = await open_all.enter_async_context(at_the_wire(elsewhere))
        there = answers(f"{status} There\r\nLocation: {other}")
        url = await open_all.enter_async_context(at_the_wire(there))
        await door.asks("POST", "webhooks", {"url": url})
        await say("A1")
        await deliver(NOW)
    assert (await states(), (await due())[1]) == ([("queued", 1)], f"HTTP {status}")
    assert gone_to == []


def test_retry_after_is_seconds_or_a_date_and_a_day_at_most() -> None:
    later = NOW + timedelta(hours=3)
    assert asked_for("10800", NOW) == later
    assert asked_for(f" {format_datetime(later, usegmt=True)} ", NOW) == later
    assert asked_for("Wed, 18 Nov 2026 03:00:00 -0000", NOW) == later
    assert asked_for("999999999", NOW) == asked_for("Fri, 31 Dec 2100 00:00:00 GMT", NOW)
    assert asked_for("999999999", NOW) == NOW + timedelta(days=1)
    for nonsense in ("", "-1", "soon", "1.5", "٣", "9" * 12, "Wed, 99 Nov 2026 03:00:00 GMT"):
        assert asked_for(nonsense, NOW) is None
