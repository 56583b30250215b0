"""What the platform does later: a receipt, a mass job, the end of an administrator's half hour."""

import asyncio
import contextlib
import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Literal

from bot.clock import clock

Deed = Callable[[], Awaitable[object]]
AT_ONCE = 32  # receipts the platform delivers at the same time
LOOK = 0.2  # real seconds until a clock that somebody may have moved is looked at again


class Afterwards:
    """Deeds by their moment of the one clock. They are done by themselves; with `by_hand`, when
    somebody calls `run`."""

    def __init__(self) -> None:
        self.by_hand = False
        self._waiting: list[tuple[datetime, int, Deed]] = []
        self._numbers = count()
        self._busy: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None

    def add(self, at: datetime, deed: Deed) -> None:
        heapq.heappush(self._waiting, (at, next(self._numbers), deed))
        self._wake.set()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._busy)

    async def run(self) -> int:
        """Do what is due by the clock, and wait for what is being done. How many were due."""
        done = self._begin()
        while self._busy:
            await asyncio.wait(self._busy)
            done += self._begin()
        return done

    def open(self) -> None:
        self._pump = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Nothing more is done; what was waiting is forgotten."""
        tasks = [*self._busy, *([self._pump] if self._pump else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self) -> int:
        begun, now = 0, clock.now()
        while self._waiting and self._waiting[0][0] <= now and len(self._busy) < AT_ONCE:
            _, _, deed = heapq.heappop(self._waiting)
            task = asyncio.create_task(_do(deed))
            self._busy.add(task)
            task.add_done_callback(self._finished)
            begun += 1
        return begun

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._wake.set()

    async def _keep(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self.by_hand:
                continue
            self._begin()
            if self._waiting and not self._wake.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK)
                self._wake.set()


async def _do(deed: Deed) -> None:
    await deed()


When = Literal["soon", "early", "never"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a template message ends, and when that is told.

    `status`: "" by the person's own settings, else success, failed:user block or
    failed: system failed. `when`: after the answer (soon, `delay` later by the clock), before it
    (early), or never.
    """

    status: str = ""
    when: When = "soon"
    delay: timedelta = timedelta(0)


@dataclass
class Receipts:
    """`usual` decides for every message; `next` orders for those that come next."""

    usual: Callable[[str], Receipt] = lambda _openid: Receipt()
    _ordered: list[Receipt] = field(default_factory=list)

    def next(
        self,
        status: str = "",
        when: When = "soon",
        delay: timedelta = timedelta(0),
        *,
        times: int = 1,
    ) -> None:
        self._ordered += [Receipt(status, when, delay)] * times

    def take(self, openid: str) -> Receipt:
        return self._ordered.pop(0) if self._ordered else self.usual(openid)
