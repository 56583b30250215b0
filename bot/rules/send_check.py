"""The last question before a message leaves: may it still, now?

Between planning and sending people unfollow, write, refuse a purpose; hours pass. A message that
may have arrived already is not called failed: nobody is to say the same again on another channel.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.rules.backoff import BEIJING, repeatable
from bot.rules.consent import BY_CODE
from bot.rules.etiquette import USUAL, Care, within_hours
from bot.rules.touch.ends import TOO_LATE

MASS_A_MONTH: Final = 4
ANYTHING: Final = "*"
"""What a person refuses who takes nothing at all."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A message about to go. `purpose` "": an answer, which no hours bind.

    `agreed`: the newest word on the purpose. `complaint`: marketing or a greeting, and one is open. `refusals`: a template's id or "*" → since when.
    `mass_month` and `mass_sent`: mass messages they had in which month ("2026-12", Beijing).
    """

    channel: str
    purpose: str = ""
    until: datetime | None = None
    doubt_at: datetime | None = None
    subscribed: bool = True
    agreed: bool = True
    complaint: bool = False
    refusals: Mapping[str, str] | None = None
    template: str = ""
    mass_month: str = ""
    mass_sent: int = 0
    care: Care = USUAL
    zone: tzinfo = BEIJING


@dataclass(frozen=True, slots=True)
class Check:
    """`state` "": go. waiting (until `due_at`), failed or uncertain, with `why` for staff."""

    state: str = ""
    why: str = ""
    due_at: datetime | None = None


GO: Final = Check()


def check(one: Sending, at: datetime) -> Check:
    """Whether it may go at `at`."""
    lost = "uncertain" if one.doubt_at else "failed"
    if not repeatable(one.channel, one.doubt_at, at):
        return Check("uncertain", "微信没有给出明确答复，已不能再确认客户是否收到")
    if why := _refused(one, at):
        return Check(lost, why)
    if one.until is not None and at > one.until:
        return Check(lost, TOO_LATE)
    if one.purpose and not within_hours(at, one.care, one.zone):
        opens = opens_at(at, one.care, one.zone)
        if one.until is not None and opens > one.until:
            return Check(lost, "可联系的时段已过，之后发送不再有意义")
        return Check("waiting", "不在可联系的时段内", opens)
    return GO


def morning(people: Iterable[Sending], at: datetime) -> datetime | None:
    """When a list may go that may not go now for its hours; None: they are open to all of it."""
    shut = [one for one in people if one.purpose and not within_hours(at, one.care, one.zone)]
    return max((opens_at(at, one.care, one.zone) for one in shut), default=None)


def lapsed(people: Iterable[Sending], doubt_at: datetime, at: datetime) -> bool:
    """Whether the list may not be repeated at `at` any more, so that nobody will ever know."""
    if not repeatable("mass", doubt_at, at):
        return True
    return any(one.until is not None and at > one.until for one in people)


def _refused(one: Sending, at: datetime) -> str:
    if not one.subscribed and one.channel != "once":
        return "客户已取消关注"
    if one.purpose in BY_CODE and not one.agreed:
        return f"客户没有同意接收{BY_CODE[one.purpose].name}"
    if one.complaint:
        return "客户有未了结的投诉，营销和问候暂停"
    refusals = one.refusals or {}
    if ANYTHING in refusals and one.channel != "service":
        return "客户关闭了接收消息，或在公众号黑名单中"
    if one.template and one.template in refusals:
        return "客户拒收此模板的消息"
    if one.channel == "mass" and one.mass_month == month_of(at) and one.mass_sent >= MASS_A_MONTH:
        return f"客户本月已收到{MASS_A_MONTH}条群发消息"
    return ""


def month_of(at: datetime) -> str:
    """The calendar month in which the platform counts mass messages."""
    return f"{at.astimezone(BEIJING):%Y-%m}"


def opens_at(at: datetime, care: Care, zone: tzinfo) -> datetime:
    """The next moment at which a store's hours begin."""
    local = at.astimezone(zone)
    begin = local.replace(
        hour=care.not_before.hour, minute=care.not_before.minute, second=0, microsecond=0
    )
    return begin if begin > local else begin + timedelta(days=1)
