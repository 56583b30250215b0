"""What staff read of a file: masked for their role, a page at a time, and noted."""

import pytest

from bot.rules.roles import Kind, Role
from storage import models as m
from storage.queries import audit
from storage.queries.files import cards
from storage.queries.files import changes as file_changes
from tests.staff.estate import Hands, customer, hands, vehicle
from tests.staff.world import NOW, House, house

CARE, MARKETING, SELLING = Role.CARE_SPECIALIST, Role.MARKETING, Role.SALES_CONSULTANT
PHONE, PLATE, VIN, ID = "13800000001", "京A12345", "LSVAA4182E2000001", "110101198805200024"


async def wang(world: House, by: Hands) -> tuple[m.Customer, m.Vehicle]:
    boss = world.who(Role.GENERAL_MANAGER)
    owner = await customer(world, "王芳", preferences={"drink": "茶"}, notes="不吃辣", tags=["A"])
    car = await vehicle(world, by, owner.id, brand="奥迪", model="Q5L")
    more = {"phone": PHONE, "address": "长安街1号", "birthday": "1988-05-20"}
    await file_changes.edit(boss, Kind.CUSTOMER, owner.id, more, NOW)
    await file_changes.edit(boss, Kind.VEHICLE, car.id, {"plate": PLATE, "vin": VIN}, NOW)
    await m.Customer.filter(id=owner.id).update(id_number=ID)
    return owner, car


async def test_those_who_call_read_whole_numbers(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        owner, car = await wang(world, (await hands(world))["mine"])
        card = await cards.get_customer(world.who(CARE), owner.id, NOW)
        assert card is not None
        assert (card.line.phone, card.id_number) == (PHONE, "110*************24")
        assert (card.address, card.notes, card.preferences) == (
            "长安街1号",
            "不吃辣",
            {"drink": "茶"},
        )
        assert [(c.plate, c.vin) for c in card.cars] == [(PLATE, VIN)]
        assert (card.birthday, card.tags) == (card.birthday, ("A",))
        shown = await cards.get_vehicle(world.who(CARE), car.id, NOW)
        assert shown is not None
        assert (shown.line.plate, shown.facts["consultant_id"]) == (PLATE, car.consultant_id)


@pytest.mark.parametrize("role", [MARKETING, Role.ADMINISTRATOR])
async def test_those_who_do_not_call_read_masked_ones(migrated_url: str, role: Role) -> None:
    async with house(migrated_url) as world:
        owner, _ = await wang(world, (await hands(world))["mine"])
        who = world.who(role)
        card = await cards.get_customer(who, owner.id, NOW)
        [line] = await cards.list_customers(who, NOW)
        [car] = await cards.list_vehicles(who, NOW)
        shown = repr((card, line, car))
        for secret in (PHONE, PLATE, VIN, ID, "长安街", "不吃辣", "茶"):
            assert secret not in shown
        assert "138****0001" in shown


async def test_every_look_is_noted_without_what_was_seen(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        by = await hands(world)
        owner, car = await wang(world, by["mine"])
        me, other = world.who(SELLING), world.who(SELLING, "east")
        start = await audit.head()
        assert await cards.get_customer(other, owner.id, NOW) is None
        assert await cards.get_vehicle(other, car.id, NOW) is None
        assert await cards.list_customers(other, NOW) == []
        assert await cards.get_customer(me, 10**9, NOW) is None
        assert await audit.head() == start
        await cards.get_customer(me, owner.id, NOW)
        await cards.get_vehicle(me, car.id, NOW)
        await cards.list_customers(me, NOW)
        noted = [(e.action, e.subject, e.detail) for e in await audit.entries(actor=me.actor)]
        assert noted == [
            ("view", "customer", {"whole": True, "ids": [owner.id]}),
            ("view", f"vehicle:{car.id}", {"whole": True}),
            ("view", f"customer:{owner.id}", {"whole": True}),
        ]


async def test_lists_go_on_after_the_last_key_and_find_by_whole_numbers(
    migrated_url: str,
) -> None:
    async with house(migrated_url) as world:
        owner, car = await wang(world, (await hands(world))["mine"])
        others = [await customer(world, name) for name in ("王强", "李_", "李娜")]
        who = world.who(CARE)
        first = await cards.list_customers(who, NOW, limit=2)
        rest = await cards.list_customers(who, NOW, after=first[-1].id, limit=9)
        assert [line.id for line in (*first, *rest)] == [owner.id, *(one.id for one in others)]
        assert [c.name for c in await cards.list_customers(who, NOW, name="李_")] == ["李_"]
        assert len(await cards.list_customers(who, NOW, name="王")) == 2
        assert [c.id for c in await cards.list_customers(who, NOW, phone=PHONE)] == [owner.id]
        assert await cards.list_customers(who, NOW, phone=PHONE[:10]) == []
        assert await cards.list_customers(who, NOW, state="filed") == []
        for found in (
            await cards.list_vehicles(who, NOW, plate=PLATE),
            await cards.list_vehicles(who, NOW, vin=VIN),
            await cards.list_vehicles(who, NOW, vin=VIN[-6:]),
            await cards.list_vehicles(who, NOW, customer_id=owner.id),
        ):
            assert [line.id for line in found] == [car.id]
        assert await cards.list_vehicles(who, NOW, plate="京A12346") == []
