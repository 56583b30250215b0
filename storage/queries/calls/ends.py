"""What a finished call changes: the task, the contact, the rating, the lead, the customer's file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.rules.call_records import OUTCOMES, REACHED, REFUSED, WRONG, WRONG_NUMBER
from bot.rules.consent import CODES, called, wording
from storage.db import dumps, loads, sql
from storage.queries import consents, people, stopping
from storage.queries.calls.questions import Asking
from storage.queries.calls.rows import CallTask
from storage.queries.consents import Who
from storage.queries.leads import deeds as lead_deeds
from storage.queries.ratings import rating as ratings
from storage.queries.touch import touchpoints
from storage.scope import account_id

CALL: Final = "call"
"""The channel of a consent that was taken back on the telephone."""
_ROOM: Final = timedelta(hours=2)
"""A call at a time that the customer named is in time for this long."""
_NO_MORE: Final = "客户不愿再联系"


@dataclass(frozen=True, slots=True)
class Ended:
    """How the call ended, what was `said`, the `level` that a lead was found at, and who called."""

    outcome: str
    said: str
    level: str
    by: str


async def end(task: CallTask, how: Ended, found: Asking, now: datetime) -> None:
    """The call is not to be made again."""
    outcome = how.outcome
    if task.lead is not None and task.lead.state == "open":
        await _lead(task.lead.id, how, now)  # ends its task, and frees its key
    await sql().run(
        "UPDATE staff_task SET done_at = ?, done_by = ?, outcome = ? WHERE account_id = ? AND id = ?",
        *(now, how.by[:64], outcome, account_id(), task.id),
    )
    if task.touchpoint_id is not None:
        await touchpoints.done(task.touchpoint_id, outcome, now)
    if found.rating is not None and found.rating.open:
        if outcome == REFUSED:
            await ratings.decline(found.rating.id, now)
        elif outcome == REACHED:
            await ratings.finish(found.rating.id, now)
    if outcome == REFUSED:
        await _refused(task, now)
    elif outcome == WRONG_NUMBER:
        await _wrong(task, now)


async def put_off(task: CallTask, until: datetime, by: str, now: datetime) -> None:
    """The customer named a time: the call is due then."""
    if task.lead is not None and task.lead.state == "open":
        await lead_deeds.put_off(task.lead.id, until, by, now)
    await sql().run(
        "UPDATE staff_task SET due_at = ? WHERE account_id = ? AND id = ? AND due_at < ?",
        *(until + _ROOM, account_id(), task.id, until + _ROOM),
    )


async def _refused(task: CallTask, now: datetime) -> None:
    """They take back what they agreed to: follow-ups, and what this call was for."""
    who = Who(task.customer_id)
    if task.customer_id is None:
        return
    purposes = [code for code in CODES if code in {"follow_up", task.purpose}]
    said = f"电话中表示不再接受{called(purposes)}"
    await consents.withdraw(who, purposes, wording(said), now, CALL)
    await stopping.stop(who, purposes, f"客户{said}", now)


async def _wrong(task: CallTask, now: datetime) -> None:
    """The file says so, and somebody looks for the right number."""
    if task.customer_id is None:
        return
    row = await sql().one(
        "SELECT tags FROM customer WHERE account_id = ? AND id = ?",
        *(account_id(), task.customer_id),
    )
    tags = list(loads(row["tags"]) or ()) if row["tags"] else []
    if WRONG not in tags:
        await sql().run(
            "UPDATE customer SET tags = ?, rev = rev + 1, changed_at = ?"
            " WHERE account_id = ? AND id = ?",
            *(dumps([*tags, WRONG]), now, account_id(), task.customer_id),
        )
    await people.staff_task(
        "check_file",
        f"核对电话号码：{task.card.name or '客户'}",
        now,
        customer_id=task.customer_id,
        detail=f"回访时号码不对，请核对后改正档案。改了号码，标签“{WRONG}”会自动去掉。",
        same=f"wrong:{task.id}",
    )


async def _lead(lead_id: int, how: Ended, now: datetime) -> None:
    if how.outcome == REACHED:
        await lead_deeds.contacted(lead_id, how.by, now, note=how.said, level=how.level)
    elif how.outcome == REFUSED:
        await lead_deeds.lose(lead_id, how.said or _NO_MORE, how.by, now)
    else:
        await lead_deeds.tried(lead_id, how.by, now, note=OUTCOMES[how.outcome])
