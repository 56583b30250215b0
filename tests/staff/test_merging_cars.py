"""Two files of one car become one: nothing that hangs on either is lost, nobody is asked twice."""

from datetime import date
from typing import Any

import pytest

from bot.errors import StaffError
from bot.rules.roles import Kind, Role
from storage import models as m
from storage.db import sql
from storage.queries import audit
from storage.queries.files import cards
from storage.queries.files import changes as file_changes
from storage.queries.merging import cars as merging_cars
from storage.queries.merging import customers as merging
from tests.staff.estate import Hands, customer, estate, person, vehicle
from tests.staff.world import LATER, NOW, House, house

BOSS, MANAGER = Role.GENERAL_MANAGER, Role.SERVICE_MANAGER
NONE = Hands(None, None, None)
VIN, OTHER_VIN, PLATE = "LSVAA4182E2000001", "LSVAA4187E2000001", "京A12345"
DUE = date(2026, 12, 1)


async def numbered(world: House, car: m.Vehicle, **change: Any) -> m.Vehicle:
    done = await file_changes.edit(world.who(BOSS), Kind.VEHICLE, car.id, change, NOW)
    assert done is not None
    return car


async def touch(world: House, subject: str, state: str, **given: Any) -> m.Touchpoint:
    return await m.Touchpoint.create(
        account_id=world.account, kind=given.pop("kind", "first_service"), subject=subject,
        purpose="care", due_on=DUE, due_at=NOW, state=state, created_at=NOW, changed_at=NOW,
        **given,
    )  # fmt: skip


async def named(car: int) -> dict[str, int]:
    """How many rows of each table name the car."""
    found = {}
    for table, column in merging_cars.MOVES:
        row = await sql().one(f"SELECT count(*) AS n FROM {table} WHERE {column} = ?", car)  # noqa: S608 - names from our own list
        found[table] = row["n"]
    return found


async def follows(world: House, car: int, user: int, role: str) -> None:
    await m.VehiclePerson.create(
        account_id=world.account, vehicle_id=car, wechat_user_id=user, role=role, created_at=NOW
    )


