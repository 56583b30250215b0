"""投诉单 and what may be done to it in which state.

    open 待处理 ─┐                        ┌─▶ confirmed 已确认 ─┐
    reopened 重开 ┴─▶ in_progress 处理中 ─▶ solved 已解决 ───────┴─▶ reopened
    every one that is not confirmed ─▶ withdrawn 已撤回

Work shows that a complaint was taken: a reply, a note or a call moves it to in progress as a
receipt does. Only a solution with its root cause leads on to solved, and only solved to confirmed,
so that nothing is closed without one.
"""

from collections.abc import Mapping
from typing import Final

from bot.rules.cases.words import STATES, UNSETTLED, WORKED_ON

STAFF_DEEDS: Final[Mapping[str, str]] = {
    "seen": "seen",
    "receive": "received",
    "reply": "replied",
    "progress": "progressed",
    "assign": "assigned",
    "categorise": "categorised",
    "prioritise": "prioritised",
    "call": "called",
    "solve": "solved",
    "tell": "told",
}
CUSTOMER_DEEDS: Final[Mapping[str, str]] = {
    "add": "added",
    "withdraw": "withdrawn",
    "confirm": "confirmed",
    "not_solved": "reopened",
    "evidence": "evidence",
}
SYSTEM_DEEDS: Final[Mapping[str, str]] = {
    "warned": "warned",
    "escalated": "escalated",
    "reported": "reported",
    "checked": "checked",
    "checked_again": "checked_again",
}
DEEDS: Final[Mapping[str, str]] = {**STAFF_DEEDS, **CUSTOMER_DEEDS, **SYSTEM_DEEDS}
"""Deed → the kind of event that it leaves."""

_EVERY: Final = tuple(STATES)
_MAY: Final[Mapping[str, tuple[str, ...]]] = {
    "seen": _EVERY,
    "receive": WORKED_ON,
    "reply": UNSETTLED,
    "progress": WORKED_ON,
    "assign": UNSETTLED,
    "categorise": _EVERY,
    "prioritise": UNSETTLED,
    "call": (*UNSETTLED, "confirmed"),
    "solve": WORKED_ON,
    "tell": ("solved",),
    "add": (*UNSETTLED, "confirmed"),
    "evidence": (*UNSETTLED, "confirmed"),
    "withdraw": UNSETTLED,
    "confirm": ("solved", "confirmed"),
    "not_solved": ("solved", "confirmed"),
    "warned": UNSETTLED,
    "escalated": UNSETTLED,
    "reported": _EVERY,
    "checked": ("solved", "confirmed"),
    "checked_again": ("solved", "confirmed"),
}
_AFTER: Final[Mapping[str, str]] = {
    "solve": "solved",
    "confirm": "confirmed",
    "not_solved": "reopened",
    "withdraw": "withdrawn",
}
_TAKES: Final = frozenset({"receive", "reply", "progress", "call"})
_INSTEAD: Final[Mapping[str, str]] = {
    "confirm": "还没有解决方案，请先由负责人填写根本原因和解决方案。",
    "not_solved": "还没有解决，客户的话请用补充记录。",
    "tell": "请先填写根本原因和解决方案。",
}


def refusal(
    state: str, deed: str, *, has_root_cause: bool = True, has_solution: bool = True
) -> str:
    """Why `deed` cannot be done in `state`, in words; "": it can.

    `has_root_cause`, `has_solution`: those given with the deed for solve, those that stand for the
    others. Raises KeyError for a deed there is none of.
    """
    if state not in _MAY[deed]:
        instead = _INSTEAD.get(deed) if state in WORKED_ON else None
        return f"投诉{STATES[state]}。{instead or '不能再做这一步。'}"
    if after(state, deed) in ("solved", "confirmed"):
        if not has_root_cause:
            return "没有根本原因，不能结案。"
        if not has_solution:
            return "没有解决方案，不能结案。"
    return ""


def after(state: str, deed: str) -> str:
    """The state that `deed` leads to."""
    if deed in _TAKES and state in ("open", "reopened"):
        return "in_progress"
    return _AFTER.get(deed, state)
