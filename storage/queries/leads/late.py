"""New leads that nobody has spoken to in time: whoever manages the store hears of each, once.

In time is until the first contact is owed. Where it was tried in vain the next one is owed by the
level, up to a month later; the 24 hours still count from when the lead was opened, unless the
customer has named a time since.
"""

from datetime import datetime
from typing import Final

from bot.rules.leads import CONFIRM_WITHIN, SOURCES
from bot.rules.roles import Role
from storage.db import sql, transaction
from storage.queries.cases.people import Colleague, in_charge, of_role
from storage.queries.leads.rows import COLUMNS, FROM, Lead, lead_of, note_event
from storage.queries.staff import alerts as staff_alerts
from storage.scope import account_id

KIND: Final = "lead_late"
_IN_VAIN: Final = (
    "EXISTS (SELECT 1 FROM lead_event e WHERE e.account_id = l.account_id AND e.lead_id = l.id"
    " AND e.kind = 'tried') AND NOT EXISTS (SELECT 1 FROM lead_event e"
    " WHERE e.account_id = l.account_id AND e.lead_id = l.id AND e.kind = 'put_off')"
)
# `_above` finds nobody for the others: they wait, and hold up none that somebody can hear of.
_HEARD_OF: Final = (
    "EXISTS (SELECT 1 FROM staff m WHERE m.account_id = l.account_id AND m.active"
    " AND m.role IN ('service_manager', 'general_manager')"
    " AND (m.store_id IS NULL OR l.store_id IS NULL OR m.store_id = l.store_id)"
    " AND (l.consultant_id IS NULL OR m.id <> l.consultant_id))"
)


async def escalate_due(now: datetime, limit: int) -> int:
    """How many went up; of a store that nobody manages they wait until somebody does.

    Others who do this at the same time take the next ones.
    """
    done = 0
    async with transaction():
        for lead in await _late(now, limit):
            if people := await _above(lead):
                await _tell(lead, people, now)
                done += 1
    return done


async def _late(now: datetime, limit: int) -> list[Lead]:
    """Open leads whose first contact is late, and somebody to tell; held until the open transaction
    ends."""
    db = sql()
    lock = " FOR UPDATE OF l SKIP LOCKED" if db.postgres else ""
    rows = await db.rows(
        f"SELECT {COLUMNS}{FROM} AND l.state = 'open' AND l.confirmed_at IS NULL"  # noqa: S608 - our own columns and conditions; values are marks
        f" AND (l.next_at < ? OR (l.created_at < ? AND {_IN_VAIN}))"
        " AND NOT EXISTS (SELECT 1 FROM lead_event e WHERE e.account_id = l.account_id"
        f" AND e.lead_id = l.id AND e.kind = 'escalated') AND {_HEARD_OF}"
        f" ORDER BY l.created_at, l.id LIMIT ?{lock}",
        *(account_id(), now, now - CONFIRM_WITHIN, limit),
    )
    return [lead_of(row) for row in rows]


async def _above(lead: Lead) -> list[Colleague]:
    """The managers of its store, or where there are none the general manager; never its own consultant."""
    people = [one for one in await in_charge(lead.store_id) if one.id != lead.consultant_id]
    return of_role(people, Role.SERVICE_MANAGER) or of_role(people, Role.GENERAL_MANAGER)


async def _tell(lead: Lead, people: list[Colleague], now: datetime) -> None:
    assert lead.next_at is not None  # noqa: S101 - an open lead is always owed a contact
    tried = lead.next_at >= now
    lines = (
        f"负责人：{lead.consultant or '没有'}",
        f"客户：{lead.name or '微信客户'}",
        f"来源：{SOURCES.get(lead.source, lead.source)}",
        f"意向车型：{lead.model}" if lead.model else "",
        "打过电话，没有联系上。" if tried else "",
        "请安排同事今天联系客户。",
    )
    await staff_alerts.alert(
        *([one.id for one in people], KIND, f"{lead.number}新潜客还没有确认"),
        *("\n".join(line for line in lines if line), now),
        same=f"lead:{lead.id}:late",
        store_id=lead.store_id,
        customer_id=lead.customer_id,
        due_at=lead.created_at + CONFIRM_WITHIN if tried else lead.next_at,
    )
    told = "、".join(one.name for one in people)
    await note_event(lead.id, "escalated", "system", now, after=told[:64])


async def settled(lead_id: int, by: str, now: datetime) -> None:
    """Somebody has spoken to them, or it is over: those above need not see to it."""
    await sql().run(
        "UPDATE staff_task SET done_at = ?, done_by = ? WHERE account_id = ? AND kind = ?"
        " AND same IN (SELECT ? || CAST(s.id AS VARCHAR(20)) FROM staff s WHERE s.account_id = ?)"
        " AND done_at IS NULL",
        *(now, by[:64], account_id(), KIND, f"lead:{lead_id}:late:", account_id()),
    )
