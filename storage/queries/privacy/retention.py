"""How long what is kept: one table, and the deed that follows it once a day.

Files of customers and cars and their workshop history stay as long as the relationship, until
`erase_person`; the book of who saw and changed what stays for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from storage.db import moment, sql, transaction
from storage.queries.privacy.erasing import let_go
from storage.scope import account_id

BATCH = 500


@dataclass(frozen=True, slots=True)
class Keep:
    """Rows of `table` go `days` after `since`, where `ended` holds. `what` is for staff."""

    what: str
    table: str
    since: str
    days: int
    ended: str = ""


PERIODS: Final = (
    Keep("客户发来的消息", "inbox", "received_at", 365),
    Keep("对话记录", "talk", "changed_at", 365, "status NOT IN ('open', 'suspended')"),
    Keep(
        "发出的消息", "message", "changed_at", 730, "state NOT IN ('queued', 'waiting', 'sending')"
    ),
    Keep(
        *("群发的内容和统计", "mass_send", "changed_at", 730),
        "state NOT IN ('open', 'queued', 'waiting', 'sending')",
    ),
    Keep("已办结的员工任务", "staff_task", "done_at", 730, "done_at IS NOT NULL"),
    Keep("已处理的档案变更", "file_change", "decided_at", 1095, "state <> 'pending'"),
    Keep("候补登记", "waiting", "created_at", 180),
    # A dead one waits for staff: `cheyu webhook resend` or `drop`. An end is at `due_at`.
    Keep("已送达的事件推送", "webhook_delivery", "due_at", 30, "state = 'done'"),
    Keep(
        "取消关注且未建档的微信身份", "wechat_user", "unsubscribed_at", 730, "customer_id IS NULL"
    ),
    Keep("预约里的电话、车牌和备注", "booking", "starts_at", 730),  # the rest stays for the figures
    # With a file these stay as long as the file. Three years is how long a claim can be sued for:
    # Civil Code, article 188.
    Keep("未建档客户的潜客里的姓名、电话和原话", "lead", "changed_at", 730, "state <> 'open'"),
    Keep("未建档客户的投诉里的电话、原话和材料", "complaint", "ended_at", 1095),
)
_SAID: Final = {
    "lead": "(phone <> '' OR name <> '' OR note <> '')",
    "complaint": "(phone <> '' OR what <> '')",
}
"""What is left of these once they are let go."""


async def expire_old(now: datetime) -> Mapping[str, int]:
    """Let go what has been kept long enough; table → how many rows."""
    deeds = {"wechat_user": _forget_leavers, "booking": _forget_numbers}
    gone = {}
    for keep in PERIODS:
        before = now - timedelta(days=keep.days)
        if keep.table in _SAID:
            gone[keep.table] = await _forget_words(keep, before, now)
            continue
        deed = deeds.get(keep.table)
        gone[keep.table] = await (deed(before) if deed else _expire(keep, before))
    return {table: n for table, n in gone.items() if n}


async def _expire(keep: Keep, before: datetime) -> int:
    """From the oldest row on, a batch at a time, as far as rows are old enough.

    Rows are numbered in the order they were made, and none ends before it was made.
    """
    last, gone = 0, 0
    made = {"inbox": "received_at", "file_change": "asked_at"}.get(keep.table, "created_at")
    ended = f" WHEN NOT ({keep.ended}) THEN NULL" if keep.ended else ""
    while True:
        rows = await sql().rows(
            f"SELECT id, {made} AS made, CASE{ended or ' WHEN FALSE THEN NULL'}"  # noqa: S608 - a table, columns and a condition of PERIODS; values are marks
            f" ELSE {keep.since} END AS ended FROM {keep.table}"
            " WHERE account_id = ? AND id > ? ORDER BY id LIMIT ?",
            *(account_id(), last, BATCH),
        )
        over = [row["id"] for row in rows if _before(row["ended"], before)]
        gone += await _delete(keep.table, over)
        if len(rows) < BATCH or not _before(rows[-1]["made"], before):
            return gone
        last = rows[-1]["id"]


def _before(value: Any, limit: datetime) -> bool:
    at = moment(value)
    return at is not None and at < limit


async def _delete(table: str, ids: list[int]) -> int:
    if not ids:
        return 0
    places = ", ".join("?" for _ in ids)
    async with transaction() as connection:
        return await connection.run(
            f"DELETE FROM {table} WHERE account_id = ? AND id IN ({places})",  # noqa: S608 - a table of PERIODS and marks
            *(account_id(), *ids),
        )


async def _forget_leavers(before: datetime) -> int:
    """With everything they wrote."""
    return await sql().run(
        "DELETE FROM wechat_user WHERE account_id = ? AND unsubscribed_at < ? AND subscribed = ?"
        " AND customer_id IS NULL",
        *(account_id(), before, False),
    )


async def _forget_numbers(before: datetime) -> int:
    return await sql().run(
        "UPDATE booking SET phone = '', plate = '', plate_hash = NULL, note = ''"
        " WHERE account_id = ? AND store_id IN (SELECT id FROM store WHERE account_id = ?)"
        " AND starts_at < ? AND (phone <> '' OR plate <> '' OR note <> '')",
        *(account_id(), account_id(), before),
    )


async def _forget_words(keep: Keep, before: datetime, now: datetime) -> int:
    """Of people without a file and without WeChat: the row stays for the figures."""
    gone, ended = 0, keep.ended or "state IN ('confirmed', 'withdrawn')"
    while rows := await sql().rows(
        f"SELECT id FROM {keep.table} WHERE account_id = ? AND customer_id IS NULL"  # noqa: S608 - a table and conditions of PERIODS; values are marks
        f" AND wechat_user_id IS NULL AND {ended} AND {keep.since} < ? AND {_SAID[keep.table]}"
        " ORDER BY id LIMIT ?",
        *(account_id(), before, BATCH),
    ):
        ids = [row["id"] for row in rows]
        leads, complaints = (ids, []) if keep.table == "lead" else ([], ids)
        gone += await let_go(leads, complaints, now)
    return gone
