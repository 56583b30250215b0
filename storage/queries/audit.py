"""The book of who saw, changed and took away what: entries are added, never changed.

Each entry carries the hash of the one before it, so that one altered, left out or slipped in
breaks the chain at its number. Cutting entries off at the end breaks nothing: whoever keeps a
`head()` elsewhere finds that out too. Details name fields and rows, not what was in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.errors import StaffError
from storage.db import Sql, dumps, moment, sql, transaction
from storage.scope import account_id
from storage.secrets import seal, unseal, unseal_json

LOCK = 0x61756474  # "audt": with the account, the lock that writers of one chain share
START = "0" * 64
PAGE = 1000
_DETAIL = "audit_entry.detail"
_COLUMNS = "number, at, actor, action, subject, detail, before_hash, hash"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the book. `subject`: "customer:7"; `detail` is JSON, None where there is none."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Any


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry; keep it elsewhere to find out later whether the end was cut off."""

    number: int
    hash: str


async def note(
    actor: str, action: str, subject: str, detail: Mapping[str, Any] | None, now: datetime
) -> int:
    """Add an entry and give its number. In a transaction it comes to be with it, or not at all.

    On PostgreSQL the account's other writers wait until that transaction ends: note last.
    """
    account = account_id()
    actor, action, subject = actor[:64], action[:48], subject[:96]
    said = None if detail is None else dumps(dict(detail))
    kept = None if said is None else seal(_DETAIL, said)
    async with transaction() as connection:
        if connection.postgres:
            await connection.rows("SELECT pg_advisory_xact_lock(?, ?)", LOCK, account)
        last = await _head(connection, account)
        number = last.number + 1
        proof = _hash(account, last.hash, (number, now, actor, action, subject, said))
        await connection.run(
            f"INSERT INTO audit_entry (account_id, {_COLUMNS})"  # noqa: S608 - our own column names; values are marks
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(account, number, now, actor, action, subject, kept, last.hash, proof),
        )
    return number


def _hash(account: int, before: str, said: tuple[int, datetime, str, str, str, str | None]) -> str:
    number, at, *rest = said
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(dumps([before, account, number, when, *rest]).encode()).hexdigest()


async def head() -> Head:
    """Number 0 while the book is empty."""
    return await _head(sql(), account_id())


async def _head(connection: Sql, account: int) -> Head:
    row = await connection.row(
        "SELECT number, hash FROM audit_entry WHERE account_id = ? ORDER BY number DESC LIMIT 1",
        account,
    )
    return Head(row["number"], row["hash"]) if row else Head(0, START)


async def verify(known: Head | None = None) -> int | None:
    """The number of the first entry that is not as it was written; None: all of them are.

    `known`: a head kept from before, which must still be in the book.
    """
    account, before, number = account_id(), START, 0
    while rows := await _after(account, number):
        for row in rows:
            number += 1
            at = moment(row["at"])
            assert at is not None  # noqa: S101  # NOT NULL
            said = (number, at, row["actor"], row["action"], row["subject"], _said(row["detail"]))
            whole = (number, before, _hash(account, before, said))
            if (row["number"], row["before_hash"], row["hash"]) != whole:
                return number
            if known and known.number == number and known.hash != row["hash"]:
                return number
            before = row["hash"]
    return number + 1 if known and known.number > number else None


def _said(kept: str | None) -> str | None:
    """What a detail says, whichever key it is sealed under; one that no key opens says nothing."""
    if kept is None:
        return None
    try:
        return unseal(_DETAIL, kept)
    except StaffError:
        return ""


async def _after(account: int, number: int) -> Sequence[Any]:
    return await sql().rows(
        f"SELECT {_COLUMNS} FROM audit_entry"  # noqa: S608 - our own column names; values are marks
        " WHERE account_id = ? AND number > ? ORDER BY number LIMIT ?",
        *(account, number, PAGE),
    )


async def entries(
    *, subject: str = "", actor: str = "", before: int | None = None, limit: int = 50
) -> list[Entry]:
    """The newest first; the next page is `before` the last number shown."""
    conditions, values = ["account_id = ?"], [account_id()]
    for condition, value in (
        ("subject = ?", subject),
        ("actor = ?", actor),
        ("number < ?", before),
    ):
        if value:
            conditions.append(condition)
            values.append(value)  # type: ignore[arg-type]  # numbers and texts alike
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM audit_entry WHERE {' AND '.join(conditions)}"  # noqa: S608 - our own columns and the conditions above; values are marks
        " ORDER BY number DESC LIMIT ?",
        *(*values, limit),
    )
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    at = moment(row["at"])
    assert at is not None  # noqa: S101  # NOT NULL
    detail = unseal_json(_DETAIL, row["detail"])
    return Entry(row["number"], at, row["actor"], row["action"], row["subject"], detail)
