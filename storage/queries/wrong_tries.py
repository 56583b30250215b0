"""Wrong tries of somebody in WeChat, counted: after so many of a kind they wait.

`what` is the kind of thing tried: "bind" a file, "staff" a colleague's code.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from storage.db import moment, sql, transaction
from storage.scope import account_id

Tried = Literal["bind", "staff"]
_COLUMNS: Final = {
    "bind": ("bind_tries", "bind_wait_until"),
    "staff": ("staff_tries", "staff_wait_until"),
}


async def count(
    what: Tried, wechat_user_id: int, now: datetime, *, most: int, wait: timedelta
) -> int:
    """One more; the `most`-th waits, and after it the count begins anew."""
    tries, until = _COLUMNS[what]
    async with transaction() as connection:
        row = await connection.row(
            f"UPDATE wechat_user SET {tries} ="  # noqa: S608 - columns of the table above; values are marks
            f" CASE WHEN {until} <= ? THEN 1 ELSE {tries} + 1 END"
            f" WHERE account_id = ? AND id = ? RETURNING {tries}",
            *(now, account_id(), wechat_user_id),
        )
        made = int(row[tries]) if row else 0
        await connection.run(
            f"UPDATE wechat_user SET {until} = ? WHERE account_id = ? AND id = ?",  # noqa: S608 - a column of the table above; values are marks
            *(now + wait if made >= most else None, account_id(), wechat_user_id),
        )
    return made


async def waits_until(what: Tried, wechat_user_id: int, now: datetime) -> datetime | None:
    """Until when this person may not try again; None: they may."""
    until = _COLUMNS[what][1]
    row = await sql().row(
        f"SELECT {until} FROM wechat_user WHERE account_id = ? AND id = ?",  # noqa: S608 - a column of the table above; values are marks
        *(account_id(), wechat_user_id),
    )
    at = moment(row[until]) if row else None
    return at if at and at > now else None
