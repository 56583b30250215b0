"""The outbox as a ledger: how many are where, what does not add up, and single messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.db import moment, sql
from storage.scope import account_id
from storage.secrets import unseal

STATES = (
    "queued", "waiting", "sending", "accepted", "delivered", "blocked", "failed", "uncertain",
    "cancelled",
)  # fmt: skip
ENDED = ("accepted", "delivered", "blocked", "failed", "uncertain", "cancelled")
_COLUMNS = (
    "m.id, m.channel, m.state, m.why, m.purpose, m.idem, m.due_at, m.until, m.attempts, m.msgid,"
    " m.doubt_at, m.touchpoint_id, m.mass_id, m.created_at, m.changed_at, u.openid"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it stands."""

    id: int
    channel: str
    state: str
    why: str
    purpose: str
    idem: str
    due_at: datetime | None
    until: datetime | None
    attempts: int
    msgid: str
    doubt_at: datetime | None
    touchpoint_id: int | None
    mass_id: int | None
    created_at: datetime | None
    changed_at: datetime | None
    openid: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must not be, with some of the messages it concerns."""

    what: str
    count: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """`counts`: (channel, state) → messages; `total`: all of them, each in one state."""

    counts: Mapping[tuple[str, str], int]
    total: int
    problems: tuple[Problem, ...]

    @property
    def open(self) -> int:
        """Not at their end yet."""
        return sum(n for (_, state), n in self.counts.items() if state not in ENDED)


_CHECKS: tuple[tuple[str, str], ...] = (
    ("处于不存在的状态", f"m.state NOT IN ({', '.join(repr(state) for state in STATES)})"),
    (
        "同一个微信消息编号记在两条消息上",
        (
            "m.msgid <> '' AND m.mass_id IS NULL AND EXISTS (SELECT 1 FROM message o"
            " WHERE o.account_id = m.account_id AND o.msgid = m.msgid AND o.id <> m.id"
            " AND o.mass_id IS NULL)"
        ),
    ),
    (
        "模板消息已被接收却没有编号",
        "m.channel = 'template' AND m.state IN ('accepted', 'delivered') AND m.msgid = ''",
    ),
    (
        "群发名单已结束，其中的消息却没有",
        (
            "m.mass_id IS NOT NULL AND m.state IN ('queued', 'sending') AND EXISTS (SELECT 1"
            " FROM mass_send s WHERE s.id = m.mass_id AND s.state IN ('done', 'failed'))"
        ),
    ),
)
_OVERDUE = ("发送中断超过10分钟仍未处理", "m.state = 'sending' AND m.lease_until < ?")


async def audit(now: datetime) -> Audit:
    """Everything counted, and what does not add up."""
    rows = await sql().rows(
        "SELECT channel, state, count(*) AS n FROM message WHERE account_id = ?"
        " GROUP BY channel, state",
        account_id(),
    )
    counts = {(row["channel"], row["state"]): int(row["n"]) for row in rows}
    found = [await _problem(what, which) for what, which in _CHECKS]
    found.append(await _problem(*_OVERDUE, now - timedelta(minutes=10)))
    problems = tuple(one for one in found if one.count)
    return Audit(counts, sum(counts.values()), problems)


async def _problem(what: str, which: str, *values: object) -> Problem:
    row = await sql().one(
        f"SELECT count(*) AS n FROM message m WHERE m.account_id = ? AND {which}",  # noqa: S608 - the conditions above
        *(account_id(), *values),
    )
    if not row["n"]:
        return Problem(what, 0, ())
    rows = await sql().rows(
        f"SELECT m.id FROM message m WHERE m.account_id = ? AND {which} ORDER BY m.id LIMIT 10",  # noqa: S608 - the conditions above
        *(account_id(), *values),
    )
    return Problem(what, int(row["n"]), tuple(row["id"] for row in rows))


async def page(
    *, channel: str = "", state: str = "", before: int | None = None, limit: int = 50
) -> Sequence[Line]:
    """The newest first; the next page is `before` the last id shown."""
    conditions, values = ["m.account_id = ?"], [account_id()]
    for condition, value in (("m.channel = ?", channel), ("m.state = ?", state), ("m.id < ?", before)):  # fmt: skip
        if value:
            conditions.append(condition)
            values.append(value)  # type: ignore[arg-type]  # numbers and texts alike
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM message m JOIN wechat_user u ON u.id = m.wechat_user_id"  # noqa: S608 - our own columns
        f" WHERE {' AND '.join(conditions)} ORDER BY m.id DESC LIMIT ?",
        *(*values, limit),
    )
    return [_line(row) for row in rows]


async def show(message_id: int) -> tuple[Line, str] | None:
    """A message and its body; of a mass send the common text."""
    row = await sql().row(
        f"SELECT {_COLUMNS}, m.body, s.body AS mass_body FROM message m"  # noqa: S608 - our own columns
        " JOIN wechat_user u ON u.id = m.wechat_user_id LEFT JOIN mass_send s ON s.id = m.mass_id"
        " WHERE m.account_id = ? AND m.id = ?",
        *(account_id(), message_id),
    )
    if row is None:
        return None
    if row["mass_body"] is not None:
        return _line(row), unseal("mass_send.body", row["mass_body"])
    return _line(row), unseal("message.body", row["body"])


def _line(row: Any) -> Line:
    return Line(
        row["id"], row["channel"], row["state"], row["why"], row["purpose"], row["idem"],
        moment(row["due_at"]), moment(row["until"]), row["attempts"], row["msgid"],
        moment(row["doubt_at"]), row["touchpoint_id"], row["mass_id"], moment(row["created_at"]),
        moment(row["changed_at"]), row["openid"],
    )  # fmt: skip  # in the order of the class
