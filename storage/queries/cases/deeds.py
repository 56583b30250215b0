"""What staff, the customer and the clocks do to a complaint, one after the other.

    case = await act(12, "reply", "张伟", now, words="已为您安排明天检测")
    case = await act(12, "solve", "张伟", now, root_cause="压缩机泄漏", solution="更换压缩机")

The words of `reply` and `tell` go to the customer, as from the store; whoever calls need not send
them again. After `tell` they are asked at once whether they are content.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from bot.errors import Conflict, StaffError
from bot.rules.cases.priority import at_least
from bot.rules.cases.states import DEEDS, after, refusal
from bot.rules.cases.words import (
    CATEGORIES,
    PRIORITIES,
    UNSETTLED,
    category_code,
    number_of,
)
from bot.rules.word_lint import lint_reply
from storage.db import Sql, transaction
from storage.queries.cases.clocks import read
from storage.queries.cases.effects import Done, follow
from storage.queries.cases.people import colleague, owner_of, routed
from storage.queries.cases.rows import Case, Event, events, one
from storage.queries.cases.writing import lock, look_again, note, tell_outside
from storage.scope import account_id
from storage.secrets import seal

Data = Mapping[str, Any]


@dataclass(slots=True)
class _Change:
    """What a deed writes: columns of the complaint, and the event."""

    kind: str
    words: str
    data: dict[str, Any]
    columns: dict[str, Any] = field(default_factory=dict)


async def act(
    case_id: int,
    deed: str,
    actor: str,
    now: datetime,
    *,
    words: str = "",
    if_rev: int | None = None,
    **data: Any,
) -> Case:
    """Do `deed` (bot/rules/case_states.DEEDS) and write it down; the complaint afterwards.

    `actor`: a colleague's name, "customer" or "system". Of `data`: receive [staff_id]; assign
    staff_id; categorise category; prioritise priority; call reached (True); solve root_cause,
    solution. Raises StaffError where it cannot be done, Conflict if `if_rev` is not the rev.
    """
    async with transaction() as connection:
        await lock(connection, case_id)
        case = await one(case_id)
        if case is None:
            raise StaffError(f"没有投诉{number_of(case_id)}。", "请核对投诉编号。")
        if if_rev is not None and case.rev != if_rev:
            raise Conflict(f"{case.number} is at rev {case.rev}")
        before = await events(case_id)
        if _said_already(deed, case, before):
            return case
        # Two processes need not agree on the second: what is later in order is not earlier in time.
        at = max([now.astimezone(UTC), *(event.at for event in before[-1:])])
        change = await _change(case, deed, words.strip(), data)
        await _write(connection, case, deed, change, at)
        number = await note(case_id, change.kind, actor, at, words=change.words, data=change.data)
        await tell_outside(case_id, change.kind, number, at)
        acted = await one(case_id)
        assert acted is not None  # noqa: S101 - locked above
        done = Done(change.kind, number, actor, change.words, case, acted, at)
        await follow(done, await read(acted, at))
        found = await look_again(case_id, case.store_id, at)
        return replace(
            acted, look_at=found.look_at and found.look_at.astimezone(acted.recorded_at.tzinfo)
        )


def _said_already(deed: str, case: Case, before: list[Event]) -> bool:
    """Twice the same says nothing new: a second tap, a page that is opened again."""
    if deed == "seen":
        return any(event.kind == "seen" for event in before)
    if deed == "confirm" and case.state == "confirmed":
        since = [event.kind for event in before]
        last = len(since) - since[::-1].index("confirmed")
        return not {"checked", "checked_again"} & set(since[last:])
    return False


async def _change(case: Case, deed: str, words: str, data: Data) -> _Change:
    if deed not in DEEDS:
        raise StaffError(f"没有“{deed}”这一步。", f"可用：{'、'.join(DEEDS)}。")
    prepared = _PREPARED.get(deed, _plain)
    change = await prepared(case, _Change(DEEDS[deed], words, dict(data)))
    refused = refusal(
        case.state,
        deed,
        has_root_cause=bool(change.data.get("root_cause") or case.root_cause),
        has_solution=bool(change.data.get("solution") or case.solution),
    )
    if refused:
        raise StaffError(refused, f"查看{case.number}的最新进展。")
    return change


async def _write(connection: Sql, case: Case, deed: str, change: _Change, at: datetime) -> None:
    """The complaint's own row; nothing is solved or confirmed that has no root cause."""
    state = after(case.state, deed)
    columns = {**change.columns, "state": state}
    if state != case.state:
        columns |= {
            "solved_at": at if state == "solved" else case.solved_at,
            "ended_at": at if state in {"confirmed", "withdrawn"} else None,
        }
        if state == "reopened":
            columns |= {"root_cause": "", "solution": "", "solved_at": None}
    cause = columns.pop("root_cause", None)
    written = await connection.run(
        f"UPDATE complaint SET {', '.join(f'{name} = ?' for name in columns)},"  # noqa: S608 - columns named in this file
        " root_cause = coalesce(?, root_cause), rev = rev + 1, changed_at = ?"
        " WHERE account_id = ? AND id = ? AND rev = ?"
        " AND (? NOT IN ('solved', 'confirmed') OR coalesce(?, root_cause) <> '')",
        *(*columns.values(), cause, at, account_id(), case.id, case.rev, state, cause),
    )
    if written != 1:
        raise Conflict(f"{case.number} was changed meanwhile")


