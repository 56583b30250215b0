"""整改措施 of a case and 预防措施 of a pattern: proposed, approved, carried out, looked at.

Each step with a case's measure is a line in the case's history, written in the same transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.cases.amends import MEASURE_STATES, MEASURE_STEPS, MEASURES, refused
from bot.rules.cases.words import category_code
from bot.rules.roles import Action, Kind, Role, may
from storage.db import Sql, calendar_day, moment, sql, transaction
from storage.queries import audit
from storage.queries.access.rows import allowed, visible
from storage.queries.cases.acting import barred
from storage.queries.cases.asks import answered, ask_deciders, ask_to_act
from storage.queries.cases.history import MovedOn, entered, held_case
from storage.queries.cases.top import today
from storage.queries.staff.colleagues import Staff, get_staff
from storage.scope import account_id
from storage.secrets import seal, unseal

DECIDERS: Final = (Role.GENERAL_MANAGER,)
_COLUMNS: Final = (
    "m.id, m.kind, m.case_id, m.category, m.what, m.owner_id, s.name AS owner, m.due_on, m.state,"
    " m.proposed_by, m.proposed_at, m.decided_by, m.decided_at, m.note, m.report, m.reported_by,"
    " m.reported_at, m.effect, m.checked_by, m.checked_at"
)
_FROM: Final = "measure m LEFT JOIN staff s ON s.account_id = m.account_id AND s.id = m.owner_id"
_AS_IT_IS: Final = (
    *("id", "kind", "case_id", "category", "owner_id", "state"),
    *("proposed_by", "decided_by", "reported_by", "checked_by"),
)
# What each step writes: what was said, who said it, and when.
_WRITES: Final = {
    "approve": ("note", "decided_by", "decided_at"),
    "refuse": ("note", "decided_by", "decided_at"),
    "report": ("report", "reported_by", "reported_at"),
    "effective": ("effect", "checked_by", "checked_at"),
    "ineffective": ("effect", "checked_by", "checked_at"),
}


@dataclass(frozen=True, slots=True)
class New:
    """What is to be done by whom until when: of the case `case_id`, or against every `category`."""

    what: str
    due_on: date
    owner_id: int | None = None
    case_id: int | None = None
    category: str = ""

    @property
    def kind(self) -> str:
        return "preventive" if self.case_id is None else "corrective"


@dataclass(frozen=True, slots=True)
class Measure:
    """In the clear. `note`: why it was refused; "" and None: not yet."""

    id: int
    kind: str
    case_id: int | None
    category: str
    what: str
    owner_id: int | None
    owner: str
    due_on: date
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    report: str
    reported_by: str
    reported_at: datetime | None
    effect: str
    checked_by: str
    checked_at: datetime | None

    @property
    def kind_name(self) -> str:
        return MEASURES[self.kind]

    @property
    def state_name(self) -> str:
        return MEASURE_STATES[self.state]

    def overdue(self, today: date) -> bool:
        """Whether its last day is over and nobody has reported it done."""
        return self.state in ("proposed", "approved") and today > self.due_on


async def _sound(who: Staff, new: New, now: datetime) -> None:
    if not new.what.strip():
        raise StaffError("请写明要做什么。", "例如：每天下班前检查交车清单。")
    if new.case_id is None and not new.category.strip():
        raise StaffError("预防措施要写明针对哪类问题。", "例如：response_time。")
    if new.due_on < await today(now):
        raise StaffError("期限已经过去了。", "请写今天或以后的日期。")
    if not may(who.role, Kind.MEASURE, Action.EDIT):
        raise StaffError("您的岗位不能提出措施。", "请联系投诉的负责人。")


async def propose(who: Staff, new: New, now: datetime) -> Measure | None:
    """A measure that waits for the general manager; None where `who` sees no such case."""
    await _sound(who, new, now)
    owner = await get_staff(new.owner_id) if new.owner_id else who
    if owner is None or not owner.active:
        raise StaffError("没有这位在职员工。", "请看 cheyu staff list。")
    async with transaction() as connection:
        case = await held_case(connection, who, new.case_id) if new.case_id is not None else None
        if new.case_id is not None:
            if case is None:
                return None
            if no := await barred(who, case.id):
                raise no
        row = await connection.one(
            "INSERT INTO measure (account_id, kind, case_id, category, what, owner_id, due_on,"
            " proposed_by, proposed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            *(account_id(), new.kind, new.case_id, category_code(new.category)),
            *(seal(_sealed("what"), new.what), owner.id, new.due_on, who.actor, now),
        )
        made = await _one(connection, row["id"])
        await _in_its_place(who, made, now)
        await ask_deciders(
            *(f"measure:{made.id}", f"{made.kind_name} {made.what}", who, DECIDERS, now),
            case_id=new.case_id,
            store_id=case.store_id if case else None,
        )
        await _told(connection, who, made, "measure_proposed", made.what, now)
        return made


async def _in_its_place(who: Staff, made: Measure, now: datetime) -> None:
    """Another one was asked for where an earlier one did not help: here it is."""
    rows = await sql().rows(
        "SELECT id FROM measure WHERE account_id = ? AND state = 'ineffective' AND category = ?"
        " AND COALESCE(case_id, 0) = ?",
        *(account_id(), made.category, made.case_id or 0),
    )
    for row in rows:
        await answered(f"measure:{row['id']}", who, now)


async def take(
    who: Staff, measure_id: int, step: str, now: datetime, *, words: str = ""
) -> Measure | None:
    """approve, refuse, report, effective or ineffective; None where `who` sees none."""
    wanted, words = MEASURE_STEPS[step], words.strip()
    async with transaction() as connection:
        before = await _held(connection, who, measure_id)
        if before is None:
            return None
        refusal = refused(
            *(Kind.MEASURE, wanted, before.state, who.role, who.actor),
            earlier={"proposed_by": before.proposed_by, "reported_by": before.reported_by},
            words=words,
        )
        if refusal:
            raise MovedOn.of(refusal, before.state)
        if not await _theirs(who, before, wanted.action):
            raise StaffError("您的岗位不能做这一步。", "请联系主管。")
        said, by, at = _WRITES[step]
        await connection.run(
            f"UPDATE measure SET state = ?, {said} = ?, {by} = ?, {at} = ?"  # noqa: S608 - columns of _WRITES; values are marks
            " WHERE account_id = ? AND id = ?",
            *(wanted.after, seal(_sealed(said), words), who.actor, now, account_id(), measure_id),
        )
        made = await _one(connection, measure_id)
        await _ask_on(who, made, now)
        await _told(connection, who, made, wanted.event, words or made.what, now)
        return made


async def _ask_on(who: Staff, made: Measure, now: datetime) -> None:
    """What an approved one, and one that did not help, ask for next."""
    subject = f"measure:{made.id}"
    await answered(subject, who, now)
    said = f"{made.kind_name}：{made.what}"
    if made.state == "approved":
        words = f"请在{made.due_on:%Y-%m-%d}前执行，并写明执行情况。"
        await ask_to_act(
            *(f"{subject}:do", [made.owner_id], said, words, now), case_id=made.case_id
        )
    elif made.state == "ineffective":
        words = f"效果：{made.effect}。请提出新的措施。"
        await ask_to_act(
            *(f"{subject}:again", [made.owner_id], f"措施无效，{said}", words, now),
            case_id=made.case_id,
        )


async def _held(connection: Sql, who: Staff, measure_id: int) -> Measure | None:
    """The measure, and its case's row before it, as every deed on a case takes them."""
    found = await one(measure_id)
    if found is None:
        return None
    if found.case_id is not None:
        await _lock(connection, "complaint", found.case_id)
    await _lock(connection, "measure", measure_id)
    now_it_is = await _one(connection, measure_id)
    return now_it_is if await _theirs(who, now_it_is, Action.VIEW) else None


