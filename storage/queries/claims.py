"""Cars that people claimed in chat: staff say yes, and the person follows the car, or no."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.roles import Action, Kind
from storage.db import Sql, moment, sql, transaction
from storage.queries import audit, garage
from storage.queries.access.rows import allowed, visible
from storage.queries.files.steps import held
from storage.queries.garage import Wanted
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from storage.secrets import unseal

_VIN: Final = 17
_CLAIM: Final = "t.kind = 'check_file' AND t.same LIKE 'car:%'"
_SELECT: Final = (
    "SELECT t.id, t.wechat_user_id, t.customer_id, t.detail, t.same, t.created_at, t.done_at,"
    " c.name FROM staff_task t LEFT JOIN customer c ON c.id = t.customer_id"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """`who`: the name in their file; `number`: the plate or VIN they typed; `why` for staff."""

    task: int
    who: str
    role: str
    number: str
    why: str
    at: datetime

    @property
    def wanted(self) -> Wanted:
        vin = len(self.number) == _VIN
        return Wanted(self.role, "" if vin else self.number, self.number if vin else "")


async def claims(who: Staff, now: datetime, *, after: int = 0, limit: int = 50) -> list[Claim]:
    """What nobody has decided and `who` may see, the oldest first; that they looked is noted."""
    seen = visible(who, Kind.TASK, "t")
    rows = await sql().rows(
        f"{_SELECT} WHERE {_CLAIM} AND t.done_at IS NULL AND t.id > ? AND {seen.text}"
        " ORDER BY t.id LIMIT ?",
        *(after, *seen.values, limit),
    )
    found = [_claim(row) for row in rows]
    if found:
        await audit.note(who.actor, "view", "task", {"ids": [one.task for one in found]}, now)
    return found


def _claim(row: Any) -> Claim:
    number, _, why = unseal("staff_task.detail", row["detail"]).partition("\n")
    at = moment(row["created_at"])
    assert at is not None  # noqa: S101  # NOT NULL
    role = row["same"].rpartition(":")[2]
    return Claim(row["id"], row["name"] or "", role, number, why.replace("\n", "；"), at)


async def approve(who: Staff, task: int, now: datetime) -> int | None:
    """The person follows the car they named, which becomes a draft where nobody has it; its id.

    None where `who` sees no such claim.
    """
    async with transaction() as connection:
        row = await _opened(connection, who, task)
        if row is None:
            return None
        claim, person = _claim(row), row["wechat_user_id"]
        if person is None:
            raise StaffError("这位微信用户已不存在。", "请驳回。")
        car = await garage.find(connection, claim.wanted)
        if car is None:
            owner = row["customer_id"] if claim.role == "owner" else None
            car = await garage.draft(connection, claim.wanted, owner, now)
        elif not await allowed(who, Kind.VEHICLE, car, Action.EDIT):
            raise StaffError("这台车的档案不归您管。", "请看得到它的同事处理。")
        if car is None:
            raise StaffError("这台车的档案刚刚被别人建立。", "请再试一次。")
        if not await garage.has(connection, car, person, row["customer_id"]):
            await garage.link(car, person, claim.role, now)
        await _done(connection, who, task, "approved", now)
        detail = {"task": task, "person": person, "role": claim.role}
        await audit.note(who.actor, "approve", f"vehicle:{car}", detail, now)
        return car


async def refuse(who: Staff, task: int, now: datetime, *, why: str = "") -> bool | None:
    """Whoever follows the car by this claim follows it no longer; None where `who` sees none."""
    async with transaction() as connection:
        row = await _opened(connection, who, task)
        if row is None:
            return None
        car = await garage.find(connection, _claim(row).wanted)
        if car is not None and row["wechat_user_id"] is not None:
            await garage.unlink(car, row["wechat_user_id"])
        await _done(connection, who, task, "refused", now)
        await audit.note(who.actor, "refuse", f"task:{task}", {"why": why} if why else None, now)
        return True


async def _opened(connection: Sql, who: Staff, task: int) -> Any | None:
    """The claim, held until the transaction ends."""
    seen = visible(who, Kind.TASK, "t")
    lock = f"{held(connection)} OF t" if connection.postgres else ""
    row = await connection.row(
        f"{_SELECT} WHERE {_CLAIM} AND t.id = ? AND {seen.text}{lock}", *(task, *seen.values)
    )
    if row is None:
        return None
    if not await allowed(who, Kind.TASK, task, Action.EDIT):
        raise StaffError("您的岗位不能做这一步。", "请联系主管。")
    if row["done_at"] is not None:
        raise StaffError("这个申请已经处理过了。", "请刷新页面。")
    return row


async def _done(connection: Sql, who: Staff, task: int, outcome: str, now: datetime) -> None:
    await connection.run(
        "UPDATE staff_task SET done_at = ?, done_by = ?, outcome = ?"
        " WHERE account_id = ? AND id = ?",
        *(now, who.actor, outcome, account_id(), task),
    )
