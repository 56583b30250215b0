"""Planning: what is owed in the coming day is put into the ledger, once, and kept up with the facts.

Each day is planned when it comes into sight (`AHEAD`), days missed while nothing ran are planned
late. In between only what was written since the last run is looked at again: its cars are due anew,
and what is not owed any more is cancelled. The cursor says how far this has come; a run that broke
off is simply run again.
"""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.jobs.planner import Planner
from bot.jobs.replan import Replanner
from bot.rules.touch.days import DAY, Span
from storage.queries import cursors
from storage.queries.touch import announcements
from storage.queries.touch import facts as touch_facts
from storage.queries.touch import rules as touch_rules

NAME: Final = "plan"
AHEAD: Final = DAY
OVERLAP: Final = timedelta(minutes=10)
OFTEN: Final = ("booking_reminder",)
"""Kinds that hang on what is written without a trace in the car's file: looked at in every run."""


async def plan_due(now: datetime) -> dict[str, int]:
    """Everything that is owed up to tomorrow; again: nothing new."""
    book = await touch_rules.book()
    base = await touch_facts.setting()
    today = now.astimezone(base.zone).date()
    base = replace(base, announcements=await announcements.current(today))
    planner, cursor = Planner(book, base, now), await cursors.read(NAME)
    last, seen = today + AHEAD, _seen(cursor)
    await Replanner(planner, today, last).catch_up(seen)
    span = Span(_first(cursor, today), last)
    if span.first <= span.last:
        await planner.plan(span, late=bool(cursor))
    await planner.plan(Span(today, last), OFTEN)
    until = max(last.isoformat(), cursor.get("until", ""))
    await cursors.write(NAME, {"until": until, "seen": now.isoformat()})
    return asdict(planner.summary)


def _first(cursor: dict[str, Any], today: date) -> date:
    """The first day that is not planned yet: after the last planned one, else today."""
    until = cursor.get("until")
    return date.fromisoformat(until) + DAY if until else today


def _seen(cursor: dict[str, Any]) -> datetime | None:
    """Up to when changes were taken in; a little earlier, for what was being written then."""
    return datetime.fromisoformat(cursor["seen"]) - OVERLAP if "seen" in cursor else None
