"""Sending what is due, on every channel side by side: each has an API, a budget and a pace of its own.

A customer-service message has no key by which the platform knows it again, so one that may have
arrived is never sent a second time; a template message and a mass send are, while the platform
would know the repeat.
"""

import asyncio
from datetime import datetime

from bot.outbox.lane import NUDGE, Lane
from bot.outbox.mass import MassLane
from bot.outbox.outcome import Outcome
from bot.outbox.pace import Pace
from bot.outbox.sender import Sender
from bot.outbox.settling import Books
from bot.outbox.summary import Summary
from bot.rules.backoff import PAUSE, TRIES
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.staff.alerts import ALERT

__all__ = ["PAUSE", "TRIES", "Dispatcher", "Summary"]

AT_ONCE, BATCH, RATE = 96, 400, 500.0
CHANNELS = ("service", "template", "once")


class Dispatcher:
    """Sends the messages of the account in force.

    `rate`: calls a second on each channel, at most; `at_once`: calls waiting for their answer;
    `batch`: messages in hand.
    """

    def __init__(
        self, client: Sender, *, at_once: int = AT_ONCE, batch: int = BATCH, rate: float = RATE
    ) -> None:
        self._books = Books((NUDGE, ALERT))
        self._client = client
        self._lanes = [
            Lane(channel, client, self._books, Pace(rate), at_once, batch) for channel in CHANNELS
        ]
        self._mass = MassLane(client)

    async def dispatch_due(self, now: datetime) -> Summary:
        """Send until nothing more is due at `now`."""
        summary = Summary()
        for lapsed in await outbox.expired_leases(now):
            summary.count("uncertain")
            await self._books.tell_staff(lapsed, Outcome("uncertain", "发送过程中断"), now)
        summary.receipts = await outbox_receipts.take_kept(now)
        runs = [*(lane.run(now, summary) for lane in self._lanes), self._mass.run(now, summary)]
        ends = await asyncio.gather(*runs, return_exceptions=True)
        for end in ends:  # one channel's trouble keeps no other from its work
            if isinstance(end, BaseException):
                raise end
        return summary
