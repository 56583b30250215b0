"""SQLite for one serving process: statements run where they are asked, transactions start IMMEDIATE.

Tortoise's own client hands every statement to a thread. One of our statements takes 5 to 20 µs
and the hand-over 60 µs, while all of them share one connection anyway: a statement that is slow
holds up the others in a thread just as it does here. So there is no thread. What may wait, the
write lock that a command beside the server holds, is awaited here without holding up the loop.

BEGIN IMMEDIATE takes the write lock at once, so that reading and then writing cannot fail half-way.
"""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tortoise.backends.base.client import NestedTransactionContext, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError

LOCK_PATIENCE = 10.0
"""Seconds to wait for another process's write lock, where the URL has no busy_timeout (ms)."""


def _spelled(moment: datetime) -> str:
    """Equal moments are spelled equally, for they are compared as text."""
    return _spelled_once(moment, moment.fold)


@lru_cache(maxsize=1024)  # a turn writes its own moment a dozen times
def _spelled_once(moment: datetime, _fold: int) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone, got {moment}")
    return moment.astimezone(UTC).isoformat(" ")


sqlite3.register_adapter(datetime, _spelled)  # Tortoise's keeps whatever offset it was given


def _is_locked(error: sqlite3.OperationalError) -> bool:
    return "locked" in str(error) or "busy" in str(error)


class InlineConnection:
    """What Tortoise asks of an aiosqlite connection, without the thread."""

    def __init__(self, filename: str, patience: float) -> None:
        self._patience = patience
        self._conn = sqlite3.connect(
            filename,
            isolation_level=None,
            timeout=0,
            check_same_thread=False,
            cached_statements=512,
        )
        self._conn.row_factory = sqlite3.Row

    @property
    def total_changes(self) -> int:
        return self._conn.total_changes

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> sqlite3.Cursor:
        waited, pause = 0.0, 0.002
        while True:
            try:
                return self._conn.execute(sql, tuple(parameters or ()))
            except sqlite3.OperationalError as error:
                if not _is_locked(error) or waited >= self._patience:
                    raise
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 0.1)

    async def execute_fetchall(
        self, sql: str, parameters: Iterable[Any] = ()
    ) -> Sequence[sqlite3.Row]:
        return (await self.execute(sql, parameters)).fetchall()

    async def execute_insert(self, sql: str, parameters: Iterable[Any] = ()) -> tuple[int | None]:
        return ((await self.execute(sql, parameters)).lastrowid,)

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._conn.executemany(sql, rows)

    async def executescript(self, script: str) -> None:
        self._conn.executescript(script)

    async def commit(self) -> None:
        if self._conn.in_transaction:
            await self.execute("COMMIT")

    async def rollback(self) -> None:
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")

    async def close(self) -> None:
        self._conn.close()


class CheyuSqliteClient(SqliteClient):
    """Tortoise's SQLite client on an InlineConnection."""

    async def create_connection(self, with_db: bool) -> None:
        if self._connection is not None:
            return
        pragmas = dict(self.pragmas)
        # SQLite's own waiting would hold up the loop.
        patience = float(pragmas.pop("busy_timeout", LOCK_PATIENCE * 1000)) / 1000
        connection = InlineConnection(self.filename, patience)
        for pragma, value in pragmas.items():
            await connection.execute(f"PRAGMA {pragma}={value}")
        self._connection = connection  # type: ignore[assignment]  # the same shape, by design
        await self._post_connect()

    def _in_transaction(self) -> TransactionContext:
        return ImmediateTransaction(CheyuTransaction(self), self._lock)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)


class CheyuTransaction(SqliteTransactionWrapper, CheyuSqliteClient):
    """The transaction's own client: it takes the write lock when it begins."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(CheyuTransaction(self))

    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise OperationalError(error) from error

    def fetch(self, statement: str, values: Sequence[Any]) -> tuple[int, list[Any]]:
        """How many rows were changed (else came back), and the rows that came back.

        The lock is ours, so there is nothing to await: Tortoise's way to the same costs more than
        most statements do.
        """
        connection: sqlite3.Connection = self._connection._conn
        before = connection.total_changes
        try:
            rows = connection.execute(statement, values).fetchall()
        except sqlite3.IntegrityError as refused:
            raise IntegrityError(refused) from refused
        except sqlite3.OperationalError as failed:
            raise OperationalError(failed) from failed
        return connection.total_changes - before or len(rows), rows


class ImmediateTransaction(TransactionContext):
    """Entered or not entered at all: cancelled or failing half-way, the lock is given back.

    Tortoise 1.1.9 keeps the lock for ever when a task is cancelled while it enters.
    """

    def __init__(self, client: CheyuTransaction, lock: asyncio.Lock) -> None:
        self._client = client
        self._lock = lock

    async def __aenter__(self) -> CheyuTransaction:
        await self._lock.acquire()
        self._connections, token = get_connections(), None
        try:
            parent: Any = self._client._parent
            if parent._connection is None:
                await parent.create_connection(with_db=True)
            self._client._connection = parent._connection
            token = self._connections.set(self._client.connection_name, self._client)
            await self._client.begin()
        except BaseException:
            if token is not None:
                self._connections.reset(token)
            self._lock.release()
            raise
        self._token = token
        return self._client

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if not self._client._finalized:
                if kind is None:
                    await self._client.commit()
                else:
                    await self._client.rollback()
        finally:
            try:
                # Whatever went wrong, the next one must not find itself in this transaction.
                await self._client._connection.rollback()
            finally:
                self._connections.reset(self._token)
                self._lock.release()


client_class = CheyuSqliteClient
