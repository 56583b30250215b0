"""What the clocks of complaints have become due for, and doing it once however many look."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final

from bot.rules.cases.words import UNSETTLED
from bot.rules.sla import Step
from storage.db import sql, transaction
from storage.queries.cases import alerts as case_alerts
from storage.queries.cases import opening as cases
from storage.queries.cases.clocks import read
from storage.queries.cases.messages import tell_customer
from storage.queries.cases.rows import Case, Event, events, one
from storage.queries.cases.writing import look_again, note, tell_outside
from storage.scope import account_id

MANY: Final = 10_000
COUNTED: Final = {
    "warned": "warned",
    "escalated": "escalated",
    "reported": "reported",
    "checked": "asked",
    "checked_again": "asked",
}


async def due(now: datetime) -> list[int]:
    """Complaints whose clocks are to be looked at, the longest waiting first."""
    rows = await sql().rows(
        "SELECT id FROM complaint WHERE account_id = ? AND look_at <= ? ORDER BY look_at, id LIMIT ?",
        *(account_id(), now, MANY),
    )
    return [row["id"] for row in rows]


async def running() -> list[int]:
    """Complaints with a clock that will have to be looked at some day."""
    rows = await sql().rows(
        "SELECT id FROM complaint WHERE account_id = ? AND look_at IS NOT NULL ORDER BY id",
        account_id(),
    )
    return [row["id"] for row in rows]


async def settings_rev() -> int:
    """Grows whenever a calendar, opening hours or what a store promises change."""
    row = await sql().one("SELECT settings_rev FROM account WHERE id = ?", account_id())
    return int(row["settings_rev"])


async def reprice(case_id: int, now: datetime) -> None:
    """Work out anew when to look next, by the calendar in force."""
    async with transaction() as connection:
        lock = " FOR NO KEY UPDATE" if connection.postgres else ""
        row = await connection.row(
            f"SELECT store_id FROM complaint WHERE account_id = ? AND id = ?{lock}",  # noqa: S608 - a lock or nothing
            *(account_id(), case_id),
        )
        if row:
            await look_again(case_id, row["store_id"], _not_before(await events(case_id), now))


async def tend(case_id: int, now: datetime) -> Counter[str]:
    """Do what the clocks of the complaint have come to; how often what was done.

    Whoever else is at it, or was faster, leaves nothing to do.
    """
    done: Counter[str] = Counter()
    async with transaction() as connection:
        lock = " FOR NO KEY UPDATE SKIP LOCKED" if connection.postgres else ""
        row = await connection.row(
            f"SELECT id FROM complaint WHERE account_id = ? AND id = ? AND look_at <= ?{lock}",  # noqa: S608 - a lock or nothing
            *(account_id(), case_id, now),
        )
        case = await one(case_id) if row else None
        if case is None:
            return done
        at = _not_before(await events(case_id), now)
        # A step may end a clock that another one was about: what is left is read anew.
        while step := await _next(case, at):
            done[COUNTED[await _take(case, step, at)]] += 1
        await look_again(case_id, case.store_id, at)
    return done


async def _next(case: Case, at: datetime) -> Step | None:
    if case.state not in {*UNSETTLED, "confirmed"}:
        return None
    steps = (await read(case, at)).steps
    return steps[0] if steps and steps[0].at <= at else None


async def _take(case: Case, step: Step, now: datetime) -> str:
    """Do one step and write its event; the event's kind."""
    if step.clock.name == "report" and (told := await case_alerts.report(case, now)):
        await cases.reported(case.id, told, now)
        return "reported"
    data: dict[str, Any] = {
        "clock": step.clock.name,
        "starts_at": step.clock.starts_at.astimezone(UTC).isoformat(),
        "due_at": step.clock.due_at.isoformat(),
    }
    if step.deed == "warned":
        data["to"] = await case_alerts.warn(case, step.clock, now)
    elif step.deed == "escalated":
        data |= {"level": step.level, "to": await case_alerts.escalate(case, step, now)}
    number = await note(case.id, step.deed, "system", now, data=data)
    if step.deed in {"checked", "checked_again"}:
        await tell_customer(case, "case_check", case.solution, now)
    if step.deed == "checked_again" and case.state == "solved":
        await case_alerts.unconfirmed(case, now)
    await tell_outside(case.id, step.deed, number, now)
    return step.deed


def _not_before(happened: list[Event], now: datetime) -> datetime:
    """What is later in order is not earlier in time."""
    return max([now.astimezone(UTC), *(event.at for event in happened[-1:])])
