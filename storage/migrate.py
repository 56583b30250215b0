"""Bringing a database to the newest schema, one migrator at a time.

On SQLite a changed column means a rebuilt table, and dropping the old one would delete every row
that hangs from it by ON DELETE CASCADE: migrations run with foreign keys off on a connection of
their own, after a copy of the file, and end with a check that no row hangs in the air.
"""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import asyncpg
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.api.plan import plan

from bot.errors import StaffError
from storage.db import config, sqlite_path

MIGRATOR_LOCK = 0x63686579  # "chey": the advisory lock that migrators of one database share


async def pending(url: str) -> list[str]:
    """Names of migrations that are not in the database yet; empty: the schema is the newest."""
    if (path := sqlite_path(url)) and not path.exists():
        return ["0001_first"]
    async with TortoiseContext():
        with redirect_stdout(StringIO()):  # plan() also prints what it returns
            lines = await plan(config=config(url))
    return [line.removeprefix("+ models.") for line in lines if line.startswith("+ ")]


async def migrate(url: str) -> list[str]:
    """Apply what is pending and name it. Raises StaffError if rows would hang in the air."""
    path = sqlite_path(url)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    async with _only_one(url):
        todo = await pending(url)
        if not todo:
            return []
        if path and path.exists() and path.stat().st_size:
            _copy(path)
        async with TortoiseContext():
            await run_migrations(config=config(url, foreign_keys=False))
        if path:
            _check(path)
        return todo


def _copy(path: Path) -> None:
    """A copy beside the file, made through SQLite so that it holds what the WAL holds."""
    target = path.with_name(path.name + ".before-migration")
    with sqlite3.connect(path) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()


def _check(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    if broken:
        backup = path.with_name(path.name + ".before-migration")
        kept = path.with_name(path.name + ".failed-migration")
        shutil.move(path, kept)
        shutil.move(backup, path)
        raise StaffError(
            f"The migration would leave {len(broken)} rows without what they belong to"
            f" (first table: {broken[0][0]}).",
            f"The database is as it was; the failed one is {kept.name}. Please report it.",
        )


@asynccontextmanager
async def _only_one(url: str) -> AsyncIterator[None]:
    if sqlite_path(url) or url.startswith("sqlite:"):
        yield  # the serving process is the only one; BEGIN IMMEDIATE keeps commands apart
        return
    where = expand_db_url(url)["credentials"]
    connection = await asyncpg.connect(
        user=where["user"],
        password=where["password"],
        host=where["host"],
        port=where["port"],
        database=where["database"],
    )
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATOR_LOCK)
        yield
    finally:
        await connection.close()
