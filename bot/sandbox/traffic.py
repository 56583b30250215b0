"""The raw traffic of both directions, and the bell that tells open pages to look again."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Literal

from bot.clock import clock


@dataclass
class Exchange:
    """One HTTP exchange, decrypted: a try of a callback, or an API call of the product."""

    id: int
    at: str
    way: Literal["callback", "api"]
    title: str
    openid: str
    attempt: int
    milliseconds: int
    status: int | None
    request: str
    reply: str
    note: str


class Traffic:
    """The last exchanges; `bells` are the queues of pages that watch."""

    def __init__(self, keep: int = 400) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=keep)
        self.bells: set[asyncio.Queue[str]] = set()
        self._last = 0

    def add(
        self,
        way: Literal["callback", "api"],
        title: str,
        *,
        openid: str = "",
        attempt: int = 1,
        milliseconds: int = 0,
        status: int | None = None,
        request: str = "",
        reply: str = "",
        note: str = "",
    ) -> Exchange:
        self._last += 1
        at = clock.now().isoformat()
        seen = Exchange(
            self._last,
            at,
            way,
            title,
            openid,
            attempt,
            milliseconds,
            status,
            request[:20_000],
            reply[:20_000],
            note,
        )
        self.exchanges.append(seen)
        self.ring("traffic")
        return seen

    def ring(self, what: str) -> None:
        """Tell every open page that `what` (chat, traffic, clock, people, menu) changed."""
        for bell in self.bells:
            if not bell.full():
                bell.put_nowait(what)
