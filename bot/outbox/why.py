"""The answer to "why did she get this?" and "why not?", by the number of a message or touchpoint."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import StaffError
from bot.rules.channels import NAMES
from bot.rules.explaining import MESSAGES, Told, number_of, sentences
from storage.queries.touch import why as touch_why
from storage.queries.touch.touchpoints import OPEN
from storage.queries.touch.why import Why


async def explained(number: str) -> list[str]:
    """Sentences, for M12 or 12 a message, for P34 a touchpoint. ValueError where there is none.

    StaffError for the number of a complaint.
    """
    letter, digits = number[:1].upper(), number.lstrip("MmPpTt")
    if not digits.isdigit() or len(digits) > 18:
        raise ValueError(number)
    if letter == "T":
        raise StaffError(
            f"{number.upper()}是投诉编号。", f"跟踪点以P开头，如P{int(digits)}；消息以M开头。"
        )
    if letter == "P":
        return told(await _touchpoint(int(digits)))
    touchpoint = await touch_why.touchpoint_of(int(digits))
    if touchpoint is not None:
        return told(await _touchpoint(touchpoint))
    found = await touch_why.message(int(digits))
    if found is None:
        raise ValueError(number)
    stands = MESSAGES.get(found.state, found.state) + (f"（{found.why}）" if found.why else "")
    return [
        "这是对客户来信的回复，或客户自己要的通知，不在跟踪计划里。",
        f"消息：{NAMES.get(found.channel, found.channel)}，{stands}。",
    ]


async def _touchpoint(number: int) -> Why:
    found = await touch_why.of_touchpoint(number)
    if found is None:
        raise ValueError(number_of(number))
    return found


def told(found: Why) -> list[str]:
    """The sentences of one touchpoint."""
    touch, zone = found.touch, ZoneInfo(found.timezone)
    # With the outbox `due_at` is when somebody looks whether it was forgotten: no time of the plan.
    due = touch.due_at if touch.state in OPEN and not touch.channel else touch.due_on
    return sentences(
        Told(
            *(touch.kind, found.who, found.car, found.store, due, touch.until),
            *(touch.state, touch.channel, touch.why, _plain(touch.facts), touch.reasons),
            [(one.channel, one.state, one.why, one.changed_at) for one in found.attempts],
            _approved(found, zone),
            zone,
            found.rule,
        )
    )


def _plain(facts: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(said) for name, said in facts.items()}


def _approved(found: Why, zone: ZoneInfo) -> str:
    """Who agreed: a second person to an announcement, whoever changed the rule, or the plan itself."""
    if (said := found.announcement) is not None and said.approved_at is not None:
        at = said.approved_at.astimezone(zone)
        return f"通知由{said.created_by}编写，{said.approved_by}于{at:%Y-%m-%d}批准"
    if found.changed is not None:
        at = found.changed.at.astimezone(zone)
        return f"规则由{found.changed.by}于{at:%Y-%m-%d}修改，按门店跟踪计划自动执行"
    return "按系统默认的跟踪计划自动执行"
