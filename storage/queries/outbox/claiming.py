"""The outbox: claiming what is due, settling what was sent.

A message is claimed by one dispatcher with a lease, sent after that is committed, and settled by
whoever holds the claim: `attempts` is the fence between a slow sender and its successor. What
becomes of a message becomes of the touchpoint it carries, in the same transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

from bot.rules.backoff import REPEATS
from storage.db import Sql, sql, transaction
from storage.queries import people
from storage.queries.outbox.claimed import Addressee, Claimed, read
from storage.queries.touch import touchpoints
from storage.scope import account_id
from storage.secrets import seal

UNSETTLED = ("queued", "waiting", "sending", "uncertain")


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

# A sender that knows the outcome is believed even after its lease ran out.
_SETTLE = """
UPDATE message SET state = ?, why = ?, due_at = COALESCE(?, due_at), lease_until = NULL,
  doubt_at = CASE WHEN ? THEN COALESCE(doubt_at, changed_at) ELSE doubt_at END, changed_at = ?
WHERE id = ? AND account_id = ? AND attempts = ? AND state IN ('sending', 'uncertain')
"""

_ACCEPTED = """
WITH done (id, attempts, msgid) AS (VALUES {rows})
UPDATE message SET state = 'accepted', why = '', lease_until = NULL, msgid = done.msgid,
  changed_at = ?
FROM done WHERE message.id = done.id AND message.account_id = ?
  AND message.attempts = done.attempts AND message.state IN ('sending', 'uncertain')
RETURNING message.id
"""

# Taken and never settled: it may have been sent. What the platform knows by its key goes once more.
_EXPIRED = """
UPDATE message SET lease_until = NULL, why = ?,
  state = CASE WHEN channel = 'template' AND COALESCE(doubt_at, changed_at) > ? THEN 'queued'
    ELSE 'uncertain' END,
  doubt_at = CASE WHEN channel = 'template' THEN COALESCE(doubt_at, changed_at) ELSE doubt_at END,
  changed_at = ?
WHERE account_id = ? AND state = 'sending' AND lease_until <= ? RETURNING id, state
"""


def together() -> AbstractAsyncContextManager[Sql]:
    """Everything inside is committed at once, or not at all."""
    return transaction()


async def put(wechat_user_id: int, idem: str, body: str, now: datetime) -> None:
    """Queue a customer-service message; the same `idem` again changes nothing."""
    await queue(wechat_user_id, idem, "service", body, now)


async def queue(
    wechat_user_id: int,
    idem: str,
    channel: str,
    body: str,
    now: datetime,
    *,
    purpose: str = "",
    touchpoint_id: int | None = None,
    until: datetime | None = None,
    due_at: datetime | None = None,
) -> int | None:
    """Queue a message on service, template or once; its id, None where `idem` is there already.

    `body` is JSON: {"blocks": […]} | {"template", "data": {key: value}, "url"} | {"template",
    "data", "page"} or, for a grant by link, {"template", "scene", "title", "data"}.
    """
    row = await sql().row(
        "INSERT INTO message (account_id, wechat_user_id, touchpoint_id, idem, channel, purpose,"
        " body, due_at, until, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, idem) DO NOTHING RETURNING id",
        *(account_id(), wechat_user_id, touchpoint_id, idem, channel, purpose),
        *(seal("message.body", body), due_at or now, until, now, now),
    )
    return row["id"] if row else None


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
    message: Claimed,
    state: str,
    now: datetime,
    why: str = "",
    due_at: datetime | None = None,
    *,
    doubt: bool = False,
) -> bool:
    """failed | uncertain | waiting (until `due_at`) | accepted without an id.

    `doubt`: it may have arrived. False: another one has it by now.
    """
    written = await sql().run(
        _SETTLE,
        *(state, why[:200], due_at, doubt, now, message.id, account_id(), message.attempts),
    )
    if written == 1 and message.touchpoint_id is not None:
        if state == "failed":
            await touchpoints.failed(message.touchpoint_id, why, now)
        elif state in ("accepted", "uncertain"):  # said once more, it might be heard twice
            await touchpoints.sent(message.touchpoint_id, message.channel, now)
    return written == 1


async def send_otherwise(
    idem: str, channel: str, body: str, now: datetime, *, due_at: datetime
) -> bool:
    """A message that failed goes by another channel, under the same idem; False: none failed."""
    return bool(
        await sql().run(
            "UPDATE message SET state = 'queued', channel = ?, body = ?, due_at = ?, why = '',"
            " changed_at = ? WHERE account_id = ? AND idem = ? AND state = 'failed'",
            *(channel, seal("message.body", body), due_at, now, account_id(), idem),
        )
    )


async def accepted(taken: Sequence[tuple[Claimed, str]], now: datetime) -> set[int]:
    """Messages that WeChat took, each with the id it gave; which of them were still ours."""
    if not taken:
        return set()
    ordered = sorted(taken, key=lambda one: one[0].id)
    row = "(CAST(? AS BIGINT), CAST(? AS INTEGER), CAST(? AS VARCHAR(32)))"
    values = [
        value for message, msgid in ordered for value in (message.id, message.attempts, msgid[:32])
    ]
    rows = await sql().rows(
        _ACCEPTED.format(rows=", ".join([row] * len(ordered))), *values, now, account_id()
    )
    ours = {row["id"] for row in rows}
    for message, _ in ordered:
        if message.id in ours and message.touchpoint_id is not None:
            await touchpoints.sent(message.touchpoint_id, message.channel, now)
    return ours


async def expired_leases(now: datetime) -> list[Claimed]:
    """Take back what a dispatcher took and never settled; those that are `uncertain` from now on.

    A template message is queued again while the platform would know the repeat.
    """
    async with transaction() as db:
        why = "发送过程中断，不确定客户是否收到"
        rows = await db.rows(_EXPIRED, why, now - REPEATS["template"], now, account_id(), now)
        lapsed = await _read(db, [row["id"] for row in rows if row["state"] == "uncertain"])
        for message in lapsed:
            if message.touchpoint_id is not None:
                await touchpoints.sent(message.touchpoint_id, message.channel, now)
        return lapsed


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


async def _read(db: Sql, ids: Collection[int]) -> list[Claimed]:
    return await read(db, f"m.id IN ({', '.join('?' for _ in ids)})", *ids) if ids else []


__all__ = ["Addressee", "Claimed", "read"]  # and what is defined above
