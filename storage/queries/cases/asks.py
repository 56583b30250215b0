"""What colleagues are asked to do about a compensation or a measure: decide on it, or carry it out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.rules.cases.words import number_of
from bot.rules.roles import Role
from storage.db import sql
from storage.queries.cases.people import in_charge, of_role
from storage.queries.staff.alerts import alert
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id

DECIDE: Final = "case_decide"
CARRY_OUT: Final = "case_measure"
"""Kinds of tasks."""


async def ask_deciders(
    subject: str,
    said: str,
    who: Staff,
    roles: Iterable[Role],
    now: datetime,
    *,
    case_id: int | None = None,
    store_id: int | None = None,
) -> int:
    """Those of `roles` at the store decide on `subject` (compensation:7), never who asked for it."""
    people = of_role(await in_charge(store_id), *roles)
    others = [one.id for one in people if one.name != who.actor]
    about = f"{number_of(case_id)}：" if case_id is not None else ""
    return await alert(
        *(others, DECIDE, f"待批准：{about}{said}", f"{who.actor}提出，请批准或驳回。", now),
        same=f"{subject}:decide",
        store_id=store_id,
        case_id=case_id,
    )


async def ask_to_act(
    subject: str,
    people: Iterable[int | None],
    title: str,
    detail: str,
    now: datetime,
    *,
    case_id: int | None = None,
    store_id: int | None = None,
    due_at: datetime | None = None,
) -> int:
    """Somebody has to carry `subject` out (measure:7:do), or think of another one."""
    ids = [one for one in people if one is not None]
    return await alert(
        *(ids, CARRY_OUT, title, detail, now),
        same=subject,
        case_id=case_id,
        store_id=store_id,
        due_at=due_at,
    )


async def answered(subject: str, who: Staff, now: datetime) -> int:
    """Nobody has to see to it any more; how many tasks are done."""
    return await sql().run(
        "UPDATE staff_task SET done_at = ?, done_by = ?"
        " WHERE account_id = ? AND done_at IS NULL AND same LIKE ?",
        *(now, who.actor, account_id(), f"{subject}:%"),
    )
