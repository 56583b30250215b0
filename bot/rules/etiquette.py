"""回访规范: at which hour a customer may be contacted, when it is welcome, and how often.

Hard bounds first (9:00 to 20:00 on the store's wall), then the customer's own hours, then the hours
the trade prefers. A notice that the customer asked for goes at once inside the hard bounds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import StaffError
from bot.rules.calendar import DayKind, StoreCalendar
from bot.rules.service_due import add_months

Span = tuple[time, time]
"""Local times, from the first up to but not at the second."""
Spans = tuple[Span, ...]

NOT_BEFORE, NOT_AFTER = time(9), time(20)
SERVICE: Final = "service"
"""The purpose of what the customer asked for."""
BEIJING: Final = ZoneInfo("Asia/Shanghai")
HORIZON = 9
"""Days ahead that surely hold a moment of every kind: a week and the day it begins on."""


@dataclass(frozen=True, slots=True)
class Care:
    """How a store keeps contact. A store may narrow the hard bounds, never widen them.

    `first_buyer_cap`, `customer_cap`: follow-ups in 12 months; a customer of one of `high_tiers`
    has one a calendar quarter. `marketing_cap`: marketing in any `marketing_days` days.
    """

    not_before: time = NOT_BEFORE
    not_after: time = NOT_AFTER
    avoid_workdays: Spans = ((time(9), time(11)), (time(18), time(20)))
    prefer_workdays: Spans = ((time(16), time(18)),)
    prefer_weekends: Spans = ((time(14), time(17)),)
    first_buyer_cap: int = 4
    customer_cap: int = 3
    marketing_cap: int = 2
    marketing_days: int = 30
    high_tiers: tuple[str, ...] = ("VIP", "贵宾", "A")

    @classmethod
    def of(cls, said: Mapping[str, Any] | None) -> "Care":
        """From a store's `care`: the names above, times "09:30", spans [["14:00", "17:00"]].

        Other keys are somebody else's. Raises StaffError for a value that makes no sense.
        """
        said = said or {}
        given = {
            field.name: _value(field.name, said[field.name])
            for field in fields(cls)
            if said.get(field.name) is not None
        }
        care = cls(**given)
        if not NOT_BEFORE <= care.not_before < care.not_after <= NOT_AFTER:
            raise StaffError(
                "联系客户的时间只能在9:00到20:00之间。", "请修改not_before和not_after。"
            )
        return care

    def high_value(self, tier: str) -> bool:
        """Whether a customer of this tier is called on once a quarter, and told so."""
        return tier in self.high_tiers


def _value(name: str, said: Any) -> Any:
    wrong = StaffError(
        f"门店设置{name}的值{said!r}不对。", "时间写09:30，时段写[['14:00','17:00']]。"
    )
    if name.endswith(("_cap", "_days")):
        if not isinstance(said, int) or isinstance(said, bool) or said < 0:
            raise wrong
        return said
    if name == "high_tiers":
        if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
            raise wrong
        return tuple(said)
    try:
        if name.startswith("not_"):
            return _local(said)
        spans = tuple((_local(begin), _local(end)) for begin, end in said)
    except (TypeError, ValueError):
        raise wrong from None
    if any(begin >= end for begin, end in spans):
        raise wrong
    return spans


def _local(said: str) -> time:
    """A time on the wall: one with a zone of its own is none."""
    return time.fromisoformat(said).replace(tzinfo=None)


USUAL = Care()


@dataclass(frozen=True, slots=True)
class Slot:
    """`at` in UTC; `why` for staff."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Past:
    """A contact that was made, or is on its way."""

    kind: str
    purpose: str
    at: datetime


def within_hours(at: datetime, care: Care, zone: tzinfo) -> bool:
    """Whether anything at all may be sent at `at`."""
    return care.not_before <= at.astimezone(zone).time() < care.not_after


def own_hours(said: str) -> Spans:
    """A customer's hours, "18:00-20:00", also over midnight; () where it says nothing readable."""
    begin_text, _, end_text = said.partition("-")
    try:
        begin, end = time.fromisoformat(begin_text.strip()), time.fromisoformat(end_text.strip())
    except ValueError:
        return ()
    if begin < end:
        return ((begin, end),)
    return ((time.min, end), (begin, time.max)) if begin > end else ()


