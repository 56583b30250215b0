"""Receipts: the last word on a message, whenever it comes.

One that comes before its message has its id is kept, and taken up when it has. Twice the same
changes nothing.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.rules.receipts import Leave, Receipt
from storage.db import moment, sql, transaction
from storage.queries.outbox import mass as outbox_mass
from storage.queries.outbox import people as outbox_people
from storage.queries.touch import touchpoints
from storage.scope import account_id
from storage.secrets import unseal

KEPT = timedelta(days=3)
OVERDUE = timedelta(days=1)
"""The platform's own receipts come within minutes; after a day none will."""

_SETTLE = """
UPDATE message SET state = ?, why = ?, msgid = ?, lease_until = NULL, changed_at = ?
WHERE account_id = ? AND {which} RETURNING id, channel, wechat_user_id, touchpoint_id, body
"""
_OF_ID = "msgid = ? AND channel IN ('template', 'once') AND state IN ('accepted', 'uncertain', 'waiting')"
# Not yet known by id, but in doubt, and nothing else on its way to this person: it must be this one.
_IN_DOUBT = """
SELECT id, state, doubt_at FROM message WHERE account_id = ? AND wechat_user_id = ?
  AND channel = 'template' AND (state = 'sending'
    OR (state IN ('queued', 'waiting', 'uncertain') AND doubt_at IS NOT NULL))
LIMIT 2
"""
_UNNAMED = """
SELECT id, body FROM message WHERE account_id = ? AND wechat_user_id = ? AND channel = 'once'
  AND state IN ('sending', 'accepted', 'uncertain') AND msgid = '' ORDER BY id LIMIT 20
"""
_KEEP = """
INSERT INTO receipt (account_id, msgid, wechat_user_id, state, why, received_at)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, msgid) DO NOTHING
"""
_MATCHED = """
SELECT r.msgid, r.state, r.why, r.received_at FROM receipt r WHERE r.account_id = ? AND EXISTS (
  SELECT 1 FROM message m WHERE m.account_id = r.account_id AND m.msgid = r.msgid)
ORDER BY r.id LIMIT 500
"""


async def take(
    receipts: Sequence[Receipt | Leave], wechat_user_id: int | None, now: datetime
) -> None:
    """Settle what these report on, in the open transaction.

    `wechat_user_id`: whom they came from; None: from the platform, which gives no leave.
    """
    for receipt in receipts:
        if isinstance(receipt, Leave):
            if wechat_user_id is None:
                continue
            await outbox_people.keep_leave(receipt, wechat_user_id, now)
            continue
        if receipt.mass is not None:
            known = await outbox_mass.finished(receipt, now)
        else:
            known = await _settled(receipt, now) or await _settled_unnamed(
                receipt, wechat_user_id, now
            )
        if not known:
            await sql().run(
                _KEEP,
                *(account_id(), receipt.msgid[:32], wechat_user_id),
                *(receipt.state, _packed(receipt), now),
            )


async def take_kept(now: datetime) -> int:
    """Take up those whose message has its id by now; how many. What is too old is let go."""
    async with transaction() as db:
        rows = await db.rows(_MATCHED, account_id())
        for row in rows:
            await _settled(Receipt(row["msgid"], row["state"], row["why"]), now)
        mass = await outbox_mass.take_kept(now)
        for msgid in [*(row["msgid"] for row in rows), *mass]:
            await db.run(
                "DELETE FROM receipt WHERE account_id = ? AND msgid = ?", account_id(), msgid
            )
        await db.run(
            "DELETE FROM receipt WHERE account_id = ? AND received_at < ?", account_id(), now - KEPT
        )
    return len(rows) + len(mass)


async def overdue(now: datetime) -> int:
    """Say of what was accepted a day ago that no receipt has come; how many."""
    return await sql().run(
        "UPDATE message SET why = '超过24小时没有收到微信的送达回执', changed_at = ?"
        " WHERE account_id = ? AND channel IN ('template', 'once') AND state = 'accepted'"
        " AND why = '' AND msgid <> '' AND due_at <= ? AND changed_at <= ?",
        *(now, account_id(), now - OVERDUE, now - OVERDUE),
    )


def _packed(receipt: Receipt) -> str:
    """Why, or of a mass send its counts as well."""
    if receipt.mass is None:
        return receipt.why[:200]
    counts = receipt.mass
    numbers = [counts.total, counts.filtered, counts.sent, counts.errors]
    return json.dumps([receipt.why[:100], *numbers], ensure_ascii=False)


async def _settled(receipt: Receipt, now: datetime) -> bool:
    """Whether a message has this id; it is settled, unless it was."""
    msgid = receipt.msgid[:32]
    if await _write(receipt, _OF_ID, (msgid,), now):
        return True
    found = await sql().row(
        "SELECT 1 AS yes FROM message WHERE account_id = ? AND msgid = ? AND mass_id IS NULL",
        *(account_id(), msgid),
    )
    return found is not None


async def _settled_unnamed(receipt: Receipt, wechat_user_id: int | None, now: datetime) -> bool:
    """By whom it comes from: an answer that was lost took the id with it, bizsend gives none."""
    if receipt.template:
        rows = await sql().rows(_UNNAMED, account_id(), wechat_user_id)
        mine = (row["id"] for row in rows if _template(row["body"]) == receipt.template)
        number = next(mine, None)
        return number is not None and await _write(receipt, "id = ?", (number,), now)
    rows = await sql().rows(_IN_DOUBT, account_id(), wechat_user_id)
    doubt = moment(rows[0]["doubt_at"]) if len(rows) == 1 else None
    if doubt is None or now - doubt > OVERDUE or rows[0]["state"] == "sending":
        return False
    which = "id = ? AND state IN ('queued', 'waiting', 'uncertain')"
    return await _write(receipt, which, (rows[0]["id"],), now)


async def _write(receipt: Receipt, which: str, values: tuple[Any, ...], now: datetime) -> bool:
    rows = await sql().rows(
        _SETTLE.format(which=which),
        *(receipt.state, receipt.why[:200], receipt.msgid[:32], now, account_id(), *values),
    )
    for row in rows:
        await _told(row, receipt, now)
    return bool(rows)


async def _told(row: Any, receipt: Receipt, now: datetime) -> None:
    """The touchpoint learns of it; who blocks a template is not sent it again."""
    if receipt.state == "blocked":
        template = _template(row["body"])
        if template:
            await outbox_people.refuses(row["wechat_user_id"], template, now)
    if row["touchpoint_id"] is None:
        return
    if receipt.state == "delivered":
        await touchpoints.sent(row["touchpoint_id"], row["channel"], now)
    else:
        await touchpoints.failed(row["touchpoint_id"], receipt.why, now)


def _template(body: str) -> str:
    try:
        return str(json.loads(unseal("message.body", body)).get("template") or "")
    except (ValueError, AttributeError):
        return ""
