"""Fetching what customers sent for a complaint or a rating, before the platform forgets it.

It has it for three days. What is refused is asked for again, ever more seldom; what cannot be had,
or is not what it was said to be, is told to staff, so that somebody asks for it once more.
"""

from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.errors import WeChatError
from bot.rules.errcodes import Reaction, reaction
from bot.rules.media_types import problem
from storage.queries.evidence import collecting as evidence
from storage.queries.evidence.collecting import Item

TRIES: Final = 3
"""How often what the platform calls wrong is asked for: it may not have it yet."""
FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=4)


class Media(Protocol):
    """What was sent; `url`: where a video lies instead."""

    @property
    def content(self) -> bytes: ...

    @property
    def url(self) -> str: ...


class Fetcher(Protocol):
    """What the job asks of the platform's API."""

    async def media_get(self, media_id: str) -> Media:
        """The content, or the address of a video."""

    async def video(self, address: str) -> Media:
        """The content at that address."""


async def fetch_evidence(client: Fetcher, now: datetime) -> dict[str, int]:
    """Everything that is due."""
    done = {"evidence_kept": 0, "evidence_gone": 0, "evidence_later": 0}
    while items := await evidence.claim(now):
        for item in items:
            done[f"evidence_{await _fetch(client, item, now)}"] += 1
    return done


async def _fetch(client: Fetcher, item: Item, now: datetime) -> str:
    """kept, gone or later."""
    if now >= item.forgotten_at:
        await evidence.lost(item, item.why or "微信上已经过期", now)
        return "gone"
    try:
        media = await client.media_get(item.media_id)
        content = (await client.video(media.url)).content if media.url else media.content
    except WeChatError as refused:
        verdict = reaction(refused.errcode)
        if verdict.reaction is Reaction.FIX and item.attempts >= TRIES:
            await evidence.lost(item, verdict.means, now)
            return "gone"
        await evidence.later(item.id, _again(item, now), verdict.means)
        return "later"
    if why := problem(item.kind, content):
        await evidence.lost(item, why, now)
        return "gone"
    await evidence.keep(item, content, now)
    return "kept"


def _again(item: Item, now: datetime) -> datetime:
    """Twice as long after every try, and once more before the platform forgets it."""
    wait = min(FIRST * 2 ** min(item.attempts - 1, 10), LONGEST)
    last = item.forgotten_at - FIRST
    return min(now + wait, last) if now < last else item.forgotten_at
