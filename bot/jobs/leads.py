"""Contacts that leads are owed become tasks for their consultants, on days that the store works."""

from datetime import datetime
from typing import Final

from bot.rules.leads import opens_from
from storage.db import transaction
from storage.queries import lead_tasks

_BATCH: Final = 200


async def leads_due(now: datetime) -> dict[str, int]:
    """One task for each contact that is due; what falls on a closed day moves to the next opening.

    A day that closed after the contact was planned is seen here, at the moment of action.
    """
    made = moved = 0
    while True:
        async with transaction():
            found = await lead_tasks.due(now, _BATCH)
            for lead in found:
                assert lead.next_at is not None  # noqa: S101 - it is due
                calendar = await lead_tasks.calendar_of(lead.store_id)
                named = calendar.hours(calendar.local_day(lead.next_at))
                later = lead.next_at if named else opens_from(lead.next_at, calendar)
                if later > now:
                    await lead_tasks.put_back(lead, later, now)
                    moved += 1
                else:
                    made += await lead_tasks.put_task(lead, now)
        if len(found) < _BATCH:
            return {"lead_tasks": made, "lead_tasks_moved": moved}
