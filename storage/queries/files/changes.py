"""Changes to files: a draft is changed at once, a filed file by a manager's word only.

A file is removed by a manager's word only, too: a customer's is erased as `erase-person` does, a
car's is put away as one that left us. Figures and the history of the car stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.errors import Conflict, StaffError
from bot.rules.roles import Action, Kind, Role
from storage.db import Sql, moment, sql, transaction
from storage.queries import audit
from storage.queries.access.rows import TABLES, allowed, visible
from storage.queries.files.steps import File, held, opened_for
from storage.queries.files.writing import as_json, hand_over, read_change, write_change
from storage.queries.merging.callers import take_over_for
from storage.queries.privacy.erasing import erase_person
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from storage.secrets import seal, seal_json, unseal, unseal_json

_CHANGE, _REASON = "file_change.change", "file_change.reason"
_SOLD_TO, _REMOVED = "sold_to", "removed"


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of a change. `change_id`: the request, where it waits for a manager."""

    state: Literal["changed", "unchanged", "pending"]
    rev: int
    change_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that waits for a manager; `change` is field → new value as JSON."""

    id: int
    kind: Kind
    subject_id: int
    change: Mapping[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime


async def edit(
    who: Staff,
    kind: Kind,
    row_id: int,
    change: Mapping[str, Any],
    now: datetime,
    *,
    reason: str = "",
    if_rev: int | None = None,
) -> Edit | None:
    """Change fields of a customer or a car; None where `who` sees no such file.

    What was verified is a draft again, entered by who changed it. Conflict: `if_rev` is past.
    """
    fields = read_change(kind, change, edited=True)
    async with transaction() as connection:
        file = await opened_for(connection, who, kind, row_id, Action.EDIT)
        if file is None:
            return None
        if if_rev is not None and if_rev != file.rev:
            raise Conflict(f"{file.subject} is at {file.rev}, not at {if_rev}")
        if file.state == "filed":
            return await _pend(who, file, as_json(fields), reason, now)
        changed = await write_change(connection, kind, row_id, fields, now)
        if not changed:
            return Edit("unchanged", file.rev)
        if file.state == "verified":
            await _draft_again(connection, who, file, now)
        await audit.note(who.actor, "edit", file.subject, {"fields": changed}, now)
        return Edit("changed", file.rev + 1)


async def _draft_again(connection: Sql, who: Staff, file: File, now: datetime) -> None:
    await connection.run(
        f"UPDATE {TABLES[file.kind]} SET state = 'draft', entered_by = ?, entered_at = ?,"  # noqa: S608 - a table of TABLES; values are marks
        " verified_by = '', verified_at = NULL WHERE account_id = ? AND id = ?",
        *(who.actor, now, account_id(), file.id),
    )


async def sell(
    who: Staff,
    vehicle_id: int,
    now: datetime,
    *,
    to: int | None = None,
    plate: str | None = None,
    reason: str = "",
) -> Edit | None:
    """A car goes to another customer, or leaves us; None where `who` sees no such car or customer."""
    new_plate = read_change(Kind.VEHICLE, {"plate": plate})["plate"] if plate else None
    async with transaction() as connection:
        file = await opened_for(connection, who, Kind.VEHICLE, vehicle_id, Action.SELL)
        if file is None:
            return None
        if to is not None and not await _buyer(connection, who, to):
            return None
        mine = who.id if who.role == Role.SALES_CONSULTANT else None
        change = {_SOLD_TO: to, "plate": new_plate, "consultant_id": mine}
        if file.state == "filed":
            return await _pend(who, file, change, reason, now)
        await hand_over(connection, vehicle_id, to, new_plate, mine, now)
        await audit.note(who.actor, "sell", file.subject, {"to": to}, now)
        return Edit("changed", file.rev + 1)


async def remove(who: Staff, kind: Kind, row_id: int, now: datetime, *, reason: str) -> Edit | None:
    """Ask that a file be removed; asked again, it is the same wish. None where `who` sees none."""
    if not reason.strip():
        raise StaffError("请写明移除档案的原因。", "主管要据此批准。")
    async with transaction() as connection:
        file = await opened_for(connection, who, kind, row_id, Action.REMOVE)
        if file is None:
            return None
        for wish in await _open(connection, file):
            if _REMOVED in wish.change:
                return Edit("pending", file.rev, wish.id)
        return await _pend(who, file, {_REMOVED: True}, reason, now)


async def _open(connection: Sql, file: File) -> list[Wish]:
    rows = await connection.rows(
        "SELECT id, subject_kind, subject_id, change, reason, asked_by, asked_at FROM file_change"
        " WHERE account_id = ? AND subject_kind = ? AND subject_id = ? AND state = 'pending'",
        *(account_id(), file.kind.value, file.id),
    )
    return [_wish(row) for row in rows]


async def _buyer(connection: Sql, who: Staff | None, customer_id: int) -> bool:
    row = await connection.row(
        "SELECT id FROM customer WHERE account_id = ? AND id = ? AND merged_into_id IS NULL"  # noqa: S608 - a row lock or nothing is put in; values are marks
        f" AND erased_at IS NULL{held(connection)}",
        *(account_id(), customer_id),
    )
    return row is not None and (who is None or await allowed(who, Kind.CUSTOMER, customer_id))


async def _pend(
    who: Staff, file: File, change: Mapping[str, Any], reason: str, now: datetime
) -> Edit:
    row = await sql().one(
        "INSERT INTO file_change (account_id, subject_kind, subject_id, change, reason, asked_by,"
        " asked_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        *(account_id(), file.kind.value, file.id, seal_json(_CHANGE, dict(change))),
        *(seal(_REASON, reason), who.actor, now),
    )
    await audit.note(who.actor, "ask_change", file.subject, {"fields": sorted(change)}, now)
    return Edit("pending", file.rev, int(row["id"]))


async def wishes(who: Staff, *, after: int = 0, limit: int = 50) -> list[Wish]:
    """What waits for a manager and `who` may see, the oldest first."""
    seen = visible(who, Kind.FILE_CHANGE)
    rows = await sql().rows(
        "SELECT id, subject_kind, subject_id, change, reason, asked_by, asked_at FROM file_change"  # noqa: S608 - what visible() wrote; values are marks
        f" WHERE state = 'pending' AND id > ? AND {seen.text} ORDER BY id LIMIT ?",
        *(after, *seen.values, limit),
    )
    return [_wish(row) for row in rows]


def _wish(row: Any) -> Wish:
    asked_at = moment(row["asked_at"])
    assert asked_at is not None  # noqa: S101  # NOT NULL
    change, reason = unseal_json(_CHANGE, row["change"]), unseal(_REASON, row["reason"])
    kind = Kind(row["subject_kind"])
    return Wish(row["id"], kind, row["subject_id"], change, reason, row["asked_by"], asked_at)


async def decide(
    who: Staff, change_id: int, approve: bool, now: datetime, *, why: str = ""
) -> Edit | None:
    """A manager's yes or no to somebody else's wish; None where `who` sees no such wish.

    `why` is kept in the book. A yes changes the file as it is now. StaffError where it cannot be: the wish stays open.
    """
    async with transaction() as connection:
        seen = visible(who, Kind.FILE_CHANGE)
        row = await connection.row(
            "SELECT id, subject_kind, subject_id, change, reason, asked_by, asked_at, state"  # noqa: S608 - what visible() wrote and a row lock; values are marks
            f" FROM file_change WHERE id = ? AND {seen.text}{held(connection)}",
            *(change_id, *seen.values),
        )
        if row is None:
            return None
        wish = _wish(row)
        file = await opened_for(connection, who, wish.kind, wish.subject_id, _needed(wish))
        if file is None:
            return None
        if row["state"] != "pending":
            raise StaffError("这个变更申请已经处理过了。", "请刷新页面。")
        if wish.asked_by == who.actor:
            raise StaffError("自己提出的变更不能自己批准。", "请另一位主管处理。")
        changed = await _apply(connection, who, wish, now) if approve else []
        await connection.run(
            "UPDATE file_change SET state = ?, decided_by = ?, decided_at = ?"
            " WHERE account_id = ? AND id = ?",
            *("approved" if approve else "refused", who.actor, now, account_id(), change_id),
        )
        detail = {"change": change_id, "asked_by": wish.asked_by, "fields": changed}
        detail |= {"why": why} if why else {}
        await audit.note(who.actor, "approve" if approve else "refuse", file.subject, detail, now)
        state: Literal["changed", "unchanged"] = "changed" if changed else "unchanged"
        return Edit(state, file.rev + bool(changed), change_id)


def _needed(wish: Wish) -> Action:
    """An erased customer does not come back: that is for who may erase."""
    erases = _REMOVED in wish.change and wish.kind is Kind.CUSTOMER
    return Action.ERASE if erases else Action.APPROVE


async def _apply(connection: Sql, who: Staff, wish: Wish, now: datetime) -> list[str]:
    if _REMOVED in wish.change:
        return await _removed(connection, who, wish, now)
    if _SOLD_TO not in wish.change:
        fields = read_change(wish.kind, wish.change)
        changed = await write_change(connection, wish.kind, wish.subject_id, fields, now)
        if "phone" in changed:
            await take_over_for(wish.subject_id, who.actor, now)
        return changed
    to = wish.change[_SOLD_TO]
    if to is not None and not await _buyer(connection, None, to):
        raise StaffError("接手的客户档案已不存在。", "请驳回后重新提出。")
    more = (wish.change["plate"], wish.change["consultant_id"])
    await hand_over(connection, wish.subject_id, to, *more, now)
    return ["customer_id", "plate", "sold"]


async def _removed(connection: Sql, who: Staff, wish: Wish, now: datetime) -> list[str]:
    if wish.kind is Kind.CUSTOMER:
        await erase_person(f"#{wish.subject_id}", now, who.actor)
    else:
        await hand_over(connection, wish.subject_id, None, None, None, now)
    return [_REMOVED]
