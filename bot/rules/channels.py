"""Which channel may carry a contact now: what the platform allows and what the customer agreed to.

WeChat knows four ways to a person: a customer-service message inside an open window, a template
message (service notices only, followers only), a mass message (four a calendar month) and a
one-time subscription (one leave, one message). Where none is lawful a colleague calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.rules.consent import called
from bot.rules.etiquette import BEIJING, SERVICE
from bot.rules.touch.ends import THEN_TOO_LATE, TOO_LATE
from bot.rules.windows import Allowed

ORDER: Final = ("service", "template", "once", "mass")
"""The channels of WeChat in the order they are tried; the fifth, "call", is a staff task."""
NAMES: Final = {
    "service": "客服消息", "template": "模板消息", "mass": "群发", "once": "一次性订阅消息",
    "call": "电话任务",
}  # fmt: skip
GREETINGS: Final = ("festival", "birthday")
MASS_A_MONTH: Final = 4
KEPT_FOR_ANSWERS: Final = 1
"""Messages of an open window that nothing but answers and requested notices may use."""
TALK_PAUSE: Final = timedelta(minutes=30)
COMPLAINT_PAUSE: Final = timedelta(days=1)
NO_WINDOW: Final = Allowed(0)


@dataclass(frozen=True, slots=True)
class Want:
    """What is to be said. `template`: it is a service notice, which a template may carry.

    `personal`: it speaks of the customer's own matters, so one text for many cannot say it.
    `until`: the last moment at which it means something. `called`: the kind's name for staff.
    """

    kind: str
    purpose: str
    template: bool
    personal: bool
    until: datetime | None = None
    called: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person can be reached. `grants`, `blocked`: ids of templates.

    `known` is whether there is a WeChat identity at all. `refuses`: why WeChat takes nothing for
    them (switched off, blacklisted), "" if it does. `window` is what `windows.may_send` says.
    `tried`: channels that have failed for this very contact.
    """

    known: bool = True
    subscribed: bool = True
    window: Allowed = NO_WINDOW
    consents: frozenset[str] = frozenset()
    complaint: bool = False
    in_talk: bool = False
    mass_left: int = MASS_A_MONTH
    grants: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    refuses: str = ""
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Platform:
    """What the account can do now, for this kind.

    `template`, `once`: the id of the template that carries it, "" where none is mapped. `left`: calls
    that remain today by channel; one that is not named is not known to be short. `paused`: until
    when, by channel.
    """

    template: str = ""
    once: str = ""
    left: Mapping[str, int] = field(default_factory=dict)
    paused: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """`action`: send (on `channel`), wait (look again at `until`), hand_over (a call) or skip.

    `until` of a send is the last moment at which the channel carries it. `reasons` for staff.
    """

    action: str
    channel: str = ""
    until: datetime | None = None
    reasons: tuple[str, ...] = ()


def plan_channel(want: Want, person: Reach, account: Platform, now: datetime) -> Decision:
    """Send, wait, hand over to a person, or skip; never on a channel the platform forbids now."""
    if want.until is not None and now > want.until:
        return Decision("skip", reasons=(TOO_LATE,))
    if why := unwanted(want, person):
        return Decision("skip", reasons=(why,))
    if pause := _polite_pause(want, person):
        wait, why = pause
        return _wait(want, now + wait, (why,))
    reasons: list[str] = []
    later: list[datetime] = []
    for channel in ORDER:
        why = forbidden(channel, want, person, account, now)
        if not why:
            return _send(channel, want, person, reasons)
        reasons.append(f"{NAMES[channel]}：{why}")
        # Only what is short for the moment is worth waiting for.
        if not _not_allowed(channel, want, person, account):
            later.append(_free_again(channel, account, now))
    if later and (want.until is None or min(later) <= want.until):
        return Decision("wait", until=min(later), reasons=tuple(reasons))
    return Decision("hand_over", "call", reasons=(*reasons, "微信里没有可用的方式，请同事电话联系"))


def unwanted(want: Want, person: Reach) -> str:
    """Why the customer does not want it, or "". What they asked for needs no consent."""
    if want.purpose == SERVICE or want.purpose in person.consents:
        return ""
    return f"客户没有同意接收{called((want.purpose,)) or want.purpose}"


