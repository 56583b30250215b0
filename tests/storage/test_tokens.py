"""One token for all processes of an installation: one refresher at a time, none for ever."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.clock import clock
from storage.db import opened, sql
from storage.queries.stores.shops import ensure_account
from storage.queries.tokens import LEASE, StoredTokens
from tests.source import ROOT
from tests.storage.herd import herd
from tests.storage.soak import cut_short
from tests.wechat.api import APP_ID, wired

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)

SECOND = timedelta(seconds=1)


@asynccontextmanager
async def store(url: str) -> AsyncIterator[StoredTokens]:
    clock.stop(at=NOW)
    async with opened(url):
        yield StoredTokens(await ensure_account(APP_ID))


async def refresh(tokens: StoredTokens, inside: list[str], name: str) -> None:
    async with tokens.only_one():
        inside.append(f"{name} in")
        await sql().rows("SELECT 1 AS one")
        inside.append(f"{name} out")


async def test_a_token_is_kept_for_the_next_process(migrated_url: str) -> None:
    async with store(migrated_url) as tokens:
        assert await tokens.load() is None
        async with tokens.only_one():
            assert await tokens.load() is None  # a lease alone is no token
        await tokens.save("T1", NOW + timedelta(hours=2))
        await tokens.save("T2", NOW + timedelta(hours=3))
    async with store(migrated_url) as tokens:
        assert await tokens.load() == ("T2", NOW + timedelta(hours=3))


async def test_refreshers_go_one_after_another(migrated_url: str) -> None:
    async with store(migrated_url) as tokens:
        inside: list[str] = []
        async with asyncio.timeout(30):
            await asyncio.gather(*(refresh(tokens, inside, str(n)) for n in range(8)))
        assert len(inside) == 16
        pairs = zip(inside[::2], inside[1::2], strict=True)
        assert all(came.split()[0] == went.split()[0] for came, went in pairs)


async def test_who_is_cancelled_holds_nobody_up(migrated_url: str) -> None:
    async with store(migrated_url) as tokens:
        await tokens.save("T1", NOW)
        for after in range(30):
            inside: list[str] = []
            await cut_short(partial(refresh, tokens, inside, "cut"), after)
            async with asyncio.timeout(20):  # less than the lease
                await refresh(tokens, inside, "next")


async def test_the_lease_of_a_dead_refresher_runs_out_by_the_clock(migrated_url: str) -> None:
    async with store(migrated_url) as tokens:
        dead = tokens.only_one()
        await dead.__aenter__()
        inside: list[str] = []
        waiting = asyncio.create_task(refresh(tokens, inside, "next"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(waiting), 0.2)
        clock.forward(LEASE + SECOND)
        async with asyncio.timeout(20):
            await waiting
        clock.forward(LEASE + SECOND)
        async with tokens.only_one():
            # The dead one turns out to be slow: what it gives back is not its own any more.
            await dead.__aexit__(None, None, None)
            row = await sql().row("SELECT renewing_until FROM access_token")
            assert row is not None
            assert row["renewing_until"] is not None


async def test_a_lease_from_a_clock_that_was_set_back_binds_nobody(migrated_url: str) -> None:
    async with store(migrated_url) as tokens, tokens.only_one():
        clock.forward(timedelta(days=-3))
        async with asyncio.timeout(20), tokens.only_one():
            pass


async def test_a_cold_herd_in_three_processes_is_one_fetch(migrated_url: str) -> None:
    async with opened(migrated_url):
        account = await ensure_account(APP_ID)
        async with wired(StoredTokens(account)) as far:
            asked = (migrated_url, str(account), far.url, "50")
            others = [
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.storage.herd", *asked,
                    cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                )
                for _ in range(2)
            ]  # fmt: skip  # one call, one line
            for other in others:
                assert other.stdout is not None
                assert await other.stdout.readline() == b"ready\n"
            ours, *theirs = await asyncio.gather(
                herd(far.tokens, 50), *(other.communicate(b"\n") for other in others)
            )
            assert ours == {"TOKEN-0"}
            assert [out for out, _ in theirs] == [b"TOKEN-0\n"] * 2
            assert far.platform.fetches == [False]


async def test_the_token_is_never_logged(
    migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with store(migrated_url) as tokens:
        await tokens.save("TOP-SECRET", NOW)
        async with tokens.only_one():
            await tokens.load()
    assert "TOP-SECRET" not in caplog.text
