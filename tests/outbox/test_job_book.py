"""The book of jobs: one run in all processes, taken up again where somebody died."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from click.testing import CliRunner

from bot.app.book import StoredBook
from bot.cli import cheyu
from bot.clock import clock
from bot.jobs.scheduler import Job, Jobs, Run
from storage.db import opened
from storage.queries.jobs import LEASE, JobState, states
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.people import APP_ID, SECRET

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
DAILY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def books(url: str, count: int = 2) -> AsyncIterator[list[StoredBook]]:
    """As many processes' books over one database."""
    clock.stop(at=NOON)
    async with opened(url):
        account = await ensure_account(APP_ID)
        with account_scope(account):
            yield [StoredBook(account) for _ in range(count)]


async def by_name() -> Mapping[str, JobState]:
    return {job.name: job for job in await states(clock.now())}


async def test_a_lonely_job_runs_in_one_process(migrated_url: str) -> None:
    async with books(migrated_url, 8) as all_of_them:
        ran: list[datetime] = []

        async def work(now: datetime) -> dict[str, int]:
            ran.append(now)
            return {"planned": 3}

        clocks = [Jobs({"plan": Job(DAILY, work, alone=True)}, book) for book in all_of_them]
        await asyncio.gather(*(one.run("plan") for one in clocks))
        assert ran == [NOON]
        clock.forward(DAILY - MINUTE)
        await asyncio.gather(*(one.run("plan") for one in clocks))
        assert len(ran) == 1
        clock.forward(MINUTE)
        await asyncio.gather(*(one.run("plan") for one in clocks))
        assert len(ran) == 2
        job = (await by_name())["plan"]
        assert (job.ok, job.running, job.runs, job.result) == (True, False, 2, {"planned": 3})


async def test_what_a_dead_process_left_is_taken_up(migrated_url: str) -> None:
    async with books(migrated_url) as (dead, alive):
        assert await dead.take("plan", DAILY, NOON)
        assert (await by_name())["plan"].running
        assert not await alive.take("plan", DAILY, NOON + LEASE - MINUTE)
        clock.forward(LEASE + MINUTE)
        assert await alive.take("plan", DAILY, clock.now())
        await dead.ended("plan", Run(NOON, 1.0, {"late": 1}), alone=True)
        assert (await by_name())["plan"].running, "the dead one gives nothing back any more"


async def test_what_failed_is_tried_again_soon(migrated_url: str) -> None:
    async with books(migrated_url, 1) as (book,):
        assert await book.take("plan", DAILY, NOON)
        await book.ended("plan", Run(NOON, 0.5, None, "RuntimeError: broken"), alone=True)
        job = (await by_name())["plan"]
        assert (job.ok, job.error, job.failures) == (False, "RuntimeError: broken", 1)
        assert not await book.take("plan", DAILY, NOON + MINUTE)
        assert await book.take("plan", DAILY, NOON + 6 * MINUTE)


async def test_a_clock_that_was_set_back_stops_nothing(migrated_url: str) -> None:
    async with books(migrated_url) as (one, other):
        later = NOON + 30 * DAILY
        assert await one.take("plan", DAILY, later)
        assert await other.take("plan", DAILY, NOON)


async def test_what_runs_each_second_is_noted_now_and_then(migrated_url: str) -> None:
    async with books(migrated_url, 1) as (book,):
        for second in range(90):
            at = NOON + timedelta(seconds=second)
            error = "OSError: away" if 30 <= second < 33 else ""
            await book.ended("dispatch", Run(at, 0.01, {"accepted": second}, error), alone=False)
            clock.forward(timedelta(seconds=1))
        job = (await by_name())["dispatch"]
        assert (job.ok, job.failures, job.runs) == (True, 3, 34)
        assert job.result == {"accepted": 33}


async def test_a_database_that_is_away_begins_nothing() -> None:
    class Away:
        async def take(self, name: str, every: timedelta, now: datetime) -> bool:
            raise OSError(name)

        async def ended(self, name: str, run: Run, *, alone: bool) -> None:
            raise OSError(name)

    ran: list[str] = []

    async def work(_: datetime) -> None:
        ran.append("once")

    jobs = Jobs({"plan": Job(DAILY, work, alone=True), "send": Job(MINUTE, work)}, Away())
    assert (await jobs.run("plan")).error == "OSError"
    assert ran == []
    assert (await jobs.run("send")).error == ""
    assert ran == ["once"]


async def test_the_command_shows_them(migrated_url: str) -> None:
    async with books(migrated_url, 1) as (book,):
        await book.take("plan", DAILY, NOON)
        await book.ended("plan", Run(NOON, 2.0, {"planned": 7}), alone=True)
        await book.take("let_go", DAILY, NOON)
    env = {"CHEYU_DATABASE_URL": migrated_url, "CHEYU_SECRET_KEY": SECRET} | {
        f"CHEYU_WECHAT_{name}": value
        for name, value in (("APP_ID", APP_ID), ("APP_SECRET", "1" * 32), ("TOKEN", "testtoken"))
    }
    said = await asyncio.to_thread(CliRunner().invoke, cheyu, ["jobs", "--json"], env=env)
    shown = {row["name"]: row for row in map(json.loads, said.output.splitlines())}
    assert shown["plan"]["result"] == {"planned": 7}
    assert (shown["plan"]["state"], shown["let_go"]["state"]) == ("ok", "running")
    table = await asyncio.to_thread(CliRunner().invoke, cheyu, ["jobs"], env=env)
    assert "planned 7" in table.output
    assert "运行中" in table.output
