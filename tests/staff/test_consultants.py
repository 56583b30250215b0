"""A customer goes to another consultant; who leaves leaves nobody behind."""

from typing import Any

import pytest

from bot.errors import StaffError
from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import audit
from storage.queries.access import rows as access
from storage.queries.files import changes as file_changes
from storage.queries.staff import consultants
from storage.queries.staff import left as staff_left
from storage.queries.staff.colleagues import Staff, add_staff
from storage.queries.staff.consultants import Handed
from tests.staff.estate import Hands, customer, estate, hands, vehicle
from tests.staff.world import LATER, NOW, House, house

SELLING, MANAGER, BOSS = Role.SALES_CONSULTANT, Role.SERVICE_MANAGER, Role.GENERAL_MANAGER


async def task(world: House, customer_id: int, staff: Staff, **given: Any) -> m.StaffTask:
    about: dict[str, Any] = {"customer_id": customer_id, "staff_id": staff.id}
    return await m.StaffTask.create(
        account_id=world.account, kind="call", title="回电", created_at=NOW, **about, **given
    )


async def sees(who: Staff, customer_id: int) -> bool:
    return await access.allowed(who, Kind.CUSTOMER, customer_id)


async def test_a_customer_moves_with_the_cars_and_what_is_left_to_do(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, manager, old = await estate(world), world.who(MANAGER), world.who(SELLING)
        key, new = rows["mine"][Kind.CUSTOMER], (await hands(world))["colleague"].consultant
        assert new is not None
        todo, done = await task(world, key, old), await task(world, key, old, done_at=NOW)
        assert await consultants.assign(manager, key, new.id, LATER, reason="换区") is True
        assert (await m.Customer.get(id=key)).consultant_id == new.id
        car = await m.Vehicle.get(id=rows["mine"][Kind.VEHICLE])
        assert (car.consultant_id, car.rev) == (new.id, 1)
        assert (await m.StaffTask.get(id=todo.id)).staff_id == new.id
        assert (await m.StaffTask.get(id=done.id)).staff_id == old.id
        assert await sees(new, key)
        assert not await sees(old, key)
        [entry] = await audit.entries(subject=f"customer:{key}")
        assert (entry.actor, entry.action) == (manager.actor, "assign")
        assert entry.detail == {"to": new.id, "from": [old.id], "why": "换区"}
        assert await consultants.assign(manager, key, new.id, LATER) is False
        assert len(await audit.entries(subject=f"customer:{key}")) == 1


async def test_only_managers_give_customers_away_and_only_to_who_serves(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, manager, me = await estate(world), world.who(MANAGER), world.who(SELLING)
        key = rows["mine"][Kind.CUSTOMER]
        with pytest.raises(StaffError, match="岗位"):
            await consultants.assign(me, key, world.who(Role.SERVICE_ADVISOR).id, NOW)
        east = rows["east"][Kind.CUSTOMER]
        assert await consultants.assign(manager, east, me.id, NOW) is None
        gone = await add_staff("已离职", SELLING, now=NOW, store_code="main", active=False)
        for to in (gone.id, 10**9, world.who(SELLING, "east").id):
            with pytest.raises(StaffError, match="没有这位在职员工"):
                await consultants.assign(manager, key, to, NOW)
        with pytest.raises(StaffError, match="不接待客户"):
            await consultants.assign(manager, key, world.who(Role.MARKETING).id, NOW)
        with pytest.raises(StaffError, match="consultant"):
            await file_changes.edit(me, Kind.CUSTOMER, key, {"consultant": me.name}, NOW)


async def test_who_leaves_leaves_nobody_behind(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, boss, old = await estate(world), world.who(BOSS), world.who(SELLING)
        new = (await hands(world))["colleague"].consultant
        assert new is not None
        lead = await customer(world, "新客户", entered_by=old.actor)
        draft = await vehicle(world, Hands(None, None, None), None, entered_by=old.actor)
        others = await customer(world, "别人的", entered_by=old.actor, consultant_id=new.id)
        todo = await task(world, lead.id, old)
        assert await consultants.leave(boss, old.id, new.id, LATER) == Handed(2, 2, 1, cases=1)
        assert not (await m.Staff.get(id=old.id)).active
        for key in (*(rows[tag][Kind.CUSTOMER] for tag in ("mine", "named")), lead.id, others.id):
            assert await sees(new, key)
            assert not await sees(old, key)
        assert await access.allowed(new, Kind.VEHICLE, draft.id)
        assert (await m.StaffTask.get(id=todo.id)).staff_id == new.id
        [entry] = await audit.entries(subject=f"staff:{old.id}", limit=1)
        assert (entry.action, entry.detail) == (
            "leave",
            {"to": new.id, "customers": 2, "cars": 2, "cases": 1},
        )
        assert await consultants.leave(boss, old.id, new.id, LATER) == Handed(0, 0, 0)
        [same] = await audit.entries(subject=f"staff:{old.id}", limit=1)
        assert same.number == entry.number


async def test_what_hangs_on_who_has_left_is_counted_until_it_is_given_away(
    migrated_url: str,
) -> None:
    async with house(migrated_url) as world:
        rows, boss, old = await estate(world), world.who(BOSS), world.who(SELLING)
        new = (await hands(world))["colleague"].consultant
        assert new is not None
        for model, key, owner in (
            (m.Case, Kind.CASE, "owner_id"),
            (m.Measure, Kind.MEASURE, "owner_id"),
            (m.Lead, Kind.LEAD, "consultant_id"),
        ):
            await model.filter(id=rows["mine"][key]).update(**{owner: old.id})
        await m.Lead.filter(id=rows["mine"][Kind.LEAD]).update(state="open", next_at=LATER)
        await task(world, rows["mine"][Kind.CUSTOMER], old)
        assert await staff_left.hanging() == []  # at work
        await add_staff(old.name, SELLING, now=NOW, active=False)
        [left] = await staff_left.hanging()
        assert (left.name, left.login) == (old.name, "")
        assert left.said == "1位客户、1台车、2单投诉、1位潜客、1项措施、1项任务"
        assert await staff_left.hanging(new.id) == []
        handed = await consultants.leave(boss, old.id, new.id, LATER)
        assert handed == Handed(1, 1, 1, cases=2, leads=1, measures=1)
        assert await staff_left.hanging() == []


async def test_who_keeps_another_hat_keeps_what_they_entered(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        boss, old = world.who(BOSS), world.who(SELLING)
        new = world.who(SELLING, "east")
        hat = await add_staff(old.name, Role.SERVICE_ADVISOR, now=NOW, store_code="main")
        lead = await customer(world, "新客户", entered_by=old.actor)
        assert await consultants.leave(boss, old.id, new.id, NOW) == Handed(0, 0, 0)
        assert await sees(hat, lead.id)
        assert not await sees(new, lead.id)


async def test_who_may_not_send_somebody_away(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        manager, me, east = world.who(MANAGER), world.who(SELLING), world.who(SELLING, "east")
        with pytest.raises(StaffError, match="岗位"):
            await consultants.leave(me, world.who(Role.SERVICE_ADVISOR).id, me.id, NOW)
        assert await consultants.leave(manager, east.id, me.id, NOW) is None
        assert await consultants.leave(manager, 10**9, me.id, NOW) is None
        with pytest.raises(StaffError, match="本人"):
            await consultants.leave(manager, me.id, me.id, NOW)
