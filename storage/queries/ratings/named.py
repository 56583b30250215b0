"""Ratings whose customers named a time for them, and whom no contact of the plan comes back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.db import moment, sql
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Due:
    """A rating to be asked for now, whose it is, and what the person's window is."""

    rating_id: int
    customer_id: int | None
    name: str
    gender: str
    wechat_user_id: int
    subscribed: bool
    window_kind: str
    window_opened_at: datetime | None
    window_sent: int


async def named_a_time(now: datetime, limit: int = 100) -> Sequence[Due]:
    """Those to be asked now because they said so."""
    rows = await sql().rows(
        "SELECT r.id, r.customer_id, c.name, c.gender, u.id AS person, u.subscribed,"
        " u.window_kind, u.window_opened_at, u.window_sent FROM rating r"
        " JOIN wechat_user u ON u.id = r.wechat_user_id LEFT JOIN customer c ON c.id = u.customer_id"
        " WHERE r.account_id = ? AND r.state = 'open' AND r.later_at <= ?"
        " AND NOT EXISTS (SELECT 1 FROM touchpoint t WHERE t.account_id = r.account_id"
        " AND t.vehicle_id = r.vehicle_id AND t.outcome = 'later'"
        " AND t.state IN ('planned', 'due', 'sent', 'handed_over')"
        " AND (t.id = r.touchpoint_id OR (t.kind = 'after_visit' AND t.subject = r.subject)))"
        " ORDER BY r.later_at, r.id LIMIT ?",
        *(account_id(), now, limit),
    )
    return [
        Due(
            *(row["id"], row["customer_id"], row["name"] or "", row["gender"] or ""),
            *(row["person"], bool(row["subscribed"]), row["window_kind"]),
            *(moment(row["window_opened_at"]), row["window_sent"]),
        )
        for row in rows
    ]


async def taken(rating_id: int, now: datetime) -> bool:
    """They are asked now. False: somebody else did, or they have come by themselves."""
    written = await sql().run(
        "UPDATE rating SET later_at = NULL, rev = rev + 1, changed_at = ?"
        " WHERE account_id = ? AND id = ? AND state = 'open' AND later_at <= ?",
        *(now, account_id(), rating_id, now),
    )
    return written == 1
