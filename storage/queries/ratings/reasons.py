"""Why a customer stays away: what their reason asks of the staff.

Nothing here is a score. Nobody asked how a visit was, so that a bad answer is told to the staff,
and whether it is a complaint is for the customer to say: they are offered one.
"""

from datetime import datetime

from storage.db import sql
from storage.queries.ratings.rows import Rating
from storage.scope import account_id
from storage.secrets import seal, unseal

_TITLE = "客户久未到店，说是我们没做好，请联系客户"


async def tell_staff(rating: Rating, words: str, now: datetime, *, bad: bool) -> None:
    """One task for each time of asking, from the first bad answer on; what follows is added to it."""
    connection, same = sql(), f"{rating.same}:away"
    row = await connection.row(
        "SELECT id, detail FROM staff_task WHERE account_id = ? AND same = ?",
        *(account_id(), same),
    )
    if row is not None:
        told = f"{unseal('staff_task.detail', row['detail'])}\n{words}"
        await connection.run(
            "UPDATE staff_task SET detail = ? WHERE account_id = ? AND id = ?",
            *(seal("staff_task.detail", told), account_id(), row["id"]),
        )
    elif bad:
        await connection.run(
            "INSERT INTO staff_task (account_id, kind, wechat_user_id, customer_id, title, detail,"
            " same, store_id, created_at) VALUES (?, 'request', ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id, same) DO NOTHING",
            *(account_id(), rating.wechat_user_id, rating.customer_id),
            *(seal("staff_task.title", _TITLE), seal("staff_task.detail", words)),
            *(same, rating.store_id, now),
        )
