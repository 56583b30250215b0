"""The engine with conversations of the test's own, behind the real wire.

async with rig(greet) as phone:
    await phone.says("打招呼")
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.app import Parts
from bot.app.chores import Chores
from bot.app.desk import Desk
from bot.clock import clock
from bot.flow import Conversation
from bot.flow.conversation import Conversations
from bot.flow.engine import Engine
from bot.wechat import callback
from bot.wechat.crypto import Codec
from storage.db import sql
from storage.queries.talks import Talks
from storage.secrets import unseal
from tests.conversations.chat import Chat, open_chat
from tests.databases import forget_compiled_queries
from tests.people import NOW, dealership

Rig = Callable[..., AbstractAsyncContextManager[Chat]]
PATIENCE = 4.0


def serving(
    *conversations: Conversation, late_after: float = PATIENCE
) -> Callable[[Parts], tuple[Parts, web.Application]]:
    """A product with these conversations; `late_after`: real seconds until the reply follows."""

    def make(parts: Parts) -> tuple[Parts, web.Application]:
        engine = Engine(Talks(), Conversations(conversations), ZoneInfo(parts.settings.timezone))
        chores = Chores(parts.account, engine, parts.client, parts.courier)
        return replace(parts, engine=engine, chores=chores), wire(parts, engine, late_after)

    return make


def wire(parts: Parts, engine: Engine, late_after: float = PATIENCE) -> web.Application:
    """Only /wechat, in front of `engine`."""
    settings = parts.settings
    codec = Codec(
        settings.wechat_token.get_secret_value(),
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_app_id,
    )
    app = web.Application()
    app.add_routes(
        callback.routes(
            codec, Desk(engine, parts.account, parts.client.send_text), late_after=late_after
        )
    )
    app.cleanup_ctx.append(callback.drain)
    return app


@asynccontextmanager
async def rigged(
    url: str, *conversations: Conversation, late_after: float = PATIENCE
) -> AsyncIterator[Chat]:
    """王芳's phone at a dealership whose account can do `conversations` and nothing else."""
    async with dealership(url) as cast:
        pass
    forget_compiled_queries()
    clock.stop(NOW)
    make = serving(*conversations, late_after=late_after)
    async with open_chat(url, cast, cast.wang.openid, make=make) as phone:
        yield phone


async def rows(phone: Chat, statement: str, *values: object) -> list[dict[str, Any]]:
    """What the database holds; sealed columns opened."""
    table = statement.split(" FROM ")[1].split(maxsplit=1)[0]
    async with phone.database():
        found = [dict(row) for row in await sql().rows(statement, *values)]
    for row in found:
        for column, kept in row.items():
            if str(kept).startswith("v1."):
                row[column] = unseal(f"{table}.{column}", kept)
    return found


def news(phone: Chat) -> list[str]:
    """Everything the account has said on this phone."""
    return [b.text for b in phone.world.chat(phone.openid) if b.who == "account"]
