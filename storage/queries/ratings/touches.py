"""Contacts that ask for a rating, and ratings that were given without them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from bot.rules.rating_terms import OCCASIONS
from storage.db import sql
from storage.queries.leads.tasks import MOVED
from storage.queries.ratings.rows import Rating
from storage.queries.records.tables import among
from storage.queries.touch import touchpoints
from storage.queries.touch.touchpoints import NAMED, Touch
from storage.scope import account_id
from storage.secrets import seal

RATED: Final = "rated"
"""The outcome of a contact whose question was answered."""
_IN_CHAT: Final = "客户已在微信里自己评价完，不用再打。"


def subject_of(touch: Touch) -> str:
    """What a contact asks about, as ratings name it; "" where it asks for none."""
    if touch.kind not in OCCASIONS:
        return ""
    return touch.subject if touch.kind == "after_visit" else f"t{touch.id}"


async def over_for(touches: Sequence[Touch]) -> frozenset[int]:
    """Those of which nobody is to be asked any more: it was rated, is being rated, or declined.

    Who named a time for it is asked then, unless they have come back by themselves since.
    """
    subjects = {one.id: subject for one in touches if (subject := subject_of(one))}
    if not subjects:
        return frozenset()
    db = sql()
    condition, value = among(db, "subject", list(subjects.values()))
    rows = await db.rows(
        "SELECT subject, state, first_answer_at, later_at FROM rating"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition}",
        *(account_id(), value),
    )
    begun = {row["subject"] for row in rows}
    for_good = {
        row["subject"]
        for row in rows
        if row["state"] in {"done", "declined"}
        or (row["first_answer_at"] is not None and row["later_at"] is None)
    }
    return frozenset(
        one.id
        for one in touches
        if subjects.get(one.id) in (for_good if one.outcome == NAMED else begun)
    )


async def of_subject(rating: Rating) -> list[int]:
    """The contacts that ask for this rating, also several: an order that was settled again."""
    if rating.visit_id is None:
        return [rating.touchpoint_id] if rating.touchpoint_id else []
    rows = await sql().rows(
        "SELECT id FROM touchpoint WHERE account_id = ? AND vehicle_id = ?"
        " AND kind = 'after_visit' AND subject = ? ORDER BY id",
        *(account_id(), rating.vehicle_id, rating.subject),
    )
    return [row["id"] for row in rows]


async def stop_asking(rating: Rating, now: datetime) -> None:
    """Nothing that is still in the queue asks for what is being answered.

    Who is deciding about it at this moment is waited for, so that what they queue is seen.
    """
    ids = await of_subject(rating)
    if not ids:
        return
    db = sql()
    if db.postgres:
        await db.rows(
            "SELECT id FROM touchpoint WHERE account_id = ? AND id = ANY(?) ORDER BY id"
            " FOR NO KEY UPDATE",
            *(account_id(), ids),
        )
    await _stop_messages(ids, "客户已经在评价", now)


async def taken_up(rating: Rating, now: datetime) -> None:
    """The first answer: what asked for it is done, and nobody need call."""
    ids = await of_subject(rating)
    for touchpoint in ids:
        await touchpoints.done(touchpoint, RATED, now)
    if ids:
        await _stop_messages(ids, "客户已经评价", now)
        condition, value = among(sql(), "touchpoint_id", ids)
        await sql().run(
            "UPDATE staff_task SET done_at = ?, done_by = ?, outcome = ?"  # noqa: S608 - our own columns
            f" WHERE account_id = ? AND done_at IS NULL AND {condition}",
            *(now, "客户", RATED, account_id(), value),
        )


async def answered_in_chat(rating: Rating, now: datetime) -> None:
    """Begun by a colleague on the telephone, brought to its end by the customer: nobody need call.

    The call has a record that says so, by nobody.
    """
    ids = await of_subject(rating)
    if not ids:
        return
    db = sql()
    condition, value = among(db, "touchpoint_id", ids)
    rows = await db.rows(
        "UPDATE staff_task SET done_at = ?, done_by = ?, outcome = ? WHERE account_id = ?"  # noqa: S608 - our own columns
        f" AND done_at IS NULL AND kind = 'call' AND {condition} RETURNING id",
        *(now, "客户", RATED, account_id(), value),
    )
    for row in rows:
        await db.run(
            "INSERT INTO call_record (account_id, task_id, customer_id, outcome, said, rating_id,"
            " called_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(account_id(), row["id"], rating.customer_id, RATED),
            *(seal("call_record.said", _IN_CHAT), rating.id, now, now),
        )
    if rows:
        for touchpoint in ids:
            await touchpoints.done(touchpoint, RATED, now)
        await _stop_messages(ids, "客户已经评价", now)


async def put_off(rating: Rating, at: datetime, why: str, now: datetime) -> bool:
    """The contact comes back at `at`; False: there is none that could.

    A call in its place is not made before.
    """
    ids = await of_subject(rating)
    if ids:
        condition, value = among(sql(), "touchpoint_id", ids)
        await sql().run(
            "UPDATE staff_task SET done_at = ?, done_by = ?, outcome = ?"  # noqa: S608 - our own columns
            f" WHERE account_id = ? AND done_at IS NULL AND kind = 'call' AND {condition}",
            *(now, "客户", MOVED, account_id(), value),
        )
    for one in reversed(ids):
        if await touchpoints.postpone(one, at, why, now):
            return True
    return False


async def _stop_messages(ids: Collection[int], why: str, now: datetime) -> None:
    db = sql()
    condition, value = among(db, "touchpoint_id", ids)
    await db.run(
        "UPDATE message SET state = 'cancelled', why = ?, changed_at = ?"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND state IN ('queued', 'waiting') AND {condition}",
        *(why, now, account_id(), value),
    )


async def refused(rating: Rating, now: datetime) -> None:
    """They said no: it is not asked again, and nobody calls about it."""
    ids = await of_subject(rating)
    await touchpoints.cancel(ids, "客户不想评价", now)
    for touchpoint in ids:
        await touchpoints.done(touchpoint, "refused", now)
