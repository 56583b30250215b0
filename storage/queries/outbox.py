"""The outbox: claiming what is due, settling what was sent.

A message is claimed by one dispatcher with a lease, sent after that is committed, and settled by
whoever holds the claim: `attempts` is the fence between a slow sender and its successor.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.db import Sql, moment, sql, transaction
from storage.queries import people
from storage.scope import account_id
from storage.secrets import seal, unseal

UNSETTLED = ("queued", "waiting", "sending", "uncertain")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a message goes to, and the customer-service window they have opened."""

    id: int
    openid: str
    customer_id: int | None
    subscribed: bool
    window_kind: str
    window_opened_at: datetime | None
    window_sent: int

    def wrote_since(self, moment: datetime) -> bool:
        opened = self.window_opened_at
        return self.window_kind == "message" and opened is not None and opened > moment


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in one dispatcher's hands. `attempts` counts this claim too."""

    id: int
    idem: str
    body: str
    attempts: int
    created_at: datetime
    to: Addressee


_WAITED = """
UPDATE message SET state = 'queued' WHERE account_id = ? AND state = 'waiting' AND due_at <= ?
"""

# A person's messages go in order: an earlier one that is due, in hand or waiting for a second try
# holds up the later ones. The hint keeps PostgreSQL from locking more rows than it takes.
_CLAIM = """
WITH due AS MATERIALIZED (
  SELECT m.id FROM message m
  WHERE m.account_id = ? AND m.channel = ? AND m.state = 'queued' AND m.due_at <= ?
    AND NOT EXISTS (
      SELECT 1 FROM message e WHERE e.account_id = m.account_id
        AND e.wechat_user_id = m.wechat_user_id AND e.state IN ('queued', 'sending', 'waiting')
        AND e.id < m.id AND e.channel = m.channel AND (e.state <> 'queued' OR e.due_at <= ?))
  ORDER BY m.due_at, m.id LIMIT ? {lock})
UPDATE message SET state = 'sending', lease_until = ?, attempts = attempts + 1, why = '',
  changed_at = ?
FROM due WHERE message.id = due.id RETURNING message.id
"""
_LOCK = "FOR UPDATE OF m SKIP LOCKED"

_READ = """
SELECT m.id, m.idem, m.body, m.attempts, m.created_at, u.id AS person, u.openid, u.customer_id, u.subscribed,
  u.window_kind, u.window_opened_at, u.window_sent
FROM message m JOIN wechat_user u ON u.id = m.wechat_user_id
WHERE m.id IN ({ids}) ORDER BY m.due_at, m.id
"""

# A sender that knows the outcome is believed even after its lease ran out.
_SETTLE = """
UPDATE message SET state = ?, why = ?, due_at = COALESCE(?, due_at), lease_until = NULL,
  changed_at = ?
WHERE id = ? AND account_id = ? AND attempts = ? AND state IN ('sending', 'uncertain')
"""

_EXPIRED = """
UPDATE message SET state = 'uncertain', why = ?, lease_until = NULL, changed_at = ?
WHERE account_id = ? AND state = 'sending' AND lease_until <= ? RETURNING id
"""


def together() -> AbstractAsyncContextManager[Sql]:
    """Everything inside is committed at once, or not at all."""
    return transaction()


async def put(wechat_user_id: int, idem: str, body: str, now: datetime) -> None:
    """Queue a customer-service message; the same `idem` again changes nothing."""
    await sql().run(
        "INSERT INTO message (account_id, wechat_user_id, idem, channel, body, due_at, created_at,"
        " changed_at) VALUES (?, ?, ?, 'service', ?, ?, ?, ?)"
        " ON CONFLICT (account_id, idem) DO NOTHING",
        account_id(), wechat_user_id, idem, seal("message.body", body), now, now, now,
    )  # fmt: skip  # in the order of the statement


async def claim(
    now: datetime, limit: int, lease: timedelta, channel: str = "service"
) -> list[Claimed]:
    """Up to `limit` messages that are due, now in the caller's hands until `now + lease`."""
    async with transaction() as db:
        await db.run(_WAITED, account_id(), now)
        statement = _CLAIM.format(lock=_LOCK if db.postgres else "")
        rows = await db.rows(
            statement, account_id(), channel, now, now, limit, now + lease, now
        )  # fmt: skip  # in the order of the statement
        return await _read(db, [row["id"] for row in rows])


async def count_sent(person: int, messages: int) -> None:
    """Take `messages` out of the person's window before they are sent; negative: give back."""
    await sql().run(
        "UPDATE wechat_user SET window_sent = CASE WHEN window_sent + ? < 0 THEN 0"
        " ELSE window_sent + ? END WHERE account_id = ? AND id = ?",
        messages, messages, account_id(), person,
    )  # fmt: skip  # in the order of the statement


async def settle(
    message: Claimed, state: str, now: datetime, why: str = "", due_at: datetime | None = None
) -> bool:
    """accepted | failed | uncertain | waiting (until `due_at`). False: another one has it by now."""
    written = await sql().run(
        _SETTLE, state, why[:200], due_at, now, message.id, account_id(), message.attempts
    )
    return written == 1


async def expired_leases(now: datetime) -> list[Claimed]:
    """What a dispatcher took and never settled is `uncertain` from now on: it may have been sent."""
    async with transaction() as db:
        why = "发送过程中断，不确定客户是否收到"
        rows = await db.rows(_EXPIRED, why, now, account_id(), now)
        return await _read(db, [row["id"] for row in rows])


async def by_state() -> Mapping[str, int]:
    """How many messages are in each state that is not yet the end."""
    states = ", ".join("?" for _ in UNSETTLED)
    rows = await sql().rows(
        f"SELECT state, count(*) AS n FROM message WHERE account_id = ? AND state IN ({states})"  # noqa: S608 - question marks only
        " GROUP BY state",
        account_id(), *UNSETTLED,
    )  # fmt: skip  # in the order of the statement
    return dict.fromkeys(UNSETTLED, 0) | {row["state"]: row["n"] for row in rows}


async def staff_task(to: Addressee, title: str, detail: str, now: datetime, same: str) -> None:
    """Something staff must do because a message did not reach a person; once for each `same`."""
    await people.staff_task(
        "message", title, now,
        wechat_user_id=to.id, customer_id=to.customer_id, detail=detail, same=same,
    )  # fmt: skip


async def alarm(title: str, detail: str, now: datetime) -> None:
    """Something that keeps all messages from being sent; one task a day for each `detail`."""
    same = f"alarm:{now:%Y-%m-%d}:{detail}"
    await people.staff_task("alarm", title, now, detail=detail, same=same)


async def _read(db: Sql, ids: Sequence[int]) -> list[Claimed]:
    if not ids:
        return []
    rows = await db.rows(_READ.format(ids=", ".join("?" for _ in ids)), *ids)
    return [_claimed(row) for row in rows]


def _claimed(row: Any) -> Claimed:
    to = Addressee(
        row["person"], row["openid"], row["customer_id"], bool(row["subscribed"]),
        row["window_kind"], moment(row["window_opened_at"]), row["window_sent"],
    )  # fmt: skip  # in the order of the class
    created_at = moment(row["created_at"])
    assert created_at is not None  # noqa: S101 - the column is never NULL
    body = unseal("message.body", row["body"])
    return Claimed(row["id"], row["idem"], body, row["attempts"], created_at, to)
