"""Builds everything once, top to bottom: the only place that knows all parts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.api.app import api_app
from bot.api.deliver import Courier
from bot.api.targets import Targets
from bot.api.targets import session as outgoing
from bot.app import health
from bot.app.chores import Chores
from bot.app.desk import Desk
from bot.app.figures import StoreFigures
from bot.flow.conversation import Conversations
from bot.flow.engine import Engine
from bot.rules.patterns import compile_all
from bot.settings import Settings
from bot.wechat import callback
from bot.wechat.client import Client
from bot.wechat.crypto import Codec
from bot.wechat.token import Tokens
from handlers import all_conversations
from storage.db import opened
from storage.evidence_files import use_folder
from storage.queries.stores.shops import ensure_account
from storage.queries.talks import Talks
from storage.queries.tokens import StoredTokens
from storage.secrets import use_keys


@dataclass(frozen=True, slots=True)
class Parts:
    """The running product. `account`: the id of the official account in the database."""

    settings: Settings
    account: int
    engine: Engine
    client: Client
    courier: Courier
    chores: Chores


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Parts]:
    """Everything but the web server: database, client, engine, chores."""
    compile_all()  # else the first customer waits for it
    use_keys(settings.secret_key.get_secret_value())
    use_folder(Path(settings.media_dir))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(opened(settings.database_url))
        account = await ensure_account(settings.wechat_app_id)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        tokens = Tokens(
            session,
            StoredTokens(account),
            app_id=settings.wechat_app_id,
            app_secret=settings.wechat_app_secret.get_secret_value(),
            base_url=settings.wechat_api_url,
        )
        client = Client(session, tokens, settings.wechat_api_url)
        targets = Targets(settings.public_url)
        courier = Courier(await stack.enter_async_context(outgoing(targets)), targets)
        engine = Engine(Talks(), Conversations(all_conversations()), ZoneInfo(settings.timezone))
        chores = Chores(account, engine, client, courier, settings.send_rate)
        yield Parts(settings, account, engine, client, courier, chores)


def web_app(parts: Parts) -> web.Application:
    """The routes of contract: /wechat, /healthz, /readyz, /metrics, /api/v1."""
    settings = parts.settings
    codec = Codec(
        settings.wechat_token.get_secret_value(),
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_app_id,
    )
    meters = health.Meters()
    app = web.Application(middlewares=[meters.middleware], client_max_size=64 * 1024)
    app.add_routes(
        callback.routes(codec, Desk(parts.engine, parts.account, parts.client.send_text))
    )
    app.add_routes(health.routes(meters, StoreFigures(meters.registry, parts.account)))
    app.add_subapp("/api/v1", api_app(Targets(settings.public_url)))
    app.cleanup_ctx.append(callback.drain)
    return app
