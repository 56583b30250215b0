"""Random histories of leads, by two colleagues and the clock at once: what is owed is never lost.

After every step an open lead owes exactly one contact, on a day that the store works; it has at
most one open task, which is the one for that contact; an ended lead has none. No word of its
history is lost, and its levels follow one from the other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.errors import StaffError
from bot.jobs.leads import leads_due
from bot.rules.leads import LEVELS
from storage.db import sql
from storage.queries.calls import records as calls
from storage.queries.calls import worklist as call_list
from storage.queries.calls.records import Told
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.queries.leads.opening import Lead, NewLead, open_lead
from storage.queries.leads.tasks import calendar_of, task_key
from storage.queries.staff.colleagues import Staff
from tests.leads.rig import colleague
from tests.people import NOW, dealership

Deed = tuple[str, str]
WHAT = (
    *("contacted", "level", "put_off", "win", "lose", "asked", "job", "job"),
    *("reached", "reached", "no_answer", "no_answer"),
)


async def do(lead_id: int, deed: Deed, who: Staff, now: datetime) -> bool:
    """False: it was refused, in words."""
    what, level = deed
    by = who.actor
    done: dict[str, Callable[[], Awaitable[Any]]] = {
        "contacted": lambda: lead_deeds.contacted(lead_id, by, now, level=level),
        "level": lambda: lead_deeds.set_level(lead_id, level, by, now),
        "put_off": lambda: lead_deeds.put_off(lead_id, now + timedelta(hours=30), by, now),
        "win": lambda: lead_deeds.win(lead_id, by, now),
        "lose": lambda: lead_deeds.lose(lead_id, "不买了", by, now),
        "asked": lambda: open_lead(NewLead("call", phone="13700000009", note="再问"), now),
        "job": lambda: leads_due(now),
        "reached": lambda: called(lead_id, Told("reached", "聊过", level=level), who, now),
        "no_answer": lambda: called(lead_id, Told("no_answer"), who, now),
    }
    try:
        await done[what]()
    except StaffError:
        return False
    return True


async def called(lead_id: int, told: Told, who: Staff, now: datetime) -> None:
    """By the task of its contact, where there is one."""
    open_ = await call_list.work_list(now)
    mine = [task for task in open_ if task.lead and task.lead.id == lead_id]
    if mine:
        await calls.record(mine[0].id, who, told, now)


async def holds(lead: Lead) -> None:
    tasks = await sql().rows(
        "SELECT same, done_at FROM staff_task WHERE kind = 'lead' AND same LIKE ?",
        f"lead:{lead.id}:%",
    )
    open_ = [row["same"] for row in tasks if row["done_at"] is None]
    if lead.state == "open":
        assert lead.next_at is not None
        assert set(open_) <= {task_key(lead.id, lead.next_at)}
        assert len(open_) <= 1
    else:
        assert (lead.next_at, open_) == (None, [])
    told = await leads.events(lead.id)
    level = told[0].after
    for one in told:
        if one.kind == "level":
            assert one.before == level
            level = one.after
    assert (told[0].kind, level) == ("created", lead.level)
    ends = [one.kind for one in told if one.kind in {"won", "lost"}]
    assert ends == ([] if lead.state == "open" else [lead.state])
    by_cadence = told[-1].kind in {"contacted", "confirmed", "tried"}
    if lead.state == "open" and lead.next_at and by_cadence:
        calendar = await calendar_of(lead.store_id)
        assert calendar.hours(calendar.local_day(lead.next_at))


def deed(dice: Random) -> Deed:
    return dice.choice(WHAT), dice.choice(sorted(LEVELS))


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_two_do_at_once_nothing_that_is_owed_is_lost(
    migrated_url: str, seed: int
) -> None:
    dice = Random(seed)
    async with dealership(migrated_url) as cast:
        jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
        mei = await colleague(cast, "梅梅", "care_specialist", everywhere=True)
        new = NewLead("visit", phone="13700000009", store_id=cast.main.id)
        lead, now, done = await open_lead(new, NOW), NOW, 0
        for _ in range(40):
            now += timedelta(hours=dice.randint(1, 60))
            acts = (do(lead.id, deed(dice), who, now) for who in (jing, mei))
            done += sum(await asyncio.gather(*acts))
            rows = await sql().rows("SELECT id FROM lead ORDER BY id")
            every = [found for row in rows if (found := await leads.one(row["id"]))]
            for found in every:
                await holds(found)
            assert [one.state for one in every].count("open") <= 1
            lead = every[-1]  # whose lead has ended may have another one
        assert done > 30
