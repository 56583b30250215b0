"""A dealership that knows 王芳 well."""

from collections.abc import AsyncIterator

import pytest

from bot.clock import clock
from tests.conversations.chat import Chat, open_chat
from tests.people import NOW, dealership
from tests.privacy.held import lives


@pytest.fixture
async def known(migrated_url: str) -> AsyncIterator[Chat]:
    clock.stop(at=NOW)
    async with dealership(migrated_url) as cast:
        pass
    async with open_chat(migrated_url, cast, cast.wang.openid) as chat:
        await lives(chat)
        yield chat
