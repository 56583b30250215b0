"""Several copies of the same messages, answered at once; also a process of its own for the tests.

python -m tests.storage.copies DATABASE MESSAGES COPIES NAME

says "ready", waits for a line, then prints the answers it gave, one a line.
"""

import asyncio
import sys

from bot.errors import Conflict
from storage.db import opened, sql
from storage.queries.stores.shops import ensure_account
from storage.queries.talks import Talks
from storage.scope import account_scope
from storage.secrets import use_keys
from tests.people import APP_ID, NOW, SECRET


async def answer(talks: Talks, openid: str, key: str, name: str) -> str:
    """Act on a message and say so; a copy that finds it done gives the same answer."""
    while True:
        try:
            async with talks.turn(
                openid, key, NOW, window="message", subscribed=True, scene=""
            ) as start:
                if start.repeat is not None:
                    return start.repeat
                reply = f"{key} by {name}"
                await talks.queue(start.person, f"{key}:{name}", reply, NOW)
                await talks.record(start.person, key, "text", "", reply, NOW)
                return reply
        except Conflict:
            continue


async def answers(messages: int, copies: int, name: str) -> list[str]:
    """Of every message `copies` copies, from three people, all at once."""
    talks = Talks()
    return await asyncio.gather(
        *(
            answer(talks, f"o-{n % 3}", f"m{n}", f"{name}{copy}")
            for n in range(messages)
            for copy in range(copies)
        )
    )


async def _process(url: str, messages: int, copies: int, name: str) -> list[str]:
    use_keys(SECRET)
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            await sql().rows("SELECT 1 AS one")
            print("ready", flush=True)
            sys.stdin.readline()
            return await answers(messages, copies, name)


if __name__ == "__main__":
    _, url, messages, copies, name = sys.argv
    print(*asyncio.run(_process(url, int(messages), int(copies), name)), sep="\n")
