"""A touchpoint told in Chinese sentences: which rule, which data, which channel and why, who agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.rules.channels import NAMES
from bot.rules.touch.kinds import KINDS, Anchor, Rule

STATES: Final[Mapping[str, str]] = {
    "planned": "已计划",
    "due": "待联系",
    "sent": "已发送",
    "done": "已完成",
    "handed_over": "已转为电话任务",
    "skipped": "不联系",
    "cancelled": "已取消",
}
MESSAGES: Final[Mapping[str, str]] = {
    "queued": "排队中",
    "sending": "发送中",
    "waiting": "等待再次发送",
    "accepted": "微信已接收",
    "delivered": "已送达",
    "blocked": "客户拒收",
    "failed": "发送失败",
    "uncertain": "不确定是否送达",
    "cancelled": "已取消",
}
_ANCHORS: Final[Mapping[Anchor, str]] = {
    "delivery": "交车日",
    "service": "保养到期日",
    "visit": "维修结算日",
    "away": "应保养而未到店的日期",
    "festival": "节日",
    "birthday": "客户生日",
    "incident": "事故或故障登记时间",
    "insurance": "保险到期日",
    "inspection": "年检到期日",
    "announcement": "通知日期",
    "referral": "朋友购车日",
    "booking": "预约到店日",
    "case": "投诉处理有进展",
    "missed": "登记未到店",
}


def number_of(touchpoint_id: int) -> str:
    """P34, as staff see it; T is a complaint's, A a booking's, M a message's."""
    return f"P{touchpoint_id}"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a touchpoint. `approved`: who agreed to the rule or the announcement.

    `due`: the moment from which it may go, or, once it went its way, the day it was owed for.
    `rule`: as it holds now for this store and model; None for a kind that is none any more.
    """

    kind: str
    who: str
    car: str
    store: str
    due: datetime | date
    until: datetime | None
    state: str
    channel: str
    why: str
    facts: Mapping[str, str]
    reasons: Sequence[str]
    attempts: Sequence[tuple[str, str, str, datetime]]
    approved: str
    zone: ZoneInfo
    rule: Rule | None = None


def sentences(told: Told) -> list[str]:
    """One line for each question staff ask."""
    kind = KINDS.get(told.kind)
    name = kind.name if kind else told.kind
    whom = "，".join(part for part in (told.who or "没有客户档案", told.car, told.store) if part)
    lines = [f"{name}：{whom}。"]
    if told.rule:
        lines.append(f"规则：{rule_said(told.rule)}。")
    if told.facts:
        facts = "，".join(f"{label}{said}" for label, said in told.facts.items())
        lines.append(f"依据：{facts}。")
    until = f"，{_at(told.until, told.zone)}之后就不再联系" if told.until else ""
    due = _at(told.due, told.zone) if isinstance(told.due, datetime) else f"{told.due}"
    lines.append(f"时间：{due}起{until}。")
    state = STATES.get(told.state, told.state)
    lines.append(f"状态：{state}{f'（{told.why}）' if told.why else ''}。")
    if told.reasons:
        channel = f"选了{NAMES[told.channel]}，" if told.channel in NAMES else ""
        lines.append(f"为什么：{channel}{'；'.join(told.reasons)}。")
    lines += [
        f"消息：{NAMES.get(channel, channel)}，{MESSAGES.get(stands, stands)}"
        f"{f'（{why}）' if why else ''}，{_at(at, told.zone)}。"
        for channel, stands, why, at in told.attempts
    ]
    return [*lines, f"批准：{told.approved}。"]


def rule_said(rule: Rule) -> str:
    """「交车日后3个月，一般在16:00以后联系」 as the trade has it; a service with its interval."""
    kind = rule.kind
    if kind.soon is not None:
        hours = int(kind.soon.total_seconds() // 3600)
        when = f"后{hours}小时" if hours else "时"
        return f"{_ANCHORS[kind.anchor]}{when}，在可联系的时段内"
    interval = ""
    if kind.anchor == "service":
        km = f"或{rule.km:,}公里，先到为准" if rule.km else ""
        interval = f"（间隔{rule.months}个月{km}）"
    months = f"后{rule.months}个月" if rule.months and not interval else ""
    days = "、".join(days_said(one) for one in rule.days if one)
    when = f"{months}{'，再' if months and days else ''}{days}" or "当天"
    return f"{_ANCHORS[kind.anchor]}{interval}{when}，一般在{rule.at:%H:%M}以后联系"


def days_said(days: int) -> str:
    """前7天, 后1天."""
    return f"前{-days}天" if days < 0 else f"后{days}天" if days else "当天"


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
