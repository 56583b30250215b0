"""投诉单: opening one, and finding them.

case = await open_case(NewCase("chat", "空调不制冷", category="product_quality", …), now)
case.number                                # T000012
await act(case.id, "receive", "张伟", now)  # storage/queries/cases/deeds
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.errors import StaffError
from bot.rules.cases.priority import at_least
from bot.rules.cases.words import category_code, id_of
from bot.rules.identifiers import phone_key
from storage.db import Sql, sql, transaction
from storage.queries.cases import alerts as case_alerts
from storage.queries.cases.clocks import clocks_of
from storage.queries.cases.named import customer_of_phone
from storage.queries.cases.people import owner_of, routed
from storage.queries.cases.rows import SELECT, Case, Event, case_of, events, one
from storage.queries.cases.writing import look_again, note, tell_outside
from storage.queries.stores.shops import shop
from storage.scope import account_id
from storage.secrets import look_up_or_none, seal


@dataclass(frozen=True, slots=True)
class NewCase:
    """`source`: chat, rating, call, staff, api. `same`: the occasion; the same again is one case.

    `by`: "customer", or the colleague or program that recorded it for them. Car, store and customer
    that are not named are taken from the visit, the car or the person where they are known, and
    words of danger make it urgent.
    """

    source: str
    what: str
    category: str = ""
    since: str = ""
    wish: str = ""
    customer_id: int | None = None
    wechat_user_id: int | None = None
    vehicle_id: int | None = None
    visit_id: int | None = None
    rating_id: int | None = None
    store_id: int | None = None
    phone: str = ""
    same: str | None = None
    by: str = "customer"
    priority: str = "normal"


@dataclass(frozen=True, slots=True)
class _About:
    """Whom and what a new complaint is about, as far as it is known."""

    customer_id: int | None
    vehicle_id: int | None
    store_id: int | None
    energy: str


async def open_case(new: NewCase, now: datetime) -> Case:
    """Record a complaint: it has an owner, running clocks and colleagues who know when this returns.

    All or nothing, also inside a turn. The same `same` again gives the case there is, as it is.
    """
    async with transaction() as connection:
        if new.same and (there := await _by_same(connection, new.same)):
            return there
        priority = at_least(new.priority, new.what)
        new = replace(new, category=category_code(new.category), priority=priority)
        about = await _about(new)
        found = await routed(about.store_id, new.category, about.energy)
        owner = await owner_of(found, about.store_id)
        row = await connection.row(
            "INSERT INTO complaint (account_id, same, source, category, energy, department,"
            " priority, customer_id, wechat_user_id, vehicle_id, visit_id, rating_id, store_id,"
            " owner_id, what, since, wish, phone, phone_hash, recorded_at, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (account_id, same) DO NOTHING RETURNING id",
            *(account_id(), new.same and new.same[:120], new.source, new.category, about.energy),
            *(found.department, new.priority, about.customer_id, new.wechat_user_id),
            *(about.vehicle_id, new.visit_id, new.rating_id, about.store_id, owner),
            *(seal("complaint.what", new.what), seal("complaint.since", new.since)),
            *(seal("complaint.wish", new.wish), seal("complaint.phone", new.phone)),
            *(look_up_or_none("phone", phone_key(new.phone)), now, now),
        )
        if row is None:  # another process recorded it in the meantime
            there = await _by_same(connection, new.same or "")
            assert there is not None  # noqa: S101 - it is in the way
            return there
        await _begin(row["id"], new, now)
        done = await one(row["id"])
        assert done is not None  # noqa: S101 - just written
        return done


async def take_down(new: NewCase, now: datetime) -> Case:
    """`open_case` of what a colleague or another system was told; a telephone may say who it is.

    StaffError where nobody could be answered: neither customer nor person nor telephone.
    """
    if new.phone and not 7 <= sum(sign.isdigit() for sign in new.phone) <= 20:
        raise StaffError("电话不对。", "请写完整的手机号，或带区号的座机号。")
    if not (new.phone or new.customer_id or new.wechat_user_id):
        raise StaffError("没有客户，也没有电话，无法回复客户。", "请写明客户，没有建档的写电话。")
    if not (new.customer_id or new.wechat_user_id):
        new = replace(new, customer_id=await customer_of_phone(new.phone))
    return await open_case(new, now)


async def _begin(case_id: int, new: NewCase, now: datetime) -> None:
    data = {"source": new.source, "category": new.category}
    number = await note(case_id, "recorded", new.by, now, words=new.what, data=data)
    case = await one(case_id)
    assert case is not None  # noqa: S101 - just written
    await tell_outside(case_id, "recorded", number, now)
    await _tell_colleagues(case, now)
    await look_again(case_id, case.store_id, now)


async def _tell_colleagues(case: Case, now: datetime) -> None:
    """The owner is to take it; the general manager hears of it, with the managers in copy."""
    found = {clock.name: clock for clock in await clocks_of(case, now)}
    await case_alerts.opened(case, found["receipt"].due_at, now)
    if told := await case_alerts.report(case, now, found["receipt"].due_at):
        await reported(case.id, told, now)


async def reported(case_id: int, told: Sequence[str], now: datetime) -> None:
    """The general manager has been told, with managers in copy."""
    number = await note(case_id, "reported", "system", now, data={"to": list(told)})
    await tell_outside(case_id, "reported", number, now)


async def _by_same(connection: Sql, same: str) -> Case | None:
    row = await connection.row(
        "SELECT id FROM complaint WHERE account_id = ? AND same = ?", account_id(), same[:120]
    )
    return await one(row["id"]) if row else None


async def _about(new: NewCase) -> _About:
    """What the visit, the car and the person say of a complaint that names less."""
    customer = new.customer_id
    if customer is None and new.wechat_user_id is not None:
        row = await sql().row(
            "SELECT customer_id FROM wechat_user WHERE account_id = ? AND id = ?",
            *(account_id(), new.wechat_user_id),
        )
        customer = row["customer_id"] if row else None
    visit = await _one_of("visit", "vehicle_id, store_id", new.visit_id)
    car = await _one_of(
        "vehicle",
        "id, store_id, energy",
        new.vehicle_id or (visit["vehicle_id"] if visit else await _only_car(customer)),
    )
    stores = (await shop()).stores
    store = new.store_id or (visit and visit["store_id"]) or (car and car["store_id"])
    if store is None and len(stores) == 1:
        store = stores[0].id
    return _About(customer, car["id"] if car else None, store, car["energy"] if car else "")


async def _one_of(table: str, columns: str, row_id: int | None) -> Any | None:
    if row_id is None:
        return None
    return await sql().row(
        f"SELECT {columns} FROM {table} WHERE account_id = ? AND id = ?",  # noqa: S608 - named by the caller above
        *(account_id(), row_id),
    )


async def _only_car(customer_id: int | None) -> int | None:
    """The customer's car, if there is only one they could mean."""
    if customer_id is None:
        return None
    rows = await sql().rows(
        "SELECT id FROM vehicle WHERE account_id = ? AND customer_id = ? AND sold = ? LIMIT 2",
        *(account_id(), customer_id, False),
    )
    return rows[0]["id"] if len(rows) == 1 else None


async def by_number(text: str) -> Case | None:
    """By what somebody typed: T000012, t12, 12."""
    found = id_of(text)
    return await one(found) if found else None


async def of_person(
    wechat_user_id: int | None, customer_id: int | None, limit: int = 10
) -> list[Case]:
    """What the person complained of, in WeChat or otherwise, newest first."""
    rows = await sql().rows(
        f"{SELECT} AND p.id IN (SELECT id FROM complaint WHERE account_id = ? AND wechat_user_id = ?"  # noqa: S608 - our own columns
        " UNION SELECT id FROM complaint WHERE account_id = ? AND customer_id = ?)"
        " ORDER BY p.id DESC LIMIT ?",
        *(account_id(), account_id(), wechat_user_id, account_id(), customer_id, limit),
    )
    known = await shop()
    return [case_of(row, known) for row in rows]


__all__ = [
    "Case",
    "Event",
    "NewCase",
    "by_number",
    "clocks_of",
    "events",
    "of_person",
    "one",
    "open_case",
    "reported",
    "take_down",
]
