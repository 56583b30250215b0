"""潜在客户: how near somebody is to buying, and when the consultant is in touch with them next."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot.errors import StaffError
from bot.rules.calendar import LONGEST_CLOSURE, StoreCalendar
from bot.rules.service_due import add_months

LEVELS: Final[Mapping[str, str]] = {
    "H": "7天内购车",
    "A": "1个月内购车",
    "B": "1到3个月购车",
    "C": "3个月以上",
    "O": "已下订",
}
"""The hottest first, but for those who have ordered."""
EVERY_DAYS: Final[Mapping[str, int]] = {"H": 1, "A": 7, "B": 15, "O": 7}
"""Days between two contacts; a C is called once a month."""
CONFIRM_WITHIN: Final = timedelta(hours=24)
BEFORE_THEY_COME: Final = timedelta(hours=1)

SOURCES: Final[Mapping[str, str]] = {
    "chat": "微信咨询",
    "test_drive": "微信试驾",
    "survey": "满意度回访",
    "referral": "朋友推荐",
    "visit": "来店",
    "call": "来电",
    "api": "其他系统",
}
USUAL_LEVEL: Final[Mapping[str, str]] = {
    "chat": "B",
    "test_drive": "A",
    "survey": "C",
    "referral": "B",
    "visit": "B",
    "call": "B",
    "api": "C",
}
"""What a lead is taken for until the consultant has spoken to them."""

OPEN: Final = "open"
JOINED: Final = "joined"
STATES: Final[Mapping[str, str]] = {
    OPEN: "跟进中",
    "won": "已成交",
    "lost": "已战败",
    JOINED: "已合并",
}
EVENTS: Final[Mapping[str, str]] = {
    "created": "登记",
    "asked": "再次咨询",
    "confirmed": "首次确认",
    "level": "调整级别",
    "contacted": "跟进",
    "tried": "没有联系上",
    "put_off": "改约时间",
    "test_drive": "约试驾",
    "drive_off": "取消试驾",
    "assigned": "分派",
    "changed": "修改资料",
    "escalated": "超时上报",
    "joined": "合并",
    "parted": "拆分",
    "won": "成交",
    "lost": "战败",
}
_HEAT: Final = "OHABC"


def number_of(lead_id: int) -> str:
    """潜客编号"""
    return f"L{lead_id:06d}"


def id_of(said: str) -> int | None:
    """l12, L000012, 12 → 12; None for what is no number of a lead."""
    found = re.fullmatch(r"[Ll]?\s*0*([1-9][0-9]{0,14})", said.strip())
    return int(found[1]) if found else None


def level_of(said: str) -> str:
    """A level as staff type it. Raises StaffError for what is none."""
    level = said.strip().upper()
    if level not in LEVELS:
        names = "、".join(f"{code}（{words}）" for code, words in LEVELS.items())
        raise StaffError(f"没有级别{said[:20]}。", f"可用：{names}。")
    return level


def hotter(one: str, other: str) -> str:
    """The level of the two that is nearer to buying."""
    return min(one, other, key=_HEAT.index)


def confirm_by(created: datetime, calendar: StoreCalendar) -> datetime:
    """Until when (UTC) a new lead is spoken to: within 24 hours, while the doors are open.

    24 hours that end at night end when the doors shut before; a store that is closed all along
    calls as soon as it opens.
    """
    until = created + CONFIRM_WITHIN
    if calendar.is_open(until):
        return _minute(until)
    day = calendar.local_day(until)
    for before in (day, day - timedelta(days=1)):
        for _, shuts in reversed(calendar.hours(before)):
            if created < shuts <= until:
                return _minute(shuts)
    return _minute(opens_from(until, calendar))


def answer_by(asked: datetime, calendar: StoreCalendar, before: datetime | None = None) -> datetime:
    """Until when (UTC) somebody who asked is spoken to: within 24 hours, and before they come."""
    until = confirm_by(asked, calendar)
    if before is not None:
        until = min(until, max(_minute(asked), _minute(before - BEFORE_THEY_COME)))
    return until


def next_contact_at(level: str, last: datetime, calendar: StoreCalendar) -> datetime:
    """When (UTC) the consultant is in touch next: as the doors open on the day that is due.

    A day on which the store is closed gives way to the next one that it works.
    """
    today = calendar.local_day(last)
    day = _after(level, today)
    for ahead in range(LONGEST_CLOSURE.days):
        if shifts := calendar.hours(day + timedelta(days=ahead)):
            return _minute(shifts[0][0])
    raise _never_open()


def closes_at(moment: datetime, calendar: StoreCalendar) -> datetime:
    """The end (UTC) of the working day of `moment`: until then the day's contact is in time."""
    shifts = calendar.hours(calendar.local_day(moment))
    return _minute(shifts[-1][1]) if shifts else _minute(moment)


def _after(level: str, day: date) -> date:
    days = EVERY_DAYS.get(level)
    return add_months(day, 1) if days is None else day + timedelta(days=days)


def opens_from(moment: datetime, calendar: StoreCalendar) -> datetime:
    """The first opening of the doors, not before `moment`."""
    day = calendar.local_day(moment)
    for ahead in range(LONGEST_CLOSURE.days):
        for opens, _ in calendar.hours(day + timedelta(days=ahead)):
            if opens >= moment:
                return opens
    raise _never_open()


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _never_open() -> StaffError:
    return StaffError("门店一年内都没有营业时间。", "请在门店设置里填写营业时间。")
