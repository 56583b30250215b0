"""Keys of the DMS interface. A key is 256 random bits, so its plain SHA-256 is all that is kept.

cheyu_3f9a01bc_…43 letters…       prefix 3f9a01bc: shown in lists, looked up by
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from bot.errors import StaffError
from storage.db import dumps, loads, moment, sql, transaction
from storage.scope import account_id, account_scope

SCOPES: Final = (
    "files:read",
    "files:write",
    "appointments:read",
    "appointments:write",
    "touchpoints:read",
    "cases:read",
    "cases:write",
    "ratings:read",
    "leads:read",
    "leads:write",
    "tasks:read",
    "tasks:write",
    "surveys:read",
    "surveys:write",
    "reports:read",
    "webhooks:read",
    "webhooks:write",
)
USE_NOTED_EVERY = timedelta(minutes=1)
_KEY: Final = re.compile(r"cheyu_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `account`: whose data it opens."""

    id: int
    account: int
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


_SELECT = (
    "SELECT id, account_id, name, prefix, key_hash, scopes, created_at, last_used_at, revoked_at"
    " FROM api_key"
)


def _api_key(row: Any) -> ApiKey:
    created = moment(row["created_at"])
    assert created is not None  # noqa: S101  # the column is not null
    return ApiKey(
        row["id"],
        row["account_id"],
        row["name"],
        row["prefix"],
        frozenset(loads(row["scopes"])),
        created,
        moment(row["last_used_at"]),
        moment(row["revoked_at"]),
    )


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()


async def add(name: str, scopes: Sequence[str], now: datetime) -> str:
    """A new key for the account in scope; the only time that it is seen. A revoked name is free again."""
    prefix = secrets.token_hex(4)
    key = f"cheyu_{prefix}_{secrets.token_urlsafe(32)}"
    async with transaction() as connection:
        await connection.run(
            "DELETE FROM api_key WHERE account_id = ? AND name = ? AND revoked_at IS NOT NULL",
            *(account_id(), name),
        )
        made = await connection.rows(
            "INSERT INTO api_key (account_id, name, prefix, key_hash, scopes, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
            *(account_id(), name, prefix, _hash(key), dumps(sorted(set(scopes))), now),
        )
    if not made:
        raise StaffError(
            f"已有名为{name}的密钥。",
            f"请换个名称，或先用 cheyu apikey revoke {name} 停用。",
        )
    return key


async def every() -> list[ApiKey]:
    """The account's keys, those revoked too."""
    rows = await sql().rows(f"{_SELECT} WHERE account_id = ? ORDER BY id", account_id())
    return [_api_key(row) for row in rows]


async def revoke(name: str, now: datetime) -> bool:
    """From now on the key opens nothing; False if there was none."""
    return bool(
        await sql().run(
            "UPDATE api_key SET revoked_at = ?"
            " WHERE account_id = ? AND name = ? AND revoked_at IS NULL",
            *(now, account_id(), name),
        )
    )


async def opened_by(key: str) -> ApiKey | None:
    """Whose key it is. Asked before there is a scope: the key says which account's data it opens."""
    form = _KEY.fullmatch(key)
    if not form:
        return None
    found, given = None, _hash(key)
    rows = await sql().rows(f"{_SELECT} WHERE prefix = ? AND revoked_at IS NULL", form[1])
    for row in rows:
        if hmac.compare_digest(row["key_hash"], given):
            found = _api_key(row)
    return found


def in_scope_of(key: ApiKey) -> AbstractContextManager[None]:
    """What runs inside sees the key's account and no other."""
    return account_scope(key.account)


# Whatever a key has asked moves `spent_until` on from now by a share of a second each; how far ahead
# it may lie is what the key may ask at once.
_SPEND = """
UPDATE api_key SET spent_until = CASE WHEN spent_until > ? THEN spent_until ELSE ? END + ?
WHERE account_id = ? AND id = ? AND CASE WHEN spent_until > ? THEN spent_until ELSE ? END + ? <= ?
"""


def shared() -> bool:
    """Whether several processes may serve the same keys: SQLite has one."""
    return sql().postgres


async def spend(key: ApiKey, now: datetime, seconds: float, ahead: float) -> float:
    """Take `seconds` of what the key may ask, for all processes at once: 0 where they were there.

    Else how many seconds it takes until they are. `ahead`: how far `spent_until` may lie before now.
    """
    at = now.timestamp()
    values = (at, at, seconds, key.account, key.id, at, at, seconds, at + ahead)
    if await sql().run(_SPEND, *values):
        return 0.0
    row = await sql().row(
        "SELECT spent_until FROM api_key WHERE account_id = ? AND id = ?", key.account, key.id
    )
    return max(0.001, row["spent_until"] + seconds - at - ahead) if row else 0.001


async def note_use(key: ApiKey, now: datetime) -> None:
    """When it was last used, to the minute: most requests write nothing."""
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        await sql().run(
            "UPDATE api_key SET last_used_at = ? WHERE account_id = ? AND id = ?",
            *(now, key.account, key.id),
        )
