"""What a deed brings about: the customer hears of it, colleagues have less or more to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.rules.cases.words import PRIORITIES
from storage.db import sql
from storage.queries.cases import alerts as case_alerts
from storage.queries.cases.clocks import Reading
from storage.queries.cases.messages import CaseKind, take_back, tell_customer
from storage.queries.cases.rows import Case
from storage.queries.cases.writing import note, tell_outside
from storage.queries.staff import alerts as staff_alerts
from storage.queries.staff.notices import ADDED, BROKEN, GIVEN, NEW, WARNED
from storage.scope import account_id

_ALL: Final = (NEW, GIVEN, WARNED, BROKEN, ADDED, case_alerts.REPORT, "call")
_ENDS: Final = {
    "seen": (case_alerts.REPORT,),
    "received": (NEW, GIVEN),
    "assigned": (NEW, GIVEN),
    "replied": (NEW, GIVEN, ADDED),
    "progressed": (NEW, GIVEN, ADDED),
    "called": (NEW, GIVEN, ADDED),
    "solved": (NEW, GIVEN, ADDED),
    "withdrawn": _ALL,
    "confirmed": _ALL,
}
"""Kind of event → kinds of tasks that it does."""
_THEIRS: Final = ("receipt", "reply", "progress", "told")
"""Clocks that whoever handles it ends."""
_UNTRUE: Final[dict[str, tuple[CaseKind, ...]]] = {
    "withdrawn": ("case_reply", "case_solved", "case_check"),
    "confirmed": ("case_check",),
    "reopened": ("case_solved", "case_check"),
}
"""Kind of event → what need not be said any more."""


@dataclass(frozen=True, slots=True)
class Done:
    """An event that was written, and the complaint before and after it."""

    kind: str
    number: int
    actor: str
    words: str
    before: Case
    after: Case
    at: datetime


async def follow(done: Done, read: Reading) -> None:
    """Inside the transaction that wrote it. `read`: the clocks with the event."""
    case, at = done.after, done.at
    if untrue := _UNTRUE.get(done.kind):
        await take_back(case.id, untrue, f"{case.number}：{done.kind}", at)
    if ended := _ENDS.get(done.kind):
        await staff_alerts.over(case.id, at, by=done.actor, kinds=ended)
    await case_alerts.tidy(case.id, read.clocks, done.actor, at)
    match done.kind:
        case "replied":
            await tell_customer(case, "case_reply", done.words, at)
        case "told":
            await _tell(done)
        case "assigned" | "categorised" if case.owner_id != done.before.owner_id:
            next_due = min(
                (one.due_at for one in read.clocks if one.name in _THEIRS and not one.ended),
                default=None,
            )
            await case_alerts.given(case, done.number, at, by=done.actor, due_at=next_due)
        case "added":
            rose = case.priority != done.before.priority
            what = f"客户补充，优先级升为{PRIORITIES[case.priority]}" if rose else "客户补充"
            await case_alerts.spoke(case, what, done.words, done.number, at)
        case "evidence":
            await case_alerts.sent_something(case, at)
        case "withdrawn":
            await _unsaid(case, at)
            await case_alerts.spoke(case, "客户撤回了投诉", done.words, done.number, at)
        case "reopened":
            due = [one.due_at for one in read.clocks if one.name == "receipt"]
            await case_alerts.reopened(case, done.words, done.number, due[-1])


async def _unsaid(case: Case, at: datetime) -> None:
    """Recorded at night from what was told, and taken back before the customer heard of it."""
    talk = (case.same or "").partition("talk:")[2]
    if talk.isdecimal():
        await sql().run(
            "UPDATE message SET state = 'cancelled', why = ?, changed_at = ? WHERE account_id = ?"
            " AND wechat_user_id = ? AND state IN ('queued', 'waiting') AND idem LIKE ?",
            *("投诉已撤回", at, account_id(), case.wechat_user_id, f"kept:{talk}:%"),
        )


async def _tell(done: Done) -> None:
    """The customer hears of the solution, and in the same breath is asked whether it is one."""
    case, at = done.after, done.at
    await tell_customer(case, "case_solved", done.words, at)
    number = await note(case.id, "checked", "system", at, data={"with": "case_solved"})
    await tell_outside(case.id, "checked", number, at)
