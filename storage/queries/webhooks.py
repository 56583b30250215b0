"""Where events go, and each delivery on its way: queued → sending (leased) → done, or dead."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.db import dumps, loads, moment, sql, transaction
from storage.queries import audit
from storage.scope import account_id
from storage.secrets import seal, unseal

EACH = 5
"""Deliveries of one webhook in hand at once: a receiver that hangs does not hold up the others."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """`events`: names, `appointment.*`, or `*`."""

    id: int
    url: str
    events: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook. `attempts` counts those that have begun."""

    id: int
    webhook_id: int
    url: str
    event: str
    event_id: str
    state: str
    attempts: int
    due_at: datetime
    last_error: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in one courier's hands until `lease_until`: the fence against a slow one."""

    id: int
    url: str
    secret: str
    event: str
    event_id: str
    body: str
    attempts: int
    lease_until: datetime


def _at(value: Any) -> datetime:
    found = moment(value)
    assert found is not None  # noqa: S101  # the columns are not null
    return found


async def add(url: str, events: Sequence[str], secret: str, now: datetime) -> Webhook | None:
    """None: there is one for this address already."""
    async with transaction() as connection:
        if connection.postgres:  # no unique key on url: rivals queue at the account
            await connection.rows("SELECT id FROM account WHERE id = ? FOR UPDATE", account_id())
        if await connection.row(
            "SELECT id FROM webhook WHERE account_id = ? AND url = ?", account_id(), url
        ):
            return None
        row = await connection.one(
            "INSERT INTO webhook (account_id, url, secret, events, active, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            *(account_id(), url, seal("webhook.secret", secret), dumps(list(events)), True, now),
        )
    return Webhook(row["id"], url, tuple(events), now)


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


async def page(after: int, limit: int) -> list[Webhook]:
    """Those with an id above `after`, in order."""
    rows = await sql().rows(
        "SELECT id, url, events, created_at FROM webhook WHERE account_id = ? AND id > ?"
        " ORDER BY id LIMIT ?",
        *(account_id(), after, limit),
    )
    return [_webhook(row) for row in rows]


async def one(webhook_id: int) -> Webhook | None:
    row = await sql().row(
        "SELECT id, url, events, created_at FROM webhook WHERE account_id = ? AND id = ?",
        *(account_id(), webhook_id),
    )
    return _webhook(row) if row else None


def _webhook(row: Any) -> Webhook:
    return Webhook(row["id"], row["url"], tuple(loads(row["events"])), _at(row["created_at"]))


async def remove(webhook_id: int) -> bool:
    """With all that was on its way; False if there was none."""
    return bool(
        await sql().run(
            "DELETE FROM webhook WHERE account_id = ? AND id = ?", account_id(), webhook_id
        )
    )


_DELIVERY = (
    "SELECT d.id, d.webhook_id, w.url, d.event, d.event_id, d.state, d.attempts, d.due_at,"
    " d.last_error, d.created_at FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id"
    " WHERE d.account_id = ?"
)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        row["id"], row["webhook_id"], row["url"], row["event"], row["event_id"], row["state"],
        row["attempts"], _at(row["due_at"]), row["last_error"], _at(row["created_at"]),
    )  # fmt: skip  # in the order of the class


async def deliveries(state: str | None, before: int | None, limit: int) -> list[Delivery]:
    """The newest first, those with an id below `before`."""
    values: list[Any] = [account_id()]
    where = ""
    if state is not None:
        where, values = " AND d.state = ?", [*values, state]
    if before is not None:
        where, values = f"{where} AND d.id < ?", [*values, before]
    rows = await sql().rows(f"{_DELIVERY}{where} ORDER BY d.id DESC LIMIT ?", *values, limit)
    return [_delivery(row) for row in rows]


async def delivery(delivery_id: int) -> Delivery | None:
    row = await sql().row(f"{_DELIVERY} AND d.id = ?", account_id(), delivery_id)
    return _delivery(row) if row else None


