"""What a store may set of keeping contact, each by name, and whether it makes sense."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import time
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.etiquette import USUAL, Care
from bot.rules.festivals import own_festivals
from bot.rules.rating_terms import RatingTerms
from bot.rules.sla_terms import Terms
from bot.rules.touch.kinds import KINDS

SETTINGS: Final[Mapping[str, str]] = {
    "not_before": "最早几点联系客户，如09:30",
    "not_after": "最晚几点，如19:00",
    "avoid_workdays": '工作日避开的时段，如[["09:00","11:00"]]',
    "prefer_workdays": "工作日优先的时段",
    "prefer_weekends": "休息日优先的时段",
    "first_buyer_cap": "首次购车客户12个月内最多回访几次",
    "customer_cap": "老客户12个月内最多回访几次",
    "marketing_cap": "最多几次营销联系",
    "marketing_days": "……在多少天内",
    "high_tiers": '每季度回访一次的贵宾等级，如["VIP"]',
    "festivals": '自己的节日，如[{"name":"店庆","day":"06-18"}]',
    "benefits": '礼遇，按项目和等级（""为所有等级），如{"birthday":{"":"免费洗车"}}',
    "benefit_days": "礼遇多少天内有效",
    "sla": '投诉时限，如{"report_days":"1/2","receipt_hours":24,"reply_days":1}',
    "rating": '评价：多少小时内可继续、两次邀请至少隔几天、到店后几天内可评，如{"open_hours":48,"pause_days":14,"visit_days":30}',
}
"""Every setting there is, for staff."""


def usual(name: str) -> Any:
    """What holds where a store sets nothing, written as it would be set; None: nothing does."""
    if name == "rating":
        return asdict(RatingTerms())
    if name == "sla":
        return Terms().said
    value = getattr(USUAL, name, None)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return [one if isinstance(one, str) else [f"{end:%H:%M}" for end in one] for one in value]
    return value


def sound(said: Mapping[str, Any]) -> None:
    """Raises StaffError for a setting that is none or makes no sense."""
    if strange := said.keys() - SETTINGS.keys():
        raise StaffError(
            f"没有设置{'、'.join(sorted(strange))}。", f"可用：{'、'.join(SETTINGS)}。"
        )
    Care.of(said)
    if not isinstance(terms := said.get("sla", {}), Mapping):
        raise StaffError("投诉时限写得不对。", f"例：{SETTINGS['sla']}。")
    Terms.of(terms)
    RatingTerms.of(said)
    try:
        own_festivals(said.get("festivals", ()))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StaffError("节日写得不对。", f"例：{SETTINGS['festivals']}。") from None
    days = said.get("benefit_days", 1)
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 366:
        raise StaffError("礼遇的有效天数不对。", "写1到366的整数。")
    if not _gifts(said.get("benefits", {})):
        raise StaffError("礼遇写得不对。", f"{SETTINGS['benefits']}。")


def sensible(said: Any) -> tuple[dict[str, Any], list[str]]:
    """The settings that make sense, and what is wrong with the others: they are as delivered.

    For what lies in the database already, however it came there.
    """
    if not isinstance(said, Mapping):
        return {}, ["门店设置写得不对。"] if said else []
    kept, wrong = dict[str, Any](), list[str]()
    for name, value in said.items():
        try:
            sound({**{hour: kept[hour] for hour in _HOURS if hour in kept}, name: value})
            kept[name] = value
        except StaffError as error:
            wrong.append(error.what)
    return kept, wrong


_HOURS: Final = ("not_before", "not_after")
"""What makes sense only together."""


def _gifts(benefits: Any) -> bool:
    return isinstance(benefits, dict) and all(
        kind in KINDS
        and isinstance(by_tier, dict)
        and all(isinstance(gift, str) and 0 < len(gift) <= 80 for gift in by_tier.values())
        for kind, by_tier in benefits.items()
    )
