"""Two customers that are one: nothing is lost, and a split brings back what was."""

from datetime import timedelta
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.fields.relational import ForeignKeyFieldInstance

from bot.errors import StaffError
from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import consents
from storage.queries.consents import Who
from storage.queries.files import cards
from storage.queries.files import changes as file_changes
from storage.queries.merging import cars as merging_cars
from storage.queries.merging import customers as merging
from storage.queries.records import cars as records_cars
from tests.staff.estate import customer, estate
from tests.staff.world import LATER, NOW, House, house

BOSS, CARE, SELLING = Role.GENERAL_MANAGER, Role.CARE_SPECIALIST, Role.SALES_CONSULTANT


def naming(kind: str) -> set[tuple[str, str]]:
    """Table and column of every foreign key to this model."""
    return {
        (model._meta.db_table, field.source_field or f"{name}_id")
        for model in _models().values()
        for name, field in model._meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance) and _target(field) == kind
    }


def test_every_column_that_names_a_customer_moves() -> None:
    assert naming("Customer") == set(merging.MOVES)


def test_every_column_that_names_a_car_moves() -> None:
    assert naming("Vehicle") == set(merging_cars.MOVES)
    known = {(table, "vehicle_id") for table in (*records_cars.ABSORBED, *records_cars.DROPPED)}
    assert naming("Vehicle") == known


def liked(row: m.Customer) -> Any:
    return row.preferences


def _models() -> dict[str, Any]:
    return {name: getattr(m, name) for name in m.__all__}


def _target(field: Any) -> str:
    named = field.model_name if isinstance(field.model_name, str) else field.model_name.__name__
    return str(named).rpartition(".")[2]


async def owners(world: House) -> dict[str, dict[int, Any]]:
    """Every row that names a customer, by table and column."""
    connection = Tortoise.get_connection("default")
    found: dict[str, dict[int, Any]] = {}
    for table, column in merging.MOVES:
        _, rows = await connection.execute_query(f"SELECT id, {column} AS c FROM {table}")  # noqa: S608 - a place of MOVES
        found[f"{table}.{column}"] = {row["id"]: row["c"] for row in rows}
    assert world.account
    return found


async def test_a_merge_moves_every_row_and_a_split_brings_them_back(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, boss = await estate(world), world.who(BOSS)
        keep, gone = rows["mine"][Kind.CUSTOMER], rows["east"][Kind.CUSTOMER]
        before = await owners(world)
        merge = await merging.merge_customers(boss, keep, gone, LATER, reason="同一人")
        assert merge is not None
        for place, ids in (await owners(world)).items():
            assert set(ids) == set(before[place])
            if place != "customer.merged_into_id":
                wanted = {i: keep if c == gone else c for i, c in before[place].items()}
                assert ids == wanted
        assert await cards.get_customer(boss, gone, LATER) is None
        with pytest.raises(StaffError):
            await merging.merge_customers(boss, keep, keep, LATER)
        assert await merging.merge_customers(boss, keep, gone, LATER) is None
        assert await merging.split_customers(boss, merge, LATER) == gone
        assert await owners(world) == before
        assert await merging.split_customers(boss, merge, LATER) is None


async def test_what_one_file_lacks_it_takes_from_the_other(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss = world.who(BOSS)
        keep = await customer(world, "王芳", tags=["老客户"], preferences={"drink": "茶"})
        gone = await customer(
            world,
            "王方",
            ref="C2",
            tags=["老客户", "车友会"],
            preferences={"drink": "咖啡", "advisor": "李娜"},
            birthday=NOW.date(),
        )
        await file_changes.edit(boss, Kind.CUSTOMER, gone.id, {"phone": "13800000002"}, NOW)
        merge = await merging.merge_customers(boss, keep.id, gone.id, NOW)
        assert merge is not None
        found = await m.Customer.get(id=keep.id)
        assert (found.name, found.phone, found.birthday) == ("王芳", "13800000002", NOW.date())
        assert liked(found) == {"drink": "茶", "advisor": "李娜"}
        assert found.tags == ["老客户", "车友会"]
        [line] = await cards.list_customers(boss, NOW, phone="13800000002")
        assert line.id == keep.id
        await file_changes.edit(boss, Kind.CUSTOMER, keep.id, {"notes": "喜欢靠窗"}, NOW)
        assert await merging.split_customers(boss, merge, NOW) == gone.id
        after = await m.Customer.get(id=keep.id)
        assert (after.phone, after.birthday, after.notes) == ("", None, "喜欢靠窗")
        assert (liked(after), after.tags) == ({"drink": "茶"}, ["老客户"])
        other = await m.Customer.get(id=gone.id)
        assert (other.name, other.phone, other.merged_into_id) == ("王方", "13800000002", None)


async def test_of_consents_the_newest_word_counts(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        keep, gone = await customer(world), await customer(world)
        await consents.give(Who(keep.id), ["care", "marketing"], "", NOW)
        await consents.withdraw(Who(gone.id), ["marketing"], "", NOW + timedelta(minutes=1))
        await merging.merge_customers(world.who(BOSS), keep.id, gone.id, LATER)
        assert await consents.given(keep.id, "care")
        assert not await consents.given(keep.id, "marketing")
        assert len(await consents.ledger(Who(keep.id))) == 3


async def test_merges_come_apart_in_the_order_they_were_made(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss = world.who(BOSS)
        a, b, c = [await customer(world, name) for name in "甲乙丙"]
        first = await merging.merge_customers(boss, b.id, c.id, NOW)
        second = await merging.merge_customers(boss, a.id, b.id, NOW)
        assert first is not None
        assert second is not None
        assert (await m.Customer.get(id=c.id)).merged_into_id == a.id
        with pytest.raises(StaffError, match="较新"):
            await merging.split_customers(boss, first, NOW)
        assert await merging.split_customers(boss, second, NOW) == b.id
        assert (await m.Customer.get(id=c.id)).merged_into_id == b.id
        assert await merging.split_customers(boss, first, NOW) == c.id


async def test_what_moved_on_since_stays_where_it_is(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, boss = await estate(world), world.who(BOSS)
        keep, gone = rows["mine"][Kind.CUSTOMER], rows["east"][Kind.CUSTOMER]
        merge = await merging.merge_customers(boss, keep, gone, NOW)
        third = await customer(world, "第三人")
        await file_changes.sell(boss, rows["east"][Kind.VEHICLE], NOW, to=third.id)
        assert await merging.split_customers(boss, merge or 0, LATER) == gone
        assert (await m.Vehicle.get(id=rows["east"][Kind.VEHICLE])).customer_id == third.id


async def test_only_managers_who_see_both_merge(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows = await estate(world)
        mine, colleague, east = (rows[t][Kind.CUSTOMER] for t in ("mine", "colleague", "east"))
        manager = world.who(Role.SERVICE_MANAGER)
        assert await merging.merge_customers(manager, mine, east, NOW) is None
        with pytest.raises(StaffError, match="岗位"):
            await merging.merge_customers(world.who(CARE), mine, colleague, NOW)
        merge = await merging.merge_customers(manager, mine, colleague, NOW)
        assert merge is not None
        assert await merging.split_customers(world.who(SELLING, "east"), merge, NOW) is None
        with pytest.raises(StaffError, match="岗位"):
            await merging.split_customers(world.who(SELLING), merge, NOW)
