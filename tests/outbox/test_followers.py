"""The list of followers, read against what events told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.jobs.followers import sync_followers
from storage.db import sql
from storage.queries.talks import Talks
from tests.outbox.post import NOW, letter, post_office, states, writes

HOUR = timedelta(hours=1)


@dataclass
class Page:
    openids: Sequence[str]
    after: str
    total: int


class Platform:
    """A list of followers in pages of `size`; `cut` ends it after so many pages."""

    def __init__(self, openids: Sequence[str], size: int = 3, cut: int = 99) -> None:
        self.openids, self.size, self.cut = list(openids), size, cut

    async def user_get(self, after: str = "") -> Page:
        start = self.openids.index(after) + 1 if after else 0
        part = self.openids[start : start + self.size]
        pages = start // self.size + 1
        return Page(part, part[-1] if part and pages < self.cut else "", len(self.openids))


async def followers() -> dict[str, bool]:
    rows = await sql().rows("SELECT openid, subscribed FROM wechat_user ORDER BY openid")
    return {row["openid"]: bool(row["subscribed"]) for row in rows}


async def leaves(openid: str, now: datetime) -> None:
    async with Talks().turn(openid, f"{openid} left", now, window="", subscribed=False, scene=""):
        pass


async def test_lost_events_are_made_good(migrated_url: str) -> None:
    async with post_office(migrated_url):
        await writes("a", "1")
        lost = await writes("b", "2")
        await leaves("c", NOW)
        await letter(lost, "hello")
        done = await sync_followers(Platform(["a", "c", "d", "e"]), NOW + HOUR)
        assert done == {"followers": 4, "followers_found": 3, "followers_gone": 1}
        assert await followers() == {"a": True, "b": False, "c": True, "d": True, "e": True}
        assert await states() == {"hello": "cancelled"}
        again = await sync_followers(Platform(["a", "c", "d", "e"]), NOW + 2 * HOUR)
        assert again == {"followers": 4, "followers_found": 0, "followers_gone": 0}


async def test_what_happens_while_the_list_is_read_is_the_later_word(migrated_url: str) -> None:
    async with post_office(migrated_url):
        await writes("gone since", "1")
        await leaves("gone since", NOW + HOUR)
        await writes("came since", "2", NOW + HOUR)
        await sync_followers(Platform(["gone since"]), NOW)
        assert await followers() == {"gone since": False, "came since": True}


@pytest.mark.parametrize("cut", [1, 2])
async def test_a_list_that_ends_early_proves_nobody_gone(migrated_url: str, cut: int) -> None:
    async with post_office(migrated_url):
        await writes("z", "1")
        done = await sync_followers(Platform([*"abcdefgh", "z"], cut=cut), NOW + HOUR)
        assert done["followers_gone"] == 0
        assert (await followers())["z"]
