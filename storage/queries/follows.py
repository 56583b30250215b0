"""Somebody stops following: whatever was under way ends; who they are and what they booked stays."""

from datetime import datetime

from storage.db import sql, transaction
from storage.queries.bookings import booking as bookings
from storage.queries.bookings import waiting
from storage.queries.touch import touchpoints
from storage.scope import account_id

WHY = "客户已取消关注"


async def left(wechat_user_id: int, now: datetime) -> None:
    """Close their conversations with what these held, leave every queue, and send nothing more.

    Done twice it changes nothing. A message that is being sent at this moment is left to its sender.
    """
    async with transaction():
        talks = await sql().rows(
            "UPDATE talk SET status = 'left', open_for = NULL, asking = NULL, wake_at = NULL,"
            " rev = rev + 1, changed_at = ? WHERE account_id = ? AND wechat_user_id = ?"
            " AND status IN ('open', 'suspended') RETURNING id",
            *(now, account_id(), wechat_user_id),
        )
        for talk in talks:
            await bookings.release(f"t{talk['id']}")
        places = await sql().rows(
            "SELECT id FROM waiting WHERE account_id = ? AND wechat_user_id = ?"
            " AND state IN ('waiting', 'offered') ORDER BY id",
            *(account_id(), wechat_user_id),
        )
        for place in places:
            await waiting.leave(place["id"])
        messages = await sql().rows(
            "UPDATE message SET state = 'cancelled', why = ?, changed_at = ? WHERE account_id = ?"
            " AND wechat_user_id = ? AND state IN ('queued', 'waiting') RETURNING touchpoint_id",
            *(WHY, now, account_id(), wechat_user_id),
        )
        # What they were owed is still owed: it is decided anew, without WeChat.
        for touchpoint in sorted({row["touchpoint_id"] for row in messages} - {None}):
            await touchpoints.failed(touchpoint, WHY, now)