async def _add(case: Case, change: _Change) -> _Change:
    change = await _with_words(case, change)
    return await _more_urgent(case, change) if case.state in UNSETTLED else change


async def _more_urgent(case: Case, change: _Change) -> _Change:
    """What customers tell later is read as their first words were."""
    if (priority := at_least(case.priority, change.words)) != case.priority:
        change.columns["priority"] = priority
        change.data |= {"from": case.priority, "priority": priority}
    return change


async def _plain(_case: Case, change: _Change) -> _Change:
    return change


async def _with_words(_case: Case, change: _Change) -> _Change:
    if not change.words:
        raise StaffError("没有写内容。", "请写明要记录或告诉客户的话。")
    return change


async def _reply(case: Case, change: _Change) -> _Change:
    return await _with_words(case, _fit(change))


def _fit(change: _Change) -> _Change:
    """Whoever complains has waited already, and is not told to."""
    for found in lint_reply(change.words):
        raise StaffError(f"给客户的话里不说“{found.word}”。", f"{found.better}改一下再发。")
    return change


async def _receive(case: Case, change: _Change) -> _Change:
    """Whoever takes it owns it; nobody named: it stays with its owner."""
    staff_id = change.data.pop("staff_id", None)
    if staff_id is not None and staff_id != case.owner_id:
        change.columns["owner_id"] = await _named(change, case, staff_id)
    return change


async def _assign(case: Case, change: _Change) -> _Change:
    change.columns["owner_id"] = await _named(change, case, change.data.pop("staff_id", None))
    return change


async def _named(change: _Change, case: Case, staff_id: Any) -> int:
    found = await colleague(staff_id) if isinstance(staff_id, int) else None
    if found is None:
        raise StaffError("没有这位同事，或已经离职。", "请写在职同事的姓名。")
    change.data |= {"from": case.owner, "to": found.name, "to_id": found.id}
    return found.id


async def _categorise(case: Case, change: _Change) -> _Change:
    """Another category goes to its department, and to its owner as long as nobody has taken it."""
    category = category_code(str(change.data.get("category", "")))
    if not 0 < len(category) <= 32:
        raise StaffError("没有写类别。", f"可用：{'、'.join(CATEGORIES)}，或门店自己的类别。")
    found = await routed(case.store_id, category, case.energy)
    change.columns |= {"category": category, "department": found.department}
    change.data |= {"from": case.category, "category": category}
    if case.state == "open" and (owner := await owner_of(found, case.store_id)) is not None:
        change.columns["owner_id"] = owner
    return change


async def _prioritise(case: Case, change: _Change) -> _Change:
    priority = change.data.get("priority")
    if priority not in PRIORITIES:
        raise StaffError("没有这个优先级。", f"可用：{'、'.join(PRIORITIES)}。")
    change.columns["priority"] = priority
    change.data["from"] = case.priority
    return change


async def _call(_case: Case, change: _Change) -> _Change:
    """A call that nobody answered is no reply."""
    if not change.data.setdefault("reached", True):
        change.kind = "call_missed"
    return change


async def _solve(_case: Case, change: _Change) -> _Change:
    cause = str(change.data.get("root_cause") or "").strip()
    solution = str(change.data.get("solution") or "").strip()
    if not cause or not solution:
        raise StaffError("没有根本原因和解决方案，不能结案。", "两样都请写明。")
    change.data |= {"root_cause": cause, "solution": solution}
    change.columns |= {
        "root_cause": seal("complaint.root_cause", cause),
        "solution": seal("complaint.solution", solution),
    }
    return change


async def _tell(case: Case, change: _Change) -> _Change:
    change.words = change.words or case.solution
    return _fit(change)


_PREPARED: Final[Mapping[str, Callable[[Case, _Change], Awaitable[_Change]]]] = {
    "receive": _receive,
    "reply": _reply,
    "progress": _with_words,
    "assign": _assign,
    "categorise": _categorise,
    "prioritise": _prioritise,
    "call": _call,
    "solve": _solve,
    "tell": _tell,
    "add": _add,
    "not_solved": _more_urgent,
}
