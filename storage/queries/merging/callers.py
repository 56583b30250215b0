"""Somebody who only ever called gets a file: what is open of theirs is the file's from now on.

They see it in 投诉进度, and marketing to them stops. What has ended stays as it is: telephone numbers
are given to others in time, and nobody is to read what another one complained of. Nor does a number
that somebody typed in chat say whose it is.
"""

from collections.abc import Collection
from datetime import datetime

from bot.rules.cases.words import UNSETTLED
from bot.rules.leads import OPEN
from storage.db import Sql, sql
from storage.queries.cases.named import customer_of_phone
from storage.queries.leads import joining as lead_joining
from storage.queries.leads.rows import tell
from storage.queries.records.tables import among, hashes
from storage.scope import account_id
from storage.secrets import unseal

_OPEN = (("complaint", UNSETTLED), ("lead", (OPEN,)))


async def take_over(phones: Collection[str], by: str, now: datetime) -> int:
    """For those of the phones that are one file's alone; how many complaints and leads."""
    wanted, done = hashes("phone", {phone for phone in phones if phone}), 0
    connection = sql()
    for table, states in _OPEN if wanted else ():
        condition, value = among(connection, "phone_hash", list(wanted))
        found = await connection.rows(
            f"SELECT id, phone_hash, state, customer_id, wechat_user_id FROM {table}"  # noqa: S608 - a table of the list above and our own condition
            f" WHERE account_id = ? AND {condition} ORDER BY id",
            *(account_id(), value),
        )
        for row in found:  # asked in SQL, SQLite might walk all that name no customer
            if row["customer_id"] or row["wechat_user_id"] or row["state"] not in states:
                continue
            customer = await customer_of_phone(wanted[row["phone_hash"]])
            if customer is not None:
                await _is_theirs(connection, table, row["id"], customer, now)
                await _settle(table, row["id"], customer, by, now)
                done += 1
    return done


async def take_over_for(customer: int, by: str, now: datetime) -> int:
    """A colleague has seen to it that the number in the file is right; how many."""
    row = await sql().one(
        "SELECT phone FROM customer WHERE account_id = ? AND id = ?", account_id(), customer
    )
    return await take_over([unseal("customer.phone", row["phone"])], by, now)


async def _is_theirs(
    connection: Sql, table: str, row_id: int, customer: int, now: datetime
) -> None:
    await connection.run(
        f"UPDATE {table} SET customer_id = ?, rev = rev + 1, changed_at = ?"  # noqa: S608 - a table of the list above
        " WHERE account_id = ? AND id = ?",
        *(customer, now, account_id(), row_id),
    )


async def _settle(table: str, row_id: int, customer: int, by: str, now: datetime) -> None:
    """Whoever has a task of it sees whose it is; of two open leads of one person one goes on."""
    theirs, value = (
        ("case_id = ?", row_id) if table == "complaint" else ("same LIKE ?", f"lead:{row_id}:%")
    )
    await sql().run(
        "UPDATE staff_task SET customer_id = ? WHERE account_id = ? AND customer_id IS NULL"  # noqa: S608 - one of the two conditions above
        f" AND done_at IS NULL AND {theirs}",
        *(customer, account_id(), value),
    )
    if table == "lead":
        await tell("lead.changed", row_id, now)
        await lead_joining.join(customer, by, now)
