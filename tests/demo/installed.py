"""`cheyu serve` as a process of its own on the demo's data, with a full log, beside a WeChat."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import TestServer

from bot.clock import clock
from bot.sandbox.account import Account
from bot.sandbox.api import make_app
from bot.sandbox.world import World
from storage.db import opened, sql
from storage.demo import fill
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.bench.machine import free_port
from tests.people import APP_ID, SECRET
from tests.source import ROOT

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass(frozen=True, slots=True)
class Installed:
    """`log` holds what the server has said so far."""

    world: World
    address: str
    log: Path


def settings(url: str, port: int, api: str) -> dict[str, str]:
    return {
        "CHEYU_DATABASE_URL": url,
        "CHEYU_PORT": str(port),
        "CHEYU_SECRET_KEY": SECRET,
        "CHEYU_WECHAT_APP_ID": APP_ID,
        "CHEYU_WECHAT_APP_SECRET": "1" * 32,
        "CHEYU_WECHAT_TOKEN": "testtoken",
        "CHEYU_WECHAT_AES_KEY": AES_KEY,
        "CHEYU_WECHAT_API_URL": api,
        "CHEYU_LOG_LEVEL": "DEBUG",
        "CHEYU_LOG_FORMAT": "json",
    }


@asynccontextmanager
async def installed(url: str, home: Path) -> AsyncIterator[Installed]:
    """The migrated database at `url`, filled, served, and its followers in WeChat."""
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            followers = await fill(clock.now())
    port, log = free_port(), home / "serve.log"
    world = World(
        Account(APP_ID, "1" * 32, "testtoken", AES_KEY), f"http://127.0.0.1:{port}/wechat"
    )
    api = TestServer(make_app(world))
    async with AsyncExitStack() as stack:
        await api.start_server()
        stack.push_async_callback(api.close)
        await stack.enter_async_context(world)
        for follower in followers:
            world.add_follower(follower.openid)
        environment = settings(url, port, str(api.make_url("")).rstrip("/"))
        await stack.enter_async_context(_served(environment, log, home))
        yield Installed(world, f"http://127.0.0.1:{port}", log)


@asynccontextmanager
async def _served(environment: dict[str, str], log: Path, home: Path) -> AsyncIterator[None]:
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "dev", "-m", "bot.cli", "serve"),
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=written,
        )
        assert process.stdout is not None
        try:
            ready = await asyncio.wait_for(process.stdout.readline(), 60)
            assert b"ready" in ready, f"it says why in {log}"
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            assert await asyncio.wait_for(process.wait(), 40) == 0


async def all_that_is_stored(url: str) -> str:
    """Every byte of the SQLite file and its log; every column of every table of PostgreSQL."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite://"))
        parts = [path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*"))]
        assert len(parts) > 1, "the write-ahead log is read too"
        return b"\n".join(parts).decode("utf-8", "replace")
    async with opened(url):
        tables = await sql().rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [
            str(row[0])
            for table in tables
            for row in await sql().rows(f"SELECT t::text FROM {table['tablename']} t")  # noqa: S608 - tables as the database itself lists them
        ]
    assert len(rows) > 1000
    return "\n".join(rows)
