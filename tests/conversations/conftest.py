"""Every transcript runs on SQLite, on PostgreSQL, and on SQLite with a restart before each message."""

from collections.abc import AsyncIterator

import pytest

from bot.clock import clock
from tests.conversations.chat import Chat, open_chat
from tests.databases import forget_compiled_queries
from tests.people import NOW, dealership

ON_ONE_DATABASE = pytest.mark.parametrize("chat", ["sqlite"], indirect=True)
"""For tables of words: what is read from them is the same on any database."""


@pytest.fixture(params=["sqlite", "postgres", "restarted"])
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    """王芳's phone: known, one car, first service due. Wednesday 18 November 2026, 8:00."""
    engine = "postgres" if request.param == "postgres" else "sqlite"
    url: str = request.getfixturevalue(f"migrated_{engine}_url")
    async with dealership(url) as cast:
        pass
    forget_compiled_queries()
    clock.stop(NOW)
    restart = request.param == "restarted"
    async with open_chat(url, cast, cast.wang.openid, restart_every_message=restart) as phone:
        yield phone


@pytest.fixture
def stranger(chat: Chat) -> Chat:
    """The phone of somebody the dealership does not know."""
    return chat.of(chat.cast.stranger.openid)


@pytest.fixture
def li(chat: Chat) -> Chat:
    """李强's phone: known, two cars with a history."""
    return chat.of(chat.cast.li.openid)
