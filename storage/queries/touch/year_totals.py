"""The ledger of contacts in figures: what was owed, what became of it, what broke a rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from storage.db import moment, sql
from storage.queries.touch.touchpoints import NAMED
from storage.scope import account_id

ENDED = ("sent", "done", "handed_over", "skipped", "cancelled")
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Count:
    """How many touchpoints of a kind are in a state, and by which channel."""

    kind: str
    state: str
    channel: str
    n: int


async def by_kind() -> list[Count]:
    rows = await sql().rows(
        "SELECT kind, state, channel, count(*) AS n FROM touchpoint WHERE account_id = ?"
        " GROUP BY kind, state, channel ORDER BY kind, state, channel",
        account_id(),
    )
    return [Count(row["kind"], row["state"], row["channel"], row["n"]) for row in rows]


async def reasons(state: str, limit: int = 40) -> list[tuple[str, int]]:
    """Why touchpoints came to `state`, the most frequent first; numbers and days are left out."""
    rows = await sql().rows(
        "SELECT why, count(*) AS n FROM touchpoint WHERE account_id = ? AND state = ?"
        " GROUP BY why ORDER BY n DESC, why LIMIT ?",
        *(account_id(), state, limit),
    )
    return [(row["why"], row["n"]) for row in rows]


async def messages() -> list[tuple[str, str, int]]:
    """(channel, state, count) of every message that carried a touchpoint."""
    rows = await sql().rows(
        "SELECT channel, state, count(*) AS n FROM message WHERE account_id = ?"
        " AND touchpoint_id IS NOT NULL GROUP BY channel, state ORDER BY channel, state",
        account_id(),
    )
    return [(row["channel"], row["state"], row["n"]) for row in rows]


async def forgotten(now: datetime, patience: timedelta) -> int:
    """Contacts that fell due longer than `patience` ago and have not come to any end."""
    return await _count(
        "touchpoint WHERE account_id = ? AND state IN ('planned', 'due') AND due_at < ?",
        *(account_id(), now - patience),
    )


async def without_a_reason() -> int:
    """Contacts that were skipped or cancelled, and nobody knows why."""
    return await _count(
        "touchpoint WHERE account_id = ? AND state IN ('skipped', 'cancelled') AND why = ''",
        account_id(),
    )


async def sent_twice() -> int:
    """Contacts that reached the same person by two messages, other than at their own wish."""
    return await _count(
        "(SELECT touchpoint_id, wechat_user_id FROM message WHERE account_id = ?"
        " AND touchpoint_id IS NOT NULL AND state IN ('accepted', 'delivered')"
        " AND touchpoint_id NOT IN"
        " (SELECT id FROM touchpoint WHERE account_id = ? AND outcome = ?)"
        " GROUP BY touchpoint_id, wechat_user_id HAVING count(*) > 1) AS twice",
        *(account_id(), account_id(), NAMED),
    )


async def over_follow_up_cap(most: int) -> int:
    """Customers who got more than `most` follow-ups within some 12 months."""
    rows = await sql().rows(
        "SELECT customer_id, done_at FROM touchpoint WHERE account_id = ? AND state = 'sent'"
        " AND purpose = 'follow_up' AND customer_id IS NOT NULL ORDER BY customer_id, done_at",
        account_id(),
    )
    return sum(
        _too_many([at for row in some if (at := moment(row["done_at"]))], most)
        for _, some in groupby(rows, key=lambda row: row["customer_id"])
    )


async def _count(of: str, *values: object) -> int:
    row = await sql().one(f"SELECT count(*) AS n FROM {of}", *values)  # noqa: S608 - literals above
    return int(row["n"])


def _too_many(moments: Sequence[datetime], most: int) -> bool:
    return any(
        later - earlier < YEAR for earlier, later in zip(moments, moments[most:], strict=False)
    )
