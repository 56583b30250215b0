"""Draft, verified, filed: who may take which step, and what happens to what was taken."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import Conflict, StaffError
from bot.rules.records import CustomerRecord
from bot.rules.roles import Action, Kind, Role
from storage import models as m
from storage.queries import audit
from storage.queries.files import changes as file_changes
from storage.queries.files import steps as files
from storage.queries.records.puts import put_customers
from storage.queries.staff.colleagues import Staff, add_staff
from tests.staff.estate import Hands, customer, hands, person, vehicle
from tests.staff.world import LATER, NOW, House, house

BOSS, MANAGER = Role.GENERAL_MANAGER, Role.SERVICE_MANAGER
CARE, SERVING, SELLING = Role.CARE_SPECIALIST, Role.SERVICE_ADVISOR, Role.SALES_CONSULTANT
YEAR = timedelta(days=365)


async def filed(world: House, **given: Any) -> m.Customer:
    return await customer(world, state="filed", **given)


async def reading(row: m.Customer) -> m.Customer:
    return await m.Customer.get(id=row.id)


async def test_a_file_goes_through_three_hands(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        advisor, care, boss = world.who(SERVING), world.who(CARE), world.who(BOSS)
        row = await customer(world, entered_by=advisor.actor, entered_at=NOW)
        assert await files.verify(care, Kind.CUSTOMER, row.id, NOW) == "verified"
        assert await files.file(boss, Kind.CUSTOMER, row.id, LATER) == "filed"
        found = await reading(row)
        assert (found.state, found.verified_by, found.filed_by) == (
            "filed",
            care.actor,
            boss.actor,
        )
        assert (found.verified_at, found.filed_at, found.rev) == (NOW, LATER, 2)
        noted = [(e.actor, e.action) for e in await audit.entries(subject=f"customer:{row.id}")]
        assert noted == [(boss.actor, "file"), (care.actor, "verify")]


async def test_nobody_verifies_their_own_entry(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        advisor, care = world.who(SERVING), world.who(CARE)
        row = await customer(world, entered_by=advisor.actor)
        with pytest.raises(StaffError, match="自己"):
            await files.verify(advisor, Kind.CUSTOMER, row.id, NOW)
        hat = await add_staff(advisor.name, MANAGER, now=NOW)
        with pytest.raises(StaffError, match="自己"):
            await files.verify(hat, Kind.CUSTOMER, row.id, NOW)
        edit = await file_changes.edit(care, Kind.CUSTOMER, row.id, {"company": "某公司"}, NOW)
        assert edit is not None
        assert (edit.state, edit.rev) == ("changed", 1)
        with pytest.raises(StaffError, match="自己"):
            await files.verify(care, Kind.CUSTOMER, row.id, NOW)
        assert await files.verify(world.who(BOSS), Kind.CUSTOMER, row.id, NOW) == "verified"


async def test_who_put_several_rows_verifies_none_of_those_they_changed(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        advisor, care, boss = world.who(SERVING), world.who(CARE), world.who(BOSS)
        first = [CustomerRecord(f"C{n}", {"name": "王芳", "tier": "A"}) for n in range(3)]
        ids = [one.id for one in await put_customers(first, NOW, advisor.actor, by_person=True)]
        second = [first[0], *(CustomerRecord(f"C{n}", {"name": "李强"}) for n in (1, 2))]
        await put_customers(second, LATER, care.actor, by_person=True)
        assert await files.verify(care, Kind.CUSTOMER, ids[0], LATER) == "verified"
        for row_id in ids[1:]:
            with pytest.raises(StaffError, match="自己"):
                await files.verify(care, Kind.CUSTOMER, row_id, LATER)
            assert await files.verify(boss, Kind.CUSTOMER, row_id, LATER) == "verified"
        await put_customers(first, LATER, care.actor, by_person=True)
        rows = [await m.Customer.get(id=row_id) for row_id in ids]
        assert [row.state for row in rows] == ["verified", "draft", "draft"]
        assert [(row.entered_by, row.verified_by) for row in rows[1:]] == [(care.actor, "")] * 2


async def test_steps_out_of_turn_are_refused(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        care, boss = world.who(CARE), world.who(BOSS)
        row = await customer(world, entered_by="x")
        with pytest.raises(StaffError, match="还没有核实"):
            await files.file(boss, Kind.CUSTOMER, row.id, NOW)
        await files.verify(care, Kind.CUSTOMER, row.id, NOW)
        with pytest.raises(StaffError, match="已经核实"):
            await files.verify(boss, Kind.CUSTOMER, row.id, NOW)
        with pytest.raises(StaffError, match="岗位"):
            await files.file(care, Kind.CUSTOMER, row.id, NOW)
        await files.file(boss, Kind.CUSTOMER, row.id, NOW)
        with pytest.raises(StaffError, match="已经建档"):
            await files.file(boss, Kind.CUSTOMER, row.id, NOW)


async def test_who_sees_no_file_is_told_nothing(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        row, me = await customer(world), world.who(SELLING)
        wish = await file_changes.edit(
            world.who(CARE), Kind.CUSTOMER, (await filed(world)).id, {"company": "公司"}, NOW
        )
        assert wish is not None
        for asked in (
            files.verify(me, Kind.CUSTOMER, row.id, NOW),
            files.file(me, Kind.CUSTOMER, row.id, NOW),
            files.verify(me, Kind.CUSTOMER, 10**9, NOW),
        ):
            assert await asked is None
        assert await files.confirm(me, Kind.CUSTOMER, row.id, NOW) is None
        assert await file_changes.edit(me, Kind.CUSTOMER, row.id, {"name": "x"}, NOW) is None
        assert await file_changes.decide(me, wish.change_id or 0, True, NOW) is None
        assert await file_changes.wishes(me) == []
        assert await file_changes.sell(me, 10**9, NOW) is None


async def test_what_was_verified_is_a_draft_again_when_changed(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        care, boss = world.who(CARE), world.who(BOSS)
        row = await customer(world, entered_by="x", phone="13800000001")
        await files.verify(care, Kind.CUSTOMER, row.id, NOW)
        same = await file_changes.edit(care, Kind.CUSTOMER, row.id, {"phone": "13800000001"}, NOW)
        assert same is not None
        assert same.state == "unchanged"
        await file_changes.edit(boss, Kind.CUSTOMER, row.id, {"phone": "138 0000 0002"}, LATER)
        found = await reading(row)
        assert (found.state, found.entered_by, found.verified_by) == ("draft", boss.actor, "")
        assert found.phone == "13800000002"
        with pytest.raises(StaffError, match="自己"):
            await files.verify(boss, Kind.CUSTOMER, row.id, LATER)
        assert await files.verify(care, Kind.CUSTOMER, row.id, LATER) == "verified"


async def test_what_does_not_fit_is_refused(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        care, row = world.who(CARE), await customer(world)
        for change in ({"phone": "12"}, {"ref": "C1"}, {"moon": 1}, {"birthday": "1988-02-30"}):
            with pytest.raises(StaffError):
                await file_changes.edit(care, Kind.CUSTOMER, row.id, change, NOW)
        with pytest.raises(Conflict):
            await file_changes.edit(care, Kind.CUSTOMER, row.id, {"company": "公司"}, NOW, if_rev=7)
        none = Hands(None, None, None)
        car = await vehicle(world, none, None)
        other = await vehicle(world, none, None)
        await file_changes.edit(care, Kind.VEHICLE, other.id, {"plate": "京A12345"}, NOW)
        for change in ({"plate": "京A12345"}, {"store": "moon"}, {"consultant": "没有的人"}):
            with pytest.raises(StaffError):
                await file_changes.edit(care, Kind.VEHICLE, car.id, change, NOW)
        assert (await m.Vehicle.get(id=car.id)).plate is None


async def test_a_filed_file_changes_by_another_managers_word_only(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        care, boss, admin = (world.who(r) for r in (CARE, BOSS, Role.ADMINISTRATOR))
        row = await filed(world, company="旧公司")
        wish = await file_changes.edit(
            boss, Kind.CUSTOMER, row.id, {"company": "新公司"}, NOW, reason="改名"
        )
        assert wish is not None
        assert wish.state == "pending"
        assert (await reading(row)).company == "旧公司"
        [shown] = await file_changes.wishes(admin)
        assert (shown.change, shown.reason, shown.asked_by) == (
            {"company": "新公司"},
            "改名",
            boss.actor,
        )
        with pytest.raises(StaffError, match="自己"):
            await file_changes.decide(boss, shown.id, True, NOW)
        with pytest.raises(StaffError, match="岗位"):
            await file_changes.decide(care, shown.id, True, NOW)
        done = await file_changes.decide(admin, shown.id, True, LATER)
        assert done is not None
        assert done.state == "changed"
        found = await reading(row)
        assert (found.company, found.state, found.rev) == ("新公司", "filed", 1)
        with pytest.raises(StaffError, match="处理过"):
            await file_changes.decide(admin, shown.id, False, LATER)
        assert await file_changes.wishes(admin) == []


async def test_a_refused_wish_changes_nothing(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        row = await filed(world, name="王芳")
        wish = await file_changes.edit(
            world.who(CARE), Kind.CUSTOMER, row.id, {"name": "王方"}, NOW
        )
        assert wish is not None
        await file_changes.decide(world.who(BOSS), wish.change_id or 0, False, NOW)
        assert (await reading(row)).name == "王芳"
        change = await m.FileChange.get(id=wish.change_id)
        assert (change.state, change.decided_by) == ("refused", world.who(BOSS).actor)


async def test_a_sold_car_takes_its_history_and_leaves_its_plate(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        by, me = (await hands(world))["mine"], world.who(SELLING)
        old, new = (
            await customer(world, "老车主"),
            await customer(world, "新车主", entered_by=me.actor),
        )
        car = await vehicle(world, by, old.id)
        user = await person(world, old.id)
        await file_changes.edit(me, Kind.VEHICLE, car.id, {"plate": "京A12345"}, NOW)
        await m.VehiclePerson.create(
            account_id=world.account, vehicle=car, wechat_user=user, role="owner", created_at=NOW
        )
        await m.Visit.create(account_id=world.account, ref="R1", vehicle=car, items=[])
        done = await file_changes.sell(me, car.id, LATER, to=new.id, plate="京B88888")
        assert done is not None
        found = await m.Vehicle.get(id=car.id)
        assert (found.customer_id, found.plate, found.sold) == (new.id, "京B88888", False)
        assert found.consultant_id == me.id
        assert await m.VehiclePerson.all().count() == 0
        assert await m.Visit.filter(vehicle_id=car.id).count() == 1
        other = await vehicle(world, by, old.id)
        freed = await file_changes.edit(me, Kind.VEHICLE, other.id, {"plate": "京A12345"}, LATER)
        assert freed is not None
        await file_changes.sell(me, car.id, LATER)
        gone = await m.Vehicle.get(id=car.id)
        assert (gone.sold, gone.customer_id, gone.plate_live_hash) == (True, None, None)


async def test_a_filed_car_is_sold_by_a_managers_word(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        by, me, boss = (await hands(world))["mine"], world.who(SERVING), world.who(MANAGER)
        old, new = (
            await customer(world, "老车主"),
            await customer(world, "新车主", entered_by=me.actor),
        )
        car = await vehicle(world, by, old.id, state="filed")
        wish = await file_changes.sell(me, car.id, NOW, to=new.id)
        assert wish is not None
        assert wish.state == "pending"
        assert (await m.Vehicle.get(id=car.id)).customer_id == old.id
        await file_changes.decide(boss, wish.change_id or 0, True, LATER)
        assert (await m.Vehicle.get(id=car.id)).customer_id == new.id


async def pages(who: Staff, kind: Kind, size: int) -> list[int]:
    found: list[int] = []
    page = await files.unconfirmed(who, kind, NOW, limit=size)
    while page:
        found += [line.id for line in page]
        page = await files.unconfirmed(who, kind, NOW, after=page[-1], limit=size)
    return found


async def test_the_stocktake_list_shrinks_by_what_is_confirmed(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        long_ago, care = NOW - 2 * YEAR, world.who(CARE)
        rows = [await customer(world, f"客户{n}") for n in range(6)]
        for n, row in enumerate(rows[:5]):
            row.created_at = long_ago
            last = [None, None, long_ago, long_ago, NOW - timedelta(days=9)][n]
            await row.update_from_dict({"stocktaken_at": last}).save()
        due = [row.id for row in rows[:4]]
        for size in (1, 2, 3, 50):
            assert await pages(care, Kind.CUSTOMER, size) == due
        assert await files.confirm(care, Kind.CUSTOMER, due[1], NOW) is True
        assert await pages(care, Kind.CUSTOMER, 2) == [due[0], *due[2:]]
        assert await pages(world.who(SELLING), Kind.CUSTOMER, 2) == []
        assert (await audit.entries(actor=care.actor))[0].action == Action.CONFIRM
