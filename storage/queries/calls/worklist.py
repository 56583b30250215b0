"""回访任务: the calls of today, in the order in which they can lawfully and best be made.

    for task in await todays(who, now):
        task.lawful, task.at, task.card.called, task.card.cases …

What can be called now comes first, the nearest deadline before the others; then what has its hour
later today. Whom nobody may call for this any more (consent taken back, marketing while a complaint
is open) is not on the list.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.consent import CODES
from bot.rules.etiquette import USUAL, Care, within_hours
from bot.rules.roles import Action, Kind, Scope
from storage.db import moment, sql
from storage.queries import consents
from storage.queries.access.rows import reach, visible
from storage.queries.calls.rows import SELECT, CallTask, contact_ways, tasks_of
from storage.queries.leads.tasks import calendar_in
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import Shop, shop
from storage.scope import account_id

NEVER: Final = datetime.max.replace(tzinfo=UTC)
MOST: Final = 500
"""Open calls that are looked through at once, those due first."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a list is, or was, made: at a moment, or for a day that is over at `until`.

    Of a day there are the calls that were open at any time of it, as they stood in the morning; a
    moment has those that were open then.
    """

    at: datetime
    until: datetime | None = None

    @property
    def open_then(self) -> tuple[str, tuple[datetime, ...]]:
        return (
            " AND t.created_at <= ? AND (t.done_at IS NULL OR t.done_at > ?)",
            (self.until or self.at, self.at),
        )


_Urgency = tuple[bool, datetime, datetime, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: in the list as of `at`, behind `last` in the block that begins behind
    the call `block` (when it was due, and its number).

    A list is put in order by blocks of MOST calls, so that none is out of reach.
    """

    at: datetime
    block: tuple[datetime, int] | None = None
    last: _Urgency | None = None


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
    who: Staff,
    now: datetime,
    *,
    everyone: bool = False,
    limit: int = 50,
    then: Span | None = None,
) -> list[CallTask]:
    """What `who` has to call today, the next one first; with `everyone` also colleagues' calls.

    `then`: as it was, or as far as is known will be, at another time. Consents are those of then,
    complaints and files today's.
    """
    text, values = _in_sight(who, Action.VIEW, everyone=everyone)
    at, span = (now, "") if then is None else (then.at, then.open_then[0])
    more = () if then is None else then.open_then[1]
    open_ = span or " AND t.done_at IS NULL"
    rows = await _rows(f"{open_} AND {text}", (*more, *values))
    return (await _today(rows, at, None if then is None else at))[:limit]


async def work_list(
    now: datetime, *, staff_id: int | None = None, store_id: int | None = None, limit: int = 50
) -> list[CallTask]:
    """The same for another system: of everybody, or of one colleague or store."""
    return (await work_page(Place(now), staff_id=staff_id, store_id=store_id, limit=limit))[0]


async def work_page(
    place: Place,
    *,
    staff_id: int | None = None,
    store_id: int | None = None,
    limit: int = 50,
    at_once: int = MOST,
) -> tuple[list[CallTask], Place | None]:
    """A page of it behind `place`, and where the next one begins; None: there is nothing more."""
    where, values = " AND t.done_at IS NULL", list[Any]()
    for column, value in (("t.staff_id", staff_id), ("t.store_id", store_id)):
        if value is not None:
            where, values = f"{where} AND {column} = ?", [*values, value]
    at, block, last = place.at, place.block, place.last
    while True:
        rows = await _rows(*_behind(block, where, values), at_once)
        today = await _today(rows, at)
        rest = [one for one in today if last is None or _urgency(one, at) > last]
        if len(rest) > limit:
            return rest[:limit], Place(at, block, _urgency(rest[limit - 1], at))
        if len(rows) < at_once:
            return rest, None
        block, last = _end_of(rows[-1]), None
        if rest:
            return rest, Place(at, block)


def _behind(
    block: tuple[datetime, int] | None, where: str, values: Sequence[Any]
) -> tuple[str, Sequence[Any]]:
    if block is None:
        return where, values
    due, number = block
    later = "coalesce(t.due_at, t.created_at)"
    return f"{where} AND ({later} > ? OR ({later} = ? AND t.id > ?))", [*values, due, due, number]


