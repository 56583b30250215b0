"""Who may approve what in which state; nobody alone; reasons are kept."""

import pytest

from bot.rules.cases.amends import (
    EVENTS,
    GIFT_STATES,
    GIFT_STEPS,
    MEASURE_STATES,
    MEASURE_STEPS,
    Refusal,
    refused,
    refused_gift,
    wants_another,
)
from bot.rules.roles import Kind, Role

WORDS = "理由"
MAY = {
    Role.SALES_CONSULTANT: "give",
    Role.SERVICE_ADVISOR: "give",
    Role.CARE_SPECIALIST: "give",
    Role.SERVICE_MANAGER: "approve refuse give",
    Role.MARKETING: "",
    Role.GENERAL_MANAGER: "approve refuse give",
    Role.ADMINISTRATOR: "",
}


def gift(
    step: str, state: str, role: Role, actor: str = "乙", words: str = WORDS
) -> Refusal | None:
    earlier = {"asked_by": "甲"}
    return refused(
        Kind.COMPENSATION, GIFT_STEPS[step], state, role, actor, earlier=earlier, words=words
    )


def measure(
    step: str, state: str, role: Role, actor: str = "乙", words: str = WORDS
) -> Refusal | None:
    earlier = {"proposed_by": "甲", "reported_by": "丙"}
    return refused(
        Kind.MEASURE, MEASURE_STEPS[step], state, role, actor, earlier=earlier, words=words
    )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("step", list(GIFT_STEPS))
def test_who_decides_on_a_compensation(step: str, role: Role) -> None:
    allowed = step in MAY[role].split()
    [before] = GIFT_STEPS[step].before
    refusal = gift(step, before, role)
    assert (refusal is None) is allowed
    if not allowed and role is not Role.MARKETING and step != "give":
        assert refusal == Refusal("您的岗位不能做这一步。", "补偿由服务经理或总经理批准。")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("step", ["approve", "refuse"])
def test_only_the_general_manager_decides_on_a_measure(step: str, role: Role) -> None:
    assert (measure(step, "proposed", role) is None) is (role is Role.GENERAL_MANAGER)


@pytest.mark.parametrize("step", list(GIFT_STEPS))
@pytest.mark.parametrize("state", list(GIFT_STATES))
def test_a_compensation_goes_its_way_and_no_other(step: str, state: str) -> None:
    refusal = gift(step, state, Role.GENERAL_MANAGER)
    assert (refusal is None) is (state in GIFT_STEPS[step].before)
    if refusal:
        assert refusal.moved_on
        assert GIFT_STATES[state] in refusal.what


@pytest.mark.parametrize("step", list(MEASURE_STEPS))
@pytest.mark.parametrize("state", list(MEASURE_STATES))
def test_a_measure_goes_its_way_and_no_other(step: str, state: str) -> None:
    refusal = measure(step, state, Role.GENERAL_MANAGER)
    assert (refusal is None) is (state in MEASURE_STEPS[step].before)


def test_every_state_is_reached_by_one_of_the_steps() -> None:
    for steps, states, first in (
        (GIFT_STEPS, GIFT_STATES, "pending"),
        (MEASURE_STEPS, MEASURE_STATES, "proposed"),
    ):
        assert {step.after for step in steps.values()} | {first} == set(states)
        assert {step.event for step in steps.values()} <= set(EVENTS)
    assert all(len(event) <= 24 for event in EVENTS)
    assert EVENTS["compensation_refused"] == "驳回补偿"


def test_nobody_decides_on_what_they_asked_for_themselves() -> None:
    for step in ("approve", "refuse"):
        found = gift(step, "pending", Role.GENERAL_MANAGER, actor="甲")
        assert found == Refusal("这一步要由另一位同事做。", "提出或执行的人不能自己把关。")
        assert measure(step, "proposed", Role.GENERAL_MANAGER, actor="甲") == found
    assert gift("give", "approved", Role.SERVICE_ADVISOR, actor="甲") is None


def test_nobody_judges_the_effect_of_what_they_did() -> None:
    for step in ("effective", "ineffective"):
        assert measure(step, "reported", Role.SERVICE_MANAGER, actor="丙")
        assert measure(step, "reported", Role.SERVICE_MANAGER, actor="甲") is None


def test_a_refusal_a_report_and_an_effect_say_something() -> None:
    assert gift("refuse", "pending", Role.SERVICE_MANAGER, words=" ") == Refusal(
        "请写明驳回的理由。", "要留在记录里。"
    )
    assert gift("approve", "pending", Role.SERVICE_MANAGER, words="") is None
    assert measure("report", "approved", Role.SERVICE_MANAGER, words="")
    assert measure("ineffective", "reported", Role.SERVICE_MANAGER, words="")


@pytest.mark.parametrize(
    ("state", "kind", "what", "amount", "said"),
    [
        ("open", "gift", "保温杯", False, ""),
        ("solved", "refund", "退工时费", True, ""),
        ("solved", "refund", "退工时费", False, "退款要写金额。"),
        ("withdrawn", "gift", "保温杯", False, "客户已撤回投诉。"),
        ("open", "money", "保温杯", False, "没有补偿类别money。"),
        ("open", "gift", " ", False, "请写明补偿什么。"),
    ],
)
def test_what_can_be_asked_for(state: str, kind: str, what: str, amount: bool, said: str) -> None:
    refusal = refused_gift(state, kind, what, amount)
    assert (refusal.what if refusal else "") == said


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        ([], False),
        (["refused"], False),
        (["effective"], False),
        (["ineffective"], True),
        (["ineffective", "refused"], True),
        (["ineffective", "proposed"], False),
        (["ineffective", "effective"], False),
        (["effective", "ineffective"], True),
    ],
)
def test_what_did_not_help_asks_for_another(states: list[str], wanted: bool) -> None:
    assert wants_another(states) is wanted
