"""What the plan tells the customer of its own rules: why a service is due, how early we remind."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.rules.touch.kinds import Rule

BY_DATE: Final = "按时间"
BY_KM: Final = "按里程"
_FIRST: Final = {BY_DATE: "；这次先到的是时间", BY_KM: "；按您平时的里程，会先到公里数"}
_NAMED: Final = 3
"""So many jobs of a visit are named; of more the number is said."""


def by_rule(kind: str, rules: Mapping[str, Rule], facts: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a letter that the rules in force tell; `facts`: what the plan found."""
    if kind in ("first_service", "regular_service") and kind in rules:
        return {"reason": why_due(rules[kind], str(facts.get("依据", "")))}
    if kind == "delivery_thanks" and "first_service" in rules:
        return {"ahead": ahead(rules["first_service"])}
    return {}


def why_due(rule: Rule, came_first: str) -> str:
    """「首保在交车后3个月或5,000公里，先到为准；这次先到的是时间。」"""
    first = rule.code == "first_service"
    begin = "首保在交车后" if first else "按厂家要求，建议每"
    end = "" if first else "保养一次"
    if not rule.km:
        return f"{begin}{rule.months}个月{end}。"
    return f"{begin}{rule.months}个月或{rule.km:,}公里{end}，先到为准{_FIRST.get(came_first, '')}。"


def ahead(rule: Rule) -> str:
    """提前一周; "" where nobody is reminded before the day."""
    days = -min(rule.days) if rule.active else 0
    if days <= 0:
        return ""
    weeks, rest = divmod(days, 7)
    return f"提前{'一两三四'[weeks - 1]}周" if not rest and weeks <= 4 else f"提前{days}天"


def work_said(items: Sequence[str]) -> str:
    """首保、更换机油; of many jobs the first ones and how many there were."""
    jobs = list(dict.fromkeys(job for item in items if (job := item.strip())))
    named = "、".join(jobs[:_NAMED])
    return f"{named}等{len(jobs)}项" if len(jobs) > _NAMED else named
