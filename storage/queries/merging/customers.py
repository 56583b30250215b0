"""Two customers that are one, and one that was two after all.

A merge moves every row from the file that goes to the one that stays and keeps which they were,
so that a split brings back exactly those that are still there. The file that went is kept, empty,
with its key: the DMS may go on naming it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.roles import Action, Kind
from storage.db import Sql, transaction
from storage.queries import audit
from storage.queries.access.rows import allowed
from storage.queries.files.steps import alone, held, opened_for
from storage.queries.files.writing import FILES, current
from storage.queries.leads import joining as lead_joining
from storage.queries.merging import touches as merging_touches
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from storage.secrets import seal, seal_json, unseal_json

MOVES: Final = (
    ("vehicle", "customer_id"),
    ("vehicle", "contact_id"),
    ("wechat_user", "customer_id"),
    ("booking", "customer_id"),
    ("delivery", "customer_id"),
    ("visit", "customer_id"),
    ("incident", "customer_id"),
    ("consent", "customer_id"),
    ("staff_task", "customer_id"),
    ("touchpoint", "customer_id"),
    ("rating", "customer_id"),
    ("complaint", "customer_id"),
    ("lead", "customer_id"),
    ("call_record", "customer_id"),
    ("customer", "merged_into_id"),
)
"""Every column that names a customer."""

_CUSTOMERS: Final = FILES[Kind.CUSTOMER]
_FILLED: Final = (
    *("name", "gender", "salutation", "phone", "id_number", "occupation", "company", "address"),
    *("referrer", "tier", "source", "notes", "consultant_id"),
)
_CHANGE: Final = "file_change.change"
_READ_OUTSIDE: Final = (
    *(("vehicle", "customer_id"), ("vehicle", "contact_id")),
    *(("visit", "vehicle_id"), ("booking", "vehicle_id")),
    *((table, key) for table in ("rating", "complaint") for key in ("customer_id", "vehicle_id")),
    ("lead", "customer_id"),
)


async def merge_customers(
    who: Staff, keep: int, gone: int, now: datetime, *, reason: str = ""
) -> int | None:
    """`gone` is `keep` from now on; the merge's id, None where `who` sees not both.

    What `keep` does not know it takes from `gone`; of consents the newest word counts.
    """
    if keep == gone:
        raise StaffError("这是同一份档案。", "请选两份不同的档案。")
    async with transaction() as connection:
        await alone(connection)
        for row_id in sorted((keep, gone)):
            if await opened_for(connection, who, Kind.CUSTOMER, row_id, Action.MERGE) is None:
                return None
        moved = {
            f"{table}.{column}": await move(connection, (table, column), keep, gone, now)
            for table, column in MOVES
        }
        touches = await merging_touches.follow(connection, "c", keep, gone, now)
        joined = await lead_joining.join(keep, who.actor, now)
        wishes = await _move_wishes(connection, keep, gone)
        filled = await _fill(connection, keep, gone, now)
        await _mark(connection, gone, keep, now)
        record = {"gone": gone, "moved": moved, "wishes": wishes, "filled": filled}
        record |= {"touches": touches, "leads": joined}
        merge = await recorded(connection, who, (Kind.CUSTOMER, keep), record, reason, now)
        detail = {"gone": gone, "merge": merge}
        await audit.note(who.actor, "merge", f"customer:{keep}", detail, now)
        await audit.note(who.actor, "merge", f"customer:{gone}", {"into": keep}, now)
        return merge


async def move(
    connection: Sql, place: tuple[str, str], keep: int, gone: int, now: datetime
) -> list[int]:
    """Rows that named `gone` in this table and column name `keep`; their ids."""
    table, column = place
    touched, when = _touched(place, now)
    rows = await connection.rows(
        f"UPDATE {table} SET {column} = ?{touched} WHERE account_id = ? AND {column} = ?"  # noqa: S608 - a place of the lists of MOVES; values are marks
        " RETURNING id",
        *(keep, *when, account_id(), gone),
    )
    return sorted(row["id"] for row in rows)


def _touched(place: tuple[str, str], now: datetime) -> tuple[str, tuple[datetime, ...]]:
    """A car with another owner is another version of it for whoever reads it from outside."""
    return (", rev = rev + 1, changed_at = ?", (now,)) if place in _READ_OUTSIDE else ("", ())


async def _move_wishes(connection: Sql, keep: int, gone: int) -> list[int]:
    rows = await connection.rows(
        "UPDATE file_change SET subject_id = ? WHERE account_id = ? AND subject_kind = 'customer'"
        " AND subject_id = ? AND state = 'pending' RETURNING id",
        *(keep, account_id(), gone),
    )
    return sorted(row["id"] for row in rows)


async def _fill(connection: Sql, keep: int, gone: int, now: datetime) -> dict[str, Any]:
    """Which fields `keep` took from `gone`; keys of preferences and tags one by one."""
    ours = await current(connection, Kind.CUSTOMER, keep)
    theirs = await current(connection, Kind.CUSTOMER, gone)
    filled = [name for name in _FILLED if theirs[name] and not ours[name]]
    if not (ours["birthday"] or ours["birthday_lunar"]):
        filled += [name for name in ("birthday", "birthday_lunar") if theirs[name]]
    likes = {**(theirs["preferences"] or {}), **(ours["preferences"] or {})}
    new_likes = sorted(set(likes) - set(ours["preferences"] or {}))
    new_tags = [tag for tag in theirs["tags"] or [] if tag not in (ours["tags"] or [])]
    new = {**ours, **{name: theirs[name] for name in filled}}
    new |= {"preferences": likes or None} if new_likes else {}
    new |= {"tags": [*(ours["tags"] or []), *new_tags]} if new_tags else {}
    await _CUSTOMERS.update(connection, [{**new, "rev": ours["rev"] + 1}], now)
    return {"fields": filled, "preferences": new_likes, "tags": new_tags}


async def _mark(connection: Sql, gone: int, keep: int | None, now: datetime) -> None:
    await connection.run(
        "UPDATE customer SET merged_into_id = ?, rev = rev + 1, changed_at = ?"
        " WHERE account_id = ? AND id = ?",
        *(keep, now, account_id(), gone),
    )


async def recorded(
    connection: Sql,
    who: Staff,
    kept: tuple[Kind, int],
    record: Mapping[str, Any],
    reason: str,
    now: datetime,
) -> int:
    """A merge is a change of the file that stays, kept beside the others: row ids, no values."""
    row = await connection.one(
        "INSERT INTO file_change (account_id, subject_kind, subject_id, change, reason, asked_by,"
        " asked_at, decided_by, decided_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " 'merged') RETURNING id",
        *(account_id(), kept[0].value, kept[1], seal_json(_CHANGE, dict(record))),
        *(seal("file_change.reason", reason), who.actor, now, who.actor, now),
    )
    return int(row["id"])


async def split_customers(who: Staff, merge: int, now: datetime) -> int | None:
    """Undo a merge: the customer that went is there again, with what is still there of theirs.

    Its id; None where `who` sees no such merge. A newer merge of the same file is undone first.
    """
    async with transaction() as connection:
        await alone(connection)
        row = await connection.row(
            "SELECT subject_id, change FROM file_change WHERE account_id = ? AND id = ?"  # noqa: S608 - a row lock or nothing is put in; values are marks
            f" AND subject_kind = 'customer' AND state = 'merged'{held(connection)}",
            *(account_id(), merge),
        )
        if row is None or not await allowed(who, Kind.CUSTOMER, row["subject_id"]):
            return None
        keep, record = int(row["subject_id"]), unseal_json(_CHANGE, row["change"])
        gone = int(record["gone"])
        if await opened_for(connection, who, Kind.CUSTOMER, keep, Action.MERGE) is None:
            raise StaffError("这份档案后来又并入了另一份。", "请先拆分较新的合并。")
        await _newest(connection, keep, merge)
        await _give_back(connection, keep, gone, record, now)
        await lead_joining.part(record.get("leads", ()), who.actor, now)
        await _mark(connection, gone, None, now)
        await connection.run(
            "UPDATE file_change SET state = 'split', decided_by = ?, decided_at = ?"
            " WHERE account_id = ? AND id = ?",
            *(who.actor, now, account_id(), merge),
        )
        for subject, other in ((keep, gone), (gone, keep)):
            detail = {"from": other, "merge": merge}
            await audit.note(who.actor, "split", f"customer:{subject}", detail, now)
        return gone


async def _newest(connection: Sql, keep: int, merge: int) -> None:
    later = await connection.row(
        "SELECT id FROM file_change WHERE account_id = ? AND subject_kind = 'customer'"
        " AND subject_id = ? AND state = 'merged' AND id > ? LIMIT 1",
        *(account_id(), keep, merge),
    )
    if later is not None:
        raise StaffError("这份档案后来又合并过。", "请先拆分较新的合并。")


async def _give_back(
    connection: Sql, keep: int, gone: int, record: Mapping[str, Any], now: datetime
) -> None:
    """Rows that were moved and are still there go back; fields taken over and unchanged are empty."""
    for place, ids in record["moved"].items():
        table, _, column = place.partition(".")
        if (table, column) in MOVES:
            touched, when = _touched((table, column), now)
            await connection.many(
                f"UPDATE {table} SET {column} = ?{touched} WHERE account_id = ? AND id = ?"  # noqa: S608 - a place that stands in MOVES, asked above; values are marks
                f" AND {column} = ?",
                [(gone, *when, account_id(), row_id, keep) for row_id in ids],
            )
    await connection.many(
        "UPDATE file_change SET subject_id = ? WHERE account_id = ? AND id = ? AND subject_id = ?",
        [(gone, account_id(), row_id, keep) for row_id in record["wishes"]],
    )
    await merging_touches.back(connection, "c", keep, gone, record.get("touches", ()))
    filled = record["filled"]
    ours = await current(connection, Kind.CUSTOMER, keep)
    theirs = await current(connection, Kind.CUSTOMER, gone)
    new = dict(ours)
    for name in filled["fields"]:
        if ours[name] == theirs[name]:
            new[name] = _CUSTOMERS.columns[name].cleared
    likes, before = dict(ours["preferences"] or {}), theirs["preferences"] or {}
    for name in filled["preferences"]:
        if likes.get(name) == before.get(name):
            likes.pop(name, None)
    new["preferences"] = likes or None
    new["tags"] = [tag for tag in ours["tags"] or [] if tag not in filled["tags"]] or None
    await _CUSTOMERS.update(connection, [{**new, "rev": ours["rev"] + 1}], now)
