"""What one planning run works with: candidates are read, judged by the rules and put on the plan."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.jobs.whom import Found, whom
from bot.rules.touch.days import Span
from bot.rules.touch.ends import SYSTEM_DOWN
from bot.rules.touch.facts import Owed
from bot.rules.touch.kinds import KINDS
from bot.rules.touchplan import owed
from storage.queries import statistics
from storage.queries.touch import facts as touch_facts
from storage.queries.touch import put as touch_put
from storage.queries.touch.facts import Loaded, Setting
from storage.queries.touch.put import New
from storage.queries.touch.rules import RuleBook

STATISTICS: Final = 8
"""Pages after which the database is asked whether its tables have outgrown what it knows of them."""


@dataclass(slots=True)
class Summary:
    """`looked`: candidates; `planned`: new touchpoints; `missed`: put as skipped; `replanned`: cars
    looked at again; `cancelled`: taken back."""

    looked: int = 0
    planned: int = 0
    missed: int = 0
    replanned: int = 0
    cancelled: int = 0


class Planner:
    """One run: the rules, the stores and the moment it works with."""

    def __init__(self, book: RuleBook, base: Setting, now: datetime) -> None:
        self.book, self.base, self.now = book, base, now
        self.summary = Summary()

    async def plan(
        self, span: Span, kinds: Collection[str] = tuple(KINDS), *, late: bool = False
    ) -> None:
        """Put what is owed inside `span`. `late`: also what was missed, as skipped."""
        page = 0
        async for found in whom(span, self.book, self.base, kinds):
            await self.put(await self.load(found), span, found.kinds, late=late)
            page += 1
            if page % STATISTICS == 0:
                await statistics.keep_up()

    async def load(self, found: Found, since: datetime | None = None) -> list[Loaded]:
        """The facts of a page; of what happened to cars, what happened since."""
        self.summary.looked += len(found.ids)
        if found.group == "customer":
            return await touch_facts.of_customers(found.ids, self.now, self.base)
        if found.group == "referral":
            return await touch_facts.of_referrers(found.ids, self.base)
        return await touch_facts.of_cars(found.ids, self.now, self.base, since=since)

    async def put(
        self,
        page: Sequence[Loaded],
        span: Span,
        kinds: frozenset[str] | None = None,
        *,
        late: bool = False,
    ) -> None:
        """`kinds`: all that can be owed to this page; None: look at every kind."""
        rows = [
            made
            for each in page
            for one in self.owed(each, span, kinds)
            if (made := self._new(one, each, late=late)) is not None
        ]
        self.summary.planned += await touch_put.put([r for r in rows if not r.why], self.now)
        self.summary.missed += await touch_put.put([r for r in rows if r.why], self.now)

    def owed(self, each: Loaded, span: Span, kinds: frozenset[str] | None = None) -> list[Owed]:
        car = each.facts.car
        rules = self.book.rules(each.facts.store, car.model if car else "", kinds)
        return owed(each.facts, rules, span.first, span.last)

    def _new(self, one: Owed, each: Loaded, *, late: bool) -> New | None:
        past = one.until < self.now
        if past and not late:
            return None
        return New(
            *(one.kind, one.subject, one.purpose, one.due_on, one.due_at, one.until),
            *(one.customer_id, one.vehicle_id, each.store_id, one.facts),
            *(("skipped", SYSTEM_DOWN) if past else ("planned", "")),
        )
