"""How often a key may ask: a bucket of requests for each, that fills at a steady rate.

Where several processes serve (PostgreSQL) the bucket is one row for all of them, from which each
takes a slice at a time: one statement for as many requests as a slice has. What a process has
taken and not used is the most by which the limit can be passed later. One process alone (SQLite)
keeps its buckets in memory.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from storage.queries import apikeys
from storage.queries.apikeys import ApiKey

_MOST = 4096
"""Buckets kept; a full bucket is the same as none, so any may be forgotten once it has refilled."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` requests in the long run, `burst` at once."""

    per_second: float = 50.0
    burst: int = 200

    @property
    def slice(self) -> int:
        """Requests that a process takes from the common bucket at once."""
        return max(1, min(10, self.burst // 10))


@dataclass(slots=True)
class Held:
    """A process's slice of a key: requests `left`, or none before `empty_until` (epoch seconds)."""

    left: int = 0
    empty_until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Limits:
    rate: Rate = field(default_factory=Rate)
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _held: dict[int, Held] = field(default_factory=dict)

    async def admit(self, key: ApiKey, now: datetime) -> int:
        """0: go on. Else the whole seconds after which to try again."""
        if not apikeys.shared():
            return self.take(key.id, now)
        held = self._held.setdefault(key.id, Held())
        async with held.lock:
            if not held.left:
                await self._fetch(key, held, now)
            if held.left:
                held.left -= 1
                return 0
            return max(1, ceil(held.empty_until - now.timestamp()))

    async def _fetch(self, key: ApiKey, held: Held, now: datetime) -> None:
        """A slice, or the one request that is left; who knows the bucket empty does not ask again."""
        at, each = now.timestamp(), 1 / self.rate.per_second
        ahead = self.rate.burst * each
        if at < held.empty_until <= at + ahead:
            return
        for some in dict.fromkeys((self.rate.slice, 1)):
            wait = await apikeys.spend(key, now, some * each, ahead)
            if not wait:
                held.left, held.empty_until = some, 0.0
                return
            held.empty_until = at + wait

    def take(self, key: int, now: datetime) -> int:
        """The same from this process's own bucket."""
        at = now.timestamp()
        left, since = self._buckets.get(key, (float(self.rate.burst), at))
        # A clock that was moved back gives nothing and takes nothing.
        left = min(self.rate.burst, left + max(0.0, at - since) * self.rate.per_second)
        if left < 1:
            self._buckets[key] = (left, at)
            return max(1, ceil((1 - left) / self.rate.per_second))
        if len(self._buckets) >= _MOST:
            self._forget(at)
        self._buckets[key] = (left - 1, at)
        return 0

    def _forget(self, at: float) -> None:
        refills = self.rate.burst / self.rate.per_second
        self._buckets = {
            key: (left, since)
            for key, (left, since) in self._buckets.items()
            if at - since < refills
        }
