"""So many a second and no more, evenly: in no second more than `rate` are let go."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.clock import monotonic

_SLACK = 0.02
"""Seconds that are made up for when the loop was held up; for that the rest is as much slower."""

_MARGIN = 1.03
"""What is let go evenly leaves, and arrives, a little less so."""


class Pace:
    """A gate with a queue. `ticks` and `sleep` are real time, unless somebody keeps it by hand."""

    def __init__(
        self,
        rate: float,
        ticks: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.rate = rate
        self._slack = _SLACK if rate >= 50 else 0.0
        self._apart = _MARGIN * (1 + self._slack) / rate
        self._ticks = ticks
        self._sleep = sleep
        self._free_at = float("-inf")
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for one's turn, in the order of asking."""
        async with self._line:
            while (wait := self._free_at - self._slack - self._ticks()) > 0:
                await self._sleep(wait)
            self._free_at = max(self._free_at, self._ticks()) + self._apart
