"""What a pushed message may speak of: named fields, as words for texts and as values for templates.

    context_of(today, zone, name="王芳", gender="female", store="城南店", phone="010-5550000",
               plate="京A12345", model="奥迪Q5L", due_on=date(2026, 8, 30))

A field that is not known is "" in every text, so that `{% if plate %}` reads as it looks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from bot.rules.service_due import spoken
from bot.rules.wording import salutation as usual_salutation
from bot.rules.wording import say_moment

Value = str | int | date | datetime

FIELDS: Final[Mapping[str, str]] = {
    "hello": "开头的称呼和问候，如“王女士，您好！”",
    "writer": "谁在写，如“我是城南店销售顾问李娜。”",
    "call": "怎样回电，如“有事请拨打010-5550000，或直接回复我们。”",
    "customer": "称呼，如“王女士”",
    "store": "门店",
    "phone": "门店电话",
    "address": "门店地址",
    "sender": "写信的同事，如“销售顾问李娜”",
    "car": "车，如“京A12345（奥迪Q5L）”",
    "plate": "车牌",
    "model": "车型",
    "energy": "能源：ev 纯电，phev 插混，其余为空或燃油",
    "high_value": "贵宾客户为“是”",
    "delivered_on": "交车日期",
    "first_service_on": "首保日期",
    "ahead": "首保提前多久提醒，如“提前一周”",
    "due_on": "到期日期（保养、回访）",
    "due_km": "到期里程（公里）",
    "reason": "为什么到期的说明",
    "expires_on": "保险或年检的到期日",
    "days_left": "离到期还有几天",
    "visited_on": "到店日期",
    "work": "做了什么项目",
    "service": "预约的项目",
    "slots": "可以改约的时间",
    "booked_at": "预约的时间",
    "booking": "预约单号",
    "incident": "事故或故障",
    "festival": "节日",
    "benefit": "给客户的礼遇",
    "benefit_until": "礼遇有效期",
    "title": "通知的标题",
    "body": "通知的正文",
    "friend": "推荐的朋友",
    "case": "投诉单号",
    "words": "要告诉客户的话：回复或处理结果",
    "deadline": "同事最晚什么时候办好",
}
"""Every field there is, for staff who write texts."""

LONGEST: Final = 40
"""Characters of a value in a text; `LONG` has those that are sentences."""
LONG: Final = {
    "body": 300,
    "reason": 120,
    "writer": 80,
    "call": 60,
    "benefit": 80,
    "address": 60,
    "words": 300,
    "slots": 80,
}

DEADLINES: Final = frozenset({"due_on", "expires_on", "benefit_until", "first_service_on"})
"""Days that last to their end: where a template wants an hour, it is 23:59."""

_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


@dataclass(frozen=True, slots=True)
class Context:
    """`words` has all of FIELDS as texts say them; `values` those that are known, as they are."""

    words: Mapping[str, str]
    values: Mapping[str, Value]


def context_of(
    today: date,
    zone: tzinfo,
    *,
    name: str = "",
    gender: str = "",
    salutation: str = "",
    store: str = "",
    phone: str = "",
    sender: str = "",
    plate: str = "",
    model: str = "",
    **known: Value | None,
) -> Context:
    """All fields of a message to one customer; `known` are the others of FIELDS.

    `today` and `zone` are the store's: days are said as seen from there. ValueError: no such field.
    """
    if strange := known.keys() - FIELDS.keys():
        raise ValueError(f"not a field: {', '.join(sorted(strange))}")
    customer = called(name, gender, salutation)
    values: dict[str, Value] = {
        "customer": customer, "store": store, "phone": phone, "sender": sender,
        "plate": plate, "model": model, "car": _car(plate, model),
        "hello": f"{customer}，您好！" if customer else "您好！",
        "writer": writer_of(store, sender), "call": _call(phone),
    }  # fmt: skip
    values |= {field: value for field, value in known.items() if value is not None}
    values = {field: _local(value, zone) for field, value in values.items() if value != ""}
    said = {field: _said(field, value, today) for field, value in values.items()}
    return Context({field: said.get(field, "") for field in FIELDS}, values)


def called(name: str, gender: str, salutation: str) -> str:
    """王女士; what the file says they like to be called; "" where nothing is known."""
    if salutation in ("先生", "女士"):
        return usual_salutation(name, "female" if salutation == "女士" else "male") if name else ""
    return salutation or (usual_salutation(name, gender) if name else "")


def _car(plate: str, model: str) -> str:
    return f"{plate}（{model}）" if plate and model else plate or model


def writer_of(store: str, sender: str) -> str:
    if sender:
        return f"我是{store}{sender}。"
    return f"这里是{store}客户服务中心。" if store else "这里是您的汽车服务门店。"


def _call(phone: str) -> str:
    return f"有事请拨打{phone}，或直接回复我们。" if phone else "有事请直接回复，或发“人工”找我们。"


def _local(value: Value, zone: tzinfo) -> Value:
    return value.astimezone(zone) if isinstance(value, datetime) else value


def _said(field: str, value: Value, today: date) -> str:
    """How a text says it: on one line except `body` and `words`, and never markup."""
    if isinstance(value, datetime):
        return say_moment(value, today)
    if isinstance(value, date):
        return spoken(value, today)
    if isinstance(value, int):
        return f"{value:,}"
    lines = value.splitlines() if field in ("body", "words") else [value]
    text = "\n".join(_UNSEEN.sub(" ", line).strip() for line in lines)
    text = text.replace("<", "＜").replace(">", "＞").strip()
    longest = LONG.get(field, LONGEST)
    return text if len(text) <= longest else text[: longest - 1] + "…"
