"""潜在客户: who wants a car, registered once.

    lead = await open_lead(NewLead("survey", customer_id=7, same=f"rating:{rating_id}"), now)

A person has one open lead: another wish of theirs is added to it. What becomes of a lead is in
deeds.py, the tasks of its contacts in tasks.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from bot.rules.leads import OPEN, USUAL_LEVEL, answer_by, hotter, level_of
from storage.db import Sql, transaction
from storage.queries.leads import drives
from storage.queries.leads.rows import (
    Event,
    Lead,
    by_number,
    events,
    held,
    note_event,
    of_person,
    one,
    tell,
)
from storage.queries.leads.tasks import calendar_of, move_task, put_task, said_again
from storage.queries.leads.whose import Whose, whose
from storage.queries.phones import hold_phones
from storage.scope import account_id
from storage.secrets import look_up_or_none, look_ups, marks, seal


@dataclass(frozen=True, slots=True)
class NewLead:
    """Somebody wants a car. `level` "": as the source usually is; `same`: the occasion, told once.

    Consultant and store are found from the customer and how they came, where none is named.
    `note`: their words; `drive_at`: when they come for a test drive; `by`: who registers it.
    """

    source: str
    level: str = ""
    name: str = ""
    phone: str = ""
    model: str = ""
    customer_id: int | None = None
    wechat_user_id: int | None = None
    consultant_id: int | None = None
    store_id: int | None = None
    heard_of_us: str = ""
    note: str = ""
    drive_at: datetime | None = None
    same: str | None = None
    by: str = "customer"


async def open_lead(new: NewLead, now: datetime) -> Lead:
    """The lead of this wish: new, or the person's open one with the wish added to it.

    The same `same` again changes nothing. Raises StaffError for a level that is none.
    """
    return (await register(new, now))[0]


async def register(new: NewLead, now: datetime) -> tuple[Lead, bool]:
    """`open_lead`, and whether the lead is new."""
    level = level_of(new.level) if new.level else USUAL_LEVEL[new.source]
    same = new.same and new.same[:120]
    async with transaction() as connection:
        await _one_at_a_time(connection, new)
        told = await _told(connection, new, same) if same else None
        if told is not None:
            return told, False
        known = await _open_of(connection, new)
        lead = await held(connection, known) if known is not None else None
        if lead is not None and lead.state == OPEN:  # nobody ended it while we waited for it
            return await _add(connection, lead, new, level, now), False
        lead_id = await _insert(connection, new, level, same, now)
        await note_event(lead_id, "created", new.by, now, after=level, note=new.note)
        await _note_drive(lead_id, new, now)
        lead = await one(lead_id)
        assert lead is not None  # noqa: S101 - just written
        await put_task(lead, now)
        await tell("lead.created", lead_id, now)
        return lead, True


async def _one_at_a_time(connection: Sql, new: NewLead) -> None:
    """Two who register one person queue here; SQLite has one writer anyway."""
    await connection.run(
        "UPDATE customer SET tier = tier WHERE account_id = ? AND id = ?",
        *(account_id(), new.customer_id),
    )
    await connection.run(
        "UPDATE wechat_user SET scene = scene WHERE account_id = ? AND id = ?",
        *(account_id(), new.wechat_user_id),
    )
    await hold_phones(connection, [new.phone] if new.phone else [])


def _theirs(new: NewLead) -> tuple[str, tuple[object, ...]]:
    """A condition on the lead `l`: it is this person's. Each part goes by an index of its own."""
    hashes = look_ups("phone", new.phone) if new.phone else ("",)
    text = f"(l.customer_id = ? OR l.wechat_user_id = ? OR l.phone_hash IN ({marks(hashes)}))"
    return text, (new.customer_id, new.wechat_user_id, *hashes)


async def _told(connection: Sql, new: NewLead, same: str) -> Lead | None:
    """The lead that this occasion made or was added to, whatever has become of it since."""
    text, values = _theirs(new)
    row = await connection.row(
        "SELECT id FROM lead WHERE account_id = ? AND same = ? UNION ALL"  # noqa: S608 - the condition above; values are marks
        f" SELECT l.id FROM lead l WHERE l.account_id = ? AND {text} AND EXISTS"
        " (SELECT 1 FROM lead_event e WHERE e.account_id = l.account_id AND e.lead_id = l.id"
        " AND e.kind = 'asked' AND e.after = ?) LIMIT 1",
        *(account_id(), same, account_id(), *values, _mark(same)),
    )
    return await one(row["id"]) if row else None