async def _lock(connection: Sql, table: str, row_id: int) -> None:
    if connection.postgres:
        await connection.rows(
            f"SELECT id FROM {table} WHERE account_id = ? AND id = ? FOR NO KEY UPDATE",  # noqa: S608 - complaint or measure; values are marks
            *(account_id(), row_id),
        )


async def _theirs(who: Staff, measure: Measure, action: Action) -> bool:
    """A measure of no case belongs to no store: besides its owner, who proposed it follows it up."""
    mine = measure.case_id is None and who.actor == measure.proposed_by
    return mine or await allowed(who, Kind.MEASURE, measure.id, action)


async def _told(
    connection: Sql, who: Staff, made: Measure, event: str, words: str, now: datetime
) -> None:
    """The case's history, and the book."""
    detail: dict[str, Any] = {"state": made.state}
    if made.case_id is not None:
        case = await held_case(connection, who, made.case_id)
        if case is not None:
            data = {"measure": made.id, "due_on": made.due_on.isoformat(), "state": made.state}
            await entered(case, event, who.actor, now, words=words, data=data)
        detail["case"] = made.case_id
    await audit.note(who.actor, event, f"measure:{made.id}", detail, now)


async def of_case(case_id: int) -> list[Measure]:
    """In the order they were proposed."""
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE m.account_id = ? AND m.case_id = ? ORDER BY m.id",  # noqa: S608 - our own columns
        *(account_id(), case_id),
    )
    return [_read(row) for row in rows]


async def page(
    who: Staff, *, state: str = "", kind: str = "", after: int = 0, limit: int = 50
) -> list[Measure]:
    """Those that `who` sees, the oldest first; the next page `after` the last id."""
    seen = visible(who, Kind.MEASURE, "m")
    mine = "(m.case_id IS NULL AND m.proposed_by = ?)"
    where, values = [f"({seen.text} OR {mine})"], [*seen.values, who.actor]
    for condition, value in (("m.state = ?", state), ("m.kind = ?", kind)):
        if value:
            where, values = [*where, condition], [*values, value]
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE m.account_id = ? AND m.id > ?"  # noqa: S608 - our own columns and the conditions above; values are marks
        f" AND {' AND '.join(where)} ORDER BY m.id LIMIT ?",
        *(account_id(), after, *values, limit),
    )
    return [_read(row) for row in rows]


async def one(measure_id: int) -> Measure | None:
    """Whoever asks: what may be shown to whom is for the caller to see to."""
    try:
        return await _one(sql(), measure_id)
    except LookupError:
        return None


async def seen(who: Staff, measure_id: int) -> Measure | None:
    """None where `who` sees no such measure."""
    found = await one(measure_id)
    return found if found is not None and await _theirs(who, found, Action.VIEW) else None


async def _one(connection: Sql, measure_id: int) -> Measure:
    row = await connection.one(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE m.account_id = ? AND m.id = ?",  # noqa: S608 - our own columns
        *(account_id(), measure_id),
    )
    return _read(row)


def _sealed(column: str) -> str:
    return f"measure.{column}"


def _read(row: Any) -> Measure:
    due, proposed = calendar_day(row["due_on"]), moment(row["proposed_at"])
    assert due is not None and proposed is not None  # noqa: S101, PT018 - never NULL
    clear: dict[str, Any] = {
        **{name: unseal(_sealed(name), row[name]) for name in ("what", "note", "report", "effect")},
        **{name: moment(row[name]) for name in ("decided_at", "reported_at", "checked_at")},
        **{name: row[name] for name in _AS_IT_IS},
    }
    return Measure(**clear, owner=row["owner"] or "", due_on=due, proposed_at=proposed)
