"""Somebody wants no more of a kind of message: what is on its way to them is stopped as well."""

from collections.abc import Sequence
from datetime import datetime

from storage.db import sql, transaction
from storage.queries.consents import Who
from storage.queries.records.tables import among
from storage.queries.touch import touchpoints
from storage.scope import account_id


async def stop(who: Who, purposes: Sequence[str], why: str, now: datetime) -> int:
    """Cancel what is planned, queued or waiting for these purposes; how many contacts that were.

    A message that is being sent at this moment is left to its sender.
    """
    async with transaction() as db:
        stopped = 0
        if who.customer_id is not None:
            stopped = await touchpoints.cancel_for_customer(who.customer_id, why, now, purposes)
        of_purpose, values = among(db, "purpose", purposes)
        stopped += await sql().run(
            "UPDATE message SET state = 'cancelled', why = ?, changed_at = ? WHERE account_id = ?"  # noqa: S608 - a condition of our own
            f" AND state IN ('queued', 'waiting') AND {of_purpose} AND wechat_user_id IN"
            " (SELECT u.id FROM wechat_user u WHERE u.account_id = ?"
            " AND (u.id = ? OR u.customer_id = ?))",
            *(why[:200], now, account_id(), values),
            *(account_id(), who.wechat_user_id, who.customer_id),
        )
    return stopped
