"""The time machine under way: the one clock goes from stop to stop, and at each the product's tick
is asked for, so that a year passes as a year of ticks and not as one.

    POST /sandbox/journey  {"forward": seconds} | {"to": "2027-12-01T09:00"} | {"stop": true}

gives what `state` tells. The journey goes on by itself; 400: it leads nowhere, or one is under way.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from bot.clock import clock
from bot.sandbox import deeds
from bot.sandbox.quotas import BEIJING
from bot.sandbox.world import World

LONGEST = timedelta(days=3 * 366)
_EVERY_HOUR, _BY_DAY, _A_FEW = range(24), range(8, 22), (9, 12, 15, 18, 21)


def stops(start: datetime, to: datetime) -> Iterator[datetime]:
    """The moments at which the product is asked, the last of them `to`.

    Two days: every hour. A month: the hours in which a store writes. More: five times a day.
    """
    length = to - start
    short, medium = timedelta(days=2), timedelta(days=31)
    hours = _EVERY_HOUR if length <= short else _BY_DAY if length <= medium else _A_FEW
    day = start.astimezone(BEIJING).date()
    while day <= to.astimezone(BEIJING).date():
        for hour in hours:
            moment = datetime.combine(day, time(hour), BEIJING)
            if start < moment < to:
                yield moment
        day += timedelta(days=1)
    yield to


class Journey:
    """One way through time; `begin` starts it, `stop` ends it where it is."""

    def __init__(self, world: World, after_clock: deeds.AfterClock | None) -> None:
        self._world = world
        self._after_clock = after_clock
        self._task: asyncio.Task[None] | None = None
        self._start = self._to = clock.now()
        self._error, self._stopping = "", False

    @property
    def under_way(self) -> bool:
        return self._task is not None and not self._task.done()

    def begin(self, to: datetime) -> None:
        """Set out for `to`. Raises ValueError."""
        now = clock.now()
        if self.under_way:
            raise ValueError("a journey is under way")
        if not now < to <= now + LONGEST:
            raise ValueError("a journey leads forward, three years at most")
        self._start, self._to, self._error, self._stopping = now, to, "", False
        self._task = asyncio.create_task(self._go())
        self._task.add_done_callback(self._arrived)

    async def wait(self) -> None:
        """Until it has arrived, or was stopped."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def stop(self) -> None:
        """Stay where it is, once the product has done what it does there."""
        self._stopping = True
        await self.wait()

    def state(self) -> dict[str, Any] | None:
        """{"from", "to", "at", "under_way", "error"}: times in ISO 8601; None before the first."""
        if self._task is None:
            return None
        return {
            "from": self._start.isoformat(),
            "to": self._to.isoformat(),
            "at": clock.now().isoformat(),
            "under_way": self.under_way,
            "error": self._error,
        }

    async def _go(self) -> None:
        for stop in stops(self._start, self._to):
            if self._stopping:
                return
            clock.move_to(stop)
            if self._after_clock is not None:
                await self._after_clock()
            await self._world.afterwards.run()
            self._world.changed("clock")
            await asyncio.sleep(0)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (wrong := task.exception()) is not None:
            self._error = f"{type(wrong).__name__}: {wrong}"
        self._world.changed("clock")


def routes(journey: Journey) -> list[web.RouteDef]:
    async def travel(request: web.Request) -> web.Response:
        given = await deeds.given_in(request)
        try:
            if given.get("stop"):
                await journey.stop()
            else:
                journey.begin(deeds.moment_in(given))
        except (ValueError, TypeError, LookupError, OverflowError) as wrong:
            return web.json_response({"error": str(wrong)}, status=400)
        return web.json_response(journey.state() or {})

    return [web.post("/sandbox/journey", travel)]
