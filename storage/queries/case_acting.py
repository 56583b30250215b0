"""A colleague acts on a complaint: what their role may do, and what stands against it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.case_states import CUSTOMER_DEEDS, STAFF_DEEDS, refusal
from bot.rules.case_words import EVENTS, STATES
from bot.rules.roles import Action, Kind, Role
from storage.db import transaction
from storage.queries.access import allowed
from storage.queries.case_deeds import act
from storage.queries.case_history import MovedOn, held_case
from storage.queries.cases import Case
from storage.queries.staff import Staff

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
        await _may(who, case_id, deed)
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


async def _may(who: Staff, case_id: int, deed: str) -> None:
    if deed == "seen" and who.role != Role.GENERAL_MANAGER:
        raise StaffError("只有总经理能标记已阅。", "请总经理查看。")
    if not await allowed(who, Kind.CASE, case_id, Action.EDIT):
        raise StaffError("您的岗位不能处理投诉。", "请联系投诉的负责人。")