def forbidden(channel: str, want: Want, person: Reach, account: Platform, now: datetime) -> str:
    """Why `channel` may not carry it at `now`, or "". Asked when planning and again when sending."""
    if why := _not_allowed(channel, want, person, account):
        return why
    paused = account.paused.get(channel)
    if paused is not None and now < paused:
        return f"通道暂停到{paused.astimezone(BEIJING):%m月%d日%H:%M}"
    if account.left.get(channel, 1) <= 0:
        return "今天的接口额度已用完"
    return ""


def _not_allowed(channel: str, want: Want, person: Reach, account: Platform) -> str:
    """What no waiting for the account mends."""
    if not person.known:
        return "客户没有绑定微信"
    if person.refuses:
        return person.refuses
    if channel in person.tried:
        return "已经试过，没有发成"
    if not person.subscribed and channel != "once":
        return "客户没有关注公众号"
    match channel:
        case "service":
            return _no_window(want, person)
        case "template":
            return _no_template(want, person, account)
        case "once":
            return _no_grant(want, person, account)
        case "mass":
            return _no_mass(want, person)
    raise ValueError(channel)


def _no_window(want: Want, person: Reach) -> str:
    kept = 0 if want.purpose == SERVICE else KEPT_FOR_ANSWERS
    if not person.window:
        return person.window.why or "客户最近没有来过消息，微信不允许主动发送"
    return "" if person.window.left > kept else "剩下的条数留给回复客户"


def _no_template(want: Want, person: Reach, account: Platform) -> str:
    if not want.template:
        return "模板消息只能发服务通知"
    if not account.template:
        return "公众号还没有配置对应的模板"
    return "客户拒收这个模板" if account.template in person.blocked else ""


def _no_grant(want: Want, person: Reach, account: Platform) -> str:
    if not want.template:
        return "订阅消息只能发服务通知"
    if not account.once:
        return "公众号还没有配置对应的订阅模板"
    if account.once in person.blocked:
        return "客户拒收这个订阅模板"
    return "" if account.once in person.grants else "客户没有订阅过这个通知"


def _no_mass(want: Want, person: Reach) -> str:
    if want.personal or want.purpose == SERVICE:
        return "内容只与客户本人有关，不能群发"
    return "" if person.mass_left > 0 else f"客户本月已收到{MASS_A_MONTH}次群发"


def _polite_pause(want: Want, person: Reach) -> tuple[timedelta, str] | None:
    """How long to hold back for the customer's sake, and why."""
    if want.purpose == SERVICE:
        return None
    if person.complaint and (want.purpose == "marketing" or want.kind in GREETINGS):
        return COMPLAINT_PAUSE, "客户有未了结的投诉，营销和问候暂停"
    return (TALK_PAUSE, "客户正在对话中，不打断") if person.in_talk else None


def _wait(want: Want, until: datetime, reasons: tuple[str, ...]) -> Decision:
    if want.until is not None and until > want.until:
        return Decision("skip", reasons=(*reasons, THEN_TOO_LATE))
    return Decision("wait", until=until, reasons=reasons)


def _send(channel: str, want: Want, person: Reach, reasons: list[str]) -> Decision:
    chosen = {
        "service": "客户最近来过消息，可以直接发消息",
        "template": "这是服务通知，用模板消息发送",
        "once": "客户订阅过这个通知，用掉一次订阅",
        "mass": f"用群发发送，本月还可以收到{person.mass_left}次",
    }[channel]
    ends = [moment for moment in (want.until, person.window.until) if moment is not None]
    until = min(ends, default=None) if channel == "service" else want.until
    return Decision("send", channel, until, (*reasons, chosen))


def _free_again(channel: str, account: Platform, now: datetime) -> datetime:
    """When the channel's pause is over, or the quota is new: midnight in Beijing."""
    ends = []
    if account.left.get(channel, 1) <= 0:
        midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        ends.append(midnight + timedelta(days=1))
    return max([*ends, account.paused.get(channel, now)]).astimezone(now.tzinfo)
