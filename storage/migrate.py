"""Bringing a database to the newest schema, one migrator at a time.

On SQLite a changed column means a rebuilt table, and dropping the old one would delete every row
that hangs from it by ON DELETE CASCADE: migrations run with foreign keys off on a connection of
their own, after a copy of the file, and end with a check that no row hangs in the air. Whatever
goes wrong, the database is as it was.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, redirect_stdout
from io import StringIO
from pathlib import Path

import asyncpg
import structlog
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.api.plan import plan

from bot.clock import monotonic
from bot.errors import StaffError
from storage.db import MIGRATIONS, MODELS, config, made_private, sqlite_path

MIGRATOR_LOCK = 0x63686579  # "chey": the advisory lock that migrators of one database share
PATIENCE = 120.0
"""Seconds to wait for another migrator of the same SQLite file."""

log = structlog.get_logger("storage")


async def pending(url: str, *, models: str = MODELS, migrations: str = MIGRATIONS) -> list[str]:
    """Names of migrations that are not in the database yet; empty: the schema is the newest.

    Raises StaffError if there is no such database.
    """
    if (path := sqlite_path(url)) and not path.exists():
        url = "sqlite://:memory:"  # asking must not make the file
    await _answers(url)  # the plan takes a database that is not there for an empty one
    async with TortoiseContext():
        with redirect_stdout(StringIO()):  # plan() also prints what it returns
            lines = await plan(config=config(url, models=models, migrations=migrations))
    return [line.removeprefix("+ models.") for line in lines if line.startswith("+ ")]


async def migrate(url: str, *, models: str = MODELS, migrations: str = MIGRATIONS) -> list[str]:
    """Apply what is pending and name it.

    Raises StaffError if that fails or would leave rows that belong to nothing.
    """
    if not await pending(url, models=models, migrations=migrations):
        return []
    path = sqlite_path(url)
    if path:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            raise _silent(refused.strerror or "", f"Make {path.parent} writable.") from None
    async with _only_one(url):
        todo = await pending(url, models=models, migrations=migrations)
        if not todo:
            return []
        copy = _copied(path) if path and path.exists() and path.stat().st_size else None
        if path:
            made_private(path)
        try:
            async with TortoiseContext():
                settings = config(url, foreign_keys=False, models=models, migrations=migrations)
                await run_migrations(config=settings)
            if path:
                _check(path)
        except Exception as error:
            log.exception("migration_failed", migrations=todo)
            raise _undone(path, copy, error) from error
        return todo


def _copied(path: Path) -> Path:
    """A copy beside the file, made through SQLite so that it holds what the WAL holds."""
    target = path.with_name(path.name + ".before-migration")
    _copy(path, target)
    return target


def _copy(source: Path, target: Path) -> None:
    """Page by page into `target`, whoever else has it open; a new one is private too."""
    made_private(target)
    with closing(sqlite3.connect(source)) as a, closing(sqlite3.connect(target)) as b:
        a.backup(b)


def _check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise ValueError(f"会有{len(broken)}行失去所属的内容（{tables}）")


def _undone(path: Path | None, copy: Path | None, error: Exception) -> StaffError:
    """What to tell staff, after putting an SQLite file back; PostgreSQL has done so by itself."""
    hint = "数据库还是原来的样子。请反馈这个问题。"
    if path and copy:
        failed = path.with_name(path.name + ".failed-migration")
        _copy(path, failed)
        _copy(copy, path)
        hint = f"数据库还是原来的样子，失败的存为{failed.name}。请反馈这个问题。"
    return StaffError(f"数据库升级失败：{error}。", hint)


async def _answers(url: str) -> None:
    if path := sqlite_path(url):
        try:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA schema_version")
        except sqlite3.Error as refused:
            raise _silent(f"{path}: {refused}", "请检查CHEYU_DATABASE_URL。") from None
    elif not url.startswith("sqlite:"):
        try:
            await (await _connected(url)).close()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
            why = type(refused).__name__
            raise _silent(why, "请检查CHEYU_DATABASE_URL，并确认数据库服务已启动。") from None


def _silent(why: str, mend: str) -> StaffError:
    return StaffError(f"数据库没有应答（{why}）。", mend)


async def _connected(url: str) -> asyncpg.Connection:
    where = expand_db_url(url)["credentials"]
    for ours in ("minsize", "maxsize", "max_queries", "schema", "application_name"):
        where.pop(ours, None)
    connection: asyncpg.Connection = await asyncpg.connect(**where)
    return connection


@asynccontextmanager
async def _only_one(url: str) -> AsyncIterator[None]:
    if path := sqlite_path(url):
        async with _locked(path.with_name(path.name + ".migrating")):
            yield
    elif url.startswith("sqlite:"):
        yield  # in memory: nobody else sees it
    else:
        connection = await _connected(url)
        try:
            await connection.execute("SELECT pg_advisory_lock($1)", MIGRATOR_LOCK)
            yield
        finally:
            await connection.close()


@asynccontextmanager
async def _locked(file: Path) -> AsyncIterator[None]:
    """The lock of an SQLite file of its own: it holds on every system and ends with its process."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as connection:
        give_up = monotonic() + PATIENCE
        while True:
            try:
                connection.execute("BEGIN EXCLUSIVE")
                break
            except sqlite3.OperationalError as refused:
                if refused.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise _silent(str(refused), f"请让文件夹{file.parent}可以写入。") from None
                if monotonic() > give_up:
                    raise StaffError(
                        "另一个数据库升级已经运行了两分钟。",
                        "请等它结束，或结束它。",
                    ) from None
            await asyncio.sleep(0.05)
        yield
