"""The touch plan: which contacts a store owes a customer, when, and whether one is owed still.

    rules = rules_for(overrides, store="pudong", model="Model Y")
    owed(facts, rules, date(2026, 11, 1), date(2026, 11, 30))
    still_owed(touch.identity, touch.until, facts, rules, now)     # "" or why not, in Chinese

A plan is a function of the facts: planned again when they change, it gives the same identities for
what has not changed. A service reminder names the visit it counts from, so it comes once for each.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.rules.touch.anchors import (
    DRAFTS,
    Asked,
    Draft,
    booked_on,
    last_visits,
    service_date,
    service_limits,
)
from bot.rules.touch.ends import EXPIRED
from bot.rules.touch.facts import Facts, Identity, Owed
from bot.rules.touch.kinds import KINDS, Rule

Rules = Mapping[str, Rule]
FACTS_CHANGED: Final = "资料已变更，这一天不用再联系"
RULES_CHANGED: Final = "规则已调整，这一天不用再联系"
_OF_PERSON = {"festival", "birthday", "announcement", "referral"}
_MUTED_BY_BOOKING = {"service", "away"}


def owed(
    facts: Facts, rules: Rules, start: date, end: date, kinds: Collection[str] = tuple(KINDS)
) -> list[Owed]:
    """What is due from `start` to `end`, both included, in order of time; only of `kinds`.

    Also what is too late by now: `until` says so. `rules` are those of all kinds: the services
    share their intervals.
    """
    zone, found = ZoneInfo(facts.timezone), list[Owed]()
    for rule in (rules[code] for code in kinds):
        if not rule.active or _gone(rule, facts):
            continue
        asked = Asked(rule, rules, facts, zone, start, end)
        found += [
            _whole(draft, asked)
            for draft in DRAFTS[rule.kind.anchor](asked)
            if start <= draft.due_on <= end and not _repeats(draft, rule, facts)
        ]
    return sorted(found, key=lambda touch: (touch.due_at, touch.identity))


def _gone(rule: Rule, facts: Facts) -> bool:
    """A car that was sold on is its new owner's affair."""
    of_car = rule.kind.anchor not in _OF_PERSON
    return of_car and facts.car is not None and facts.car.sold


def _repeats(draft: Draft, rule: Rule, facts: Facts) -> bool:
    """Whether the same contact was made already under a due date that has moved since."""
    return any(
        one.kind == rule.code
        and one.subject == draft.subject
        and 0 < abs((one.due_on - draft.due_on).days) < rule.kind.apart_days
        for one in facts.made
    )


def _whole(draft: Draft, asked: Asked) -> Owed:
    rule, facts = asked.rule, asked.facts
    until = asked.midnight_after(draft.due_on + timedelta(days=rule.catch_up_days))
    until = min(until, draft.last) if draft.last else until
    of_car = rule.kind.anchor not in _OF_PERSON and facts.car
    return Owed(
        rule.code,
        draft.subject,
        draft.due_on,
        _due_at(draft, asked).astimezone(UTC),
        until.astimezone(UTC),
        rule.kind.purpose,
        facts.person.id if facts.person else None,
        facts.car.id if of_car and facts.car else None,
        {name: said for name, said in draft.facts.items() if said},
    )


def _due_at(draft: Draft, asked: Asked) -> datetime:
    """Soon after what happened, where that is known to the minute; else at the rule's hour.

    An hour that staff have set holds, but nothing goes before what it is about.
    """
    rule = asked.rule
    wall = datetime.combine(draft.due_on, rule.at, asked.zone)
    if draft.moment is None or rule.kind.soon is None:
        return wall
    if rule.at != rule.kind.at:
        return max(wall, draft.moment)
    later = timedelta(days=(draft.due_on - asked.local(draft.moment)).days)
    return draft.moment + later + rule.kind.soon


def service_on(facts: Facts, rules: Rules) -> date | None:
    """When the next service is due, by date or by mileage, whichever comes first."""
    if facts.car is None or facts.car.sold:
        return None
    zone = ZoneInfo(facts.timezone)
    return service_date(facts.car, service_limits(facts.car, rules, zone), zone)


def still_owed(
    identity: Identity, until: datetime | None, facts: Facts, rules: Rules, now: datetime
) -> str:
    """ "" while it is owed; else why not any more, in words for staff.

    Booked and sold are said of the car in `facts`, which must be the one the touchpoint names.
    """
    rule = rules.get(identity.kind)
    if rule is None or not rule.active:
        return f"“{KINDS[identity.kind].name if identity.kind in KINDS else identity.kind}”已停用"
    if until is not None and now >= until:
        return EXPIRED
    if _gone(rule, facts):
        return "车辆已转让"
    if rule.kind.anchor in _MUTED_BY_BOOKING and (why := _busy(identity, facts)):
        return why
    day = identity.due_on
    fresh = owed(replace(facts, made=frozenset()), rules, day, day, [identity.kind])
    if identity not in {touch.identity for touch in fresh}:
        return FACTS_CHANGED
    return ""


def _busy(identity: Identity, facts: Facts) -> str:
    """The customer has booked, or has come since."""
    if day := booked_on(facts):
        return f"客户已预约{day.month}月{day.day}日到店"
    visits = last_visits(facts.car) if facts.car else []
    if visits and identity.subject != f"r{visits[0].id}":
        day = visits[0].settled_at.astimezone(ZoneInfo(facts.timezone)).date()
        return f"客户已在{day.month}月{day.day}日到店"
    return ""


@dataclass(frozen=True, slots=True)
class Cell:
    """计划 and 完成 of one touchpoint, in the month it is due."""

    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """A kind's twelve months on the customer card."""

    code: str
    name: str
    months: tuple[tuple[Cell, ...], ...]


def grid(
    planned: Iterable[Identity], done: Mapping[Identity, date], first: date
) -> tuple[Row, ...]:
    """Kinds down, twelve months across from that of `first`."""
    cells: dict[tuple[str, int], list[Cell]] = {}
    for one in sorted({*planned, *done}):
        month = (one.due_on.year - first.year) * 12 + one.due_on.month - first.month
        cells.setdefault((one.kind, month), []).append(Cell(one.due_on, done.get(one)))
    return tuple(
        Row(kind.code, kind.name, tuple(tuple(cells.get((kind.code, m), ())) for m in range(12)))
        for kind in KINDS.values()
    )
