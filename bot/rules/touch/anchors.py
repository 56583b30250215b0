"""What each kind of contact counts from: one function for each anchor, all pure.

A draft has the date and nothing that costs; `touchplan.owed` makes what falls in its window whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.rules.festivals import day_of_year, festivals
from bot.rules.lunar import lunar_days_between
from bot.rules.service_dates import Reading, reached_on
from bot.rules.service_due import CarFacts, Interval, Limits, add_months, limits
from bot.rules.touch.audience import concerned
from bot.rules.touch.facts import Car, Facts, Visit
from bot.rules.touch.kinds import Anchor, Rule
from bot.rules.touch.words import BY_DATE, BY_KM, work_said


@dataclass(frozen=True, slots=True)
class Draft:
    """A date that is owed. `moment`: what happened, where its time is known (UTC or aware).

    `last`: a moment after which it means nothing, whatever the rule would make up for.
    """

    subject: str
    due_on: date
    facts: Mapping[str, str]
    moment: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule, the facts, and the window it is asked for, both days included."""

    rule: Rule
    rules: Mapping[str, Rule]
    facts: Facts
    zone: ZoneInfo
    start: date
    end: date

    def days_after(self, anchor: date) -> list[date]:
        """The due dates that count from `anchor`."""
        base = add_months(anchor, self.rule.months) if self.rule.months else anchor
        return [base + timedelta(days=days) for days in self.rule.days]

    def local(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def midnight_after(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), datetime.min.time(), self.zone)


def last_visits(car: Car) -> list[Visit]:
    """Settled visits, the latest first."""
    return sorted(car.visits, key=lambda visit: (visit.settled_at, visit.id), reverse=True)


def intervals(rules: Mapping[str, Rule]) -> Interval:
    """What the rules of a model say of its services."""
    first, regular = rules["first_service"], rules["regular_service"]
    return Interval(first.months, first.km, regular.months, regular.km)


def service_limits(car: Car, rules: Mapping[str, Rule], zone: ZoneInfo) -> Limits:
    """What the next service is, and by when."""
    visits = last_visits(car)
    last = visits[0] if visits else None
    facts = CarFacts(
        car.delivered_on,
        car.mileage,
        len(visits),
        last.settled_at.astimezone(zone).date() if last else None,
        last.mileage if last else None,
        intervals(rules),
    )
    return limits(facts)


def service_date(car: Car, by: Limits, zone: ZoneInfo) -> date | None:
    """The day of the next service, by date or by mileage, whichever comes first."""
    visits = [
        Reading(visit.settled_at.astimezone(zone).date(), visit.mileage)
        for visit in car.visits
        if visit.mileage is not None
    ]
    others = []
    if car.delivered_on:
        others.append(Reading(car.delivered_on, 0))
    if car.mileage is not None and car.mileage_on:
        others.append(Reading(car.mileage_on, car.mileage))
    by_km = reached_on(by.by_km, visits, others) if by.by_km is not None else None
    return min((day for day in (by.by_date, by_km) if day), default=None)


def _delivery(asked: Asked) -> Iterator[Draft]:
    car = asked.facts.car
    if car is None or not (on := delivered(car, asked.zone)):
        return
    at = car.delivered_at if car.delivered_at and asked.local(car.delivered_at) == on else None
    for day in asked.days_after(on):
        facts = {"交车日": f"{on}"}
        if asked.rule.code == "delivery_thanks":
            facts["首保日期"] = f"{add_months(on, asked.rules['first_service'].months)}"
        yield Draft(f"v{car.id}", day, facts, at)


def delivered(car: Car, zone: ZoneInfo) -> date | None:
    """The day of the handover, from whichever record has it."""
    if car.delivered_on or not car.delivered_at:
        return car.delivered_on
    return car.delivered_at.astimezone(zone).date()


def _cycle(car: Car) -> str:
    """What a service reminder is about: the visit it counts from, or the car that never came."""
    visits = last_visits(car)
    return f"r{visits[0].id}" if visits else f"v{car.id}"


def booked_on(facts: Facts) -> date | None:
    """The first day the car is expected in the workshop."""
    zone = ZoneInfo(facts.timezone)
    days = (one.at.astimezone(zone).date() for one in (facts.car.bookings if facts.car else ()))
    return min(days, default=None)


def _service(asked: Asked) -> Iterator[Draft]:
    car = asked.facts.car
    if car is None or car.bookings:
        return
    by = service_limits(car, asked.rules, asked.zone)
    if by.kind != asked.rule.code.removesuffix("_service"):
        return
    on = service_date(car, by, asked.zone)
    if on is None:
        return
    why = BY_DATE if on == by.by_date else BY_KM
    facts = {"保养日期": f"{on}", "依据": why}
    if by.by_km is not None:
        facts["保养里程"] = f"{by.by_km:,}公里"
    for days in asked.rule.days:
        yield Draft(_cycle(car), on + timedelta(days=days), facts)


def _away(asked: Asked) -> Iterator[Draft]:
    car = asked.facts.car
    if car is None or car.bookings:
        return
    on = service_date(car, service_limits(car, asked.rules, asked.zone), asked.zone)
    for day in asked.days_after(on) if on else ():
        yield Draft(_cycle(car), day, {"应保养日期": f"{on}"})


