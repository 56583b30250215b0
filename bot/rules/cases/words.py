"""What complaints are called: their numbers, categories, states, priorities and what happens to them."""

import re
from collections.abc import Mapping
from typing import Final

CATEGORIES: Final[Mapping[str, str]] = {
    "attitude": "服务态度",
    "information": "需要资讯",
    "empty_promise": "空头承诺",
    "response_time": "回应时间",
    "product_quality": "产品品质",
    "process": "系统流程",
}
STATES: Final[Mapping[str, str]] = {
    "open": "待处理",
    "in_progress": "处理中",
    "solved": "已解决",
    "confirmed": "已确认",
    "reopened": "重开",
    "withdrawn": "已撤回",
}
UNSETTLED: Final = ("open", "in_progress", "solved", "reopened")
"""Something is still owed; until it is not, nobody sends the customer marketing."""
WORKED_ON: Final = ("open", "in_progress", "reopened")
"""No solution stands."""
PRIORITIES: Final[Mapping[str, str]] = {
    "low": "低",
    "normal": "普通",
    "high": "高",
    "urgent": "紧急",
}
EVENTS: Final[Mapping[str, str]] = {
    "recorded": "登记",
    "reported": "上报总经理",
    "seen": "总经理已阅",
    "received": "确认接单",
    "replied": "回复客户",
    "progressed": "记录进展",
    "assigned": "转派",
    "categorised": "更改类别",
    "prioritised": "更改优先级",
    "called": "致电客户",
    "call_missed": "致电未接通",
    "solved": "提出解决方案",
    "told": "告知客户结果",
    "added": "客户补充",
    "evidence": "客户提供材料",
    "withdrawn": "客户撤回",
    "confirmed": "客户确认解决",
    "reopened": "重开",
    "warned": "时限预警",
    "escalated": "超时升级",
    "checked": "询问是否满意",
    "checked_again": "再次询问是否满意",
}
"""Kinds of CaseEvent. To the outside each is case.<kind>, and `recorded` is case.opened."""
CLOCKS: Final[Mapping[str, str]] = {
    "report": "上报总经理",
    "receipt": "确认接单",
    "reply": "首次回复客户",
    "progress": "记录当日进展",
    "told": "告知客户结果",
    "check": "询问是否满意",
    "check_again": "再次询问是否满意",
}
CLOCK_STATES: Final[Mapping[str, str]] = {
    "running": "进行中",
    "warned": "即将超时",
    "broken": "已超时",
    "met": "按时完成",
    "late": "超时完成",
    "stopped": "不再需要",
}
SOURCES: Final[Mapping[str, str]] = {
    "chat": "微信",
    "rating": "评价",
    "call": "回访电话",
    "staff": "门店登记",
    "api": "业务系统",
}
_CODES: Final = {name: code for code, name in CATEGORIES.items()}
_NUMBER = re.compile(r"\s*[tTｔＴ]?\s*(\d{1,12})\s*")  # as a Chinese keyboard types it


def number_of(case_id: int) -> str:
    """投诉编号"""
    return f"T{case_id:06d}"


def id_of(text: str) -> int | None:
    """The id in what somebody typed for a number: T000012, t12, 12; None: it is none."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def category_name(code: str) -> str:
    """A store's own category is its own word."""
    return CATEGORIES.get(code, code) or "未分类"


def category_code(said: str) -> str:
    """The code of what was said by its code or its name; a store's own category stays its word."""
    said = said.strip()
    return _CODES.get(said, said)
