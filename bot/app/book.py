"""The book of jobs in the database: who has which, and how the last run of each ended."""

import os
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.clock import clock
from bot.jobs.scheduler import Run
from storage.queries import jobs
from storage.scope import account_scope

QUIET = timedelta(minutes=1)
"""How often a job that every process runs each second is noted, unless it turns bad or good."""


class StoredBook:
    """Fulfils what the clockwork asks of a book, for one account."""

    def __init__(self, account: int) -> None:
        self._account = account
        self._holder = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._noted: dict[str, tuple[datetime, bool]] = {}
        self._since: dict[str, tuple[int, int]] = {}

    async def take(self, name: str, every: timedelta, now: datetime) -> bool:
        with account_scope(self._account):
            return await jobs.take(name, self._holder, every, now)

    async def ended(self, name: str, run: Run, *, alone: bool) -> None:
        last = jobs.Ended(clock.now(), int(run.took * 1000), _counts(run.result), run.error)
        with account_scope(self._account):
            if alone:
                await jobs.ended(name, self._holder, last)
            elif self._worth_noting(name, run):
                runs, failures = self._since.pop(name)
                await jobs.note(name, self._holder, run.at, last, runs, failures)

    def _worth_noting(self, name: str, run: Run) -> bool:
        """Also counts the run: what is not noted now is noted with a later one."""
        runs, failures = self._since.get(name, (0, 0))
        failed = bool(run.error)
        self._since[name] = (runs + 1, failures + failed)
        at, was_bad = self._noted.get(name, (run.at - QUIET, failed))
        if abs(run.at - at) < QUIET and was_bad == failed:
            return False
        self._noted[name] = (run.at, failed)
        return True


def _counts(result: object) -> Mapping[str, Any] | None:
    return dict(result) if isinstance(result, Mapping) else None
