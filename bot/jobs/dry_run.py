"""Who would have got this: the plan of days that are over, by other rules, without putting anything."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.jobs.planner import Planner
from bot.jobs.whom import whom
from bot.rules.touch.days import Span
from bot.rules.touch.facts import Owed
from bot.rules.touch.kinds import Override
from storage.queries.touch import announcements
from storage.queries.touch import facts as touch_facts
from storage.queries.touch import rules as touch_rules
from storage.queries.touch.rules import Changed, RuleBook


async def would_have(said: Override, first: date, last: date, now: datetime) -> AsyncIterator[Owed]:
    """What would have been owed from `first` to `last` had `said` held; by the facts of today."""
    book = await touch_rules.book()
    book = RuleBook((*book.changes, Changed(said, "", now)))
    base = await touch_facts.setting()
    days = abs(now.date() - first) + timedelta(days=60)
    base = replace(base, announcements=await announcements.current(now.date(), days.days))
    planner, seen = Planner(book, base, now), set[object]()
    kinds = frozenset({said.kind})
    async for found in whom(Span(first, last), book, base, kinds):
        for each in await planner.load(found, since=now - days):
            fresh = replace(each, facts=replace(each.facts, made=frozenset()))
            for one in planner.owed(fresh, Span(first, last), kinds):
                if one.identity not in seen and _fits(said, each.facts.store, fresh):
                    seen.add(one.identity)
                    yield one


def _fits(said: Override, store: str, each: touch_facts.Loaded) -> bool:
    """Whether the change is about this car: its store, its model."""
    model = each.facts.car.model if each.facts.car else ""
    return said.store in {"", store} and said.model in {"", model}
