"""Two people at the same file: one of them wins, nothing is lost, nobody waits for ever."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from bot.errors import Conflict, StaffError
from bot.rules.records import VehicleRecord, vehicle
from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import audit
from storage.queries.files import changes as file_changes
from storage.queries.files import steps as files
from storage.queries.merging import customers as merging
from storage.queries.records import puts as records
from tests.staff.estate import customer
from tests.staff.world import NOW, house

BOSS, ADMIN, CARE = Role.GENERAL_MANAGER, Role.ADMINISTRATOR, Role.CARE_SPECIALIST


async def outcomes(*deeds: Awaitable[Any]) -> list[Any]:
    """What each came to; losing politely is None."""
    found = await asyncio.gather(*deeds, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, StaffError | Conflict):
            raise one
    return [None if isinstance(one, BaseException) else one for one in found]


async def test_one_of_many_takes_a_step(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        row, people = await customer(world), [world.who(r) for r in (BOSS, ADMIN, CARE)] * 3
        for step in (files.verify, files.file):
            done = await outcomes(*(step(who, Kind.CUSTOMER, row.id, NOW) for who in people))
            assert len([one for one in done if one]) == 1
        assert (await m.Customer.get(id=row.id)).rev == 2
        assert len(await audit.entries(subject=f"customer:{row.id}")) == 2


async def test_a_wish_is_decided_once(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        row = await customer(world, state="filed")
        change = {"company": "新公司"}
        wish = await file_changes.edit(world.who(CARE), Kind.CUSTOMER, row.id, change, NOW)
        assert wish is not None
        decided = [
            file_changes.decide(world.who(role, store), wish.change_id or 0, yes, NOW)
            for role in (BOSS, ADMIN)
            for store in ("main", "east")
            for yes in (True, False)
        ]
        assert len([one for one in await outcomes(*decided) if one]) == 1
        kept = await m.FileChange.get(id=wish.change_id)
        company = (await m.Customer.get(id=row.id)).company
        assert (company == "新公司") is (kept.state == "approved")


async def test_edits_at_once_are_all_there(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        row = await customer(world)
        changes: list[dict[str, str]] = [
            {"company": "公司"}, {"address": "长安街1号"}, {"occupation": "教师"},
            {"phone": "13800000001"}, {"notes": "不吃辣"}, {"source": "展厅"},
        ]  # fmt: skip
        who = world.who(CARE)
        done = await outcomes(
            *(file_changes.edit(who, Kind.CUSTOMER, row.id, change, NOW) for change in changes)
        )
        assert all(done)
        found = await m.Customer.get(id=row.id)
        assert [getattr(found, name) for change in changes for name in change] == [
            value for change in changes for value in change.values()
        ]
        assert found.rev == len(changes)


def car(n: int, owner: str) -> VehicleRecord:
    made = vehicle({"vin": f"LSVAA4182E20000{n:02d}", "customer_ref": owner})
    assert isinstance(made, VehicleRecord)
    return made


async def test_a_feed_beside_a_merge_leaves_no_car_behind(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss = world.who(BOSS)
        for n in range(12):
            keep, gone = [await customer(world, ref=f"C{n}{side}") for side in "ab"]
            await asyncio.gather(
                records.put_vehicles([car(n, f"C{n}b")], NOW, "dms"),
                merging.merge_customers(boss, keep.id, gone.id, NOW),
                records.put_vehicles([car(n + 50, f"C{n}b")], NOW, "dms"),
            )
            assert await m.Vehicle.filter(customer_id=keep.id).count() == 2
        assert await audit.verify() is None


async def test_crossed_merges_end(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss, admin = world.who(BOSS), world.who(ADMIN)
        a, b = await customer(world, "甲"), await customer(world, "乙")
        done = await outcomes(
            merging.merge_customers(boss, a.id, b.id, NOW),
            merging.merge_customers(admin, b.id, a.id, NOW),
        )
        assert len([one for one in done if one]) == 1
        assert await m.Customer.filter(merged_into_id=None).count() == 1
