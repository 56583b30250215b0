"""Keeping up with the facts: what was written since the last run is looked at once more.

A new visit, a sale, a reading, a birthday: the car is due anew (`service_on`), what it is owed in
the days that are planned already is put, and what is owed no more is cancelled.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from bot.jobs.planner import Planner
from bot.rules.deciding import REPLANNED, no_more
from bot.rules.touch.days import DAY, Span
from bot.rules.touch.facts import Facts
from bot.rules.touch.kinds import KINDS
from bot.rules.touchplan import FACTS_CHANGED, RULES_CHANGED, service_on
from storage.queries.touch import announcements, touchpoints
from storage.queries.touch import candidates as touch_candidates
from storage.queries.touch import facts as touch_facts
from storage.queries.touch.candidates import pages
from storage.queries.touch.facts import Loaded
from storage.queries.touch.touchpoints import Touch

AFTER: Final = timedelta(minutes=1)
"""What was written by a clock that runs a little ahead counts too."""
_NOT_OF_FACTS: Final = ("referral", "announcement", "case", "missed")
"""What hangs on something else than the car's or the customer's own facts."""


class Replanner:
    """One run of it. `last`: the last day that is planned."""

    def __init__(self, planner: Planner, today: date, last: date) -> None:
        self._planner, self._today, self._last = planner, today, last
        rules = (rule for code in KINDS for rule in planner.book.variants(code))
        back = max((rule.catch_up_days for rule in rules), default=0)
        self._span = Span(today - back * DAY, last)

    async def catch_up(self, seen: datetime | None) -> None:
        """Take in what was written since `seen`; None: everything is new, and nothing is late."""
        changes = [change for change in self._planner.book.changes if not seen or change.at >= seen]
        intervals = any(c.override.months is not None or c.override.km is not None for c in changes)
        if seen is None or intervals:
            async for ids in pages(touch_candidates.every_car):
                await self._refresh(await self._cars(ids))
        if seen is None:
            await touch_facts.keep_birthdays()
            return
        await self._changed(seen)
        if kinds := {change.override.kind for change in changes} & set(KINDS):
            # From as far back as it is made up for: what a rule moves into the past is still owed.
            await self._planner.plan(self._span, sorted(kinds))
        await self._announced(seen)

    async def _changed(self, seen: datetime) -> None:
        until = self._planner.now + AFTER
        for table in touch_candidates.CHANGING:
            read = partial(touch_candidates.changed, table, seen, until)
            async for ids in pages(read):
                self._planner.summary.replanned += len(ids)
                if table == "customer":
                    now, base = self._planner.now, self._planner.base
                    page = await touch_facts.of_customers(ids, now, base)
                    await self._planner.put(page, self._span)
                    await self._take_back("customer_id", ids, page)
                    continue
                page = await self._cars(ids)
                await self._refresh(page)
                await self._take_back("vehicle_id", ids, page)
                await self._planner.put(page, self._span)

    async def _announced(self, seen: datetime) -> None:
        """What was approved since, and is due in days that are planned already."""
        first = self._span.first
        for one in await announcements.approved(first, self._last):
            if one.approved_at is not None and one.approved_at >= seen:
                await self._planner.plan(Span(min(one.due_on, self._today), self._last), [one.kind])

    async def _cars(self, ids: Sequence[int]) -> list[Loaded]:
        return await touch_facts.of_cars(ids, self._planner.now, self._planner.base)

    async def _refresh(self, page: Sequence[Loaded]) -> None:
        """Write down when these cars are next due, where that has changed."""
        due = [(each, self._service_on(each)) for each in page]
        await touch_facts.keep_service_on(
            [(each.facts.car.id, day) for each, day in due if each.facts.car and day != each.kept]
        )

    def _service_on(self, each: Loaded) -> date | None:
        car = each.facts.car
        rules = self._planner.book.rules(each.facts.store, car.model if car else "")
        return service_on(each.facts, rules)

    async def _take_back(self, column: str, ids: Sequence[int], page: Sequence[Loaded]) -> None:
        """Cancel what is owed no more. What is booked waits: it may be owed again."""
        facts = {_whose(column, each): each.facts for each in page}
        gone: dict[str, list[int]] = {}
        for touch in await touchpoints.open_for(column, ids):
            kind = KINDS.get(touch.kind)
            whose = touch.vehicle_id if column == "vehicle_id" else touch.customer_id
            mine = facts.get(whose or 0)
            if kind is None or mine is None or kind.anchor in _NOT_OF_FACTS:
                continue
            rules = self._planner.book.rules(mine.store, mine.car.model if mine.car else "")
            why = no_more(touch.identity, touch.customer_id, mine, rules, self._planner.now)
            if why == FACTS_CHANGED and self._ruled_since(touch, mine):
                why = RULES_CHANGED
            if why:
                gone.setdefault(why, []).append(touch.id)
        for why, touches in gone.items():
            now = self._planner.now
            self._planner.summary.cancelled += await touchpoints.cancel(
                touches, REPLANNED + why, now
            )

    def _ruled_since(self, touch: Touch, mine: Facts) -> bool:
        model = mine.car.model if mine.car else ""
        return self._planner.book.changed_since(touch.kind, mine.store, model, touch.created_at)


def _whose(column: str, each: Loaded) -> int:
    car, person = each.facts.car, each.facts.person
    if column == "vehicle_id":
        return car.id if car else 0
    return person.id if person else 0
