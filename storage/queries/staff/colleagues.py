"""The people who work here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import StaffError
from bot.rules.roles import Role
from storage.db import AlreadyThere, Sql, sql, transaction
from storage.queries import audit
from storage.queries.staff.hush import hush
from storage.scope import account_id
from storage.secrets import seal, unseal

_PHONE = "staff.phone"
_SELECT = (
    "SELECT s.id, s.name, s.role, s.store_id, t.code, s.phone, s.login, s.active FROM staff s"
    " LEFT JOIN store t ON t.id = s.store_id WHERE s.account_id = ?"
)


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who asks and acts. `store_id` None: of every store; not `active`: sees nothing."""

    id: int
    name: str
    role: str
    store_id: int | None = None
    store_code: str = ""
    phone: str = ""
    login: str = ""
    active: bool = True

    @property
    def actor(self) -> str:
        """The name that files and the audit log keep.

        One person in two roles is one actor: nobody verifies their own entry by changing hats.
        """
        return self.name


async def add_staff(
    name: str,
    role: Role,
    *,
    now: datetime,
    store_code: str | None = None,
    phone: str | None = None,
    login: str | None = None,
    active: bool | None = None,
    actor: str = "cli",
) -> Staff:
    """Somebody in a role, ready to work; again it changes what is named.

    Raises StaffError where the store does not exist or the log-in is somebody else's.
    """
    said = {
        "phone": None if phone is None else seal(_PHONE, phone),
        "login": login,
        "active": active,
    }
    changes: dict[str, object] = {key: value for key, value in said.items() if value is not None}
    try:
        row = await _written(name, role, store_code, changes, actor, now)
    except AlreadyThere:
        raise StaffError(f"登录名{login}已有人用。", "请换一个。") from None
    return _staff(row)


async def _written(
    name: str,
    role: Role,
    store_code: str | None,
    changes: dict[str, object],
    actor: str,
    now: datetime,
) -> Any:
    async with transaction() as connection:
        store = await _store(connection, store_code)
        changes = changes if store is None else {**changes, "store_id": store}
        who = (account_id(), name, role.value)
        added = await connection.run(
            "INSERT INTO staff (account_id, name, role) VALUES (?, ?, ?)"
            " ON CONFLICT (account_id, name, role) DO NOTHING",
            *who,
        )
        if changes:
            settings = ", ".join(f"{column} = ?" for column in changes)
            await connection.run(
                f"UPDATE staff SET {settings}"  # noqa: S608 - columns named where this is called; values are marks
                " WHERE account_id = ? AND name = ? AND role = ?",
                *(*changes.values(), *who),
            )
        row = await connection.one(f"{_SELECT} AND s.name = ? AND s.role = ?", *who)
        if added or changes:
            detail = {"fields": sorted(changes)}
            if changes.get("active") is False:
                await hush(row["id"], now)
            await audit.note(actor, "edit", f"staff:{row['id']}", detail, now)
    return row


async def _store(connection: Sql, code: str | None) -> int | None:
    if code is None:
        return None
    row = await connection.row(
        "SELECT id FROM store WHERE account_id = ? AND code = ?", account_id(), code
    )
    if row is None:
        raise StaffError(f"没有门店{code}。", "用 cheyu store add 添加。")
    return int(row["id"])


async def get_staff(staff_id: int) -> Staff | None:
    row = await sql().row(f"{_SELECT} AND s.id = ?", account_id(), staff_id)
    return _staff(row) if row else None


async def by_login(login: str, *, left: bool = False) -> Staff | None:
    """Whoever works here and logs in by this name; `left`: or did once."""
    row = await sql().row(f"{_SELECT} AND s.login = ?", account_id(), login)
    found = _staff(row) if row else None
    return found if found and (found.active or left) else None


async def all_staff(*, inactive: bool = False) -> list[Staff]:
    """By role and name; those who left only if asked for."""
    rows = await sql().rows(
        f"{_SELECT} AND (s.active = ? OR s.active = ?) ORDER BY s.role, s.name, s.id",
        *(account_id(), True, not inactive),
    )
    return [_staff(row) for row in rows]


def _staff(row: Any) -> Staff:
    return Staff(
        row["id"],
        row["name"],
        row["role"],
        row["store_id"],
        row["code"] or "",
        unseal(_PHONE, row["phone"]),
        row["login"] or "",
        bool(row["active"]),
    )
