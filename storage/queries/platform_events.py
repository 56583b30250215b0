"""What the platform tells in its own name: it is nobody who writes, so there is no talk and no reply.

Each deed may come again: told twice it changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.rules.receipts import Leave, Receipt
from storage.db import sql, transaction
from storage.queries import audit, follows, people
from storage.queries.outbox import receipts as outbox_receipts
from storage.queries.privacy.erasing import erase_person
from storage.scope import account_id

ACTOR: Final = "wechat"
_CLOSED: Final = "user_authorization_cancellation"
_WITHDRAWN: Final = "user_authorization_revoke"
_ALARMS: Final[Mapping[str, str]] = {
    "qualification_verify_fail": "公众号资质认证没有通过",
    "naming_verify_fail": "公众号名称认证没有通过",
    "annual_renew": "公众号要年审了",
    "verify_expired": "公众号认证已经过期",
}
FROM_PLATFORM: Final = frozenset(
    {"masssendjobfinish", "freepublishjobfinish", "user_info_modified", _CLOSED, _WITHDRAWN}
    | {"qualification_verify_success", "naming_verify_success", *_ALARMS}
)
"""Events that do not come from the person (or from nobody at all) whom FromUserName names."""


async def take(
    event: str,
    key: str,
    data: Mapping[str, Any],
    receipts: Sequence[Receipt | Leave],
    now: datetime,
) -> None:
    """One of FROM_PLATFORM; `data` as it came, `key` the same for every repeat."""
    async with transaction():
        await outbox_receipts.take(receipts, None, now)
        openid = str(data.get("OpenID") or "")
        if event == _CLOSED and openid:
            await _forget(openid, key, now)
        elif event == _WITHDRAWN and openid:
            await _withdrawn(openid, key, now)
        elif event in _ALARMS:
            why = str(data.get("FailReason") or "")
            await people.staff_task("platform", _ALARMS[event], now, detail=why, same=key)


async def _forget(openid: str, key: str, now: datetime) -> None:
    """微信账号注销: what the platform lent us of this person goes; the dealership's own file stays.

    So the identity is taken off the file first. What the file is owed is owed without WeChat.
    """
    row = await _known(openid)
    if row is None:
        return
    await follows.left(row["id"], now)
    customer = row["customer_id"]
    if customer is not None:
        await _unbind(row["id"], customer)
    await erase_person(openid, now, ACTOR)
    if customer is None:
        return
    said = (
        "微信通知：该客户注销了微信账号。微信身份、往来消息和对话已删除，档案保留，请改用电话联系。"
    )
    await people.staff_task(
        "platform", "客户注销了微信账号", now, customer_id=customer, detail=said, same=key
    )
    await audit.note(ACTOR, "unbind", f"customer:{customer}", {"event": _CLOSED}, now)


_OF_THE_FILE: Final = ("booking", "complaint", "lead", "staff_task", "consent", "touchpoint")
"""What the dealership owes or has agreed with its customer: the file's, whoever typed it."""


async def _unbind(wechat_user_id: int, customer: int) -> None:
    """The identity is nobody's; an open complaint or booking of the file goes on without it."""
    await sql().run(
        "UPDATE evidence SET wechat_user_id = NULL WHERE account_id = ? AND wechat_user_id = ?"
        " AND case_id IN (SELECT id FROM complaint WHERE account_id = ? AND customer_id = ?)",
        *(account_id(), wechat_user_id, account_id(), customer),
    )
    for table in _OF_THE_FILE:
        await sql().run(
            f"UPDATE {table} SET wechat_user_id = NULL WHERE account_id = ?"  # noqa: S608 - a table of the list above
            " AND wechat_user_id = ? AND customer_id = ?",
            *(account_id(), wechat_user_id, customer),
        )
    await sql().run(
        "UPDATE wechat_user SET customer_id = NULL WHERE account_id = ? AND id = ?",
        *(account_id(), wechat_user_id),
    )


async def _withdrawn(openid: str, key: str, now: datetime) -> None:
    row = await _known(openid)
    if row is not None:
        said = (
            "微信通知：该客户撤回了授权给公众号的资料。请核对档案里是否有来自微信授权的内容并删除。"
        )
        await people.staff_task(
            *("platform", "客户撤回了微信资料授权", now),
            wechat_user_id=row["id"],
            customer_id=row["customer_id"],
            detail=said,
            same=key,
        )


async def _known(openid: str) -> Any | None:
    """Locked: no turn of theirs is under way."""
    lock = " FOR UPDATE" if sql().postgres else ""
    return await sql().row(
        f"SELECT id, customer_id FROM wechat_user WHERE account_id = ? AND openid = ?{lock}",  # noqa: S608 - a lock and marks
        *(account_id(), openid),
    )
