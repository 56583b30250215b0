"""Ratings whose customers named a time for them, and whom no contact of the plan comes back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.rules.rating_terms import WIN_BACK
from storage.db import moment, sql
from storage.queries.ratings.rows import Rating, one
from storage.queries.ratings.touches import of_subject
from storage.queries.touch import touchpoints
from storage.queries.touch.outbox import callers
from storage.queries.touch.touchpoints import Settled
from storage.scope import account_id
from storage.secrets import seal

ROOM: Final = timedelta(hours=2)
"""A call at a time that the customer named is in time for this long."""
_WHY: Final = "客户约好这时候再问，微信现在发不到"


@dataclass(frozen=True, slots=True)
class Due:
    """A rating to be asked for now, whose it is, and what the person's window is."""

    rating_id: int
    occasion: str
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
        "SELECT r.id, r.occasion, r.customer_id, c.name, c.gender, u.id AS person, u.subscribed,"
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
            row["id"],
            row["occasion"],
            row["customer_id"],
            row["name"] or "",
            row["gender"] or "",
            row["person"],
            bool(row["subscribed"]),
            row["window_kind"],
            moment(row["window_opened_at"]),
            row["window_sent"],
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


async def to_call(due: Due, now: datetime) -> None:
    """A colleague of the store asks by telephone, with the questions at hand."""
    rating, what = await one(due.rating_id), "说没来的原因" if due.occasion == WIN_BACK else "评价"
    assert rating is not None  # noqa: S101 - just taken
    car = rating.vehicle_id
    advisor = (await callers([car]))[car][1] if car is not None else None
    await sql().run(
        "INSERT INTO staff_task (account_id, kind, wechat_user_id, customer_id, title, detail,"
        " same, touchpoint_id, store_id, staff_id, due_at, created_at)"
        " VALUES (?, 'call', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, same) DO NOTHING",
        *(account_id(), due.wechat_user_id, due.customer_id),
        seal("staff_task.title", f"请致电：客户约好现在{what} {due.name}".strip()),
        *(seal("staff_task.detail", _WHY), f"{rating.same}:{now.isoformat()}"),
        *(await _contact(rating, now), rating.store_id, advisor, now + ROOM, now),
    )


async def _contact(rating: Rating, now: datetime) -> int | None:
    """What the call is for: a contact that the customer asked for, about the same visit."""
    if rating.visit_id is None:
        return rating.touchpoint_id
    await sql().run(
        "INSERT INTO touchpoint (account_id, kind, subject, purpose, customer_id, vehicle_id,"
        " store_id, due_on, due_at, created_at, changed_at)"
        " VALUES (?, 'after_visit', ?, 'service', ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, kind, subject, due_on) DO NOTHING",
        *(account_id(), rating.subject, rating.customer_id, rating.vehicle_id, rating.store_id),
        *(now.date(), now, now, now),
    )
    newest = (await of_subject(rating))[-1]
    await touchpoints.settle([Settled(newest, "handed_over", "call", _WHY, (_WHY,))], now)
    return newest
