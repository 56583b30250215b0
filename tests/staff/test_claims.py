"""A car claimed in chat: staff say yes and the person follows it, or no."""

import pytest

from bot.errors import StaffError
from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import audit, claims, garage
from storage.queries.files import changes as file_changes
from storage.queries.files import names as file_names
from storage.queries.garage import Wanted
from tests.staff.estate import Hands, customer, hands, person, vehicle
from tests.staff.world import LATER, NOW, House, house

CARE, SELLING, BOSS = Role.CARE_SPECIALIST, Role.SALES_CONSULTANT, Role.GENERAL_MANAGER
NONE = Hands(None, None, None)
PLATE, VIN = "京A12345", "LSVAA4182E2000001"


async def of(world: House, **numbers: str) -> m.Vehicle:
    """Somebody else's car."""
    car = await vehicle(world, NONE, (await customer(world, "李强")).id)
    await file_changes.edit(world.who(CARE), Kind.VEHICLE, car.id, numbers, NOW)
    return car


async def asked(world: House, *wanted: Wanted) -> m.WeChatUser:
    """王芳 adds these cars in chat."""
    user = await person(world, (await customer(world, "王芳")).id)
    for one in wanted:
        assert await garage.add_car(user.id, user.customer_id or 0, one, NOW) != "mine"
    return user


async def test_a_yes_makes_them_follow_the_car(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        car, care = await of(world, plate=PLATE), world.who(CARE)
        user = await asked(world, Wanted("driver", PLATE))
        [claim] = await claims.claims(care, NOW)
        assert (claim.who, claim.role, claim.number) == ("王芳", "driver", PLATE)
        assert "他人档案" in claim.why
        assert (await audit.entries(actor=care.actor, limit=1))[0].subject == "task"
        assert await claims.approve(care, claim.task, LATER) == car.id
        link = await m.VehiclePerson.get(vehicle_id=car.id)
        assert (link.wechat_user_id, link.role) == (user.id, "driver")
        task = await m.StaffTask.get(id=claim.task)
        assert (task.outcome, task.done_by, task.done_at) == ("approved", care.actor, LATER)
        [entry] = await audit.entries(subject=f"vehicle:{car.id}", limit=1)
        assert (entry.action, entry.detail["person"]) == ("approve", user.id)
        assert await claims.claims(care, NOW) == []
        with pytest.raises(StaffError, match="处理过"):
            await claims.refuse(care, claim.task, LATER)


async def test_a_no_leaves_the_car_to_whom_it_was(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        await of(world, vin=VIN)
        care = world.who(CARE)
        await asked(world, Wanted("driver", vin=VIN), Wanted("follower", "京B88888"))
        taken, new = await claims.claims(care, NOW)
        assert (taken.number, new.number) == (VIN, "京B88888")
        assert await m.VehiclePerson.all().count() == 1  # the draft that nobody had
        for claim in (taken, new):
            assert await claims.refuse(care, claim.task, LATER, why="不是本人") is True
        assert await m.VehiclePerson.all().count() == 0
        [entry] = await audit.entries(subject=f"task:{taken.task}", limit=1)
        assert (entry.action, entry.detail) == ("refuse", {"why": "不是本人"})


async def test_a_car_nobody_has_becomes_a_draft_of_theirs(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        care, plates = world.who(CARE), [f"京A1000{n}" for n in range(garage.DRAFTS + 1)]
        user = await asked(world, *(Wanted("owner", plate) for plate in plates))
        assert await m.Vehicle.all().count() == garage.DRAFTS
        last = (await claims.claims(care, NOW))[-1]
        car = await m.Vehicle.get(id=await claims.approve(care, last.task, LATER))
        assert (car.plate, car.customer_id, car.state) == (plates[-1], user.customer_id, "draft")
        assert await m.VehiclePerson.all().count() == 0  # the owner's own cars need no link


async def test_who_may_not_see_or_edit_does_not_decide(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        await of(world, plate=PLATE)
        user = await asked(world, Wanted("driver", PLATE))
        [claim] = await claims.claims(world.who(CARE), NOW)
        me = world.who(SELLING)
        assert await claims.claims(me, NOW) == []
        assert await claims.approve(me, claim.task, NOW) is None
        assert await claims.refuse(me, 10**9, NOW) is None
        await m.Customer.filter(id=user.customer_id).update(consultant_id=me.id)
        with pytest.raises(StaffError, match="不归您管"):
            await claims.approve(me, claim.task, NOW)
        await m.StaffTask.filter(id=claim.task).update(wechat_user_id=None)
        with pytest.raises(StaffError, match="已不存在"):
            await claims.approve(world.who(CARE), claim.task, NOW)


async def test_a_file_is_found_by_what_is_typed(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        care, by = world.who(CARE), (await hands(world))["mine"]
        one, two = await customer(world, "王芳", ref="C1"), await customer(world, "李强")
        car = await vehicle(world, by, one.id)
        change = {"plate": PLATE, "vin": VIN}
        await file_changes.edit(care, Kind.VEHICLE, car.id, change, NOW)
        await file_changes.edit(care, Kind.CUSTOMER, one.id, {"phone": "13800000001"}, NOW)
        for ref in ("C1", f"#{one.id}", "138 0000 0001"):
            assert await file_names.named(care, Kind.CUSTOMER, ref) == one.id
        for ref in (VIN, VIN.lower(), PLATE, f"#{car.id}"):
            assert await file_names.named(care, Kind.VEHICLE, ref) == car.id
        for kind, ref in ((Kind.CUSTOMER, "C9"), (Kind.VEHICLE, "C1"), (Kind.VEHICLE, "#x")):
            with pytest.raises(StaffError, match="没有找到"):
                await file_names.named(care, kind, ref)
        with pytest.raises(StaffError, match="没有找到"):
            await file_names.named(world.who(SELLING), Kind.CUSTOMER, f"#{two.id}")
        await file_changes.edit(care, Kind.CUSTOMER, two.id, {"phone": "13800000001"}, NOW)
        with pytest.raises(StaffError, match=f"#{one.id}、#{two.id}"):
            await file_names.named(care, Kind.CUSTOMER, "13800000001")
