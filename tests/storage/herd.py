"""A process whose calls all want a token at once, for the tests.

python -m tests.storage.herd DATABASE ACCOUNT PLATFORM CALLS

says "ready", waits for a line, then prints the tokens it got, each once.
"""

import asyncio
import sys

import aiohttp

from bot.wechat.token import Tokens
from storage.db import opened, sql
from storage.queries.tokens import StoredTokens
from tests.wechat.api import APP_ID, SECRET


async def herd(tokens: Tokens, calls: int) -> set[str]:
    return set(await asyncio.gather(*(tokens.get() for _ in range(calls))))


async def _process(url: str, account: int, platform: str, calls: int) -> set[str]:
    async with opened(url), aiohttp.ClientSession() as session:
        store = StoredTokens(account)
        tokens = Tokens(session, store, app_id=APP_ID, app_secret=SECRET, base_url=platform)
        await sql().rows("SELECT 1 AS one")
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        return await herd(tokens, calls)


if __name__ == "__main__":
    _, url, account, platform, calls = sys.argv
    print(*asyncio.run(_process(url, int(account), platform, int(calls))))
