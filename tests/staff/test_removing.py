"""A file is removed on request, by a manager's word; what only counts stays."""

import pytest

from bot.errors import StaffError
from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import audit
from storage.queries.access import rows as access
from storage.queries.files import cards
from storage.queries.files import changes as file_changes
from storage.queries.files import steps as files
from tests.staff.estate import estate
from tests.staff.world import LATER, NOW, house

BOSS, ADMIN, MANAGER = Role.GENERAL_MANAGER, Role.ADMINISTRATOR, Role.SERVICE_MANAGER
SELLING = Role.SALES_CONSULTANT


async def test_a_customer_is_erased_by_the_general_managers_word(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, me, boss = await estate(world), world.who(SELLING), world.who(BOSS)
        key, car = rows["mine"][Kind.CUSTOMER], rows["mine"][Kind.VEHICLE]
        await m.Customer.filter(id=key).update(state="filed", name="王芳", phone="13800000001")
        visits = await m.Visit.all().count()
        wish = await file_changes.remove(me, Kind.CUSTOMER, key, NOW, reason="本人要求")
        assert wish is not None
        assert wish.state == "pending"
        assert await file_changes.remove(me, Kind.CUSTOMER, key, NOW, reason="再次要求") == wish
        assert (await m.Customer.get(id=key)).name == "王芳"
        change = wish.change_id or 0
        with pytest.raises(StaffError, match="岗位"):
            await file_changes.decide(world.who(MANAGER), change, True, LATER)
        done = await file_changes.decide(boss, change, True, LATER)
        assert done is not None
        assert done.state == "changed"
        gone = await m.Customer.get(id=key)
        assert (gone.name, gone.phone, gone.erased_at) == ("已删除", "", LATER)
        assert await cards.get_customer(boss, key, LATER) is None
        assert await m.Visit.all().count() == visits
        assert (await m.Booking.get(id=rows["mine"][Kind.BOOKING])).state == "booked"
        assert (await m.Vehicle.get(id=car)).vin is None
        kept = await m.FileChange.get(id=change)
        assert (kept.state, kept.decided_by, kept.reason) == ("approved", boss.actor, "")
        noted = [e.action for e in await audit.entries(subject=f"customer:{key}", limit=2)]
        assert noted == ["approve", "ask_change"]
        assert await file_changes.remove(me, Kind.CUSTOMER, key, NOW, reason="又一次") is None


async def test_a_car_is_put_away_with_its_history(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, me, manager = await estate(world), world.who(SELLING), world.who(MANAGER)
        key = rows["mine"][Kind.VEHICLE]
        await file_changes.edit(me, Kind.VEHICLE, key, {"plate": "京A12345"}, NOW)
        await m.Vehicle.filter(id=key).update(state="filed")
        wish = await file_changes.remove(me, Kind.VEHICLE, key, NOW, reason="已报废")
        assert wish is not None
        with pytest.raises(StaffError, match="岗位"):
            await file_changes.decide(me, wish.change_id or 0, True, LATER)
        assert await file_changes.decide(manager, wish.change_id or 0, True, LATER)
        found = await m.Vehicle.get(id=key)
        assert (found.sold, found.customer_id, found.plate_live_hash) == (True, None, None)
        assert await m.Visit.filter(vehicle_id=key).count() == 1
        assert await files.unconfirmed(manager, Kind.VEHICLE, LATER) == []


async def test_refused_it_stays_and_the_book_says_why(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        rows, me, admin = await estate(world), world.who(SELLING), world.who(ADMIN)
        key = rows["mine"][Kind.CUSTOMER]
        with pytest.raises(StaffError, match="原因"):
            await file_changes.remove(me, Kind.CUSTOMER, key, NOW, reason=" ")
        other = rows["east"][Kind.CUSTOMER]
        assert await file_changes.remove(me, Kind.CUSTOMER, other, NOW, reason="x") is None
        wish = await file_changes.remove(admin, Kind.CUSTOMER, key, NOW, reason="重复")
        assert wish is not None
        with pytest.raises(StaffError, match="自己"):
            await file_changes.decide(admin, wish.change_id or 0, True, NOW)
        boss = world.who(BOSS)
        await file_changes.decide(boss, wish.change_id or 0, False, LATER, why="客户还在")
        assert await access.allowed(me, Kind.CUSTOMER, key)
        [entry] = await audit.entries(subject=f"customer:{key}", limit=1)
        assert (entry.action, entry.detail["why"]) == ("refuse", "客户还在")