def when(
    purpose: str,
    wish: datetime,
    care: Care,
    calendar: StoreCalendar,
    contact_hours: str,
    now: datetime,
    *,
    until: datetime | None = None,
    named: bool = False,
) -> Slot:
    """The next lawful and welcome moment, not before `wish` nor `now`.

    `named`: the customer named this moment. `until`: the last moment that still means something;
    a less welcome hour before it is better than a welcome one after it, an unlawful one never is.
    Where no lawful moment is left before it, the next one after it: the caller sees it is too late.
    """
    start = max(wish, now).astimezone(UTC)
    lawful = ((care.not_before, care.not_after),)
    if purpose == SERVICE or named:
        why = "客户指定的时间" if named else "客户要求的通知，在可联系的时段内立即发送"
        return next(_slots(start, calendar, lambda _day: ((lawful, why),)))
    for slot in _welcome(start, care, calendar, common(own_hours(contact_hours), lawful)):
        if until is None or slot.at <= until:
            return slot
    return when(purpose, wish, care, calendar, contact_hours, now)


def _welcome(start: datetime, care: Care, calendar: StoreCalendar, own: Spans) -> Iterator[Slot]:
    """Lawful moments from `start` on, the most welcome ones first."""
    lawful = ((care.not_before, care.not_after),)

    def usual(day: date) -> tuple[tuple[Spans, str], ...]:
        if calendar.kind(day) in (DayKind.WORKDAY, DayKind.MAKE_UP):
            quiet = without(lawful, care.avoid_workdays)
            return (
                (common(care.prefer_workdays, lawful), "工作日里客户方便的时段"),
                (quiet, "工作日，已避开忙碌的时段"),
            )
        return (
            (common(care.prefer_weekends, lawful), "休息日里客户方便的时段"),
            (lawful, "休息日，在可联系的时段内"),
        )

    if own:
        yield from _slots(start, calendar, lambda _day: ((own, "客户自己希望的时段"),))
    yield from _slots(start, calendar, usual)
    hurry = "再晚就没有意义了，在可联系的时段内发送"
    yield from _slots(start, calendar, lambda _day: ((lawful, hurry),))


def _slots(
    start: datetime,
    calendar: StoreCalendar,
    hours: Callable[[date], tuple[tuple[Spans, str], ...]],
) -> Iterator[Slot]:
    """The first moment of each of the day's `hours`, for every day of the horizon."""
    today = calendar.local_day(start)
    for ahead in range(HORIZON):
        day = today + timedelta(days=ahead)
        for spans, why in hours(day):
            for begin, end in sorted(spans):
                opens = datetime.combine(day, begin, calendar.zone).astimezone(UTC)
                shuts = datetime.combine(day, end, calendar.zone).astimezone(UTC)
                if max(opens, start) < shuts:
                    yield Slot(max(opens, start), why)
                    break


def common(these: Spans, those: Spans) -> Spans:
    """The times that are in both."""
    both = ((max(a, c), min(b, d)) for a, b in these for c, d in those)
    return tuple((begin, end) for begin, end in both if begin < end)


def without(spans: Spans, avoided: Spans) -> Spans:
    """What is left of `spans`."""
    for begin, end in avoided:
        parts = (
            (piece, (a, b)) for a, b in spans for piece in ((a, min(b, begin)), (max(a, end), b))
        )
        spans = tuple(piece for piece, _ in parts if piece[0] < piece[1])
    return spans


def over_cap(
    purpose: str,
    history: Sequence[Past],
    care: Care,
    now: datetime,
    *,
    first_time_buyer: bool = False,
    high_value: bool = False,
    zone: tzinfo = BEIJING,
) -> str:
    """Why one more contact would be too many, or "". `history`: what was sent or is on its way.

    Follow-ups and marketing have caps of their own; what the customer asked for never counts, and
    reminders and greetings go by what is due.
    """
    local = now.astimezone(zone)
    past = [one.at.astimezone(zone) for one in history if one.purpose == purpose]
    if purpose == "marketing":
        recent = [at for at in past if at > local - timedelta(days=care.marketing_days)]
        if len(recent) >= care.marketing_cap:
            return (
                f"近{care.marketing_days}天已有{len(recent)}次营销联系，上限{care.marketing_cap}次"
            )
    if purpose != "follow_up":
        return ""
    if high_value:
        mine = [at for at in past if _quarter(at) == _quarter(local)]
        return "贵宾客户每季度回访一次，本季度已经回访过" if mine else ""
    cap = care.first_buyer_cap if first_time_buyer else care.customer_cap
    # The visit a year ago counts up to its own day of the year, whatever its hour.
    year = [at for at in past if at.date() > add_months(local.date(), -12)]
    who = "首次购车客户" if first_time_buyer else "老客户"
    return f"{who}12个月内最多回访{cap}次，已有{len(year)}次" if len(year) >= cap else ""


def _quarter(at: datetime) -> tuple[int, int]:
    return at.year, (at.month - 1) // 3
