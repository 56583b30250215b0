"""The platform's access token: where the processes of one installation share it.

It is a secret: no statement here is logged, and no error carries its values.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from itertools import cycle

from bot.clock import clock, monotonic
from bot.errors import WeChatError
from storage.db import moment, sql

LEASE = timedelta(seconds=30)
"""How long a refresher may take; one that died keeps the others waiting no longer."""
PATIENCE = 45.0
"""Seconds to wait for another refresher: a whole lease and the next one's work."""

# One statement, so that of two processes one gets a row back. A lease that ends later than any
# lease should was given under a clock that has since been set back: it binds nobody.
_TAKE = """
INSERT INTO access_token (account_id, renewing_until) VALUES (?, ?)
ON CONFLICT (account_id) DO UPDATE SET renewing_until = excluded.renewing_until
WHERE access_token.renewing_until IS NULL OR access_token.renewing_until <= ?
  OR access_token.renewing_until > ?
RETURNING id
"""
_turns = cycle(range(1000))
_GIVE_BACK = """
UPDATE access_token SET renewing_until = NULL WHERE account_id = ? AND renewing_until = ?
"""
_SAVE = """
INSERT INTO access_token (account_id, token, expires_at) VALUES (?, ?, ?)
ON CONFLICT (account_id) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at
"""


class StoredTokens:
    """The token of one account; times are aware, in UTC."""

    def __init__(self, account: int) -> None:
        self._account = account

    async def load(self) -> tuple[str, datetime] | None:
        row = await sql().row(
            "SELECT token, expires_at FROM access_token WHERE account_id = ?", self._account
        )
        expires_at = moment(row["expires_at"]) if row else None
        return (row["token"], expires_at) if row and expires_at and row["token"] else None

    async def save(self, token: str, expires_at: datetime) -> None:
        await sql().run(_SAVE, self._account, token, expires_at)

    def only_one(self) -> AbstractAsyncContextManager[None]:
        """Held by one refresher at a time, over all processes.

        Raises WeChatError(-1) when another one holds it for longer than anybody should wait.
        """
        return self._only_one()

    @asynccontextmanager
    async def _only_one(self) -> AsyncIterator[None]:
        until = await self._take()
        try:
            yield
        finally:
            # Also when cancelled: nobody should have to wait for the lease to run out.
            await asyncio.shield(self._give_back(until))

    async def _take(self) -> datetime:
        give_up, pause = monotonic() + PATIENCE, 0.01
        while True:
            now = clock.now()
            # Its microseconds tell one holder from another, also while the clock stands still.
            until = now + LEASE + timedelta(microseconds=os.getpid() % 1000 * 1000 + next(_turns))
            try:
                if await sql().row(_TAKE, self._account, until, now, now + 2 * LEASE):
                    return until
            except BaseException:
                # Cancelled before the answer came, it may have been taken all the same.
                await asyncio.shield(self._give_back(until))
                raise
            if monotonic() > give_up:
                raise WeChatError(-1, "another process is renewing the token", "stable_token")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.2)

    async def _give_back(self, until: datetime) -> None:
        await sql().run(_GIVE_BACK, self._account, until)
