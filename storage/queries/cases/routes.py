"""投诉分派: which department and owner a kind of complaint goes to, as staff set it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.roles import Action, Kind, Scope
from storage.db import moment, sql, transaction
from storage.queries import audit
from storage.queries.access.rows import reach
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop
from storage.scope import account_id

ENERGIES: Final = {"": "", "ice": "燃油", "bev": "纯电", "phev": "插混"}


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """`store`: a store's code; "" in store, category or energy fits every one. `owner`: a log-in."""

    store: str
    category: str
    energy: str
    department: str
    owner: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.store, self.category, self.energy


@dataclass(frozen=True, slots=True)
class Kept:
    """A line as it stands, who wrote it and when; `owner_name` "" where nobody is named."""

    line: Line
    owner_name: str
    changed_by: str
    changed_at: datetime


async def table() -> list[Kept]:
    """Every line, those of all stores first."""
    rows = await sql().rows(
        "SELECT r.scope, r.category, r.energy, r.department, s.login, s.name, r.changed_by,"
        " r.changed_at FROM complaint_route r LEFT JOIN staff s ON s.id = r.owner_id AND s.active"
        " WHERE r.account_id = ? ORDER BY r.scope, r.category, r.energy",
        account_id(),
    )
    return [_kept(row) for row in rows]


async def put(who: Staff, line: Line, now: datetime) -> bool:
    """From now on new complaints go this way; False: they did already."""
    async with transaction():
        await _may(who, [line])
        owner = await _owner(line)
        changed = await _written(line, owner, who, now)
        if changed:
            await _noted(who, [line], now)
        return changed


async def remove(who: Staff, store: str, category: str, energy: str, now: datetime) -> bool:
    """As if it had never been said; False: it was not."""
    line = Line(store, category, energy, "")
    async with transaction() as connection:
        await _may(who, [line])
        gone = await connection.run(
            "DELETE FROM complaint_route"
            " WHERE account_id = ? AND scope = ? AND category = ? AND energy = ?",
            *(account_id(), *line.key),
        )
        if gone:
            await _noted(who, [line], now)
        return bool(gone)


async def replace(who: Staff, lines: Sequence[Line], now: datetime) -> int:
    """The whole table as it is to be; how many lines are new, changed or gone."""
    if len({line.key for line in lines}) != len(lines):
        raise StaffError("有两行说的是同一类投诉。", "门店、类别、能源相同的只能有一行。")
    async with transaction() as connection:
        before = {kept.line.key: kept.line for kept in await table()}
        gone = [line for key, line in before.items() if key not in {one.key for one in lines}]
        fresh = [line for line in lines if before.get(line.key) != line]
        await _may(who, [*gone, *fresh])
        for line in gone:
            await connection.run(
                "DELETE FROM complaint_route"
                " WHERE account_id = ? AND scope = ? AND category = ? AND energy = ?",
                *(account_id(), *line.key),
            )
        for line in fresh:
            await _written(line, await _owner(line), who, now)
        if gone or fresh:
            await _noted(who, [*gone, *fresh], now)
        return len(gone) + len(fresh)


async def _may(who: Staff, lines: Sequence[Line]) -> None:
    """A manager of a store decides for that store, whoever manages all of them for every one."""
    found = reach(who, Kind.CASE, Action.APPROVE)
    if found is Scope.NONE:
        raise StaffError("您的岗位不能改投诉分派。", "请联系服务经理或总经理。")
    if found is not Scope.ALL and any(line.store != who.store_code for line in lines):
        raise StaffError("只能改本店的投诉分派。", f"门店请写{who.store_code}，或联系总经理。")
    known = {store.code for store in (await shop()).stores}
    for line in lines:
        if line.store and line.store not in known:
            raise StaffError(f"没有代码为{line.store}的门店。", "请核对门店代码。")
        if line.energy not in ENERGIES:
            usual = "、".join(code for code in ENERGIES if code)
            raise StaffError(f"没有这样的能源：{line.energy}。", f"可用：{usual}。")


async def _owner(line: Line) -> int | None:
    if not line.department.strip() or len(line.department) > 32 or len(line.category) > 32:
        raise StaffError("部门和类别要写1到32个字。", "例如：技术部。")
    if not line.owner:
        return None
    row = await sql().row(
        "SELECT id FROM staff WHERE account_id = ? AND login = ? AND active",
        *(account_id(), line.owner),
    )
    if row is None:
        raise StaffError(f"没有登录名为 {line.owner} 的在职员工。", "请看 cheyu staff list。")
    return int(row["id"])


async def _written(line: Line, owner: int | None, who: Staff, now: datetime) -> bool:
    """A line that says the same already keeps who said it and when."""
    return bool(
        await sql().rows(
            "INSERT INTO complaint_route (account_id, scope, category, energy, department,"
            " owner_id, changed_by, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id, scope, category, energy) DO UPDATE SET"
            " department = excluded.department, owner_id = excluded.owner_id,"
            " changed_by = excluded.changed_by, changed_at = excluded.changed_at"
            " WHERE complaint_route.department <> excluded.department"
            " OR COALESCE(complaint_route.owner_id, 0) <> COALESCE(excluded.owner_id, 0)"
            " RETURNING id",
            *(account_id(), *line.key, line.department.strip(), owner, who.actor, now),
        )
    )


async def _noted(who: Staff, lines: Sequence[Line], now: datetime) -> None:
    said = [" ".join(part or "*" for part in line.key) for line in lines]
    await audit.note(who.actor, "edit", "complaint_route", {"lines": said}, now)


def _kept(row: Any) -> Kept:
    at = moment(row["changed_at"])
    assert at is not None  # noqa: S101 - the column is never NULL
    line = Line(row["scope"], row["category"], row["energy"], row["department"], row["login"] or "")
    return Kept(line, row["name"] or "", row["changed_by"], at)