async def resend(delivery_id: int, now: datetime) -> bool:
    """Again from the first try, whatever became of it; False where it is under way just now."""
    return bool(
        await sql().run(
            "UPDATE webhook_delivery SET state = 'queued', attempts = 0, due_at = ?,"
            " lease_until = NULL WHERE account_id = ? AND id = ? AND state <> 'sending'",
            *(now, account_id(), delivery_id),
        )
    )


async def drop(delivery_id: int, actor: str, now: datetime) -> bool:
    """Give a dead one up, as the book will tell; False where it is not dead."""
    async with transaction() as connection:
        gone = await connection.run(
            "DELETE FROM webhook_delivery WHERE account_id = ? AND id = ? AND state = 'dead'",
            *(account_id(), delivery_id),
        )
        if gone:
            await audit.note(actor, "drop", f"webhook_delivery:{delivery_id}", None, now)
    return bool(gone)


# Two couriers that find the same lapsed leases do not wait for each other.
_LAPSED = """
UPDATE webhook_delivery SET state = 'queued', lease_until = NULL WHERE id IN (
  SELECT id FROM webhook_delivery
  WHERE account_id = ? AND state = 'sending' AND lease_until <= ? {lock})
"""

# At most EACH of one webhook; who else claims at this moment skips what is locked here.
_CLAIM = """
WITH fair AS (
  SELECT id, row_number() OVER (PARTITION BY webhook_id ORDER BY due_at, id) AS place
  FROM webhook_delivery WHERE account_id = ? AND state = 'queued' AND due_at <= ?),
due AS (
  SELECT d.id FROM webhook_delivery d JOIN fair ON fair.id = d.id
  WHERE fair.place <= ? AND d.state = 'queued' ORDER BY d.due_at, d.id LIMIT ? {lock})
UPDATE webhook_delivery SET state = 'sending', lease_until = ?, attempts = attempts + 1
WHERE id IN (SELECT id FROM due) RETURNING id
"""
_SKIP = "FOR UPDATE SKIP LOCKED"
_LOCK = "FOR UPDATE OF d SKIP LOCKED"

_READ = """
SELECT d.id, w.url, w.secret, d.event, d.event_id, d.body, d.attempts, d.lease_until
FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
WHERE d.account_id = ? AND d.id IN ({ids}) ORDER BY d.due_at, d.id
"""


async def claim(now: datetime, limit: int, until: datetime) -> list[Claimed]:
    """Up to `limit` that are due, leased `until`; one that died lets go of its own when that is over."""
    async with transaction() as db:
        await db.run(_LAPSED.format(lock=_SKIP if db.postgres else ""), account_id(), now)
        taken = await db.rows(
            _CLAIM.format(lock=_LOCK if db.postgres else ""),
            *(account_id(), now, EACH, limit, until),
        )
        if not taken:
            return []
        ids = [row["id"] for row in taken]
        statement = _READ.format(ids=", ".join("?" * len(ids)))
        rows = await db.rows(statement, account_id(), *ids)
    return [_claimed(row) for row in rows]


def _claimed(row: Any) -> Claimed:
    return Claimed(
        row["id"],
        row["url"],
        unseal("webhook.secret", row["secret"]),
        row["event"],
        row["event_id"],
        unseal("webhook_delivery.body", row["body"]),
        row["attempts"],
        _at(row["lease_until"]),
    )


async def settle(held: Claimed, state: str, why: str, due_at: datetime) -> bool:
    """done, dead, or queued again for `due_at`. False: somebody else has it by now."""
    return bool(
        await sql().run(
            "UPDATE webhook_delivery SET state = ?, last_error = ?, due_at = ?, lease_until = NULL"
            " WHERE account_id = ? AND id = ? AND state = 'sending' AND attempts = ?"
            " AND lease_until = ?",
            *(state, why[:200], due_at, account_id(), held.id, held.attempts, held.lease_until),
        )
    )
