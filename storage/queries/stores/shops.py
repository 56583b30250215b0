"""Stores, what they offer and when they are open: read often, changed rarely, kept in memory.

Every writer here raises the account's `settings_rev` in its own transaction, and `shop()` reads
that one number before it trusts what this process remembers.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from tortoise.connection import ConnectionHandler, get_connections

from bot.rules.calendar import DayKind, DayRule, StoreCalendar, parse_shifts, parse_week
from bot.rules.slots import Need, Resource
from storage.db import Sql, calendar_day, dumps, loads, sql, transaction
from storage.scope import account_id


@dataclass(frozen=True, slots=True)
class Service:
    """服务项目. `aliases` are other words customers use for it."""

    id: int
    store_id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    need: Need
    note: str
    active: bool


@dataclass(frozen=True, slots=True)
class Store:
    """门店. `services` are those on offer; `resources` those at work; `called` names all of them."""

    id: int
    code: str
    name: str
    address: str
    phone: str
    calendar: StoreCalendar
    services: tuple[Service, ...]
    resources: tuple[Resource, ...]
    called: Mapping[int, str]

    def offer(self, code: str) -> Service | None:
        """The service on offer here under `code`."""
        return next((service for service in self.services if service.code == code), None)


@dataclass(frozen=True, slots=True)
class Shop:
    """All stores of the account, in the order they are shown, as of `settings_rev` `rev`."""

    rev: int
    stores: tuple[Store, ...]
    by_id: Mapping[int, Store]
    every_service: Mapping[int, Service]

    def store(self, store_id: int) -> Store:
        return self.by_id[store_id]

    def service(self, service_id: int) -> Service:
        """Also one that is not offered any more: old bookings name it."""
        return self.every_service[service_id]

    def by_code(self, code: str) -> Store | None:
        return next((store for store in self.stores if store.code == code), None)


# By connection handler: a process that opens another database remembers nothing of the first.
_remembered: WeakKeyDictionary[ConnectionHandler, dict[int, Shop]] = WeakKeyDictionary()


_in_force: ContextVar[int | None] = ContextVar("settings_rev", default=None)


def in_force(rev: int) -> Token[int | None]:
    """A turn has read `settings_rev`: until `in_force_no_longer`, `shop` need not ask again."""
    return _in_force.set(rev)


def in_force_no_longer(token: Token[int | None]) -> None:
    _in_force.reset(token)


async def shop() -> Shop:
    """The stores in force.

    Not for use between a change here and its commit: a rolled-back revision would be remembered.
    """
    account, connection, rev = account_id(), sql(), _in_force.get()
    if rev is None:
        row = await connection.row("SELECT settings_rev FROM account WHERE id = ?", account)
        rev = row["settings_rev"] if row else 0
    shops = _remembered.setdefault(get_connections(), {})
    known = shops.get(account)
    if known is None or known.rev != rev:
        known = shops[account] = await _load(connection, account, rev)
    return known


async def _load(connection: Sql, account: int, rev: int) -> Shop:
    stores = await connection.rows(
        "SELECT id, code, name, timezone, address, phone, hours FROM store"
        " WHERE account_id = ? ORDER BY position, id",
        account,
    )
    services = await _services(connection, account)
    resources = await connection.rows(
        "SELECT id, store_id, kind, name, skills, active FROM resource"
        " WHERE account_id = ? AND kind <> 'demo_car' ORDER BY id",
        account,
    )
    days = await connection.rows(
        "SELECT scope, day, kind, hours, name FROM calendar_day WHERE account_id = ?", account
    )
    built = tuple(_store(row, services, resources, days) for row in stores)
    return Shop(rev, built, {s.id: s for s in built}, {s.id: s for s in services})


async def _services(connection: Sql, account: int) -> list[Service]:
    rows = await connection.rows(
        "SELECT id, store_id, code, name, aliases, minutes, skill, bay_skill, note, active"
        " FROM service WHERE account_id = ? ORDER BY position, id",
        account,
    )
    return [
        Service(
            row["id"],
            row["store_id"],
            row["code"],
            row["name"],
            tuple(loads(row["aliases"])),
            Need(row["minutes"], row["skill"], row["bay_skill"]),
            row["note"],
            bool(row["active"]),
        )
        for row in rows
    ]


def _store(
    row: Any, services: Sequence[Service], resources: Sequence[Any], days: Sequence[Any]
) -> Store:
    here = [r for r in resources if r["store_id"] == row["id"]]
    return Store(
        row["id"],
        row["code"],
        row["name"],
        row["address"],
        row["phone"],
        StoreCalendar(
            parse_week(loads(row["hours"])), _day_rules(days, row["code"]), row["timezone"]
        ),
        tuple(s for s in services if s.store_id == row["id"] and s.active),
        tuple(
            Resource(r["id"], r["kind"], frozenset(loads(r["skills"]))) for r in here if r["active"]
        ),
        {r["id"]: r["name"] for r in here},
    )


def _day_rules(days: Sequence[Any], code: str) -> dict[date, DayRule]:
    """The days of all stores, and over them those of the store `code`."""
    rules: dict[date, DayRule] = {}
    for row in sorted(days, key=lambda row: row["scope"] != ""):
        if row["scope"] not in {"", code}:
            continue
        day = calendar_day(row["day"])
        assert day is not None  # noqa: S101  # the column is not null
        hours = loads(row["hours"])
        before = rules.get(day, DayRule())
        rules[day] = DayRule(
            DayKind(row["kind"]) if row["kind"] else before.kind,
            parse_shifts(hours) if hours is not None else before.shifts,
            row["name"] or before.name,
        )
    return rules


async def ensure_account(app_id: str) -> int:
    """The account of `app_id`, made if it is new. The one function here without a scope."""
    await sql().run("INSERT INTO account (app_id) VALUES (?) ON CONFLICT DO NOTHING", app_id)
    row = await sql().row("SELECT id FROM account WHERE app_id = ?", app_id)
    assert row is not None  # noqa: S101  # just made
    return int(row["id"])


async def changed(connection: Sql) -> None:
    """Say, inside the transaction that changes them, that stores are not what they were."""
    await connection.run(
        "UPDATE account SET settings_rev = settings_rev + 1 WHERE id = ?", account_id()
    )


async def add_calendar_day(
    day: date,
    *,
    kind: DayKind | None = None,
    hours: Sequence[Sequence[str]] | None = None,
    name: str = "",
    store_code: str = "",
    source: str = "staff",
) -> None:
    """One day that differs; `hours` [] closes it, None leaves them. Said again, the last one holds.

    Raises ValueError for hours that are none.
    """
    parse_shifts(hours or ())
    async with transaction() as connection:
        await connection.run(
            "INSERT INTO calendar_day (account_id, scope, day, kind, hours, name, source)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, scope, day) DO UPDATE SET"
            " kind = EXCLUDED.kind, hours = EXCLUDED.hours, name = EXCLUDED.name,"
            " source = EXCLUDED.source",
            account_id(),
            store_code,
            day,
            kind.value if kind else "",
            None if hours is None else dumps(hours),
            name,
            source,
        )
        await changed(connection)
