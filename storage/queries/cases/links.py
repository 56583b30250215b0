"""Cases of one kind: those that look alike are suggested, those that are alike are linked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import StaffError
from bot.rules.cases.words import number_of
from bot.rules.roles import Action, Kind
from storage.db import moment, sql, transaction
from storage.queries import audit
from storage.queries.access.rows import allowed, visible
from storage.queries.cases.history import HeldCase, entered, held_case
from storage.queries.cases.rows import SELECT, Case, case_of
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import seal, unseal

WITHIN: Final = timedelta(days=90)
"""How far apart two complaints about the same may lie."""


@dataclass(frozen=True, slots=True)
class Link:
    """`case_id`: the other one."""

    case_id: int
    state: str
    why: str
    made_by: str
    made_at: datetime

    @property
    def number(self) -> str:
        return number_of(self.case_id)


async def similar(case: Case, who: Staff | None = None, limit: int = 5) -> list[Case]:
    """Of the same category, store and model within 90 days, the nearest first, not linked yet.

    `who`: only those that this colleague sees.
    """
    if not case.category:
        return []
    seen = visible(who, Kind.CASE, "p") if who else None
    rows = await sql().rows(
        f"{SELECT} AND p.recorded_at BETWEEN ? AND ? AND p.id <> ? AND p.category = ?"  # noqa: S608 - our own columns and what visible() wrote; values are marks
        " AND COALESCE(p.store_id, 0) = ? AND COALESCE(v.model, '') = ?"
        " AND NOT EXISTS (SELECT 1 FROM complaint_link n WHERE n.account_id = p.account_id"
        " AND ((n.case_id = p.id AND n.other_id = ?) OR (n.case_id = ? AND n.other_id = p.id)))"
        f"{f' AND {seen.text}' if seen else ''}",
        *(account_id(), case.recorded_at - WITHIN, case.recorded_at + WITHIN, case.id),
        *(case.category, case.store_id or 0, case.model, case.id, case.id),
        *(seen.values if seen else ()),
    )
    known = await shop()
    found = [case_of(row, known) for row in rows]
    found.sort(key=lambda one: (abs(one.recorded_at - case.recorded_at), one.id))
    return found[:limit]


async def link(
    who: Staff, one_id: int, other_id: int, now: datetime, *, why: str = ""
) -> bool | None:
    """Two cases are of one kind; False: known already, None: `who` does not see both."""
    if one_id == other_id:
        raise StaffError("一个投诉不能和自己关联。", "请写另一个投诉编号。")
    async with transaction() as connection:
        pair = await _pair(who, one_id, other_id)
        if pair is None:
            return None
        first, second = pair
        made = await connection.rows(
            "INSERT INTO complaint_link (account_id, case_id, other_id, words, made_by, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, case_id, other_id) DO NOTHING"
            " RETURNING id",
            *(account_id(), first.id, second.id, seal("complaint_link.words", why.strip()[:120])),
            *(who.actor, now),
        )
        if made:
            await _told(who, first, second, "linked", why.strip(), now)
        return bool(made)


async def unlink(who: Staff, one_id: int, other_id: int, now: datetime) -> bool | None:
    """They are not alike after all; False: they were not linked, None: `who` does not see both."""
    async with transaction() as connection:
        pair = await _pair(who, one_id, other_id)
        if pair is None:
            return None
        first, second = pair
        gone = await connection.run(
            "DELETE FROM complaint_link WHERE account_id = ? AND case_id = ? AND other_id = ?",
            *(account_id(), first.id, second.id),
        )
        if gone:
            await _told(who, first, second, "unlinked", "", now)
        return bool(gone)


async def _pair(who: Staff, one_id: int, other_id: int) -> tuple[HeldCase, HeldCase] | None:
    """Both, the earlier one first, held in that order, so that two who link wait and do not clash."""
    first = await held_case(sql(), who, min(one_id, other_id))
    second = await held_case(sql(), who, max(one_id, other_id))
    if first is None or second is None:
        return None
    if not await allowed(who, Kind.CASE, one_id, Action.EDIT):
        raise StaffError("您的岗位不能关联投诉。", "请联系投诉的负责人。")
    return first, second


async def _told(
    who: Staff, first: HeldCase, second: HeldCase, event: str, why: str, now: datetime
) -> None:
    for case, other in ((first, second), (second, first)):
        said = f"{other.number} {why}".strip()
        await entered(case, event, who.actor, now, words=said, data={"other": other.id})
    await audit.note(who.actor, event, f"complaint:{first.id}", {"other": second.id}, now)


async def linked(case_id: int) -> list[Link]:
    """Those that are of one kind with this one, the oldest first."""
    rows = await sql().rows(
        "SELECT c.id, c.state, n.words, n.made_by, n.made_at FROM complaint_link n JOIN complaint c"
        " ON c.account_id = n.account_id"
        " AND c.id = CASE WHEN n.case_id = ? THEN n.other_id ELSE n.case_id END"
        " WHERE n.account_id = ? AND (n.case_id = ? OR n.other_id = ?) ORDER BY c.id",
        *(case_id, account_id(), case_id, case_id),
    )
    return [_link(row) for row in rows]


def _link(row: Any) -> Link:
    made = moment(row["made_at"])
    assert made is not None  # noqa: S101 - the column is never NULL
    why = unseal("complaint_link.words", row["words"])
    return Link(row["id"], row["state"], why, row["made_by"], made)
