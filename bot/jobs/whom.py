"""Whom the days of the plan may concern: pages of ids, found by what each kind hangs on."""

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Final, Literal

from bot.rules.festivals import festivals
from bot.rules.touch.days import DAY, Span, anchored, back, birthday_keys, joined
from bot.rules.touch.kinds import KINDS, Anchor
from storage.queries.touch import candidates as listed
from storage.queries.touch.facts import Setting
from storage.queries.touch.rules import RuleBook

Group = Literal["car", "customer", "referral"]
_COLUMNS: Final[dict[Anchor, str]] = {
    "delivery": "delivered_on",
    "service": "service_on",
    "insurance": "insurance_until",
    "inspection": "inspection_due",
}
"""What kinds hang on that a date of the car tells."""


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of one page: cars, customers, or new cars whose owners somebody sent; for which kinds."""

    group: Group
    ids: list[int]
    kinds: frozenset[str]


async def whom(
    span: Span, book: RuleBook, base: Setting, kinds: Collection[str] = tuple(KINDS)
) -> AsyncIterator[Found]:
    """Everybody whom a contact of `kinds` due inside `span` may concern; some more than once."""
    for column, days in _car_days(span, book, kinds).items():
        hanging = _hanging(kinds, *(a for a, where in _COLUMNS.items() if where == column))
        hanging |= _hanging(kinds, "away") if column == "delivered_on" else frozenset()
        for one in days:
            read = partial(listed.cars_by_day, column, one.first, one.last)
            async for ids in listed.pages(read):
                yield Found("car", ids, hanging)
    async for found in _by_moment(span, book, base, kinds):
        yield found
    async for found in _everybody(span, book, base, kinds):
        yield found
    async for found in _birthdays(span, book, kinds):
        yield found


def _hanging(kinds: Collection[str], *anchors: Anchor) -> frozenset[str]:
    return frozenset(code for code in kinds if KINDS[code].anchor in anchors)


def _car_days(span: Span, book: RuleBook, kinds: Collection[str]) -> dict[str, list[Span]]:
    """Column → ranges of its dates, each read once however many kinds hang on it."""
    wanted: dict[str, list[Span]] = {}
    for code in kinds:
        column = _COLUMNS.get(KINDS[code].anchor)
        if column:
            for rule in book.variants(code):
                wanted.setdefault(column, []).extend(anchored(rule, span))
    wanted.setdefault("delivered_on", []).extend(_never_came(span, book, kinds))
    return {column: joined(days) for column, days in wanted.items()}


def _never_came(span: Span, book: RuleBook, kinds: Collection[str]) -> list[Span]:
    """Deliveries whose first service, missed, is so long ago that the owner is won back."""
    return [
        back(missed, first.months)
        for missed in _anchors(span, book, kinds, "away")
        for first in book.variants("first_service")
    ]


def _stayed_away(span: Span, book: RuleBook, kinds: Collection[str]) -> list[Span]:
    """Last visits whose next service, missed, is so long ago."""
    return joined(
        back(missed, regular.months)
        for missed in _anchors(span, book, kinds, "away")
        for regular in book.variants("regular_service")
    )


def _anchors(span: Span, book: RuleBook, kinds: Collection[str], anchor: Anchor) -> list[Span]:
    """The dates that kinds of this anchor look back to."""
    return joined(
        days
        for code in kinds
        if KINDS[code].anchor == anchor
        for rule in book.variants(code)
        for days in anchored(rule, span)
    )


async def _by_moment(
    span: Span, book: RuleBook, base: Setting, kinds: Collection[str]
) -> AsyncIterator[Found]:
    """What hangs on a visit, an incident, a booking, a friend's new car."""
    for days in joined([*_anchors(span, book, kinds, "visit"), *_stayed_away(span, book, kinds)]):
        async for ids in listed.pages(partial(listed.cars_by_visit, *_moments(days, base))):
            yield Found("car", ids, _hanging(kinds, "visit", "away"))
    for days in _anchors(span, book, kinds, "incident"):
        async for ids in listed.pages(partial(listed.cars_by_incident, *_moments(days, base))):
            yield Found("car", ids, _hanging(kinds, "incident"))
    for days in _anchors(span, book, kinds, "booking"):
        for store in base.shop.stores:
            read = partial(listed.cars_booked, store.id, *_moments(days, base))
            async for ids in listed.pages(read):
                yield Found("car", ids, _hanging(kinds, "booking"))
    for days in _anchors(span, book, kinds, "referral"):
        read = partial(listed.cars_by_day, "delivered_on", days.first, days.last)
        async for ids in listed.pages(read):
            yield Found("referral", ids, _hanging(kinds, "referral"))


async def _everybody(
    span: Span, book: RuleBook, base: Setting, kinds: Collection[str]
) -> AsyncIterator[Found]:
    """Festivals are every customer's; an announcement may be any car's."""
    if any(_celebrated(days, base) for days in _anchors(span, book, kinds, "festival")):
        async for ids in listed.pages(listed.customers):
            yield Found("customer", ids, _hanging(kinds, "festival"))
    announced = _anchors(span, book, kinds, "announcement")
    if any(_inside(one.due_on, announced) for one in base.announcements if one.kind in kinds):
        async for ids in listed.pages(listed.cars):
            yield Found("car", ids, _hanging(kinds, "announcement"))


async def _birthdays(span: Span, book: RuleBook, kinds: Collection[str]) -> AsyncIterator[Found]:
    for days in _anchors(span, book, kinds, "birthday"):
        solar, lunar = birthday_keys(days)
        for column, keys in (("birthday_key", solar), ("birthday_lunar", lunar)):
            for key in keys:
                read = partial(listed.customers_by_birthday, column, key)
                async for ids in listed.pages(read):
                    yield Found("customer", ids, _hanging(kinds, "birthday"))


def _celebrated(days: Span, base: Setting) -> bool:
    """Whether any store has a festival on one of these days."""
    own = {one for each in base.festivals.values() for one in each}
    years = range(days.first.year, days.last.year + 1)
    return any(days.first <= one.day <= days.last for year in years for one in festivals(year, own))


def _inside(day: date, spans: Iterable[Span]) -> bool:
    return any(one.first <= day <= one.last for one in spans)


def _moments(days: Span, base: Setting) -> tuple[datetime, datetime]:
    """From the first midnight to the last, in whichever store's zone they lie widest apart."""
    zones = [store.calendar.zone for store in base.shop.stores] or [base.zone]
    begin = min(datetime.combine(days.first, time.min, zone) for zone in zones)
    end = max(datetime.combine(days.last + DAY, time.min, zone) for zone in zones)
    return begin, end
