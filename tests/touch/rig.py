"""A dealership on its way through days: planned, decided, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.jobs.plan import plan_due
from bot.outbox.decide import decide_due
from storage.db import loads, sql
from storage.queries import consents
from storage.queries.consents import Who
from storage.secrets import unseal
from tests.people import Person, at


@dataclass(frozen=True)
class Ledger:
    """One row of the plan, with its message."""

    id: int
    kind: str
    subject: str
    due_on: date
    state: str
    channel: str
    why: str
    said: str


async def agrees(who: Person, *purposes: str, now: datetime) -> None:
    every = purposes or ("care", "follow_up", "marketing")
    await consents.give(Who(who.customer_id), every, "同意接收", now)


async def writes(who: Person, now: datetime) -> None:
    """A message of theirs opens the window of 48 hours."""
    await sql().run(
        "UPDATE wechat_user SET window_kind = 'message', window_opened_at = ?, window_sent = 0"
        " WHERE id = ?",
        *(now, who.user_id),
    )


async def ledger(kind: str = "") -> list[Ledger]:
    rows = await sql().rows(
        "SELECT t.id, t.kind, t.subject, t.due_on, t.state, t.channel, t.why, m.body, m.channel AS sent_by"
        " FROM touchpoint t LEFT JOIN message m ON m.touchpoint_id = t.id"
        " WHERE t.kind = ? OR ? = '' ORDER BY t.due_on, t.kind, t.subject, m.id",
        *(kind, kind),
    )
    return [_row(row) for row in rows]


def _row(row: Any) -> Ledger:
    body = loads(unseal("message.body", row["body"])) if row["body"] else {}
    blocks = body.get("blocks", ())
    said = "\n".join(one if isinstance(one, str) else f"[{one[0]}]" for one in blocks)
    said = said or str(body.get("data", ""))
    day = row["due_on"]
    return Ledger(
        *(row["id"], row["kind"], row["subject"]),
        date.fromisoformat(day) if isinstance(day, str) else day,
        *(row["state"], row["channel"], row["why"], said),
    )


async def day(on: date, *hours: str) -> dict[str, int]:
    """Plan at eight, decide at each hour; what the decisions came to."""
    await plan_due(at("08:00", on))
    counts: dict[str, int] = {}
    for hour in hours or ("08:05", "16:05"):
        for state, n in (await decide_due(at(hour, on))).items():
            counts[state] = counts.get(state, 0) + n
    return counts


async def days(first: date, number: int) -> None:
    for n in range(number):
        await day(first + timedelta(days=n))


def kinds(rows: Sequence[Ledger]) -> list[str]:
    return [row.kind for row in rows]
