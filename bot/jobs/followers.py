"""Once a day the platform's list of followers is read: an event that got lost is made good."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Protocol

from storage.queries import followers

SLICE = 500
"""How many people one transaction takes: nobody's turn should wait long for it."""


class Page(Protocol):
    """Up to 10,000 openids; `after` starts the next page and is "" on the last."""

    @property
    def openids(self) -> Sequence[str]: ...

    @property
    def after(self) -> str: ...

    @property
    def total(self) -> int: ...


class Lister(Protocol):
    """What the job asks of the platform's API."""

    async def user_get(self, after: str = "") -> Page:
        """One page of followers, from `after` on."""


async def sync_followers(client: Lister, now: datetime) -> dict[str, int]:
    """Read the whole list; a list that ends early proves nobody gone."""
    seen: set[int] = set()
    found, after, total = 0, "", 0
    while True:
        page = await client.user_get(after)
        total = max(total, page.total)
        for start in range(0, len(page.openids), SLICE):
            part = page.openids[start : start + SLICE]
            seen.update(map(_mark, part))
            found += await followers.following(part, now)
        if not page.after or page.after == after:
            break
        after = page.after
    whole = len(seen) >= total
    gone = await followers.gone(lambda openid: _mark(openid) in seen, now) if whole else 0
    return {"followers": len(seen), "followers_found": found, "followers_gone": gone}


def _mark(openid: str) -> int:
    """Eight bytes for an openid: a million followers take tens of megabytes, not hundreds."""
    return int.from_bytes(blake2b(openid.encode(), digest_size=8).digest(), "big")
