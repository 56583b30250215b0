"""Contacts that leads are owed become tasks for their consultants, on days that the store works."""

from datetime import datetime
from typing import Final

from storage.queries.leads import late as lead_late
from storage.queries.leads import tasks as lead_tasks

_BATCH: Final = 200


async def leads_due(now: datetime) -> dict[str, int]:
    """One task for each contact that is due, whoever looks and how often; who was late goes up."""
    made = moved = 0
    while True:
        batch = await lead_tasks.make_due(now, _BATCH)
        made, moved = made + batch.made, moved + batch.moved
        if batch.found < _BATCH:
            break
    late = 0
    while told := await lead_late.escalate_due(now, _BATCH):
        late += told
    return {"lead_tasks": made, "lead_tasks_moved": moved, "leads_late": late}
