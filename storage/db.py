"""Opening the database, transactions, and SQL that runs on both engines.

    async with opened("sqlite://var/cheyu.db"):      # or postgres://…
        async with transaction() as sql:
            await sql.rows("SELECT … WHERE account_id = ?", account)

Statements are written with `?`; for PostgreSQL they become `$1, $2, …` once and are remembered.
Moments go in aware and come out of `moment()` aware; JSON goes in and out by `dumps`/`loads`.
"""

import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from bot.errors import Conflict
from storage.engines.sqlite import CheyuTransaction

# At DEBUG it writes every statement with its values: tokens, telephone numbers, what people say.
logging.getLogger("tortoise.db_client").setLevel(logging.INFO)

MODELS = "storage.models"
MIGRATIONS = "storage.migrations"

AlreadyThere = IntegrityError
"""A unique, foreign or check constraint refused the row."""


def config(
    url: str, *, foreign_keys: bool = True, models: str = MODELS, migrations: str = MIGRATIONS
) -> dict[str, Any]:
    """Tortoise's configuration for one database, on our engines."""
    connection = expand_db_url(url)
    if url.startswith("sqlite:"):
        connection["engine"] = "storage.engines.sqlite"
        pragmas = {
            "synchronous": "NORMAL",
            "cache_size": "-16000",
            "temp_store": "MEMORY",
            # Tortoise's 16 KiB would cut the log off after each checkpoint, only to grow it again.
            "journal_size_limit": str(64 * 1024 * 1024),
        }
        connection["credentials"] = {**pragmas, **connection["credentials"]}
        connection["credentials"]["foreign_keys"] = "ON" if foreign_keys else "OFF"
    else:
        connection["engine"] = "storage.engines.postgres"
        connection["credentials"].setdefault("maxsize", 10)
    return {
        "connections": {"default": connection},
        "apps": {
            "models": {
                "models": [models],
                "default_connection": "default",
                "migrations": migrations,
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def sqlite_path(url: str) -> Path | None:
    """The file behind a sqlite:// address; None for PostgreSQL and for memory."""
    if not url.startswith("sqlite://"):
        return None
    path = url.removeprefix("sqlite://").split("?")[0]
    return None if path == ":memory:" else Path(path)


def made_private(path: Path) -> None:
    """A new file that only its owner reads and writes; one that is there is left as it is.

    SQLite would give it what the umask leaves; its log and its journal follow the file's mode.
    """
    if not path.exists():
        path.touch(mode=0o600)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """The database for everything that runs inside, in this task and in those it starts."""
    if path := sqlite_path(url):
        path.parent.mkdir(parents=True, exist_ok=True)
        made_private(path)
    context = await Tortoise.init(config=config(url), _enable_global_fallback=True)
    try:
        yield
    finally:
        await context.close_connections()


@lru_cache(maxsize=512)
def _numbered(statement: str) -> str:
    parts = statement.split("?")
    return "".join(
        f"{part}${index}" if index < len(parts) else part for index, part in enumerate(parts, 1)
    )


def _refuse_naive(values: Sequence[Any]) -> None:
    """asyncpg would take a naive moment for local time; SQLite's adapter refuses it by itself."""
    for value in values:
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value}")


class Sql:
    """One connection, inside or outside a transaction."""

    __slots__ = ("client", "inline", "postgres")

    def __init__(self, client: BaseDBAsyncClient) -> None:
        self.client = client
        self.postgres = client.capabilities.dialect == "postgres"
        self.inline = client if isinstance(client, CheyuTransaction) else None

    async def rows(self, statement: str, *values: Any) -> Sequence[Any]:
        """Rows that can be read by column name; also of INSERT … RETURNING."""
        if self.inline:
            return self.inline.fetch(statement, values)[1]
        if self.postgres:
            _refuse_naive(values)
            try:
                async with self.client.acquire_connection() as connection:
                    found: Sequence[Any] = await connection.fetch(_numbered(statement), *values)
                    return found
            except asyncpg.IntegrityConstraintViolationError as refused:
                raise AlreadyThere(refused) from refused
            except asyncpg.TransactionRollbackError as lost:  # a deadlock is resolved against us
                raise Conflict(str(lost)) from lost
        _, rows = await self.client.execute_query(statement, list(values))
        return rows

    async def row(self, statement: str, *values: Any) -> Any | None:
        rows = await self.rows(statement, *values)
        return rows[0] if rows else None

    async def one(self, statement: str, *values: Any) -> Any:
        """The row that must be there; LookupError where it is not."""
        rows = await self.rows(statement, *values)
        if not rows:
            raise LookupError(statement)
        return rows[0]

    async def run(self, statement: str, *values: Any) -> int:
        """How many rows were written."""
        if self.inline:
            return self.inline.fetch(statement, values)[0]
        if self.postgres:
            _refuse_naive(values)
            statement = _numbered(statement)
        try:
            count, _ = await self.client.execute_query(statement, list(values))
        except asyncpg.TransactionRollbackError as lost:
            raise Conflict(str(lost)) from lost
        return count

    async def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """All rows or, where one is refused, none."""
        if not rows:
            return
        if self.postgres:
            for row in rows:
                _refuse_naive(row)
            statement = _numbered(statement)
        try:
            await self.client.execute_many(statement, [list(row) for row in rows])
        except asyncpg.TransactionRollbackError as lost:
            raise Conflict(str(lost)) from lost


_open: ContextVar[Sql | None] = ContextVar("open_transaction", default=None)


def sql() -> Sql:
    """The connection in force: the open transaction's, or one that commits by itself."""
    return _open.get() or Sql(get_connections().get("default"))


class _Transaction:
    """What `transaction()` returns; a generator would cost each turn three times as much."""

    __slots__ = ("_inner", "_token")

    async def __aenter__(self) -> Sql:
        outer = _open.get()
        self._inner: TransactionContext = (
            outer.client._in_transaction()  # noqa: SLF001  # as in_transaction does, found sooner
            if outer
            else in_transaction("default")
        )
        here = Sql(await self._inner.__aenter__())
        self._token = _open.set(here)
        return here

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        _open.reset(self._token)
        await self._inner.__aexit__(kind, error, trace)


def transaction() -> AbstractAsyncContextManager[Sql]:
    """All or nothing. Inside another one: a savepoint."""
    return _Transaction()


def moment(value: Any) -> datetime | None:
    """A moment as the database gave it (text on SQLite), aware, in UTC."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).astimezone(UTC)


def calendar_day(value: Any) -> date | None:
    """A date as the database gave it (text on SQLite)."""
    return date.fromisoformat(value) if isinstance(value, str) else value


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dumps(value: Any) -> str:
    """JSON for a column: compact, Chinese readable."""
    return _compact(value)


def loads(value: Any) -> Any:
    """JSON of a column; already decoded where the engine does it."""
    return json.loads(value) if isinstance(value, str) else value