async def test_all_that_hangs_on_the_draft_hangs_on_the_car(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, boss = await estate(world), world.who(BOSS)
        keep, gone = rows["mine"][Kind.VEHICLE], rows["east"][Kind.VEHICLE]
        both, one = await person(world, None), await person(world, None)
        await follows(world, keep, both.id, "driver")
        await follows(world, gone, both.id, "follower")
        await follows(world, gone, one.id, "driver")
        await touch(world, f"v{gone}", "done", vehicle_id=gone)
        before, gones = await named(keep), await named(gone)
        assert all(gones.values())
        merge = await merging_cars.merge_vehicles(boss, keep, gone, LATER, reason="同一台车")
        assert merge is not None
        after = await named(keep)
        for table, n in before.items():
            lost = 1 if table in ("vehicle_person", "delivery") else 0  # each had one of the same
            assert after[table] == n + gones[table] - lost, table
        assert not any((await named(gone)).values())
        assert await m.Vehicle.filter(id=gone).count() == 0
        roles = {p.wechat_user_id: p.role for p in await m.VehiclePerson.filter(vehicle_id=keep)}
        assert roles == {both.id: "driver", one.id: "driver"}
        [entry] = await audit.entries(subject=f"vehicle:{gone}", limit=1)
        assert (entry.action, entry.detail) == ("merge", {"into": keep})
        assert (await m.Visit.filter(vehicle_id=keep).order_by("-rev").first()).rev == 1  # type: ignore[union-attr]  # there
        wish = await m.FileChange.get(id=rows["east"][Kind.FILE_CHANGE])
        assert (wish.subject_id, wish.state) == (keep, "pending")
        assert await merging_cars.merge_vehicles(boss, keep, gone, LATER) is None


async def test_what_the_car_lacks_it_takes_from_the_draft(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss, owner = world.who(BOSS), await customer(world, "王芳")
        known = await vehicle(world, NONE, None, brand="奥迪", mileage=900, mileage_on=NOW.date())
        car = await numbered(world, known, vin=VIN)
        draft = await vehicle(
            world, NONE, owner.id, brand="大众", model="Q5L", mileage=5000, mileage_on=LATER.date()
        )
        await numbered(world, draft, plate=PLATE)
        assert await merging_cars.merge_vehicles(boss, car.id, draft.id, LATER)
        found = await m.Vehicle.get(id=car.id)
        assert (found.brand, found.model, found.customer_id) == ("奥迪", "Q5L", owner.id)
        assert (found.vin, found.plate, found.mileage) == (VIN, PLATE, 5000)
        [line] = await cards.list_vehicles(boss, NOW, plate=PLATE)
        assert line.id == car.id


async def test_a_car_that_left_us_comes_back_with_the_plate_of_the_draft(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss = world.who(BOSS)
        old, new = await customer(world, "老车主"), await customer(world, "新车主")
        car = await numbered(world, await vehicle(world, NONE, old.id), vin=VIN, plate="京B88888")
        await file_changes.sell(boss, car.id, NOW)
        draft = await numbered(world, await vehicle(world, NONE, new.id), plate=PLATE)
        assert await merging_cars.merge_vehicles(boss, car.id, draft.id, LATER)
        found = await m.Vehicle.get(id=car.id)
        assert (found.customer_id, found.sold, found.plate) == (new.id, False, PLATE)
        assert await m.Vehicle.filter(id=car.id, sold_at__isnull=True).count() == 1
        assert found.plate_live_hash == found.plate_hash


async def test_two_vins_are_two_cars(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss = world.who(BOSS)
        one = await numbered(world, await vehicle(world, NONE, None), vin=VIN)
        two = await numbered(world, await vehicle(world, NONE, None), vin=OTHER_VIN)
        draft = await vehicle(world, NONE, None)
        with pytest.raises(StaffError, match="两台车"):
            await merging_cars.merge_vehicles(boss, one.id, two.id, NOW)
        with pytest.raises(StaffError, match="交换"):
            await merging_cars.merge_vehicles(boss, draft.id, one.id, NOW)
        with pytest.raises(StaffError, match="同一份"):
            await merging_cars.merge_vehicles(boss, one.id, one.id, NOW)
        assert await m.Vehicle.all().count() == 3


async def test_what_was_done_is_not_owed_again(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss = world.who(BOSS)
        keep, gone = (await vehicle(world, NONE, None)).id, (await vehicle(world, NONE, None)).id
        free = await touch(world, f"v{gone}", "sent", vehicle_id=gone, kind="delivery_thanks")
        ours = await touch(world, f"v{keep}", "planned", vehicle_id=keep)
        theirs = await touch(world, f"v{gone}", "done", vehicle_id=gone)
        due = await touch(world, f"v{gone}", "due", vehicle_id=gone, kind="insurance")
        sent = await touch(world, f"v{keep}", "sent", vehicle_id=keep, kind="insurance")
        await merging_cars.merge_vehicles(boss, keep, gone, LATER)
        states = {each.id: (each.subject, each.state) for each in await m.Touchpoint.all()}
        assert states == {
            free.id: (f"v{keep}", "sent"),
            ours.id: (f"v{keep}", "cancelled"),
            theirs.id: (f"v{gone}", "done"),
            due.id: (f"v{gone}", "cancelled"),
            sent.id: (f"v{keep}", "sent"),
        }
        assert await m.Touchpoint.filter(vehicle_id=keep).count() == 5


async def test_a_customers_touchpoints_go_and_come_back(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss = world.who(BOSS)
        keep, gone = (await customer(world)).id, (await customer(world)).id
        mark = await touch(world, f"c{gone}", "planned", customer_id=gone, kind="birthday")
        merge = await merging.merge_customers(boss, keep, gone, LATER)
        moved = await m.Touchpoint.get(id=mark.id)
        assert (moved.subject, moved.customer_id) == (f"c{keep}", keep)
        assert await merging.split_customers(boss, merge or 0, LATER) == gone
        moved = await m.Touchpoint.get(id=mark.id)
        assert (moved.subject, moved.customer_id) == (f"c{gone}", gone)


async def test_only_managers_who_see_both_cars_merge(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, manager = await estate(world), world.who(MANAGER)
        mine, other, east = (rows[t][Kind.VEHICLE] for t in ("mine", "colleague", "east"))
        assert await merging_cars.merge_vehicles(manager, mine, east, NOW) is None
        with pytest.raises(StaffError, match="岗位"):
            await merging_cars.merge_vehicles(world.who(Role.CARE_SPECIALIST), mine, other, NOW)
        assert await merging_cars.merge_vehicles(manager, mine, other, NOW)
