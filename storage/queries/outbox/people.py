"""What a refusal teaches: of a person, of a template; and the leaves that people gave to send once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.rules.receipts import Leave
from bot.rules.send_check import ANYTHING
from storage.db import dumps, loads, moment, sql
from storage.queries import follows
from storage.scope import account_id

FORGOTTEN_AFTER = timedelta(days=90)
"""Who switched something off may have switched it on again: nobody tells us."""


async def any_due(channel: str, now: datetime) -> bool:
    """Whether a channel has something to send."""
    row = await sql().row(
        "SELECT 1 AS yes FROM message WHERE account_id = ? AND channel = ?"
        " AND state IN ('queued', 'waiting') AND due_at <= ? LIMIT 1",
        *(account_id(), channel, now),
    )
    return row is not None


async def refuses(wechat_user_id: int, what: str, now: datetime) -> None:
    """The person takes no message of this template any more, or with "*" none at all."""
    db = sql()
    lock = " FOR UPDATE" if db.postgres else ""
    row = await db.one(
        f"SELECT refusals FROM wechat_user WHERE account_id = ? AND id = ?{lock}",  # noqa: S608 - a lock or none
        *(account_id(), wechat_user_id),
    )
    kept = in_force(loads(row["refusals"]), now) | {what: now.astimezone(UTC).isoformat()}
    await db.run(
        "UPDATE wechat_user SET refusals = ? WHERE account_id = ? AND id = ?",
        *(dumps(kept), account_id(), wechat_user_id),
    )


def in_force(refusals: Any, now: datetime, opened_at: datetime | None = None) -> dict[str, str]:
    """Those of a person's refusals that still count.

    Who has written or followed since (`opened_at`) may take messages again: one try will tell.
    """
    return {
        what: since
        for what, since in (refusals or {}).items()
        if (at := moment(since))
        and now - at < FORGOTTEN_AFTER
        and not (what == ANYTHING and opened_at and opened_at > at)
    }


async def follows_no_more(wechat_user_id: int, now: datetime) -> None:
    """The platform says so where the event did not come: nothing else is sent to them."""
    await sql().run(
        "UPDATE wechat_user SET subscribed = ?, unsubscribed_at = COALESCE(unsubscribed_at, ?)"
        " WHERE account_id = ? AND id = ?",
        *(False, now, account_id(), wechat_user_id),
    )
    await follows.left(wechat_user_id, now)


async def broken_templates() -> set[str]:
    """Ids of the templates that may not be used now."""
    rows = await sql().rows(
        "SELECT template_id FROM platform_template WHERE account_id = ? AND broken <> ''",
        account_id(),
    )
    return {row["template_id"] for row in rows}


async def template_broke(template_id: str, why: str) -> None:
    """Keep why a template may not be used; reading the list from WeChat again clears it."""
    await sql().run(
        "UPDATE platform_template SET broken = ? WHERE account_id = ? AND template_id = ?",
        *(why[:200], account_id(), template_id),
    )


async def keep_leave(leave: Leave, wechat_user_id: int, now: datetime) -> None:
    """One more message of a template may go; or those that might have, may not."""
    if not leave.given:
        await grants_are_spent(wechat_user_id, leave.template, now)
        return
    await sql().run(
        "INSERT INTO grant_once (account_id, wechat_user_id, template_id, key, granted_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id, key) DO NOTHING",
        *(account_id(), wechat_user_id, leave.template[:64], leave.key, now),
    )


async def take_grant(wechat_user_id: int, template_id: str, now: datetime) -> bool:
    """Spend the oldest leave to send one message of this template; False: there is none."""
    db = sql()
    lock = " FOR UPDATE SKIP LOCKED" if db.postgres else ""
    taken = await db.run(
        "UPDATE grant_once SET used_at = ? WHERE id = (SELECT g.id FROM grant_once g"  # noqa: S608 - a lock or none
        " WHERE g.account_id = ? AND g.wechat_user_id = ? AND g.template_id = ?"
        f" AND g.used_at IS NULL ORDER BY g.granted_at, g.id LIMIT 1{lock})",
        *(now, account_id(), wechat_user_id, template_id),
    )
    return taken == 1


async def give_back_grant(wechat_user_id: int, template_id: str) -> None:
    """The message did not go: the leave that was spent last may be spent again."""
    await sql().run(
        "UPDATE grant_once SET used_at = NULL WHERE id = (SELECT g.id FROM grant_once g"
        " WHERE g.account_id = ? AND g.wechat_user_id = ? AND g.template_id = ?"
        " AND g.used_at IS NOT NULL ORDER BY g.used_at DESC, g.id DESC LIMIT 1)",
        *(account_id(), wechat_user_id, template_id),
    )


async def grants_are_spent(wechat_user_id: int, template_id: str, now: datetime) -> None:
    """The platform knows of no leave: those we hold are worth nothing."""
    await sql().run(
        "UPDATE grant_once SET used_at = ? WHERE account_id = ? AND wechat_user_id = ?"
        " AND template_id = ? AND used_at IS NULL",
        *(now, account_id(), wechat_user_id, template_id),
    )


async def mass_counted(people: Sequence[int], month: str, by: int) -> None:
    """Count a mass message in the month of these people, or with `by` -1 give it back."""
    for start in range(0, len(people), 500):
        part = sorted(people[start : start + 500])
        await sql().run(
            "UPDATE wechat_user SET mass_sent = CASE WHEN mass_month = ? THEN mass_sent ELSE 0 END"  # noqa: S608 - question marks only
            f" + ?, mass_month = ? WHERE account_id = ? AND id IN ({', '.join('?' * len(part))})",
            *(month, by, month, account_id(), *part),
        )
