"""Customers as the DMS, a sheet or staff tell of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.rules.call_records import unmarked
from bot.rules.consent import CODES
from bot.rules.records import CustomerRecord, Problem
from storage.db import Sql
from storage.queries import consents
from storage.queries.consents import DMS, Who
from storage.queries.merging.callers import take_over
from storage.queries.people import staff_task
from storage.queries.phones import hold_phones
from storage.queries.records.links import Links, linked
from storage.queries.records.rows import (
    PEOPLE,
    Outcome,
    Plan,
    by_hand,
    filed,
    in_slices,
    noted,
    refused,
)
from storage.queries.records.tables import Column, Table, among, hashed, hashes, locked
from storage.scope import account_id
from storage.secrets import look_up

_SEALED: Final = Column("sealed")
_NUMBERS: Final = hashed(("phone", "phone"), ("id", "id_number"))


def _found_by(row: Mapping[str, Any]) -> tuple[str | None, ...]:
    born = row["birthday"]
    return *_NUMBERS(row), f"{born:%m-%d}" if born else ""


TABLE: Final = Table(
    "customer",
    {
        "ref": Column(cleared=None), "name": Column(), "gender": Column(), "salutation": Column(),
        "phone": _SEALED, "id_number": _SEALED, "birthday": Column("date", None),
        "birthday_lunar": Column(), "occupation": Column(), "company": Column(),
        "address": _SEALED, "referrer": Column(), "preferences": Column("sealed_json", None),
        "notes": _SEALED, "tags": Column("json", None), "tier": Column(), "source": Column(),
        "consultant_id": Column(cleared=None),
        "state": Column(), "filed_by": Column(), "filed_at": Column("moment", None),
    },
    _found_by,
    ("phone_hash", "id_hash", "birthday_key"),
    unmarked,
)  # fmt: skip
_SELECT: Final = f"SELECT {TABLE.selected}, merged_into_id, erased_at FROM customer"  # noqa: S608 - the columns of TABLE, no value


async def put_customers(
    rows: Sequence[CustomerRecord],
    now: datetime,
    actor: str,
    *,
    by_person: bool = False,
    if_rev: Mapping[str, int] | None = None,
) -> list[Outcome]:
    """Each customer is there once, with what was given; the same again changes nothing.

    Found by `ref`; else the one file without a ref that has this phone is joined: it was begun in
    chat. A file that is there already stays itself: where its new phone is that of a file without a
    ref, staff are asked whether the two are one. Without a ref (a sheet) it is whoever alone has the
    phone, or had it until merged. `if_rev` (ref → rev) refuses what changed since; 0: what is there
    already.
    """

    async def work(connection: Sql, some: Sequence[CustomerRecord]) -> list[Outcome]:
        return await _put(connection, some, now, actor, by_person, if_rev)

    return await in_slices(rows, _keys, PEOPLE, work)


def _key(record: CustomerRecord) -> str:
    return f"ref {record.ref}" if record.ref else f"phone {record.fields['phone']}"


def _keys(record: CustomerRecord) -> set[str]:
    phone = record.fields.get("phone")
    return {_key(record), f"phone {phone}"} if phone else {_key(record)}


async def _put(
    connection: Sql,
    rows: Sequence[CustomerRecord],
    now: datetime,
    actor: str,
    by_person: bool,
    if_rev: Mapping[str, int] | None,
) -> list[Outcome]:
    links = await linked(connection, rows)
    await hold_phones(connection, {row.fields["phone"] for row in rows if row.fields.get("phone")})
    known = await _known(connection, [row.ref for row in rows if row.ref])
    by_phone = await _by_phone(connection, [row for row in rows if _new_phone(row, known)])
    outcomes: dict[str, Outcome] = {}
    plans: dict[str, Plan] = {}
    taken: set[int] = set()
    for record in rows:
        some = by_phone.get(str(record.fields.get("phone")), [])
        row = known.get(record.ref) or _one(record, some)
        plan = _plan(record, row, links)
        bad = _unclear(record, row, some, taken) or plan.wrong_rev(if_rev)
        bad = bad or (_gone(record, row) if row else None)
        if bad:
            outcomes[_key(record)] = bad
            continue
        filed(plan, actor, by_person, now)
        plans[_key(record)] = plan
        taken.add(plan.current["id"])
    await _settle(connection, [*plans.values()], actor, by_person, now)
    await _unproven(connection, [plan for plan in plans.values() if _joins(plan)])
    await take_over([str(p.new["phone"]) for p in plans.values() if p.written], actor, now)
    await _ask_whether_one(plans.values(), by_phone, now)
    outcomes |= {key: plan.outcome() for key, plan in plans.items()}
    fields = {field for plan in plans.values() if plan.written for field in plan.record.fields}
    await noted(actor, "customer", [*outcomes.values()], fields, now, by_person=by_person)
    return [outcomes[_key(record)] for record in rows]


def _new_phone(record: CustomerRecord, known: Mapping[str, Any]) -> bool:
    """A phone the file did not have: others may."""
    phone, row = record.fields.get("phone"), known.get(record.ref)
    return bool(phone) and (row is None or row["phone_hash"] != look_up("phone", str(phone)))


async def _ask_whether_one(
    plans: Iterable[Plan], by_phone: Mapping[str, Sequence[Any]], now: datetime
) -> None:
    """A number typed in chat is no proof, so two files with a history each are merged by staff."""
    for plan in plans:
        phone, mine = plan.record.fields.get("phone"), plan.new["id"]
        if not plan.record.ref or plan.waits:
            continue
        for other in by_phone.get(str(phone), ()):
            if other["ref"] is None and other["id"] != mine and not other["merged_into_id"]:
                await staff_task(
                    "check_file",
                    "手机号相同，请核对是否同一客户并合并",
                    now,
                    customer_id=mine,
                    detail=f"客户档案 {mine} 与 {other['id']}（无客户编号）",
                    same=f"one:{other['id']}:{mine}",
                )


def _joins(plan: Plan) -> bool:
    """A file begun without the DMS's key, in chat perhaps, that a record now takes as its own."""
    return plan.exists and bool(plan.record.ref) and not plan.current["ref"]


