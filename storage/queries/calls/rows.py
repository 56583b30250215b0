"""回访任务 as they are kept: what a call is about, who is called, and what was tried before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.rules.call_records import LATER
from bot.rules.etiquette import SERVICE, USUAL, Care, when
from storage.db import loads, moment, sql
from storage.queries.calls.cards import NOBODY, Card, cards
from storage.queries.leads.rows import COLUMNS as LEAD_COLUMNS
from storage.queries.leads.rows import FROM as LEAD_FROM
from storage.queries.leads.rows import Lead, lead_of
from storage.queries.leads.tasks import calendar_in, lead_of_task
from storage.queries.records.tables import among
from storage.queries.stores.shops import Shop, shop
from storage.scope import account_id
from storage.secrets import unseal

LEAD: Final = "lead"
SELECT: Final = (
    "SELECT t.id, t.kind, t.title, t.detail, t.same, t.customer_id, t.touchpoint_id, t.store_id,"
    " t.staff_id, t.due_at, t.done_at, t.done_by, t.outcome, t.created_at, p.kind AS about,"
    " p.purpose, p.vehicle_id, s.name AS staff FROM staff_task t"
    " LEFT JOIN touchpoint p ON p.account_id = t.account_id AND p.id = t.touchpoint_id"
    " LEFT JOIN staff s ON s.id = t.staff_id WHERE t.account_id = ? AND t.kind IN ('call', 'lead')"
)


@dataclass(frozen=True, slots=True)
class Last:
    """The last try of a task, and how many there were."""

    tries: int
    outcome: str
    staff_id: int | None
    called_at: datetime
    later_at: datetime | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallTask:
    """One call. `at`: the next lawful and welcome moment, UTC; `why` it is that one.

    `about`: the touchpoint's kind, or "lead". `done_at`: it is not to be made any more.
    """

    id: int
    kind: str
    title: str
    detail: str
    about: str
    purpose: str
    customer_id: int | None
    touchpoint_id: int | None
    store_id: int | None
    staff_id: int | None
    staff: str
    due_at: datetime | None
    done_at: datetime | None
    outcome: str
    card: Card
    lead: Lead | None
    last: Last | None
    at: datetime
    why: str
    lawful: bool

    @property
    def number(self) -> str:
        return f"#{self.id}"

    def overdue(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Ways:
    """How each store keeps contact, and when it is open."""

    care: Mapping[int, Care]
    shop: Shop


async def tasks_of(
    rows: Sequence[Any], now: datetime, until: datetime | None = None
) -> list[CallTask]:
    """Of rows of SELECT, as they stand at `now`, with what was tried before `until` (None: all)."""
    wanted = {(row["customer_id"], row["vehicle_id"]) for row in rows if row["customer_id"]}
    by_customer = await cards(wanted)
    of_lead = {row["id"]: lead_of_task(row["same"]) for row in rows if row["kind"] == LEAD}
    leads = await _leads({one for one in of_lead.values() if one})
    tried = await _tried([row["id"] for row in rows], until)
    ways = await contact_ways()
    found = []
    for row in rows:
        card = by_customer.get((row["customer_id"], row["vehicle_id"]), NOBODY)
        lead = leads.get(of_lead.get(row["id"]) or 0)
        found.append(_task(row, card, lead, tried.get(row["id"]), ways, now))
    return found


def _task(
    row: Any,
    card: Card,
    lead: Lead | None,
    last: Last | None,
    ways: Ways,
    now: datetime,
) -> CallTask:
    due, created = moment(row["due_at"]), moment(row["created_at"])
    purpose = row["purpose"] or (SERVICE if lead and lead.confirmed_at is None else LEAD)
    slot = when(
        purpose,
        (last.later_at if last else None) or created or now,
        ways.care.get(row["store_id"] or 0, USUAL),
        calendar_in(ways.shop, row["store_id"]),
        card.contact_hours,
        now,
        until=due if due is not None and due > now else None,
        named=last is not None and last.outcome == LATER and last.later_at is not None,
    )
    return CallTask(
        row["id"], row["kind"], unseal("staff_task.title", row["title"]),
        unseal("staff_task.detail", row["detail"]), row["about"] or row["kind"], purpose,
        row["customer_id"], row["touchpoint_id"], row["store_id"], row["staff_id"],
        row["staff"] or "", due, moment(row["done_at"]), row["outcome"], card, lead, last,
        slot.at, slot.why, slot.at <= now,
    )  # fmt: skip  # in the order of the class


async def _leads(ids: Collection[int]) -> dict[int, Lead]:
    if not ids:
        return {}
    db = sql()
    condition, value = among(db, "l.id", sorted(ids))
    rows = await db.rows(f"SELECT {LEAD_COLUMNS}{LEAD_FROM} AND {condition}", account_id(), value)
    return {row["id"]: lead_of(row) for row in rows}


async def _tried(tasks: Sequence[int], until: datetime | None) -> dict[int, Last]:
    if not tasks:
        return {}
    db = sql()
    condition, value = among(db, "task_id", tasks)
    before_it, values = ("", ()) if until is None else (" AND called_at < ?", (until,))
    rows = await db.rows(
        "SELECT task_id, outcome, staff_id, called_at, later_at, missing FROM call_record"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition}{before_it} ORDER BY id",
        *(account_id(), value, *values),
    )
    found: dict[int, Last] = {}
    for row in rows:
        before = found.get(row["task_id"])
        at = moment(row["called_at"])
        assert at is not None  # noqa: S101 - the column is not null
        found[row["task_id"]] = Last(
            *(before.tries + 1 if before else 1, row["outcome"], row["staff_id"], at),
            *(
                moment(row["later_at"]),
                tuple(loads(row["missing"]) or ()) if row["missing"] else (),
            ),
        )
    return found


async def contact_ways() -> Ways:
    rows = await sql().rows("SELECT id, care FROM store WHERE account_id = ?", account_id())
    care = {row["id"]: Care.of(loads(row["care"]) if row["care"] else None) for row in rows}
    return Ways(care, await shop())
