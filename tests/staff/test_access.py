"""Role × record × action: who gets which rows, on both databases, after the one table of roles."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.rules.roles import Action, Kind, Role, Scope, scope
from storage import models as m
from storage.db import sql
from storage.queries.access.rows import TABLES, allowed, visible
from storage.queries.access.rules import RULES
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.staff.estate import TAGS, Hands, customer, estate, hands, person, vehicle
from tests.staff.world import NOW, house

HOUSEHOLD = {Kind.IMPORT, Kind.API_KEY, Kind.WEBHOOK, Kind.AUDIT, Kind.SURVEY}
SELLING, SERVING = Role.SALES_CONSULTANT, Role.SERVICE_ADVISOR
OF_A_CASE = {Kind.CASE, Kind.COMPENSATION, Kind.MEASURE, Kind.EVIDENCE}
CROSSWISE: dict[str, Callable[[Staff], Scope]] = {
    "guest": lambda _: Scope.STORE,
    "regular": lambda _: Scope.ALL,
    "answered": lambda who: Scope.OWN if who.role == SELLING else Scope.ALL,
}
"""What is told of a complaint about another store than the one that serves the customer."""


def needed(who: Staff, kind: Kind, tag: str) -> Scope:
    """How far somebody of the main store must reach to get the row `tag` of `kind`."""
    if kind in HOUSEHOLD or kind is Kind.STORE:
        return Scope.ALL
    if kind in OF_A_CASE and tag in CROSSWISE:
        return CROSSWISE[tag](who)
    if kind is Kind.STAFF:
        return Scope.ALL if tag in ("east", "guest") else Scope.STORE
    if tag in ("east", "guest", "nobodys") or (tag == "named" and kind is Kind.SCENE):
        return Scope.ALL
    if tag == "named":
        return Scope.OWN if who.role == SELLING else Scope.STORE
    holders = (SELLING,) if kind is Kind.SCENE else (SELLING, SERVING)
    return Scope.OWN if tag == "mine" and who.role in holders else Scope.STORE


def test_every_kind_has_its_rows_or_is_a_deed() -> None:
    assert set(TABLES) == set(Kind) - {Kind.EXPORT, Kind.REPORT, Kind.KPI}
    assert set(RULES) == set(TABLES)


@pytest.mark.parametrize("role", Role)
async def test_the_matrix(migrated_url: str, role: Role) -> None:
    async with house(migrated_url) as world:
        rows = await estate(world)
        for who in (world.who(role), replace(world.who(role), store_id=None)):
            for tag in TAGS:
                assert set(rows[tag]) == set(TABLES)
                for kind, row_id in rows[tag].items():
                    for action in Action:
                        far = scope(role, kind, action)
                        if who.store_id is None and far is Scope.STORE:
                            far = Scope.ALL
                        least = needed(who, kind, tag)
                        if (kind, action) == (Kind.CASE, Action.HANDLE) and least is Scope.OWN:
                            least = Scope.OWN if tag == "answered" else Scope.STORE
                        expected = far >= least and far is not Scope.NONE
                        got = await allowed(who, kind, row_id, action)
                        assert got is expected, (who.store_id, tag, kind, action)


async def test_nobody_sees_another_accounts_rows(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows = await estate(world)
        who = world.who(Role.ADMINISTRATOR)
        boss = world.who(Role.GENERAL_MANAGER)
        with account_scope(await ensure_account("wx0000000000000002")):
            for tag in TAGS:
                for kind, row_id in rows[tag].items():
                    assert not await allowed(who, kind, row_id)
                    assert not await allowed(boss, kind, row_id)


async def test_who_left_sees_nothing(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows = await estate(world)
        gone = replace(world.who(Role.ADMINISTRATOR), active=False)
        for kind, row_id in rows["mine"].items():
            assert not await allowed(gone, kind, row_id)


async def seen(who: Staff, kind: Kind) -> set[int]:
    condition = visible(who, kind, "r")
    rows = await sql().rows(
        f"SELECT r.id FROM {TABLES[kind]} r WHERE {condition.text}",  # noqa: S608 - a table of TABLES and what visible() wrote; values are marks
        *condition.values,
    )
    return {row["id"] for row in rows}


async def test_lists_hold_what_may_be_seen_and_nothing_else(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows = await estate(world)
        for kind in (Kind.CUSTOMER, Kind.VEHICLE, Kind.BOOKING, Kind.TASK, Kind.CONVERSATION):
            own = {rows["mine"][kind], rows["named"][kind]}
            assert await seen(world.who(SELLING), kind) == own
            here = {*own, *(rows[tag][kind] for tag in ("colleague", "regular", "answered"))}
            assert await seen(world.who(SERVING), kind) == here
            assert len(await seen(world.who(Role.CARE_SPECIALIST), kind)) == len(TAGS)


async def test_a_file_entered_by_oneself_is_ones_own_until_a_colleague_sells(
    migrated_url: str,
) -> None:
    async with house(migrated_url) as world:
        me, colleague = world.who(SELLING), (await hands(world))["colleague"]
        lead = await customer(world, "新客户", entered_by=me.actor)
        assert await seen(me, Kind.CUSTOMER) == {lead.id}
        assert await seen(world.who(SERVING), Kind.CUSTOMER) == {lead.id}  # of the same store
        assert await seen(world.who(SERVING, "east"), Kind.CUSTOMER) == set()
        await m.Customer.filter(id=lead.id).update(consultant_id=world.who(SELLING, "east").id)
        assert await seen(me, Kind.CUSTOMER) == set()
        await m.Customer.filter(id=lead.id).update(consultant_id=me.id)
        await vehicle(world, colleague, lead.id)
        assert await seen(me, Kind.CUSTOMER) == {lead.id}
        await m.Customer.filter(id=lead.id).update(consultant_id=None)
        assert await seen(me, Kind.CUSTOMER) == set()
        draft = await vehicle(world, Hands(None, None, None), None, entered_by=me.actor)
        assert await seen(me, Kind.VEHICLE) == {draft.id}


async def test_who_entered_a_file_shows_it_to_their_store_until_another_consultant_has_it(
    migrated_url: str,
) -> None:
    """All of the files may have been typed in by one person of one store."""
    async with house(migrated_url) as world:
        me, east = world.who(SELLING), (await hands(world))["east"]
        theirs = await customer(world, "城东的客户", entered_by=me.actor)
        managers = [world.who(Role.SERVICE_MANAGER, store) for store in ("main", "east")]
        assert [await seen(one, Kind.CUSTOMER) for one in managers] == [{theirs.id}, set()]
        car = await vehicle(world, east, theirs.id)
        about: dict[str, Any] = {"vehicle_id": car.id, "customer_id": theirs.id}
        about["store_id"] = car.store_id
        case = await m.Case.create(
            account_id=world.account, **about, source="chat", recorded_at=NOW, changed_at=NOW
        )
        assert [await seen(one, Kind.CUSTOMER) for one in managers] == [set(), {theirs.id}]
        assert [await seen(one, Kind.CASE) for one in managers] == [set(), {case.id}]


async def test_what_tells_of_a_complaint_is_seen_with_it(migrated_url: str) -> None:
    """Tasks about it, and what came with the rating that it began with."""
    async with house(migrated_url) as world:
        rows = await estate(world)
        at: dict[str, Any] = {"account_id": world.account}
        case, rating = rows["regular"][Kind.CASE], rows["regular"][Kind.RATING]
        manager, me = world.who(Role.SERVICE_MANAGER), world.who(SELLING)
        common = {**at, "case_id": case, "customer_id": rows["regular"][Kind.CUSTOMER]}
        told = await m.StaffTask.create(**common, kind="case_new", title="x", created_at=NOW)
        mine = await m.StaffTask.create(
            **common, kind="call", title="x", created_at=NOW, staff_id=manager.id
        )
        photo = await m.Evidence.create(
            **at, case_id=case, rating_id=rating, kind="image", media_id="x", sent_at=NOW
        )
        assert await allowed(manager, Kind.RATING, rating)
        assert not await allowed(manager, Kind.EVIDENCE, photo.id)
        assert not await allowed(manager, Kind.TASK, told.id)
        assert await allowed(manager, Kind.TASK, mine.id)
        there = world.who(Role.SERVICE_MANAGER, "east")
        assert await allowed(there, Kind.EVIDENCE, photo.id)
        assert await allowed(there, Kind.TASK, told.id)
        assert not await allowed(me, Kind.TASK, told.id)


async def test_a_complaint_about_no_store_goes_by_the_customers_file(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, manager = await estate(world), world.who(Role.SERVICE_MANAGER)
        for tag, expected in (("regular", True), ("east", False)):
            case = rows[tag][Kind.CASE]
            await m.Case.filter(id=case).update(store_id=None)
            for action in (Action.VIEW, Action.HANDLE):
                assert await allowed(manager, Kind.CASE, case, action) is expected


async def test_a_contact_and_every_car_of_an_own_customer_are_own(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        by = await hands(world)
        company, contact = await customer(world, "公司"), await customer(world, "联系人")
        sold = await vehicle(world, by["mine"], company.id, contact_id=contact.id)
        other = await vehicle(world, by["east"], company.id)
        await person(world, company.id)
        me = world.who(SELLING)
        assert await seen(me, Kind.CUSTOMER) == {company.id, contact.id}
        assert await seen(me, Kind.VEHICLE) == {sold.id, other.id}


async def test_an_own_car_of_nobody_shows_nobody(migrated_url: str) -> None:
    """A car without owner must not make NULL match anything."""
    async with house(migrated_url) as world:
        by = await hands(world)
        await vehicle(world, by["mine"], None)
        await customer(world, "别人的客户")
        assert await seen(world.who(SELLING), Kind.CUSTOMER) == set()
        assert await seen(world.who(SERVING), Kind.CUSTOMER) == set()


async def test_an_advisor_keeps_own_customers_of_another_store(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        me, there = world.who(SERVING), (await hands(world))["east"]
        mine, other = await customer(world, "我的"), await customer(world, "别人的")
        car = await vehicle(world, replace(there, advisor=me), mine.id)
        await vehicle(world, there, other.id)
        assert await seen(me, Kind.CUSTOMER) == {mine.id}
        assert await seen(me, Kind.VEHICLE) == {car.id}


async def test_what_an_earlier_owner_booked_is_not_for_the_later_ones_consultant(
    migrated_url: str,
) -> None:
    async with house(migrated_url) as world:
        rows, me = await estate(world), world.who(SELLING)
        booking, car = rows["east"][Kind.BOOKING], rows["east"][Kind.VEHICLE]
        moved = {"customer_id": rows["mine"][Kind.CUSTOMER], "consultant_id": me.id}
        await m.Vehicle.filter(id=car).update(**moved)
        assert await allowed(me, Kind.VEHICLE, car)
        assert await allowed(me, Kind.REPAIR_ORDER, rows["east"][Kind.REPAIR_ORDER])
        assert not await allowed(me, Kind.BOOKING, booking)
        await m.Booking.filter(id=booking).update(customer_id=None)
        assert await allowed(me, Kind.BOOKING, booking)
