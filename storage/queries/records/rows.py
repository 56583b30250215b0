"""What the bulk puts have in common: slices, locks, columns that are sealed or not, outcomes.

A put works slice by slice, each one transaction: lock the kind of the account, read the rows it is
about (locked too), decide in Python, write what differs. Writers of one kind take turns, so no two
of them can wait for each other; what chat or staff write meanwhile is met by the row locks and the
unique keys, and a slice that loses such a race is done again on what is true then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar

from bot.errors import Conflict
from bot.rules.records import Problem, Record
from storage.db import AlreadyThere, Sql, sql, transaction
from storage.queries import audit
from storage.scope import account_id
from storage.secrets import seal_json

SLICE = 200  # one transaction; on SQLite nothing else runs meanwhile
TRIES = 12
PEOPLE, CARS = 0x7065, 0x6361
"""Locks of writers: one for customers, one for cars and what happened to them."""

State = Literal["created", "updated", "unchanged", "refused", "pending"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record. `pending`: a filed file's change now waits for a manager.

    `rev` is the row's for its ETag (0 where there is none); `problem` says why it was refused,
    `notes` what else happened (a plate that moved here from another car).
    """

    ref: str
    state: State
    problem: Problem | None = None
    rev: int = 0
    notes: tuple[Problem, ...] = ()
    id: int = 0


R = TypeVar("R", bound=Record)
Work = Callable[[Sql, Sequence[R]], Awaitable[list[Outcome]]]


def refused(record: Record, field: str, zh: str, en: str) -> Outcome:
    return Outcome(record.ref, "refused", Problem(field, zh, en))


async def in_slices(
    rows: Sequence[R], keys: Callable[[R], Collection[str]], lock: int, work: Work[R]
) -> list[Outcome]:
    """`work` on slices in which no key comes twice; outcomes in the order of `rows`."""
    outcomes: list[Outcome] = []
    start = 0
    while start < len(rows):
        seen: set[str] = set()
        end = start
        while end < len(rows) and end - start < SLICE and seen.isdisjoint(mine := keys(rows[end])):
            seen.update(mine)
            end += 1
        outcomes += await _tried(rows[start:end], lock, work)
        start = end
        await asyncio.sleep(0)  # SQLite gives nobody else a turn by itself
    return outcomes


async def expect_bulk() -> None:
    """Before a large import: SQLite then copies a page that many slices change into the file once.

    Rows are found by hashes, which fall anywhere in their indexes: each slice changes most pages.
    """
    if not sql().postgres:
        await sql().rows("PRAGMA wal_autocheckpoint = 25000")


async def _tried(rows: Sequence[R], lock: int, work: Work[R]) -> list[Outcome]:
    for left in reversed(range(TRIES)):
        try:
            async with transaction() as connection:
                if connection.postgres:
                    await connection.rows("SELECT pg_advisory_xact_lock(?, ?)", lock, account_id())
                return await work(connection, rows)
        except (AlreadyThere, Conflict):
            if not left:
                raise
    raise Conflict("unreachable")


async def noted(
    actor: str,
    kind: str,
    done: Sequence[Outcome],
    fields: Collection[str],
    now: datetime,
    *,
    by_person: bool = False,
) -> None:
    """Put what was written into the book, last in its transaction.

    A person's hand in a file is noted of that file: who had one does not verify it.
    """
    ids = {
        state: [one.id for one in done if one.state == state] for state in ("created", "updated")
    }
    whole = [each for some in ids.values() for each in some]
    if by_person:
        for each in whole:
            await audit.note(actor, "edit", f"{kind}:{each}", {"fields": sorted(fields)}, now)
    elif whole:
        subject = f"{kind}:{whole[0]}" if len(whole) == 1 else kind
        detail = {**{state: some for state, some in ids.items() if some}, "fields": sorted(fields)}
        await audit.note(actor, "edit", subject, detail, now)


@dataclass
class Plan:
    """One record of a slice on its way: what is there, what is to be, and what was noticed."""

    record: Record
    current: dict[str, Any]
    new: dict[str, Any]
    notes: list[Problem]
    touched: bool = False  # something kept elsewhere changed with it
    waits: bool = False  # for a manager

    @property
    def exists(self) -> bool:
        return bool(self.current["id"])

    @property
    def changed(self) -> bool:
        return self.current != self.new

    @property
    def written(self) -> bool:
        return bool(self.new["rev"] != self.current["rev"])

    def wrong_rev(self, wanted: Mapping[str, int] | None) -> Outcome | None:
        """Refused where the caller knew another state of the row; 0 wants no row at all."""
        if (
            wanted is None
            or wanted.get(self.record.ref, self.current["rev"]) == self.current["rev"]
        ):
            return None
        outcome = refused(
            self.record, "rev", "已被他人修改，请刷新后再试", f"is {self.current['rev']} now"
        )
        return replace(outcome, rev=self.current["rev"], id=self.current["id"])

    def settle(self) -> "Plan":
        """The next `rev`, where anything is written."""
        if self.changed or self.touched or not self.exists:
            self.new["rev"] = self.current["rev"] + 1
        return self

    def outcome(self) -> Outcome:
        rev, row_id, notes = self.new["rev"], self.new["id"], tuple(self.notes)
        state: State = "unchanged"
        if not self.exists:
            state = "created"
        elif self.waits:
            state = "pending"
        elif rev != self.current["rev"]:
            state = "updated"
        return Outcome(self.record.ref, state, None, rev, notes, row_id)


def filed(plan: Plan, actor: str, by_person: bool, now: datetime) -> None:
    """The DMS's word files a file; a person's begins a draft, makes one of what was verified, or
    waits where it is filed already.
    """
    if not by_person:
        if plan.current.get("state") != "filed":
            plan.new.update(state="filed", filed_by=actor[:64], filed_at=now)
    elif plan.current["state"] == "filed" and plan.exists and plan.changed:
        plan.new, plan.waits = dict(plan.current), True
    elif not plan.exists or (plan.current["state"] == "verified" and plan.changed):
        plan.new["state"] = "draft"


async def by_hand(
    connection: Sql, kind: str, plans: Sequence[Plan], actor: str, now: datetime
) -> None:
    """What waits for a manager, as it was given; and who entered anew what was verified."""
    account, state = account_id(), "pending"
    await connection.many(
        f"UPDATE {kind} SET entered_by = ?, entered_at = ?, verified_by = '', verified_at = NULL"  # noqa: S608 - one of our own tables
        " WHERE account_id = ? AND id = ?",
        [
            (actor[:64], now, account, plan.new["id"])
            for plan in plans
            if (plan.current["state"], plan.new["state"]) == ("verified", "draft")
        ],
    )
    await connection.many(
        "INSERT INTO file_change (account_id, subject_kind, subject_id, change, reason, asked_by,"
        " asked_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (account, kind, plan.current["id"], _as_json(plan.record), "", actor[:64], now, state)
            for plan in plans
            if plan.waits
        ],
    )


def _as_json(record: Record) -> str:
    plain = {key: _plain(value) for key, value in record.fields.items()}
    return seal_json("file_change.change", plain)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
