"""试驾: which one a person is expected for, and taking it back. Each is a line in its lead's history."""

from dataclasses import dataclass
from datetime import datetime

from bot.rules.leads import number_of
from storage.db import sql, transaction
from storage.queries.lead_rows import events, held, note_event, tell
from storage.queries.lead_tasks import said_again
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Drive:
    """Somebody comes at `at` (UTC); `number` is the lead's."""

    lead_id: int
    number: str
    model: str
    at: datetime


async def expected(wechat_user_id: int, customer_id: int | None, now: datetime) -> Drive | None:
    """The next drive of this person that is not over; None: there is none."""
    rows = await sql().rows(
        "SELECT id, model FROM lead WHERE account_id = ? AND state = 'open'"
        " AND (wechat_user_id = ? OR customer_id = ?) ORDER BY id DESC LIMIT 5",
        *(account_id(), wechat_user_id, customer_id),
    )
    for row in rows:
        at = await _booked(row["id"])
        if at is not None and at > now:
            return Drive(row["id"], number_of(row["id"]), row["model"], at)
    return None


async def _booked(lead_id: int) -> datetime | None:
    """What the last word on it is."""
    said = [one for one in await events(lead_id) if one.kind in {"test_drive", "drive_off"}]
    last = said[-1] if said else None
    return datetime.fromisoformat(last.after) if last and last.kind == "test_drive" else None


async def take_back(drive: Drive, now: datetime) -> bool:
    """They do not come; the consultant is told. False: it was not expected any more."""
    async with transaction() as connection:
        lead = await held(connection, drive.lead_id)
        if lead is None or lead.state != "open" or await _booked(lead.id) != drive.at:
            return False
        await note_event(lead.id, "drive_off", "customer", now, before=drive.at.isoformat())
        await connection.run(
            "UPDATE lead SET rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
            *(now, account_id(), lead.id),
        )
        await said_again(lead, "取消试驾")
        await tell("lead.changed", lead.id, now)
        return True
