"""回访任务: the calls of today, in the order in which they can lawfully and best be made.

    for task in await todays(who, now):
        task.lawful, task.at, task.card.called, task.card.cases …

What can be called now comes first, the nearest deadline before the others; then what has its hour
later today. Whom nobody may call for this any more (consent taken back, marketing while a complaint
is open) is not on the list.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.call_records import LATER
from bot.rules.consent import CODES
from bot.rules.etiquette import SERVICE, USUAL, Care, when, within_hours
from bot.rules.roles import Action, Kind, Scope
from storage.db import loads, moment, sql
from storage.queries import consents
from storage.queries.access import reach, visible
from storage.queries.call_cards import NOBODY, Card, cards
from storage.queries.lead_rows import COLUMNS as LEAD_COLUMNS
from storage.queries.lead_rows import FROM as LEAD_FROM
from storage.queries.lead_rows import Lead, lead_of
from storage.queries.lead_tasks import calendar_in, lead_of_task
from storage.queries.records_tables import among
from storage.queries.staff import Staff
from storage.queries.stores import Shop, shop
from storage.scope import account_id
from storage.secrets import unseal

MOST: Final = 500
"""Open calls that are looked through for one list, those due first."""
LEAD: Final = "lead"
_SELECT: Final = (
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


def _in_sight(who: Staff, action: Action, *, everyone: bool) -> tuple[str, list[Any]]:
    """Calls that somebody may see: given to them, of their customers, of their store.

    Unless `everyone`: of those only their own and what nobody was given.
    """
    wide = reach(who, Kind.CALL, action)
    if wide is Scope.NONE:
        return "1 = 0", []
    seen = visible(who, Kind.TASK, "t")
    text, values = f"({seen.text} OR t.staff_id = ?", [*seen.values, who.id]
    if wide is Scope.STORE:
        text, values = f"{text} OR t.store_id = ?", [*values, who.store_id]
    if everyone:
        return f"{text})", values
    return f"{text}) AND (t.staff_id IS NULL OR t.staff_id = ?)", [*values, who.id]


async def todays(
    who: Staff, now: datetime, *, everyone: bool = False, limit: int = 50
) -> list[CallTask]:
    """What `who` has to call today, the next one first; with `everyone` also colleagues' calls."""
    text, values = _in_sight(who, Action.VIEW, everyone=everyone)
    return await _worklist(f" AND {text}", values, now, limit)


async def work_list(
    now: datetime, *, staff_id: int | None = None, store_id: int | None = None, limit: int = 50
) -> list[CallTask]:
    """The same for another system: of everybody, or of one colleague or store."""
    where, values = "", list[Any]()
    for column, value in (("t.staff_id", staff_id), ("t.store_id", store_id)):
        if value is not None:
            where, values = f"{where} AND {column} = ?", [*values, value]
    return await _worklist(where, values, now, limit)


async def _worklist(where: str, values: Sequence[Any], now: datetime, limit: int) -> list[CallTask]:
    rows = await sql().rows(
        f"{_SELECT} AND t.done_at IS NULL{where}"
        " ORDER BY coalesce(t.due_at, t.created_at), t.id LIMIT ?",
        *(account_id(), *values, MOST),
    )
    found = await _tasks(rows, now)
    allowed = await _allowed(found)
    known = await shop()
    today = [one for one in found if one.id in allowed and _is_today(one, known, now)]
    return sorted(today, key=lambda one: _urgency(one, now))[:limit]


def _urgency(one: CallTask, now: datetime) -> tuple[bool, datetime, datetime, int]:
    late = one.due_at or datetime.max.replace(tzinfo=UTC)
    return not one.lawful, now if one.lawful else one.at, late, one.id


def _is_today(one: CallTask, known: Shop, now: datetime) -> bool:
    calendar = calendar_in(known, one.store_id)
    return calendar.local_day(one.at) <= calendar.local_day(now)


async def _allowed(tasks: Collection[CallTask]) -> set[int]:
    """Those to which nothing stands against; a lead's person asked to be called."""
    bound = {one.customer_id for one in tasks if one.customer_id and one.purpose in CODES}
    agreed = await consents.of_many(sorted(bound)) if bound else {}
    return {
        one.id
        for one in tasks
        if one.purpose not in CODES
        or one.customer_id is None
        or (
            one.purpose in agreed.get(one.customer_id, frozenset())
            and not (one.purpose == "marketing" and one.card.cases)
        )
    }


async def one(task_id: int, now: datetime, who: Staff | None = None) -> CallTask | None:
    """One call, done or not; `who`: if they may see it."""
    where, values = "", list[Any]()
    if who is not None:
        text, values = _in_sight(who, Action.VIEW, everyone=True)
        where = f" AND {text}"
    rows = await sql().rows(f"{_SELECT} AND t.id = ?{where}", account_id(), task_id, *values)
    found = await _tasks(rows, now)
    return found[0] if found else None


async def may_record(who: Staff, task_id: int) -> bool:
    text, values = _in_sight(who, Action.EDIT, everyone=True)
    rows = await sql().rows(f"{_SELECT} AND t.id = ? AND {text}", account_id(), task_id, *values)
    return bool(rows)


async def _tasks(rows: Sequence[Any], now: datetime) -> list[CallTask]:
    wanted = {(row["customer_id"], row["vehicle_id"]) for row in rows if row["customer_id"]}
    by_customer = await cards(wanted)
    of_lead = {row["id"]: lead_of_task(row["same"]) for row in rows if row["kind"] == LEAD}
    leads = await _leads({one for one in of_lead.values() if one})
    tried = await _tried([row["id"] for row in rows])
    ways = await _ways()
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


async def _tried(tasks: Sequence[int]) -> dict[int, Last]:
    if not tasks:
        return {}
    db = sql()
    condition, value = among(db, "task_id", tasks)
    rows = await db.rows(
        "SELECT task_id, outcome, staff_id, called_at, later_at, missing FROM call_record"  # noqa: S608 - our own columns
        f" WHERE account_id = ? AND {condition} ORDER BY id",
        *(account_id(), value),
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


async def _ways() -> Ways:
    rows = await sql().rows("SELECT id, care FROM store WHERE account_id = ?", account_id())
    care = {row["id"]: Care.of(loads(row["care"]) if row["care"] else None) for row in rows}
    return Ways(care, await shop())


async def care_of(store_id: int | None) -> Care:
    return (await _ways()).care.get(store_id or 0, USUAL)


async def check_named(at: datetime, store_id: int | None, now: datetime) -> None:
    """Raises StaffError where a customer cannot be called at the time that they named."""
    if at <= now:
        raise StaffError("约的时间已经过去了。", "请填一个将来的时间。")
    care = await care_of(store_id)
    if not within_hours(at, care, calendar_in(await shop(), store_id).zone):
        hours = f"{care.not_before:%H:%M}到{care.not_after:%H:%M}"
        raise StaffError("约的时间不能打电话。", f"请约在{hours}之间。")
