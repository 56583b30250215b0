"""What /metrics tells of the store: the jobs and the outbox, the same in every process."""

import asyncio

import structlog
from prometheus_client import CollectorRegistry, Gauge

from bot.clock import clock
from bot.jobs.calendar import year_not_known
from storage.queries import jobs
from storage.queries.cases import figures as case_figures
from storage.queries.outbox import claiming as outbox
from storage.scope import account_scope

log = structlog.get_logger("metrics")

PATIENCE = 2.0
"""Seconds: who collects figures asks often and waits little."""


class StoreFigures:
    """Gauges that are read anew whenever somebody asks."""

    def __init__(self, registry: CollectorRegistry, account: int) -> None:
        self._account = account
        self._up = Gauge("cheyu_database_up", "The database answered", registry=registry)
        self._ended = Gauge(
            "cheyu_job_ended_timestamp_seconds", "When the job's last run ended", ("job",),
            registry=registry,
        )  # fmt: skip
        self._took = Gauge(
            "cheyu_job_seconds", "How long the job's last run took", ("job",), registry=registry
        )
        self._ok = Gauge(
            "cheyu_job_ok", "The job's last run went well", ("job",), registry=registry
        )
        self._runs = Gauge("cheyu_job_runs", "Runs of the job", ("job",), registry=registry)
        self._failures = Gauge(
            "cheyu_job_failures", "Runs of the job that failed", ("job",), registry=registry
        )
        self._messages = Gauge(
            "cheyu_outbox_messages", "Messages that are not at their end", ("state",),
            registry=registry,
        )  # fmt: skip
        self._year = Gauge(
            "cheyu_calendar_unknown_year", "The year whose holidays are not known; 0: all are",
            registry=registry,
        )  # fmt: skip

        self._complaints = Gauge(
            "cheyu_complaints", "Complaints that are not at their end", ("state",),
            registry=registry,
        )  # fmt: skip
        self._behind = Gauge(
            "cheyu_complaint_clocks_behind_seconds", "How late the oldest clock is looked at",
            registry=registry,
        )  # fmt: skip

    async def read(self) -> None:
        """Never raises: figures of the process itself are worth having without a database."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._read()
        except Exception as broken:
            log.warning("figures_not_read", error=type(broken).__name__)
            self._up.set(0)
        else:
            self._up.set(1)

    async def _read(self) -> None:
        with account_scope(self._account):
            self._year.set(await year_not_known(clock.now()) or 0)
            for state, count in (await outbox.by_state()).items():
                self._messages.labels(state).set(count)
            for state, count in (await case_figures.by_state()).items():
                self._complaints.labels(state).set(count)
            self._behind.set(await case_figures.behind(clock.now()))
            for job in await jobs.states(clock.now()):
                self._runs.labels(job.name).set(job.runs)
                self._failures.labels(job.name).set(job.failures)
                self._ok.labels(job.name).set(1 if job.ok else 0)
                if job.ended_at is not None and job.milliseconds is not None:
                    self._ended.labels(job.name).set(job.ended_at.timestamp())
                    self._took.labels(job.name).set(job.milliseconds / 1000)
