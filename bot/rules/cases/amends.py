"""补偿, 整改措施 and 预防措施: who may take which step with one, and in which state.

A compensation is approved by the service manager or the general manager, a measure by the general
manager (the table of bot/rules/roles says so), and never by who asked for it: nobody gives away the
dealership's money, or judges a plan, alone. Whoever carried a measure out does not judge its effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.rules.cases.words import EVENTS as OF_STATES
from bot.rules.roles import Action, Kind, may

GIFTS: Final[Mapping[str, str]] = {
    "free_service": "免费服务",
    "voucher": "代金券",
    "discount": "折扣",
    "refund": "退款",
    "gift": "礼品",
}
"""Kinds of compensation."""

MEASURES: Final[Mapping[str, str]] = {"corrective": "整改措施", "preventive": "预防措施"}

GIFT_STATES: Final[Mapping[str, str]] = {
    "pending": "待批准",
    "approved": "已批准",
    "refused": "已驳回",
    "given": "已兑现",
}
MEASURE_STATES: Final[Mapping[str, str]] = {
    "proposed": "待批准",
    "approved": "已批准",
    "refused": "已驳回",
    "reported": "已执行",
    "effective": "有效",
    "ineffective": "无效",
}


@dataclass(frozen=True, slots=True)
class Step:
    """From one of `before` to `after`. `others`: by somebody else than who took that earlier step.

    `words`: what has to be said with it, "" nothing. `event`: what the case's history calls it.
    """

    name: str
    before: tuple[str, ...]
    after: str
    event: str
    action: Action
    others: str = ""
    words: str = ""


GIFT_STEPS: Final[Mapping[str, Step]] = {
    "approve": Step(
        "批准", ("pending",), "approved", "compensation_approved", Action.APPROVE, "asked_by"
    ),
    "refuse": Step(
        *("驳回", ("pending",), "refused", "compensation_refused"),
        *(Action.APPROVE, "asked_by", "驳回的理由"),
    ),
    "give": Step("兑现", ("approved",), "given", "compensation_given", Action.EDIT),
}
MEASURE_STEPS: Final[Mapping[str, Step]] = {
    "approve": Step(
        "批准", ("proposed",), "approved", "measure_approved", Action.APPROVE, "proposed_by"
    ),
    "refuse": Step(
        *("驳回", ("proposed",), "refused", "measure_refused"),
        *(Action.APPROVE, "proposed_by", "驳回的理由"),
    ),
    "report": Step(
        "报告执行", ("approved",), "reported", "measure_reported", Action.EDIT, words="执行情况"
    ),
    "effective": Step(
        *("确认有效", ("reported",), "effective", "measure_effective"),
        *(Action.EDIT, "reported_by", "效果"),
    ),
    "ineffective": Step(
        *("判为无效", ("reported",), "ineffective", "measure_ineffective"),
        *(Action.EDIT, "reported_by", "效果"),
    ),
}

EVENTS: Final[Mapping[str, str]] = {
    "compensation_asked": "申请补偿",
    **{step.event: f"{step.name}补偿" for step in GIFT_STEPS.values()},
    "measure_proposed": "提出措施",
    "measure_approved": "批准措施",
    "measure_refused": "驳回措施",
    "measure_reported": "措施已执行",
    "measure_effective": "措施有效",
    "measure_ineffective": "措施无效",
    "linked": "关联相似投诉",
    "unlinked": "取消关联",
}
"""Lines in a case's history beside those of its own states."""

_CLOSED_TO_GIFTS: Final = ("withdrawn",)
_WHO: Final[Mapping[tuple[Kind, Action], str]] = {
    (Kind.COMPENSATION, Action.APPROVE): "补偿由服务经理或总经理批准。",
    (Kind.MEASURE, Action.APPROVE): "措施由总经理批准。",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and what to do instead. `moved_on`: because it is in another state by now."""

    what: str
    hint: str
    moved_on: bool = False


def refused(
    kind: Kind,
    step: Step,
    state: str,
    role: str,
    actor: str,
    *,
    earlier: Mapping[str, str],
    words: str = "",
) -> Refusal | None:
    """Why `actor` may not take `step` with a COMPENSATION or MEASURE now; None: they may.

    `earlier`: who took the steps before, by column (asked_by, proposed_by, reported_by).
    """
    called = GIFT_STATES if kind is Kind.COMPENSATION else MEASURE_STATES
    if not may(role, kind, step.action):
        return Refusal("您的岗位不能做这一步。", _WHO.get((kind, step.action), "请联系主管。"))
    if state not in step.before:
        before = "、".join(called[one] for one in step.before)
        return Refusal(f"现在是{called[state]}。", f"{before}的才能{step.name}。", moved_on=True)
    if step.others and earlier.get(step.others) == actor:
        return Refusal("这一步要由另一位同事做。", "提出或执行的人不能自己把关。")
    if step.words and not words.strip():
        return Refusal(f"请写明{step.words}。", "要留在记录里。")
    return None


def refused_gift(state: str, kind: str, what: str, amount_given: bool) -> Refusal | None:
    """Why no compensation can be asked for in a case that is in `state`."""
    if state in _CLOSED_TO_GIFTS:
        return Refusal("客户已撤回投诉。", "撤回的投诉不能再申请补偿。", moved_on=True)
    if kind not in GIFTS:
        return Refusal(f"没有补偿类别{kind}。", f"可用：{'、'.join(GIFTS)}。")
    if not what.strip():
        return Refusal("请写明补偿什么。", "例如：免费更换机油一次。")
    if kind == "refund" and not amount_given:
        return Refusal("退款要写金额。", "请补上金额。")
    return None


def wants_another(states: Sequence[str]) -> bool:
    """Whether something is left to mend: the last measure that was not refused did not help.

    `states`: of one case's (or one pattern's) measures, in their order.
    """
    tried = [state for state in states if state != "refused"]
    return bool(tried) and tried[-1] == "ineffective"


def event_name(kind: str) -> str:
    """Any line of a case's history in words; a kind nobody knows is its own word."""
    return EVENTS.get(kind) or OF_STATES.get(kind, kind)
