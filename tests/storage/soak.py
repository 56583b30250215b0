"""Cancelling at chosen and at random moments, counted in turns of the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

Work = Callable[[], Awaitable[object]]


async def turns(count: int = 1) -> None:
    """Let everything else run `count` times."""
    loop = asyncio.get_running_loop()
    for _ in range(count):
        turn: asyncio.Future[None] = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn


async def cut_short(work: Work, after: int) -> bool:
    """Run `work` for `after` turns, then cancel it; whether that came in time."""
    task: asyncio.Future[Any] = asyncio.ensure_future(work())
    await turns(after)
    task.cancel()
    await asyncio.wait([task], timeout=20)
    return task.cancelled()


async def soak(work: Work, tries: int, at_once: int, longest: int, seed: int) -> int:
    """`tries` runs, `at_once` side by side, each cancelled within `longest` turns: how many were."""
    dice = Random(seed)
    cancelled, left = 0, tries

    async def one_after_another() -> None:
        nonlocal cancelled, left
        while left > 0:
            left -= 1
            cancelled += await cut_short(work, dice.randint(0, longest))

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return cancelled