async def _unproven(connection: Sql, joined: Sequence[Plan]) -> None:
    """Whoever typed that phone in chat has not shown that it is theirs: they bind with a plate.

    Else a stranger who typed somebody's number would read that person's file once the DMS sent it.
    """
    if joined:
        marks = ", ".join("?" for _ in joined)
        await connection.run(
            f"UPDATE wechat_user SET customer_id = NULL WHERE account_id = ?"  # noqa: S608 - marks only, one for each file
            f" AND customer_id IN ({marks})",
            *(account_id(), *(plan.current["id"] for plan in joined)),
        )


async def _settle(
    connection: Sql, plans: Sequence[Plan], actor: str, by_person: bool, now: datetime
) -> None:
    channel = "console" if by_person else DMS
    await _declare(connection, plans, now, channel)
    await _write(connection, [plan.settle() for plan in plans], actor, now)
    await _first_consents(connection, [plan for plan in plans if not plan.exists], now, channel)
    await by_hand(connection, "customer", plans, actor, now)


def _one(record: CustomerRecord, some: Sequence[Any]) -> Any | None:
    """Of those who have the phone: whom a record without a row of its own means."""
    meant = [
        row for row in some if not row["merged_into_id"] and (row["ref"] is None or not record.ref)
    ]
    if not meant and not record.ref:
        meant = [*some[:1]]  # who was merged stays merged
    return meant[0] if len(meant) == 1 else None


def _unclear(
    record: CustomerRecord, row: Any | None, some: Sequence[Any], taken: set[int]
) -> Outcome | None:
    if not record.ref and sum(not one["merged_into_id"] for one in some) > 1:
        return refused(record, "phone", "有多位客户使用，请写客户编号", "is several customers'")
    if row and row["id"] in taken:
        return refused(record, "phone", "与另一行是同一客户", "is the customer of another row")
    return None


def _plan(record: CustomerRecord, row: Any | None, links: Links) -> Plan:
    current = TABLE.read(row) if row else TABLE.empty()
    given = {**record.fields, **links.of(record), "ref": record.ref or current["ref"]}
    notes = [*record.warnings, *links.notes(record)]
    return Plan(record, current, TABLE.merged(current, given), notes)


