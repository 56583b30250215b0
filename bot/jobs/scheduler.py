"""The clockwork: every job of the process, each a function of now, repeated at its interval.

    jobs = Jobs({"dispatch": Job(timedelta(seconds=1), dispatcher.dispatch_due)}, book)
    jobs.start()
    …
    await jobs.stop()

APScheduler keeps the beat. It would cancel what runs when it stops, so a job runs in a task of its
own, which the scheduler only waits for. The book is shared by all processes: a job that is to run
`alone` begins only where the book gives it out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import clock, monotonic
from bot.errors import CheyuError

log = structlog.get_logger("jobs")
# It writes two lines for every run, and one for every beat that finds the last run still going.
logging.getLogger("apscheduler").setLevel(logging.ERROR)

Work = Callable[[datetime], Awaitable[object]]
LOOK = timedelta(minutes=1)
"""How often a rare job asks the book whether it is due: a restart must not delay it by a day."""
PATIENCE = 30.0
"""Seconds that `stop` waits for what is running."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job: when by the clock, for how many seconds, and what came of it."""

    at: datetime
    took: float
    result: object = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """`every`: the interval. `alone`: one run in all processes of an installation, else in each."""

    every: timedelta
    work: Work
    alone: bool = False


class Book(Protocol):
    """What the processes of an installation know of each other's jobs."""

    async def take(self, name: str, every: timedelta, now: datetime) -> bool:
        """Whether a job that runs alone is this process's to run now."""

    async def ended(self, name: str, run: Run, *, alone: bool) -> None:
        """Keep what became of a run."""


class Jobs:
    """`table`: name → job. One run of a job at a time; missed runs are made up once.

    Without a book every job runs whenever its interval is over.
    """

    def __init__(self, table: Mapping[str, Job], book: Book | None = None) -> None:
        self._table = dict(table)
        self._book = book
        self._scheduler: AsyncIOScheduler | None = None
        self._running: dict[str, asyncio.Task[Run]] = {}
        self.last: dict[str, Run] = {}

    def start(self) -> None:
        """Run everything once now and then at its interval. Needs a running loop."""
        self._scheduler = scheduler = AsyncIOScheduler(timezone=UTC)
        for name, job in self._table.items():
            beat = min(job.every, LOOK) if job.alone and self._book else job.every
            scheduler.add_job(
                self._beat,
                "interval",
                seconds=beat.total_seconds(),
                args=[name],
                id=name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        for name in self._table:
            self._begin(name)

    async def run(self, name: str) -> Run:
        """Run a job now; if it is running already, wait for that run. Never raises for the job."""
        return await asyncio.shield(self._begin(name))

    async def stop(self, patience: float = PATIENCE) -> None:
        """No new runs; what runs is waited for, and cancelled only when patience is at its end."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        if not self._running:
            return
        _, late = await asyncio.wait(self._running.values(), timeout=patience)
        for task in late:
            log.error("job_cancelled", job=task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _beat(self, name: str) -> None:
        await asyncio.shield(self._begin(name))

    def _begin(self, name: str) -> asyncio.Task[Run]:
        if (running := self._running.get(name)) is not None:
            return running
        task = asyncio.create_task(self._work(name), name=name)
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))
        return task

    async def _work(self, name: str) -> Run:
        job, at = self._table[name], clock.now()
        try:
            if job.alone and self._book and not await self._book.take(name, job.every, at):
                return Run(at, 0)
        except Exception as broken:  # the database is out of reach
            log.warning("job_not_begun", job=name, error=type(broken).__name__)
            return Run(at, 0, None, type(broken).__name__)
        self.last[name] = run = await self._run(name, at)
        if self._book:
            try:
                await self._book.ended(name, run, alone=job.alone)
            except Exception as broken:  # the lease will run out
                log.warning("job_not_noted", job=name, error=type(broken).__name__)
        return run

    async def _run(self, name: str, at: datetime) -> Run:
        started = monotonic()
        try:
            result, error = await self._table[name].work(at), ""
        except CheyuError as known:
            result, error = None, f"{type(known).__name__}: {known}"
            log.warning("job_failed", job=name, error=error)
        except Exception as broken:
            result, error = None, f"{type(broken).__name__}: {broken}"
            before = self.last.get(name)
            if before is None or before.error != error:
                log.exception("job_failed", job=name)
            else:  # the same again: its trace stands above
                log.warning("job_failed_again", job=name, error=type(broken).__name__)
        return Run(at, monotonic() - started, result, error)
