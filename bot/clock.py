"""The only source of now.

Everything that decides takes `now` as an argument; the few places that must ask (the edges: a
callback arriving, a job waking, a command starting) ask here. The sandbox's time machine and
`cheyu tick --at` move this one clock, so the whole product moves with it.
"""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A wall clock that can be moved or stopped. Aware UTC datetimes only."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._stopped_at: datetime | None = None

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        if self._stopped_at is not None:
            return self._stopped_at
        return datetime.now(UTC) + self._ahead

    def timestamp(self) -> int:
        """Whole seconds since the epoch, as WeChat's CreateTime counts them."""
        return int(self.now().timestamp())

    def move_to(self, moment: datetime) -> None:
        """Jump to `moment` (aware) and go on from there; a stopped clock stays stopped there."""
        if moment.tzinfo is None:
            raise ValueError("the clock moves to an aware moment only")
        if self._stopped_at is not None:
            self._stopped_at = moment.astimezone(UTC)
        else:
            self._ahead = moment.astimezone(UTC) - datetime.now(UTC)

    def forward(self, delta: timedelta) -> None:
        """Move by `delta`, which may be negative."""
        self.move_to(self.now() + delta)

    def stop(self, at: datetime | None = None) -> None:
        """Stand still (at `at`, or at the current moment) until `reset`; for tests and `tick --at`."""
        moment = at or self.now()
        if moment.tzinfo is None:
            raise ValueError("the clock stops at an aware moment only")
        self._stopped_at = moment.astimezone(UTC)

    def reset(self) -> None:
        """Back to the machine's own time."""
        self._ahead = timedelta(0)
        self._stopped_at = None


clock = Clock()


def monotonic() -> float:
    """Seconds for measuring how long something took; never moved, never shown."""
    return time.monotonic()