def _gone(record: CustomerRecord, row: Any) -> Outcome | None:
    """What was merged stays merged, and an erased person is not written anew from an old feed."""
    if row["erased_at"]:
        return refused(record, "ref", "此客户已按本人要求删除", "was erased at the person's wish")
    if row["merged_into_id"]:
        problem = Problem("ref", "此客户已并入另一客户", "was merged into another customer")
        return Outcome(record.ref, "unchanged", None, row["rev"], (problem,), row["id"])
    return None


async def _known(connection: Sql, refs: Sequence[str]) -> dict[str, Any]:
    condition, value = among(connection, "ref", refs)
    rows = await connection.rows(
        f"{_SELECT} WHERE account_id = ? AND {condition}{locked(connection)}", account_id(), value
    )
    return {row["ref"]: row for row in rows}


async def _by_phone(connection: Sql, rows: Sequence[CustomerRecord]) -> dict[str, list[Any]]:
    """Phone → the files that have it, merged ones too."""
    wanted = hashes("phone", {row.fields["phone"] for row in rows if row.fields.get("phone")})
    if not wanted:
        return {}
    condition, value = among(connection, "phone_hash", list(wanted))
    found = await connection.rows(
        f"{_SELECT} WHERE account_id = ? AND {condition}{locked(connection)}", account_id(), value
    )
    by_phone: dict[str, list[Any]] = {}
    for row in found:  # asked in SQL, SQLite might walk another index than the phone's
        if not row["erased_at"]:
            by_phone.setdefault(wanted[row["phone_hash"]], []).append(row)
    return by_phone


async def _write(connection: Sql, plans: Sequence[Plan], actor: str, now: datetime) -> None:
    made = [plan for plan in plans if not plan.exists]
    entered = {"entered_by": actor[:64], "entered_at": now, "created_at": now}
    await TABLE.insert(connection, [plan.new for plan in made], entered, now)
    known = await _known(connection, [plan.record.ref for plan in made if plan.record.ref])
    nameless = [plan.record for plan in made if not plan.record.ref]
    by_phone = await _by_phone(connection, [CustomerRecord("", one.fields) for one in nameless])
    for plan in made:
        ref, phone = plan.record.ref, str(plan.record.fields.get("phone"))
        plan.new["id"] = (known[ref] if ref else by_phone[phone][0])["id"]
    await TABLE.update(
        connection, [plan.new for plan in plans if plan.exists and plan.written], now
    )


async def _declare(connection: Sql, plans: Sequence[Plan], now: datetime, channel: str) -> None:
    """Consents of files that are there already: only what this channel says anew counts."""
    said = [plan for plan in plans if plan.exists and "consents" in plan.record.fields]
    before = await _declared(connection, [plan.current["id"] for plan in said], channel)
    for plan in said:
        wanted = set(plan.record.fields["consents"] or ())
        if not plan.waits and wanted != before.get(plan.current["id"], set()):
            who = Who(plan.current["id"])
            plan.touched = bool(await consents.declare(who, sorted(wanted), CODES, now, channel))


async def _declared(
    connection: Sql, customer_ids: Sequence[int], channel: str
) -> dict[int, set[str]]:
    """What the channel said last of each: the purposes agreed to."""
    if not customer_ids:
        return {}
    condition, value = among(connection, "customer_id", customer_ids)
    rows = await connection.rows(
        f"SELECT customer_id, purpose, given FROM consent WHERE account_id = ? AND {condition}"  # noqa: S608 - a condition that among() wrote; its value is a mark
        " AND channel = ? ORDER BY id",
        *(account_id(), value, channel),
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        mine = found.setdefault(row["customer_id"], set())
        (mine.add if row["given"] else mine.discard)(row["purpose"])
    return found


async def _first_consents(
    connection: Sql, plans: Sequence[Plan], now: datetime, channel: str
) -> None:
    await connection.many(
        "INSERT INTO consent (account_id, customer_id, purpose, given, wording, channel, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (account_id(), plan.new["id"], purpose, True, "", channel, now)
            for plan in plans
            for purpose in plan.record.fields.get("consents") or ()
        ],
    )
