"""Colleagues and their own WeChat: bound by a code that is good once, and for a short while.

The code is kept as a hash. Who has it need not know anything else, so five wrong ones wait an hour.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage.db import sql, transaction
from storage.queries import audit, wrong_tries
from storage.queries.staff.colleagues import Staff, get_staff
from storage.queries.staff.hush import hush
from storage.scope import account_id
from storage.secrets import look_up, look_ups, marks

GOOD_FOR: Final = timedelta(minutes=10)
DIGITS: Final = 8
TRIES: Final = 5
WAIT: Final = timedelta(hours=1)
_CODE: Final = "staff_code"


@dataclass(frozen=True, slots=True)
class Code:
    """What a colleague types; it is never shown again."""

    text: str
    until: datetime


async def new_code(
    staff_id: int, now: datetime, *, actor: str = "cli", good_for: timedelta = GOOD_FOR
) -> Code:
    """A fresh code for somebody; the one before is good no more. Their binding stays until it is used."""
    text, until = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", now + good_for
    async with transaction() as connection:
        await connection.run(
            "INSERT INTO staff_wechat (account_id, staff_id, code_hash, code_until)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (account_id, staff_id) DO UPDATE SET"
            " code_hash = EXCLUDED.code_hash, code_until = EXCLUDED.code_until",
            *(account_id(), staff_id, look_up(_CODE, text), until),
        )
        await audit.note(actor, "edit", f"staff:{staff_id}", {"wechat": "code"}, now)
    return Code(text, until)


async def bind(wechat_user_id: int, code: str, now: datetime) -> Staff | None:
    """From now on this WeChat is theirs, and no other; None: no such code is good now.

    Whose WeChat it was before, or which one they had, is bound no more.
    """
    hashes = look_ups(_CODE, code)
    async with transaction() as connection:
        row = await connection.row(
            "UPDATE staff_wechat SET code_hash = NULL, code_until = NULL WHERE account_id = ?"  # noqa: S608 - marks only, one for each hash
            f" AND code_hash IN ({marks(hashes)}) AND code_until > ? RETURNING staff_id",
            *(account_id(), *hashes, now),
        )
        who = await get_staff(row["staff_id"]) if row else None
        if who is None or not who.active:
            return None
        await connection.run(
            "UPDATE staff_wechat SET wechat_user_id = NULL, bound_at = NULL"
            " WHERE account_id = ? AND wechat_user_id = ? AND staff_id <> ?",
            *(account_id(), wechat_user_id, who.id),
        )
        await connection.run(
            "UPDATE staff_wechat SET wechat_user_id = ?, bound_at = ?"
            " WHERE account_id = ? AND staff_id = ?",
            *(wechat_user_id, now, account_id(), who.id),
        )
        await connection.run(
            "UPDATE wechat_user SET staff_tries = 0, staff_wait_until = NULL"
            " WHERE account_id = ? AND id = ?",
            *(account_id(), wechat_user_id),
        )
        await audit.note(who.actor, "edit", f"staff:{who.id}", {"wechat": "bound"}, now)
    return who


async def wrong_code(wechat_user_id: int, now: datetime) -> int:
    """Count a wrong try; the fifth waits an hour, and after it the count begins anew."""
    return await wrong_tries.count("staff", wechat_user_id, now, most=TRIES, wait=WAIT)


async def waits_until(wechat_user_id: int, now: datetime) -> datetime | None:
    """Until when no code is taken from this person; None: they may try."""
    return await wrong_tries.waits_until("staff", wechat_user_id, now)


async def who_is(wechat_user_id: int) -> Staff | None:
    """The colleague whose WeChat this is, also one who has left (not `active`); None: nobody's."""
    row = await sql().row(
        "SELECT staff_id FROM staff_wechat WHERE account_id = ? AND wechat_user_id = ?",
        *(account_id(), wechat_user_id),
    )
    return await get_staff(row["staff_id"]) if row else None


async def bound_to(staff_id: int) -> str:
    """The openid of somebody's own WeChat; "" none is bound."""
    row = await sql().row(
        "SELECT u.openid FROM staff_wechat w JOIN wechat_user u ON u.id = w.wechat_user_id"
        " WHERE w.account_id = ? AND w.staff_id = ?",
        *(account_id(), staff_id),
    )
    return row["openid"] if row else ""


async def is_own(staff_id: int, wechat_user_id: int | None) -> bool:
    """Whether that WeChat is the colleague's own."""
    row = await sql().row(
        "SELECT 1 FROM staff_wechat WHERE account_id = ? AND staff_id = ? AND wechat_user_id = ?",
        *(account_id(), staff_id, wechat_user_id),
    )
    return row is not None


async def how_many() -> int:
    """Colleagues at work whose own WeChat is bound."""
    row = await sql().one(
        "SELECT count(*) AS n FROM staff_wechat w JOIN staff s ON s.id = w.staff_id AND s.active"
        " WHERE w.account_id = ? AND w.wechat_user_id IS NOT NULL",
        account_id(),
    )
    return int(row["n"])


async def works_here(wechat_user_id: int) -> bool:
    """Whether this is the WeChat of somebody who works here."""
    who = await who_is(wechat_user_id)
    return who is not None and who.active


async def unbind(staff_id: int, now: datetime, *, actor: str) -> bool:
    """Their WeChat is only theirs again, and a code not used yet is good no more; False: it was."""
    async with transaction() as connection:
        bound = await connection.row(
            "SELECT 1 AS yes FROM staff_wechat WHERE account_id = ? AND staff_id = ?"
            " AND (wechat_user_id IS NOT NULL OR code_hash IS NOT NULL)",
            *(account_id(), staff_id),
        )
        if bound is None:
            return False
        await hush(staff_id, now)
        await connection.run(
            "UPDATE staff_wechat SET wechat_user_id = NULL, bound_at = NULL, code_hash = NULL,"
            " code_until = NULL WHERE account_id = ? AND staff_id = ?",
            *(account_id(), staff_id),
        )
        await audit.note(actor, "edit", f"staff:{staff_id}", {"wechat": "unbound"}, now)
    return True
