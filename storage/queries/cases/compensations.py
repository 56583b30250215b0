"""补偿: asked for by whoever works on the case, decided by a manager, then given.

Each step is a line in the case's history, written in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.cases.amends import GIFT_STATES, GIFT_STEPS, GIFTS, Step, refused, refused_gift
from bot.rules.roles import Action, Kind, Role
from storage.db import Sql, moment, sql, transaction
from storage.queries import audit
from storage.queries.access.rows import allowed, visible
from storage.queries.cases.acting import barred
from storage.queries.cases.asks import answered, ask_deciders
from storage.queries.cases.history import HeldCase, MovedOn, entered, held_case
from storage.queries.staff.colleagues import Staff
from storage.scope import account_id
from storage.secrets import seal, unseal

DECIDERS: Final = (Role.SERVICE_MANAGER, Role.GENERAL_MANAGER)
LARGEST: Final = Decimal("99999999.99")
_WHAT, _NOTE = "compensation.what", "compensation.note"
_COLUMNS: Final = (
    "g.id, g.case_id, g.kind, g.what, g.amount, g.state, g.asked_by, g.asked_at, g.decided_by,"
    " g.decided_at, g.note, g.given_by, g.given_at"
)


@dataclass(frozen=True, slots=True)
class Compensation:
    """In the clear. `amount` in yuan; `note`: why it was refused, or what was said when it was
    given; "" and None: not yet."""

    id: int
    case_id: int
    kind: str
    what: str
    amount: Decimal | None
    state: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    given_by: str
    given_at: datetime | None

    @property
    def kind_name(self) -> str:
        return GIFTS.get(self.kind, self.kind)

    @property
    def state_name(self) -> str:
        return GIFT_STATES[self.state]

    @property
    def said(self) -> str:
        """代金券：保养代金券（200.00元）"""
        amount = "" if self.amount is None else f"（{self.amount}元）"
        return f"{self.kind_name}：{self.what}{amount}"


def _payable(amount: Decimal) -> bool:
    return amount.is_finite() and 0 <= amount <= LARGEST and amount == round(amount, 2)


async def ask(
    who: Staff, case_id: int, kind: str, what: str, now: datetime, *, amount: Decimal | None = None
) -> Compensation | None:
    """Ask for one; None where `who` sees no such case."""
    if amount is not None and not _payable(amount):
        raise StaffError("金额不对。", "请写0到99999999.99之间的金额，单位元，最多两位小数。")
    async with transaction() as connection:
        case = await held_case(connection, who, case_id)
        if case is None:
            return None
        if no := await barred(who, case_id):
            raise no
        if refusal := refused_gift(case.state, kind, what, amount is not None):
            raise MovedOn.of(refusal, case.state)
        row = await connection.one(
            "INSERT INTO compensation (account_id, case_id, kind, what, amount, asked_by, asked_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            *(account_id(), case_id, kind, seal(_WHAT, what.strip())),
            *(None if amount is None else amount.quantize(Decimal("0.01")), who.actor, now),
        )
        made = await _one(connection, row["id"])
        await ask_deciders(
            *(f"compensation:{made.id}", made.said, who, DECIDERS, now),
            case_id=case_id,
            store_id=case.store_id,
        )
        await _told(case, made, "compensation_asked", who, made.said, now)
        return made


async def take(
    who: Staff, compensation_id: int, step: str, now: datetime, *, words: str = ""
) -> Compensation | None:
    """approve, refuse or give; None where `who` sees none. `words`: why it is refused, or how given."""
    wanted = GIFT_STEPS[step]
    case_id = await _case_of(compensation_id)
    async with transaction() as connection:
        case = await held_case(connection, who, case_id) if case_id else None
        if case is None:
            return None
        before = await _one(connection, compensation_id)
        refusal = refused(
            *(Kind.COMPENSATION, wanted, before.state, who.role, who.actor),
            earlier={"asked_by": before.asked_by},
            words=words,
        )
        if refusal:
            raise MovedOn.of(refusal, before.state)
        if not await allowed(who, Kind.COMPENSATION, compensation_id, wanted.action):
            raise StaffError("您的岗位不能做这一步。", "请联系本店的主管。")
        await _write(connection, before.id, wanted, who, words.strip(), now)
        await answered(f"compensation:{before.id}", who, now)
        made = await _one(connection, before.id)
        await _told(case, made, wanted.event, who, words.strip() or made.said, now)
        return made


async def _write(
    connection: Sql, row_id: int, step: Step, who: Staff, words: str, now: datetime
) -> None:
    given = step.after == "given"
    by, at = ("given_by", "given_at") if given else ("decided_by", "decided_at")
    await connection.run(
        f"UPDATE compensation SET state = ?, {by} = ?, {at} = ?, note = ?"  # noqa: S608 - two columns named above; values are marks
        " WHERE account_id = ? AND id = ?",
        *(step.after, who.actor, now, seal(_NOTE, words), account_id(), row_id),
    )


async def _told(
    case: HeldCase, made: Compensation, event: str, who: Staff, words: str, now: datetime
) -> None:
    data = {"compensation": made.id, "kind": made.kind, "state": made.state}
    await entered(case, event, who.actor, now, words=words, data=data)
    await audit.note(who.actor, event, f"compensation:{made.id}", {"case": case.id}, now)


async def of_case(case_id: int) -> list[Compensation]:
    """In the order they were asked for."""
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM compensation g WHERE g.account_id = ? AND g.case_id = ?"  # noqa: S608 - our own columns
        " ORDER BY g.id",
        *(account_id(), case_id),
    )
    return [_read(row) for row in rows]


async def waiting(who: Staff, *, after: int = 0, limit: int = 50) -> list[Compensation]:
    """Those that `who` may decide on, the oldest first; the next page `after` the last id."""
    seen = visible(who, Kind.COMPENSATION, "g", Action.APPROVE)
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM compensation g"  # noqa: S608 - our own columns, what visible() wrote; values are marks
        f" WHERE g.state = 'pending' AND g.asked_by <> ? AND g.id > ? AND {seen.text}"
        " ORDER BY g.id LIMIT ?",
        *(who.actor, after, *seen.values, limit),
    )
    return [_read(row) for row in rows]


async def one(compensation_id: int) -> Compensation | None:
    """Whoever asks: what may be shown to whom is for the caller to see to."""
    try:
        return await _one(sql(), compensation_id)
    except LookupError:
        return None


async def _case_of(compensation_id: int) -> int | None:
    row = await sql().row(
        "SELECT case_id FROM compensation WHERE account_id = ? AND id = ?",
        *(account_id(), compensation_id),
    )
    return int(row["case_id"]) if row else None


async def _one(connection: Sql, compensation_id: int) -> Compensation:
    """The row; in a transaction it is read after its case is held, so nobody changes it."""
    row = await connection.one(
        f"SELECT {_COLUMNS} FROM compensation g WHERE g.account_id = ? AND g.id = ?",  # noqa: S608 - our own columns
        *(account_id(), compensation_id),
    )
    return _read(row)


def _read(row: Any) -> Compensation:
    asked = moment(row["asked_at"])
    assert asked is not None  # noqa: S101 - the column is never NULL
    amount = row["amount"]
    return Compensation(
        row["id"],
        row["case_id"],
        row["kind"],
        unseal(_WHAT, row["what"]),
        None if amount is None else Decimal(str(amount)).quantize(Decimal("0.01")),
        row["state"],
        row["asked_by"],
        asked,
        row["decided_by"],
        moment(row["decided_at"]),
        unseal(_NOTE, row["note"]),
        row["given_by"],
        moment(row["given_at"]),
    )
