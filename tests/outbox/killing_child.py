"""A dispatching process: `python -m tests.outbox.killing_child API_URL`, its settings in the environment.

It says "ready" and sends whatever is due until it is killed; a moment on its standard input moves
its clock.
"""

import asyncio
import sys
from contextlib import suppress
from datetime import datetime

import aiohttp
import structlog

from bot.app import assembled
from bot.clock import clock
from bot.errors import Conflict
from bot.outbox.dispatch import Dispatcher
from bot.settings import load
from bot.wechat.client import Client
from bot.wechat.token import Tokens
from storage.queries.tokens import StoredTokens
from storage.scope import account_scope

TIMEOUT = 1.0
"""Seconds a call may take: less than the far side takes now and then."""


async def follow_the_clock() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        clock.move_to(datetime.fromisoformat(line.decode().strip()))


async def main(api_url: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    settings = load()
    never = asyncio.Event()
    following = asyncio.create_task(follow_the_clock())
    async with assembled(settings) as parts, aiohttp.ClientSession() as http:
        tokens = Tokens(
            http,
            StoredTokens(parts.account),
            app_id=settings.wechat_app_id,
            app_secret=settings.wechat_app_secret.get_secret_value(),
            base_url=api_url,
        )
        dispatcher = Dispatcher(Client(http, tokens, api_url, TIMEOUT), at_once=16, batch=32)
        print("ready", flush=True)
        with account_scope(parts.account):
            while not following.done():
                with suppress(Conflict):
                    await dispatcher.dispatch_due(clock.now())
                with suppress(TimeoutError):
                    await asyncio.wait_for(never.wait(), 0.05)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
