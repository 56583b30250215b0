"""Who works here no more, or has given their WeChat back, reads no complaint of anybody's there."""

from datetime import datetime

from storage.db import sql
from storage.queries.staff.alerts import ALERT
from storage.scope import account_id


async def hush(staff_id: int, now: datetime) -> int:
    """Take back what was to be told them and has not left yet; how many messages."""
    return await sql().run(
        "UPDATE message SET state = 'cancelled', why = ?, changed_at = ? WHERE account_id = ?"
        " AND wechat_user_id = (SELECT w.wechat_user_id FROM staff_wechat w"
        " WHERE w.account_id = ? AND w.staff_id = ?) AND state IN ('queued', 'waiting')"
        " AND idem LIKE ?",
        *("同事已离职或解除绑定", now, account_id(), account_id(), staff_id, f"{ALERT}%"),
    )
