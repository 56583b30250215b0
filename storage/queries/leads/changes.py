"""Several things said of a lead at once, all of them or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.db import transaction
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads.deeds import Revs
from storage.queries.leads.rows import Lead


@dataclass(frozen=True, slots=True)
class Change:
    """What is said; what is left out stays. `told`: as in `lead_deeds.DETAILS`.

    `contacted`: they were spoken to now. `state`: won, or lost with its `reason`.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    consultant_id: int | None = None
    level: str = ""
    contacted: bool = False
    next_at: datetime | None = None
    state: str = ""
    reason: str = ""


async def apply(
    lead_id: int, said: Change, by: str, now: datetime, *, if_revs: Revs = None
) -> Lead | None:
    """The lead afterwards; None where nothing was said. Raises as the deeds do."""
    lead: Lead | None = None
    async with transaction():
        if said.told:
            lead = await lead_deeds.change(lead_id, said.told, by, now, if_revs=if_revs)
            if_revs = None
        if said.consultant_id is not None:
            lead = await lead_deeds.assign(lead_id, said.consultant_id, by, now, if_revs=if_revs)
            if_revs = None
        if said.contacted:
            lead = await lead_deeds.contacted(
                lead_id, by, now, level=said.level, note=said.told.get("note", ""), if_revs=if_revs
            )
            if_revs = None
        elif said.level:
            lead = await lead_deeds.set_level(lead_id, said.level, by, now, if_revs=if_revs)
            if_revs = None
        if said.next_at is not None:
            lead = await lead_deeds.put_off(lead_id, said.next_at, by, now, if_revs=if_revs)
            if_revs = None
        if said.state == "won":
            lead = await lead_deeds.win(lead_id, by, now, if_revs=if_revs)
        elif said.state == "lost":
            lead = await lead_deeds.lose(lead_id, said.reason, by, now, if_revs=if_revs)
    return lead
