"""A transaction is entered or not entered at all, whatever is cancelled and whatever fails."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from bot.errors import Conflict
from storage.db import config, opened, sql, sqlite_path, transaction
from storage.queries.stores.shops import ensure_account
from tests.databases import run_apart
from tests.storage.soak import cut_short, soak, turns

STOCK = {"sqlite": "tortoise.backends.sqlite", "postgres": "tortoise.backends.asyncpg"}


@asynccontextmanager
async def stock(url: str) -> AsyncIterator[None]:
    """The database through Tortoise's own client."""
    settings = config(url)
    settings["connections"]["default"]["engine"] = STOCK[url.partition(":")[0]]
    context = await Tortoise.init(config=settings, _enable_global_fallback=True)
    try:
        yield
    finally:
        await context.close_connections()


def client() -> Any:
    return get_connections().get("default")


def pooled(url: str, connections: int = 3) -> str:
    """A small pool, so that what is lost is missed."""
    if url.startswith("sqlite"):
        return url
    return f"{url}{'&' if '?' in url else '?'}maxsize={connections}"


async def add(app_id: str) -> None:
    async with in_transaction("default"):
        await turns(2)
        await sql().run("INSERT INTO account (app_id) VALUES (?)", app_id)
        await turns(2)
        await sql().run("DELETE FROM account WHERE app_id = ?", app_id)


async def everything_is_there(url: str) -> None:
    """No connection is lost or in the middle of something, and nothing half-done was kept."""
    async with asyncio.timeout(20):
        if url.startswith("sqlite"):
            assert not client()._lock.locked()
            assert not client()._connection._conn.in_transaction
        else:
            pool = client()._pool
            held = [await pool.acquire() for _ in range(pool.get_max_size())]
            assert not any(connection.is_in_transaction() for connection in held)
            for connection in held:
                await pool.release(connection)
    async with transaction() as db:
        row = await db.row("SELECT count(*) AS n FROM account")
        assert row is not None
        assert row["n"] == 0


async def test_thousands_of_cancelled_transactions_cost_nothing(migrated_url: str) -> None:
    url = pooled(migrated_url)
    async with opened(url):
        await sql().rows("SELECT 1 AS one")
        names = iter(range(10**6))
        tries = 4000 if url.startswith("sqlite") else 2000
        cancelled = await soak(
            lambda: add(f"wx{next(names)}"), tries=tries, at_once=6, longest=24, seed=20261122
        )
        assert tries / 10 < cancelled < tries
        await everything_is_there(url)


async def test_cancelling_at_each_turn_of_entering(migrated_url: str) -> None:
    url = pooled(migrated_url, 1)
    async with opened(url):
        await sql().rows("SELECT 1 AS one")
        for after in range(40):
            await cut_short(lambda: add("wx"), after)
            await everything_is_there(url)


async def test_tortoises_own_transaction_is_lost_when_cancelled(migrated_url: str) -> None:
    url = pooled(migrated_url, 1)
    async with stock(url):
        await sql().rows("SELECT 1 AS one")
        after = 0
        with pytest.raises(TimeoutError):  # noqa: PT012 - the block is what fails - which of the tries it is does not matter
            while after < 40:
                after += 1
                await cut_short(lambda: add("wx"), after)
                await asyncio.wait_for(add("wx"), 0.5)
        if url.startswith("sqlite"):
            client()._lock.release()  # what nobody else ever will
        else:
            client()._pool.terminate()
            client()._pool = None


@pytest.mark.parametrize("ours", [True, False])
async def test_a_begin_that_fails_on_sqlite(migrated_sqlite_url: str, ours: bool) -> None:
    path = sqlite_path(migrated_sqlite_url)
    assert path is not None
    url = f"{migrated_sqlite_url}?busy_timeout=20"
    async with opened(url) if ours else stock(url):
        await sql().rows("SELECT 1 AS one")
        if ours:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(OperationalError, match="locked"):
                    await asyncio.create_task(add("wx"))
            await everything_is_there(url)
        else:
            await client()._connection.close()  # its BEGIN waits for nobody: this one fails too
            with pytest.raises(ValueError, match="no active connection"):
                await asyncio.create_task(add("wx"))
            assert client()._lock.locked()  # for ever
            client()._lock.release()


async def test_a_begin_that_fails_on_postgres(migrated_postgres_url: str) -> None:
    url = pooled(migrated_postgres_url, 1)
    async with opened(url):
        row = await sql().row("SELECT pg_backend_pid() AS pid")
        assert row is not None
        run_apart(_terminate(migrated_postgres_url, row["pid"]))  # before the loop hears of it
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await add("wx")
        await everything_is_there(url)


async def _terminate(url: str, pid: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT pg_terminate_backend($1)", pid)
    await connection.close()


async def test_a_command_beside_the_server_is_waited_for(migrated_sqlite_url: str) -> None:
    path = sqlite_path(migrated_sqlite_url)
    assert path is not None
    async with opened(migrated_sqlite_url):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.05, other.rollback)
            await ensure_account("wx1")
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.05, other.rollback)
            await sql().many("INSERT INTO account (app_id) VALUES (?)", [["wx2"], ["wx3"]])
        assert len(await sql().rows("SELECT id FROM account")) == 3


async def test_what_raises_leaves_nothing_behind(migrated_url: str) -> None:
    async with opened(migrated_url):
        with pytest.raises(RuntimeError):  # noqa: PT012 - the block is what fails - the whole transaction is what raises
            async with transaction():
                await ensure_account("wx1")
                raise RuntimeError
        async with transaction():
            await ensure_account("wx2")
            with pytest.raises(RuntimeError):  # noqa: PT012 - the block is what fails
                async with transaction():
                    await ensure_account("wx3")
                    raise RuntimeError
            await ensure_account("wx4")
        rows = await sql().rows("SELECT app_id FROM account ORDER BY app_id")
        assert [row["app_id"] for row in rows] == ["wx2", "wx4"]


@pytest.mark.parametrize("verb", ["rows", "run", "many"])
async def test_a_broken_rule_is_one_error_everywhere(migrated_url: str, verb: str) -> None:
    statement = "INSERT INTO account (app_id) VALUES (?)"
    async with opened(migrated_url):
        await ensure_account("wx1")
        values = [["wx1"]] if verb == "many" else "wx1"
        with pytest.raises(IntegrityError):
            await getattr(sql(), verb)(statement, values)


async def test_two_that_wait_for_each_other_one_is_told(migrated_postgres_url: str) -> None:
    async with opened(migrated_postgres_url):
        ids = [await ensure_account(f"wx{n}") for n in range(2)]
        both = asyncio.Barrier(2)

        async def cross(first: int, second: int) -> str:
            try:
                async with transaction() as db:
                    for each in (first, second):
                        await db.run(
                            "UPDATE account SET settings_rev = settings_rev + 1 WHERE id = ?", each
                        )
                        if each == first:
                            await both.wait()
            except Conflict:
                return "again"
            return "done"

        async with asyncio.timeout(60):
            ended = await asyncio.gather(cross(*ids), cross(*reversed(ids)))
        assert sorted(ended) == ["again", "done"]
