"""Whose a new lead is: of the consultant who knows the person, at the store they go to."""

from dataclasses import dataclass
from typing import Any

from bot.rules.roles import Action, Kind, Role, may
from storage.db import sql
from storage.queries.stores.shops import shop
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Whose:
    """None: nobody's yet; whoever manages leads gives it to somebody."""

    consultant_id: int | None
    store_id: int | None


async def whose(named: Whose, customer_id: int | None, wechat_user_id: int | None) -> Whose:
    """What is named; else the customer's consultant or whoever sold them a car, else by the code
    they came by; of one store: that one."""
    by_file, by_code = await _of_customer(customer_id), await _of_scene(wechat_user_id)
    consultant = named.consultant_id or by_file.consultant_id or by_code.consultant_id
    store = named.store_id or by_file.store_id or by_code.store_id
    if store is None and consultant is not None:
        row = await sql().row(
            "SELECT store_id FROM staff WHERE account_id = ? AND id = ?", account_id(), consultant
        )
        store = row["store_id"] if row else None
    stores = (await shop()).stores
    return Whose(consultant, store or (stores[0].id if len(stores) == 1 else None))


async def _of_customer(customer_id: int | None) -> Whose:
    """Colleagues who work here no more are not named; the newest car says which store."""
    if customer_id is None:
        return Whose(None, None)
    row = await sql().row(
        "SELECT s.id FROM customer c JOIN staff s ON s.id = c.consultant_id AND s.active"
        " WHERE c.account_id = ? AND c.id = ?",
        *(account_id(), customer_id),
    )
    cars = await sql().rows(
        "SELECT s.id, v.store_id FROM vehicle v LEFT JOIN staff s ON s.id = v.consultant_id"
        " AND s.active WHERE v.account_id = ? AND v.customer_id = ? ORDER BY v.id DESC LIMIT 20",
        *(account_id(), customer_id),
    )
    consultant = row["id"] if row else _first(car["id"] for car in cars)
    return Whose(consultant, _first(car["store_id"] for car in cars))


def _first(found: Any) -> int | None:
    return next((int(one) for one in found if one is not None), None)


async def _of_scene(wechat_user_id: int | None) -> Whose:
    row = await sql().row(
        "SELECT s.id, c.store_id FROM wechat_user u JOIN scene_code c"
        " ON c.account_id = u.account_id AND c.scene = u.scene"
        " LEFT JOIN staff s ON s.id = c.staff_id AND s.active"
        " WHERE u.account_id = ? AND u.id = ?",
        *(account_id(), wechat_user_id),
    )
    return Whose(row["id"], row["store_id"]) if row else Whose(None, None)


async def consultant_named(name: str) -> int | None:
    """The colleague at work of this name who may look after leads; sales consultants first."""
    rows = await sql().rows(
        "SELECT id, role FROM staff WHERE account_id = ? AND name = ? AND active = ? ORDER BY id",
        *(account_id(), name, True),
    )
    fitting = [row for row in rows if may(row["role"], Kind.LEAD, Action.EDIT)]
    fitting.sort(key=lambda row: row["role"] != Role.SALES_CONSULTANT)
    return int(fitting[0]["id"]) if fitting else None


async def customer_of_ref(ref: str) -> int | None:
    """The customer by the DMS's key, or the file that took theirs over."""
    row = await sql().row(
        "SELECT COALESCE(merged_into_id, id) AS id FROM customer"
        " WHERE account_id = ? AND ref = ? AND erased_at IS NULL",
        *(account_id(), ref),
    )
    return int(row["id"]) if row else None