def _visit(asked: Asked) -> Iterator[Draft]:
    """Whoever came again before they were asked is asked once, after the last time."""
    car = asked.facts.car
    days = (
        sorted((asked.local(v.settled_at), v.id, v.agreed, v.ref, v.items) for v in car.visits)
        if car
        else []
    )
    for place, (on, key, agreed, ref, items) in enumerate(days):
        following = days[place + 1][0] if place + 1 < len(days) else date.max
        facts = {"结算日": f"{on}", "工单": ref, "项目": work_said(items)}
        facts["同意回访"] = "是" if agreed else "否"
        for day in asked.days_after(on):
            if following > day:
                yield Draft(f"r{key}", day, facts)


def _incident(asked: Asked) -> Iterator[Draft]:
    for one in asked.facts.car.incidents if asked.facts.car else ():
        for day in asked.days_after(asked.local(one.recorded_at)):
            yield Draft(f"i{one.id}", day, {"事故": one.kind, "编号": one.ref}, one.recorded_at)


def _insurance(asked: Asked) -> Iterator[Draft]:
    yield from _expiry(asked, asked.facts.car.insurance_until if asked.facts.car else None)


def _inspection(asked: Asked) -> Iterator[Draft]:
    yield from _expiry(asked, asked.facts.car.inspection_due if asked.facts.car else None)


def _expiry(asked: Asked, until: date | None) -> Iterator[Draft]:
    if until is None or asked.facts.car is None:
        return
    for day in asked.days_after(until):
        yield Draft(
            f"v{asked.facts.car.id}",
            day,
            {"到期日": f"{until}"},
            last=asked.midnight_after(max(until, day)),
        )


def _festival(asked: Asked) -> Iterator[Draft]:
    """Two festivals on one day are one greeting."""
    person = asked.facts.person
    if person is None:
        return
    names: dict[date, list[str]] = {}
    for year in _years(asked):
        for festival in festivals(year, asked.facts.own_festivals):
            for day in asked.days_after(festival.day):
                names.setdefault(day, []).append(festival.name)
    for day, called in names.items():
        yield Draft(f"c{person.id}", day, {"节日": "、".join(called)})


def _years(asked: Asked) -> range:
    """The years whose festivals and birthdays may be due in the window."""
    rule = asked.rule
    first = add_months(asked.start - timedelta(days=max(rule.days)), -rule.months)
    last = add_months(asked.end - timedelta(days=min(rule.days)), -rule.months)
    return range(first.year, last.year + 1)


def _birthday(asked: Asked) -> Iterator[Draft]:
    person = asked.facts.person
    if person is None or not (person.birthday or person.birthday_lunar):
        return
    years = _years(asked)
    if person.birthday_lunar:
        born = f"农历{person.birthday_lunar}"
        falls = lunar_days_between(
            person.birthday_lunar, date(years[0], 1, 1), date(years[-1], 12, 31)
        )
    else:
        assert person.birthday is not None  # noqa: S101  # asked above
        born = f"{person.birthday:%m-%d}"
        falls = [day_of_year(y, born) for y in years if y > person.birthday.year]
    for day in (day for fall in falls for day in asked.days_after(fall)):
        yield Draft(f"c{person.id}", day, {"生日": born})


def _announcement(asked: Asked) -> Iterator[Draft]:
    facts = asked.facts
    for one in facts.announcements if facts.person else ():
        if one.kind != asked.rule.code or not concerned(one.audience, facts):
            continue
        last = asked.midnight_after(one.until_on) if one.until_on else None
        for day in asked.days_after(one.due_on):
            subject = f"a{one.id}.c{facts.person.id if facts.person else 0}"
            yield Draft(subject, day, {"通知": one.title}, last=last)


def _referral(asked: Asked) -> Iterator[Draft]:
    for one in asked.facts.person.referrals if asked.facts.person else ():
        for day in asked.days_after(one.bought_on):
            yield Draft(
                f"v{one.vehicle_id}", day, {"推荐": one.friend, "购车日": f"{one.bought_on}"}
            )


def _booking(asked: Asked) -> Iterator[Draft]:
    """Who booked the day before, or later, knows it still."""
    for one in asked.facts.car.bookings if asked.facts.car else ():
        at = one.at.astimezone(asked.zone)
        for day in asked.days_after(at.date()):
            if one.made_at is None or asked.local(one.made_at) < day:
                facts = {"预约号": one.number, "到店时间": f"{at:%Y-%m-%d %H:%M}"}
                if one.service:
                    facts["预约项目"] = one.service
                yield Draft(f"b{one.id}", day, facts, last=one.at)


def _nothing(_asked: Asked) -> Iterator[Draft]:
    """What is told of a complaint, or of a missed booking, is put by who says so."""
    return iter(())


DRAFTS: Mapping[Anchor, Callable[[Asked], Iterator[Draft]]] = {
    "delivery": _delivery, "service": _service, "visit": _visit, "away": _away,
    "festival": _festival, "birthday": _birthday, "incident": _incident,
    "insurance": _insurance, "inspection": _inspection, "announcement": _announcement,
    "referral": _referral, "booking": _booking, "case": _nothing, "missed": _nothing,
}  # fmt: skip
