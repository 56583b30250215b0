"""What the plan tells customers of its own rules."""

from dataclasses import replace

import pytest

from bot.rules.touch.kinds import KINDS, Override, resolve, rules_for
from bot.rules.touch.words import ahead, by_rule, why_due, work_said

RULES = rules_for(())


@pytest.mark.parametrize(
    ("kind", "found", "said"),
    [
        ("first_service", "按时间", "首保在交车后3个月或5,000公里，先到为准；这次先到的是时间。"),
        ("first_service", "按里程", "首保在交车后3个月或5,000公里，先到为准；按您平时的里程，会先到公里数。"),
        ("first_service", "", "首保在交车后3个月或5,000公里，先到为准。"),
        (
            "regular_service", "按里程",
            "按厂家要求，建议每6个月或7,500公里保养一次，先到为准；按您平时的里程，会先到公里数。",
        ),
    ],
)  # fmt: skip
def test_why_a_service_is_due(kind: str, found: str, said: str) -> None:
    assert why_due(RULES[kind], found) == said
    assert by_rule(kind, RULES, {"依据": found}) == {"reason": said}


def test_a_car_that_counts_no_kilometres() -> None:
    assert why_due(replace(RULES["first_service"], km=0), "按时间") == "首保在交车后3个月。"
    said = why_due(replace(RULES["regular_service"], km=0), "按时间")
    assert said == "按厂家要求，建议每6个月保养一次。"


@pytest.mark.parametrize(
    ("days", "said"),
    [(-7, "提前一周"), (-14, "提前两周"), (-28, "提前四周"), (-35, "提前35天"), (-10, "提前10天"),
     (0, ""), (3, "")],
)  # fmt: skip
def test_how_early_somebody_is_reminded(days: int, said: str) -> None:
    override = Override("first_service", offset_days=days)
    assert ahead(resolve(KINDS["first_service"], (override,), "", "")) == said


def test_nothing_is_promised_that_nobody_does() -> None:
    rules = rules_for((Override("first_service", active=False),))
    assert by_rule("delivery_thanks", rules, {}) == {"ahead": ""}
    assert by_rule("birthday", rules, {}) == {}


def test_what_was_done() -> None:
    assert work_said(()) == ""
    assert work_said(("首保", " ", "首保", "更换机油 ")) == "首保、更换机油"
    assert work_said(("首保", "机油", "机滤", "洗车")) == "首保、机油、机滤等4项"