async def _open_of(connection: Sql, new: NewLead) -> int | None:
    text, values = _theirs(new)
    row = await connection.row(
        "SELECT l.id FROM lead l WHERE l.account_id = ? AND l.state = 'open'"  # noqa: S608 - the condition above; values are marks
        f" AND {text} ORDER BY l.id LIMIT 1",
        *(account_id(), *values),
    )
    return int(row["id"]) if row else None


async def _insert(
    connection: Sql, new: NewLead, level: str, same: str | None, now: datetime
) -> int:
    theirs = await whose(
        Whose(new.consultant_id, new.store_id), new.customer_id, new.wechat_user_id
    )
    due = answer_by(now, await calendar_of(theirs.store_id), new.drive_at)
    row = await connection.one(
        "INSERT INTO lead (account_id, same, source, level, state, customer_id, wechat_user_id,"
        " name, phone, phone_hash, model, heard_of_us, note, consultant_id, store_id, next_at,"
        " created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        *(account_id(), same, new.source, level, OPEN, new.customer_id, new.wechat_user_id),
        *(new.name[:64], seal("lead.phone", new.phone), look_up_or_none("phone", new.phone)),
        *(new.model[:48], new.heard_of_us[:64], seal("lead.note", new.note)),
        *(theirs.consultant_id, theirs.store_id, due, now, now),
    )
    return int(row["id"])


def _mark(same: str) -> str:
    return sha256(same.encode()).hexdigest()[:32]


async def _add(connection: Sql, lead: Lead, new: NewLead, level: str, now: datetime) -> Lead:
    """One more wish of somebody who has an open lead: what was not known is, and never colder.

    The contact that is owed is an answer to it, so it may come sooner.
    """
    warmer = hotter(level, lead.level)
    due = answer_by(now, await calendar_of(lead.store_id), new.drive_at)
    due = min(due, lead.next_at or due)
    await move_task(lead, due)
    await connection.run(
        "UPDATE lead SET model = ?, phone = CASE WHEN phone = '' THEN ? ELSE phone END,"
        " phone_hash = COALESCE(phone_hash, ?), name = CASE WHEN name = '' THEN ? ELSE name END,"
        " customer_id = COALESCE(customer_id, ?), wechat_user_id = COALESCE(wechat_user_id, ?),"
        " level = ?, next_at = ?, rev = rev + 1, changed_at = ? WHERE account_id = ? AND id = ?",
        *(new.model[:48] or lead.model, seal("lead.phone", new.phone)),
        *(look_up_or_none("phone", new.phone), new.name[:64], new.customer_id),
        *(new.wechat_user_id, warmer, due, now, account_id(), lead.id),
    )
    said = "\n".join(part for part in (new.model, new.note) if part)
    mark = _mark(new.same) if new.same else ""
    await note_event(lead.id, "asked", new.by, now, before=new.source, after=mark, note=said)
    if warmer != lead.level:
        await note_event(lead.id, "level", new.by, now, before=lead.level, after=warmer)
    await _note_drive(lead.id, new, now)
    after = await one(lead.id)
    assert after is not None  # noqa: S101 - just written
    if not await put_task(after, now, asked=True):
        await said_again(after, said)
    await tell("lead.changed", lead.id, now)
    return after


async def _note_drive(lead_id: int, new: NewLead, now: datetime) -> None:
    if new.drive_at is not None:
        await drives.take(lead_id, new.store_id, new.model, new.drive_at)
        when = new.drive_at.astimezone(UTC).isoformat()
        await note_event(lead_id, "test_drive", new.by, now, after=when, note=new.note)


__all__: Sequence[str] = (
    "Event",
    "Lead",
    "NewLead",
    "by_number",
    "events",
    "of_person",
    "one",
    "open_lead",
    "register",
)
