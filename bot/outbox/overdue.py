"""Receipts that never came: said of template messages, asked for where the platform can be asked."""

from datetime import datetime, timedelta

from bot.errors import WeChatError
from bot.outbox.sender import Sender
from bot.rules.receipts import MassCounts, Receipt
from storage.queries.outbox import claiming as outbox
from storage.queries.outbox import mass as outbox_mass
from storage.queries.outbox import receipts as outbox_receipts

MASS_AFTER = timedelta(hours=1)
"""A mass send takes minutes; half an hour more where an administrator must confirm it."""


async def receipts_overdue(client: Sender, now: datetime) -> dict[str, int]:
    """Look after everything whose receipt is late; how many were."""
    templates = await outbox_receipts.overdue(now)
    asked = 0
    for msgid in await outbox_mass.without_receipt(now - MASS_AFTER):
        try:
            status = await client.mass_get(msgid)
        except WeChatError:  # asked again next time
            continue
        if receipt := _read(msgid, status):
            async with outbox.together():
                await outbox_mass.finished(receipt, now)
            asked += 1
    return {"receipts_missing": templates, "mass_asked": asked}


def _read(msgid: str, status: str) -> Receipt | None:
    """What mass/get says; it tells no counts."""
    unknown = MassCounts(0, 0, 0, 0)
    if status == "SEND_SUCCESS":
        return Receipt(msgid, "delivered", "", unknown)
    if status in ("SEND_FAIL", "DELETE"):
        return Receipt(msgid, "failed", f"群发失败（{status}）", unknown)
    return None
