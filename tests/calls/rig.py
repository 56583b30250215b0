"""A contact that is owed, handed over as a call; and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.touch.kinds import KINDS
from storage.db import dumps, moment, sql
from storage.queries import consents
from storage.queries.calls.rows import CallTask
from storage.queries.calls.worklist import one
from storage.queries.consents import Who
from storage.queries.touch import outbox as touch_outbox
from storage.queries.touch.outbox import Call
from storage.scope import account_id
from tests.people import Cast, Person, at, insert

FOUR = at("16:05")
"""Thursday 19 November 2026: a welcome hour to call."""
EVERY = {
    "overall": 5, "advisor": 5, "waiting": 4, "range": 1, "recommend": 10,
}  # fmt: skip
"""What a content customer says to the standard questions, but for the choice `plan`."""


async def consents_to(who: Person, *purposes: str) -> None:
    every = purposes or ("care", "follow_up", "marketing")
    await consents.give(Who(who.customer_id), every, "同意接收", FOUR - timedelta(days=9))


async def settled(who: Person, at_: datetime = FOUR - timedelta(days=1)) -> int:
    """A settled visit of their first car; its id."""
    return await insert(
        "INSERT INTO visit (account_id, ref, vehicle_id, store_id, settled_at, mileage, items,"
        " customer_id) SELECT ?, ?, v.id, v.store_id, ?, 5000, ?, v.customer_id FROM vehicle v"
        " WHERE v.id = ?",
        *(account_id(), f"R9-{who.user_id}", at_, dumps(["首保"]), who.car),
    )


async def owed(
    who: Person,
    kind: str = "after_visit",
    *,
    subject: str = "",
    staff_id: int | None = None,
    until: datetime | None = None,
    now: datetime = FOUR - timedelta(hours=6),
) -> CallTask:
    """A contact of theirs that is a call now."""
    if kind == "after_visit" and not subject:
        subject = f"r{await settled(who)}"
    touch = await insert(
        "INSERT INTO touchpoint (account_id, kind, subject, purpose, customer_id, vehicle_id,"
        " store_id, due_on, due_at, until, state, created_at, changed_at)"
        " SELECT ?, ?, ?, ?, ?, v.id, v.store_id, ?, ?, ?, 'handed_over', ?, ? FROM vehicle v"
        " WHERE v.id = ?",
        *(account_id(), kind, subject or f"v{who.car}", KINDS[kind].purpose, who.customer_id),
        *(FOUR.date(), FOUR, until, now, now, who.car),
    )
    row = await sql().one("SELECT store_id FROM touchpoint WHERE id = ?", touch)
    title, detail = f"{KINDS[kind].name}：{who.name}", "微信没有合适的渠道"
    call = Call(
        touch, who.customer_id, who.user_id, row["store_id"], staff_id, title, detail, until
    )
    await touch_outbox.call_many([call], now)
    task = await sql().one("SELECT id FROM staff_task WHERE touchpoint_id = ?", touch)
    found = await one(task["id"], FOUR)
    assert found is not None
    return found


@dataclass(frozen=True)
class Written:
    """A record as it is kept."""

    outcome: str
    missing: str
    later_at: datetime | None
    rating_id: int | None


async def written(task: CallTask) -> list[Written]:
    rows = await sql().rows("SELECT * FROM call_record WHERE task_id = ? ORDER BY id", task.id)
    return [
        Written(
            row["outcome"], str(row["missing"] or ""), moment(row["later_at"]), row["rating_id"]
        )
        for row in rows
    ]


async def touch_state(task: CallTask) -> tuple[str, str]:
    row = await sql().one("SELECT state, outcome FROM touchpoint WHERE id = ?", task.touchpoint_id)
    return row["state"], row["outcome"]


def everybody(cast: Cast) -> tuple[Person, Person]:
    return cast.wang, cast.li