def _end_of(row: Any) -> tuple[datetime, int]:
    due = moment(row["due_at"]) or moment(row["created_at"])
    assert due is not None  # noqa: S101  # created_at is not null
    return due, int(row["id"])


async def _rows(where: str, values: Sequence[Any], most: int = MOST) -> Sequence[Any]:
    return await sql().rows(
        f"{SELECT}{where} ORDER BY coalesce(t.due_at, t.created_at), t.id LIMIT ?",
        *(account_id(), *values, most),
    )


async def _today(
    rows: Sequence[Any], now: datetime, until: datetime | None = None
) -> list[CallTask]:
    """Those that may be made and have their hour by the end of the day, in the order to make them."""
    found = await tasks_of(rows, now, until)
    allowed = await (_allowed(found) if until is None else _allowed_then(rows, found, until))
    known = await shop()
    today = [one for one in found if one.id in allowed and _is_today(one, known, now)]
    return sorted(today, key=lambda one: _urgency(one, now))


def _urgency(one: CallTask, now: datetime) -> _Urgency:
    return not one.lawful, now if one.lawful else one.at, one.due_at or NEVER, one.id


def _is_today(one: CallTask, known: Shop, now: datetime) -> bool:
    calendar = calendar_in(known, one.store_id)
    return calendar.local_day(one.at) <= calendar.local_day(now)


async def _allowed(tasks: Collection[CallTask]) -> set[int]:
    """Those to which nothing stands against; a lead's person asked to be called.

    What is done by now was on the list when it was made, whatever was said in the call.
    """
    bound = sorted({one.customer_id for one in tasks if one.customer_id and _bound(one)})
    agreed = await consents.of_many(bound) if bound else {}
    return {
        one.id
        for one in tasks
        if not _bound(one)
        or (one.purpose in agreed.get(one.customer_id or 0, frozenset()) and not _muted(one))
    }


async def _allowed_then(
    rows: Sequence[Any], tasks: Collection[CallTask], then: datetime
) -> set[int]:
    """The same by what was agreed to then; of a call that was owed later that day, when it was."""
    owed = {row["id"]: moment(row["created_at"]) or then for row in rows}
    words = await consents.words_of(
        sorted({one.customer_id for one in tasks if one.customer_id and _bound(one)})
    )
    return {
        one.id
        for one in tasks
        if not _bound(one)
        or (
            words.agreed(one.customer_id or 0, one.purpose, max(then, owed[one.id]))
            and not _muted(one)
        )
    }


def _bound(one: CallTask) -> bool:
    """To a customer's consent."""
    return one.done_at is None and one.purpose in CODES and one.customer_id is not None


def _muted(one: CallTask) -> bool:
    return one.purpose == "marketing" and bool(one.card.cases)


async def one(task_id: int, now: datetime, who: Staff | None = None) -> CallTask | None:
    """One call, done or not; `who`: if they may see it."""
    where, values = "", list[Any]()
    if who is not None:
        text, values = _in_sight(who, Action.VIEW, everyone=True)
        where = f" AND {text}"
    rows = await sql().rows(f"{SELECT} AND t.id = ?{where}", account_id(), task_id, *values)
    found = await tasks_of(rows, now)
    return found[0] if found else None


async def may_record(who: Staff, task_id: int) -> bool:
    text, values = _in_sight(who, Action.EDIT, everyone=True)
    rows = await sql().rows(f"{SELECT} AND t.id = ? AND {text}", account_id(), task_id, *values)
    return bool(rows)


async def care_of(store_id: int | None) -> Care:
    return (await contact_ways()).care.get(store_id or 0, USUAL)


async def check_named(at: datetime, store_id: int | None, now: datetime) -> None:
    """Raises StaffError where a customer cannot be called at the time that they named."""
    if at <= now:
        raise StaffError("约的时间已经过去了。", "请填一个将来的时间。")
    care = await care_of(store_id)
    if not within_hours(at, care, calendar_in(await shop(), store_id).zone):
        hours = f"{care.not_before:%H:%M}到{care.not_after:%H:%M}"
        raise StaffError("约的时间不能打电话。", f"请约在{hours}之间。")
