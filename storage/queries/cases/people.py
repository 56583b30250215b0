"""Who answers for complaints: owners, service managers, general managers."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules.cases.routing import Route, route
from bot.rules.roles import Role
from storage.db import sql
from storage.queries.stores.shops import shop
from storage.scope import account_id

FALL_BACK = (Role.SERVICE_MANAGER, Role.CARE_SPECIALIST, Role.GENERAL_MANAGER)
"""Whose a complaint is that no route gives to anybody, the first there is."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here. `store_id` None: for every store."""

    id: int
    name: str
    role: str
    store_id: int | None


async def colleague(staff_id: int | None) -> Colleague | None:
    """None also for who left."""
    row = await sql().row(
        "SELECT id, name, role, store_id FROM staff WHERE account_id = ? AND id = ? AND active",
        *(account_id(), staff_id),
    )
    return Colleague(row["id"], row["name"], row["role"], row["store_id"]) if row else None


async def in_charge(store_id: int | None) -> list[Colleague]:
    """Those of FALL_BACK who work for the store; a complaint of no known store is everyone's."""
    rows = await sql().rows(
        "SELECT id, name, role, store_id FROM staff WHERE account_id = ? AND active"
        " AND role IN (?, ?, ?) ORDER BY id",
        *(account_id(), *(role.value for role in FALL_BACK)),
    )
    found = [Colleague(row["id"], row["name"], row["role"], row["store_id"]) for row in rows]
    return [one for one in found if store_id is None or one.store_id in {None, store_id}]


def of_role(people: Iterable[Colleague], *roles: Role) -> list[Colleague]:
    return [one for one in people if one.role in roles]


async def routed(store_id: int | None, category: str, energy: str) -> Route:
    """The department, and the owner if one is named who still works here."""
    store = (await shop()).by_id.get(store_id or 0)
    rows = await sql().rows(
        "SELECT r.scope, r.category, r.energy, r.department, s.id AS owner_id"
        " FROM complaint_route r LEFT JOIN staff s ON s.id = r.owner_id AND s.active"
        " WHERE r.account_id = ?",
        account_id(),
    )
    routes = [
        Route(row["scope"], row["category"], row["energy"], row["department"], row["owner_id"])
        for row in rows
    ]
    return route(routes, store.code if store else "", category, energy)


async def owner_of(found: Route, store_id: int | None) -> int | None:
    """Whom the route names, else whoever is in charge at the store, else of all; None: nobody."""
    if found.owner_id is not None:
        return found.owner_id
    people = await in_charge(store_id)
    for role in FALL_BACK:
        here = of_role(people, role)
        if here:
            # A colleague of the store itself knows more of it than one of every store.
            return min(here, key=lambda one: (one.store_id is None, one.id)).id
    return None
