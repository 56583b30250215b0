"""Random histories: how many are played, and the stage that they share.

    CHEYU_TEST_HISTORIES=2000 python -m pytest tests/cases/test_case_histories.py

plays thousands, other ones each time; the test suite plays a few, always the same.
"""

import asyncio
import os
from collections.abc import Awaitable, Iterator
from contextlib import AsyncExitStack, contextmanager
from itertools import count
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings

from storage.db import opened
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.people import Cast, arrive

ASKED_FOR: Final = int(os.environ.get("CHEYU_TEST_HISTORIES", "0"))


def how_many(usually: int) -> int:
    return ASKED_FOR or usually


def playing(usually: int, **more: Any) -> settings:
    """What two did at once cannot be played again to be shortened: it is only played."""
    return settings(
        max_examples=how_many(usually),
        derandomize=not ASKED_FOR,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


class Stage:
    """One loop and one open database for many histories, each in an account of its own."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._numbers = count(1)
        self._scope = AsyncExitStack()

    def run(self, work: Awaitable[Any]) -> Any:
        async def inside() -> Any:
            return await work

        return self._runner.run(inside())

    def open(self) -> Cast:
        """The next history's dealership, in scope until it is left."""
        cast: Cast = self.run(self._open())
        return cast

    async def _open(self) -> Cast:
        account = await ensure_account(f"wx{next(self._numbers):016}")
        self._scope.enter_context(account_scope(account))
        return await arrive()

    def close(self) -> None:
        self._runner.close()

    def leave(self) -> None:
        self.run(self._scope.aclose())


@contextmanager
def stage(url: str) -> Iterator[Stage]:
    """The stage on the migrated, empty database at `url`."""
    here, database = Stage(), AsyncExitStack()
    try:
        here.run(database.enter_async_context(opened(url)))
        yield here
    finally:
        here.run(database.aclose())
        here.close()
