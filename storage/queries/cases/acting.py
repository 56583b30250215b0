"""A colleague acts on a complaint: what their role may do, and what stands against it.

Its owner acts, and those above: the service manager of its store, the general manager. Whoever else
may work on complaints takes one that nobody has taken, and writes down what the customer says. On
their own complaint nobody acts but to give it to somebody else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.cases.states import CUSTOMER_DEEDS, STAFF_DEEDS, refusal
from bot.rules.cases.words import EVENTS, STATES
from bot.rules.roles import Action, Kind, Role, may
from storage.db import transaction
from storage.queries.access.rows import allowed
from storage.queries.cases.deeds import act
from storage.queries.cases.history import MovedOn, held_case
from storage.queries.cases.people import colleague
from storage.queries.cases.rows import Case, one
from storage.queries.staff.colleagues import Staff, get_staff
from storage.queries.staff.wechat import is_own

_NOT_BY_HAND: Final = ("evidence",)
DEEDS: Final[Mapping[str, str]] = {
    **{
        deed: EVENTS[kind]
        for deed, kind in {**STAFF_DEEDS, **CUSTOMER_DEEDS}.items()
        if deed not in _NOT_BY_HAND
    },
    "not_solved": "客户说没有解决",
}
"""What a colleague may do, or write down that the customer did."""


async def do(
    who: Staff,
    case_id: int,
    deed: str,
    now: datetime,
    *,
    words: str = "",
    if_rev: int | None = None,
    **data: Any,
) -> Case | None:
    """The complaint afterwards; None where `who` sees none. `data` as case_deeds.act has it.

    What the customer did is kept as theirs, with who wrote it down. MovedOn: it is in another
    state, or at another rev, by now.
    """
    if deed not in DEEDS:
        raise StaffError(f"没有“{deed}”这一步。", f"可用：{'、'.join(DEEDS)}。")
    async with transaction() as connection:
        case = await held_case(connection, who, case_id)
        if case is None:
            return None
        if no := await barred(who, case_id, deed):
            raise no
        if deed == "assign":
            await _able(data.get("staff_id"))
        if if_rev is not None and if_rev != case.rev:
            raise MovedOn("投诉已有新的变化。", f"{case.number}现在{STATES[case.state]}，请先看最新进展。", case.state)  # fmt: skip
        if said := refusal(case.state, deed):
            raise MovedOn(said, f"查看{case.number}的最新进展。", case.state)
        actor = who.actor
        if deed in CUSTOMER_DEEDS:
            actor, data = "customer", {**data, "entered_by": who.actor}
        elif deed == "receive":
            data.setdefault("staff_id", who.id)
        return await act(case_id, deed, actor, now, words=words, **data)


async def barred(who: Staff, case_id: int, deed: str = "") -> StaffError | None:
    """Why `who`, who sees it, is not the one for this step (for any other); None: they are."""
    if deed == "seen" and who.role != Role.GENERAL_MANAGER:
        return StaffError("只有总经理能标记已阅。", "请总经理查看。")
    if not await allowed(who, Kind.CASE, case_id, Action.EDIT):
        return StaffError("您的岗位不能处理投诉。", "请联系投诉的负责人。")
    case = await one(case_id)
    if case is None or deed == "seen" or deed in CUSTOMER_DEEDS:
        return None
    if deed != "assign" and await is_own(who.id, case.wechat_user_id):
        give = f"转给同事：转 {case.number} 给 姓名，或请服务经理安排。"
        return StaffError(f"{case.number}是您自己的投诉，要由同事处理。", give)
    if await allowed(who, Kind.CASE, case_id, Action.HANDLE):
        return None
    owner, may_take = await colleague(case.owner_id), await _may_take(who, case_id)
    if deed == "receive" and may_take and (owner is None or case.state == "open"):
        return None
    if owner is None:
        first = f"请先接单：收到 {case.number}" if may_take else "请联系服务经理指定负责人"
        return StaffError(f"{case.number}现在没有负责人。", f"{first}。")
    return StaffError(
        f"{case.number}由{owner.name}负责，这一步要由{owner.name}来办。",
        f"请联系{owner.name}，或请服务经理把它转给您。",
    )


async def _may_take(who: Staff, case_id: int) -> bool:
    return await allowed(who, Kind.CASE, case_id, Action.TAKE)


async def _able(staff_id: Any) -> None:
    """It is given to somebody who may work on it."""
    found = await get_staff(staff_id) if isinstance(staff_id, int) else None
    if found and found.active and not may(found.role, Kind.CASE, Action.HANDLE):
        raise StaffError(f"{found.name}的岗位不处理投诉。", "请转给顾问、回访专员或经理。")
