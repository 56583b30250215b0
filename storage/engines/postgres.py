"""PostgreSQL through asyncpg, with a transaction that gives its connection back when cancelled."""

import asyncio

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContext
from tortoise.connection import get_connections


class PooledTransaction(TransactionContext):
    """Entered or not entered at all: a connection taken from the pool is always given back.

    Tortoise 1.1.9 loses the connection when a task is cancelled between taking it and BEGIN.
    """

    def __init__(self, client: TransactionWrapper, pool_lock: asyncio.Lock) -> None:
        self._client = client
        self._pool_lock = pool_lock

    async def __aenter__(self) -> TransactionWrapper:
        parent = self._client._parent
        if parent._pool is None:
            async with self._pool_lock:
                if parent._pool is None:
                    await parent.create_connection(with_db=True)
        pool = parent._pool
        assert pool is not None  # noqa: S101  # create_connection made it or raised
        connection = await pool.acquire()
        token = None
        try:
            self._client._connection = connection
            token = get_connections().set(self._client.connection_name, self._client)
            await self._client.begin()
        except BaseException:
            if token is not None:
                get_connections().reset(token)
            # Releasing also rolls back, so a BEGIN that did go through is undone.
            await pool.release(connection)
            raise
        self._token, self._pool = token, pool
        return self._client

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if not self._client._finalized:
                if kind is None:
                    await self._client.commit()
                else:
                    await self._client.rollback()
        finally:
            get_connections().reset(self._token)
            await self._pool.release(self._client._connection)  # shields itself


class PlainSession(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection on which nobody sets, listens or locks beyond a transaction.

    So nothing is left to be reset when the next one takes it, which saves each turn a round trip;
    an open transaction is rolled back all the same.
    """

    def get_reset_query(self) -> str:
        return ""


class CheyuPostgresClient(AsyncpgDBClient):
    """Tortoise's asyncpg client with the connection and the transaction above."""

    connection_class = PlainSession

    def _in_transaction(self) -> TransactionContext:
        return PooledTransaction(TransactionWrapper(self), self._pool_init_lock)


client_class = CheyuPostgresClient
