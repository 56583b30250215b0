"""Who follows, compared with the platform's own list: events that never came are made good."""

from collections.abc import Callable, Sequence
from datetime import datetime

from storage.db import sql, transaction
from storage.queries import follows
from storage.queries.records.tables import among
from storage.scope import account_id

PAGE = 1000

# Who left or came while the list was read is right already: their event was the later word.
_STILL = """
INSERT INTO wechat_user (account_id, openid, subscribed, subscribed_at, created_at)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, openid) DO UPDATE SET subscribed = excluded.subscribed,
  subscribed_at = excluded.subscribed_at, unsubscribed_at = NULL
WHERE wechat_user.subscribed <> excluded.subscribed
  AND (wechat_user.unsubscribed_at IS NULL OR wechat_user.unsubscribed_at < excluded.created_at)
RETURNING id
"""

_LOOKING_LIKE_FOLLOWERS = """
SELECT id, openid FROM wechat_user WHERE account_id = ? AND id > ? AND subscribed = ?
  AND created_at < ? AND (subscribed_at IS NULL OR subscribed_at < ?)
ORDER BY id LIMIT ?
"""

_GONE = """
UPDATE wechat_user SET subscribed = ?, unsubscribed_at = ?
WHERE account_id = ? AND id = ? AND subscribed = ? AND (subscribed_at IS NULL OR subscribed_at < ?)
"""


async def following(openids: Sequence[str], since: datetime) -> int:
    """These follow, by a list begun at `since`; how many we did not know or held for gone."""
    changed = 0
    of_these, listed = among(sql(), "openid", openids)
    rows = await sql().rows(
        f"SELECT openid FROM wechat_user WHERE account_id = ? AND subscribed = ? AND {of_these}",  # noqa: S608 - our own column name; the openids are one value
        *(account_id(), True, listed),
    )
    other = set(openids) - {row["openid"] for row in rows}
    async with transaction() as db:
        for openid in sorted(other):  # one order, so that two writers never wait for each other
            row = await db.row(_STILL, account_id(), openid, True, since, since)
            changed += row is not None
    return changed


async def gone(listed: Callable[[str], bool], since: datetime) -> int:
    """End everything for whoever we hold for a follower and the list of `since` does not name."""
    after, found = 0, 0
    while rows := await sql().rows(
        _LOOKING_LIKE_FOLLOWERS, account_id(), after, True, since, since, PAGE
    ):
        after = rows[-1]["id"]
        for person in (row["id"] for row in rows if not listed(row["openid"])):
            async with transaction() as db:
                if await db.run(_GONE, False, since, account_id(), person, True, since):
                    await follows.left(person, since)
                    found += 1
    return found
