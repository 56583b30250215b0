"""How often a key may ask: a token bucket for each, in this process's memory."""

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

_MOST = 4096
"""Buckets kept; a full bucket is the same as none, so any may be forgotten once it has refilled."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` requests in the long run, `burst` at once."""

    per_second: float = 50.0
    burst: int = 200


@dataclass(slots=True)
class Limits:
    rate: Rate = field(default_factory=Rate)
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: int, now: datetime) -> int:
        """0: go on. Else the whole seconds after which to try again."""
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
