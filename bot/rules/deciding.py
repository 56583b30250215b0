"""What becomes of a touchpoint that is due: one pure decision, with reasons that staff can read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.rules.calendar import StoreCalendar
from bot.rules.channels import Platform, Reach, Want, plan_channel, unwanted
from bot.rules.etiquette import Care, Past, over_cap, when
from bot.rules.rating_terms import OCCASIONS, WIN_BACK, RatingTerms, asked_lately
from bot.rules.touch.anchors import booked_on
from bot.rules.touch.ends import EXPIRED, NO_TIME, RATED
from bot.rules.touch.facts import Facts, Identity
from bot.rules.touch.kinds import KINDS, Rule
from bot.rules.touchplan import FACTS_CHANGED, RULES_CHANGED, still_owed

REPLANNED: Final = "计划变更："
"""How `why` begins where the plan took back its own touchpoint: the plan may put it again."""
SOON: Final = timedelta(minutes=1)
_MUTED_BY_BOOKING: Final = ("service", "away")


@dataclass(frozen=True, slots=True)
class Due:
    """The touchpoint. `named`: the customer named the moment `at`.

    `ruled_anew`: the rule that put it was changed since.
    """

    identity: Identity
    customer_id: int | None
    purpose: str
    at: datetime
    until: datetime | None
    named: bool = False
    ruled_anew: bool = False


@dataclass(frozen=True, slots=True)
class Whom:
    """The customer: how they are reached, when they like to be, and what they have had.

    `rated`: what this very contact asks about is rated, or being rated.
    """

    reach: Reach
    history: Sequence[Past] = ()
    contact_hours: str = ""
    tier: str = ""
    first_car: bool = False
    rated: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """The store that looks after them, and what the account can do for this kind."""

    calendar: StoreCalendar
    care: Care
    account: Platform
    rating: RatingTerms = RatingTerms()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Verdict:
    """`until`: of a send the last moment, of a wait the next look. `reasons`: for staff."""

    action: Literal["send", "wait", "hand_over", "skip", "cancel"]
    channel: str = ""
    until: datetime | None = None
    reasons: tuple[str, ...] = ()


def decide(
    due: Due,
    facts: Sequence[Facts],
    rules: Mapping[str, Rule],
    whom: Whom,
    where: Where,
    now: datetime,
) -> Verdict:
    """What to do now. Whatever is still owed is sent, put off or handed over, never dropped."""
    kind = KINDS[due.identity.kind]
    if due.until is not None and now >= due.until:
        return Verdict("skip", reasons=(EXPIRED,))
    if _muted(kind.code) and (verdict := _booked(facts, due, now)):
        return verdict
    if why := _not_owed(due, facts, rules, now):
        return Verdict("cancel", reasons=(REPLANNED + why,))
    want = Want(
        *(kind.code, due.purpose, kind.template, kind.personal),
        until=due.until,
        called=kind.name,
    )
    if why := unwanted(want, whom.reach) or _too_many(due, whom, where, now):
        return Verdict("skip", reasons=(why,))
    if verdict := _asked(due, whom, where.rating, now):
        return verdict
    return _channel(want, due, whom, where, now)


def _asked(due: Due, whom: Whom, terms: RatingTerms, now: datetime) -> Verdict | None:
    """Nobody is asked twice for one visit, nor soon after having been asked for another."""
    if due.identity.kind not in OCCASIONS:
        return None
    if whom.rated:
        return Verdict("skip", reasons=(RATED,))
    until = None if due.named else asked_lately(due.identity.kind, whom.history, terms, now)
    if until is None:
        return None
    what = "问过客户没来的原因" if due.identity.kind == WIN_BACK else "请客户评价过"
    why = f"{terms.pause_days}天内已经{what}"
    if due.until is not None and until >= due.until:
        return Verdict("skip", reasons=(why,))
    return Verdict("wait", until=until, reasons=(f"{why}，先不打扰",))


def _channel(want: Want, due: Due, whom: Whom, where: Where, now: datetime) -> Verdict:
    # An open window that shuts before the welcome hour is worth a less welcome one.
    ends = [end for end in (due.until, whom.reach.window.until) if end is not None and end > now]
    slot = when(
        due.purpose,
        due.at,
        where.care,
        where.calendar,
        whom.contact_hours,
        now,
        until=min(ends, default=None),
        named=due.named,
    )
    if slot.at > now:
        if due.until is not None and slot.at > due.until:
            return Verdict("skip", reasons=(NO_TIME,))
        return Verdict("wait", until=slot.at, reasons=(f"等到合适的时间：{slot.why}",))
    decision = plan_channel(want, whom.reach, where.account, now)
    reasons = (slot.why, *decision.reasons)
    match decision.action:
        case "send":
            return Verdict("send", decision.channel, decision.until, reasons)
        case "wait":
            at = max(decision.until or now, now + SOON)
            return Verdict("wait", until=at, reasons=decision.reasons)
        case "hand_over":
            return Verdict("hand_over", "call", due.until, reasons)
    return Verdict("skip", reasons=decision.reasons)


def _booked(facts: Sequence[Facts], due: Due, now: datetime) -> Verdict | None:
    """A booked car needs no reminder; if the booking comes to nothing, it does again."""
    for one in facts:
        day = booked_on(one)
        if day is None:
            continue
        zone = ZoneInfo(one.timezone)
        after = datetime.combine(day + timedelta(days=1), time(9), zone).astimezone(now.tzinfo)
        why = f"客户已预约{day.month}月{day.day}日到店"
        if due.until is not None and after >= due.until:
            return Verdict("cancel", reasons=(REPLANNED + why,))
        return Verdict("wait", until=max(after, now + SOON), reasons=(f"{why}，先不打扰",))
    return None


def _not_owed(due: Due, facts: Sequence[Facts], rules: Mapping[str, Rule], now: datetime) -> str:
    """Why it is owed by none of the facts any more. Of a complaint, who handles it says so."""
    match KINDS[due.identity.kind].anchor:
        case "case":
            return ""
        case "missed":
            return _booked_again(due.identity.kind, facts, rules)
    whys = [no_more(due.identity, due.customer_id, one, rules, now) for one in facts]
    why = "" if "" in whys else next(iter(whys), "客户或车辆的档案已不在")
    return RULES_CHANGED if due.ruled_anew and why == FACTS_CHANGED else why


def _booked_again(kind: str, facts: Sequence[Facts], rules: Mapping[str, Rule]) -> str:
    """Who did not come is not asked about it once they have another day."""
    if not rules[kind].active:
        return f"“{KINDS[kind].name}”已停用"
    days = [day for one in facts if (day := booked_on(one))]
    return f"客户已预约{days[0].month}月{days[0].day}日到店" if days else ""


def no_more(
    identity: Identity,
    customer_id: int | None,
    facts: Facts,
    rules: Mapping[str, Rule],
    now: datetime,
) -> str:
    """Why a touchpoint of this customer is owed no more, or "". A booking is no reason: it may fall."""
    if (facts.person.id if facts.person else None) != customer_id:
        return "车主已变更"
    if facts.car is not None and facts.car.bookings and _muted(identity.kind):
        facts = replace(facts, car=replace(facts.car, bookings=()))
    return still_owed(identity, None, facts, rules, now)


def _muted(kind: str) -> bool:
    return kind in KINDS and KINDS[kind].anchor in _MUTED_BY_BOOKING


def _too_many(due: Due, whom: Whom, where: Where, now: datetime) -> str:
    return over_cap(
        due.purpose,
        whom.history,
        where.care,
        now,
        first_time_buyer=whom.first_car,
        high_value=where.care.high_value(whom.tier),
        zone=where.calendar.zone,
    )
