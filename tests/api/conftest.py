"""Every test of the interface runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.api.door import Door, opened_door


@pytest.fixture
async def door(migrated_url: str) -> AsyncIterator[Door]:
    async with opened_door(migrated_url) as opened:
        yield opened
