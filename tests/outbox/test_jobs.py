"""The clockwork: jobs run one at a time, survive their errors and are not cut off at the end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import clock
from bot.jobs.scheduler import Job, Jobs

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
TICK = timedelta(milliseconds=5)
HOURLY = timedelta(hours=1)


async def test_jobs_run_at_once_and_then_at_their_interval() -> None:
    clock.stop(at=NOON)
    asked: list[datetime] = []
    thrice = asyncio.Event()

    async def count(now: datetime) -> int:
        asked.append(now)
        if len(asked) >= 3:
            thrice.set()
        return len(asked)

    jobs = Jobs({"count": Job(TICK, count)})
    jobs.start()
    async with asyncio.timeout(20):
        await thrice.wait()
    await jobs.stop()
    assert set(asked) == {NOON}
    assert jobs.last["count"].at == NOON
    assert jobs.last["count"].result == len(asked)
    assert jobs.last["count"].took >= 0


async def test_a_job_asks_the_clock_when_it_fires() -> None:
    clock.stop(at=NOON)
    asked: list[datetime] = []

    async def look(now: datetime) -> None:
        asked.append(now)

    jobs = Jobs({"look": Job(HOURLY, look)})
    await jobs.run("look")
    clock.forward(timedelta(days=2))
    await jobs.run("look")
    assert asked == [NOON, NOON + timedelta(days=2)]


async def test_an_error_is_kept_and_the_next_run_comes() -> None:
    again = asyncio.Event()
    runs = 0

    async def fail(_: datetime) -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            again.set()
        raise RuntimeError("broken")

    jobs = Jobs({"fail": Job(TICK, fail)})
    jobs.start()
    async with asyncio.timeout(20):
        await again.wait()
    await jobs.stop()
    assert jobs.last["fail"].error == "RuntimeError: broken"
    assert jobs.last["fail"].result is None


async def test_a_job_never_runs_beside_itself() -> None:
    going, most, beats = 0, 0, 0
    enough, proceed = asyncio.Event(), asyncio.Event()

    async def slow(_: datetime) -> None:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await proceed.wait()
        going -= 1

    async def beat(_: datetime) -> None:
        nonlocal beats
        beats += 1
        if beats == 10:
            enough.set()

    jobs = Jobs({"slow": Job(TICK, slow), "beat": Job(TICK, beat)})
    jobs.start()
    async with asyncio.timeout(20):
        await enough.wait()
    joined = asyncio.create_task(jobs.run("slow"))
    proceed.set()
    await joined
    await jobs.stop()
    assert most == 1


@pytest.mark.parametrize("beaten", [True, False])
async def test_stopping_waits_for_what_runs(beaten: bool) -> None:
    """APScheduler's own shutdown cancels it in the middle."""
    begun, proceed = asyncio.Event(), asyncio.Event()
    done = False
    first = not beaten

    async def work(_: datetime) -> None:
        nonlocal done, first
        if not first:  # so that the run in question is one that the scheduler started
            first = True
            return
        begun.set()
        await proceed.wait()
        done = True

    jobs = Jobs({"work": Job(TICK, work)})
    jobs.start()
    async with asyncio.timeout(20):
        await begun.wait()
    stopping = asyncio.create_task(jobs.stop())
    asyncio.get_running_loop().call_later(0.02, proceed.set)
    async with asyncio.timeout(20):
        await stopping
    assert done


async def test_patience_has_an_end() -> None:
    cancelled = False

    async def stuck(_: datetime) -> None:
        nonlocal cancelled
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled = True
            raise

    jobs = Jobs({"stuck": Job(HOURLY, stuck)})
    jobs.start()
    async with asyncio.timeout(20):
        await jobs.stop(patience=0.05)
    assert cancelled
    assert "stuck" not in jobs.last
