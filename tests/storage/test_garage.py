"""Cars as people in WeChat add, read and sell them: one car, one file, whoever is faster."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.rules.service_due import USUAL, next_service
from bot.rules.touch.kinds import Override
from storage.db import sql
from storage.queries import audit, garage
from storage.queries.cars import cars_for, cars_of
from storage.queries.garage import Wanted
from storage.queries.mileage import read_off
from storage.queries.touch.rules import change
from tests.people import NOW, TODAY, dealership

PLATE = "京C66666"


async def test_two_who_add_one_plate_at_once_make_one_file(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wanted = Wanted("owner", PLATE)
        became = await asyncio.gather(
            *(
                garage.add_car(who.user_id, who.customer_id or 0, wanted, NOW)
                for who in (cast.wang, cast.li) * 3
            )
        )
        assert became.count("added") == 1
        assert set(became) <= {"added", "mine", "staff"}
        rows = await sql().rows("SELECT id FROM vehicle WHERE plate_live_hash IS NOT NULL")
        assert len(rows) == 4  # the three of the cast, and this one


async def test_the_highest_of_many_readings_stays(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        car = cast.wang.car or 0
        readings = [4300, 5200, 4800, 5100, 4400]
        await asyncio.gather(*(read_off(car, km, TODAY, NOW) for km in readings))
        assert not await read_off(car, 5199, TODAY, NOW)
        assert not await read_off(car, 9999, TODAY - timedelta(days=1), NOW)
        (q5,) = await cars_of(cast.wang.customer_id or 0)
        assert (q5.mileage, q5.mileage_on) == (5200, TODAY)
        assert q5.known.km == 5200


async def test_a_sale_is_done_once_noted_and_ends_every_link(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        car, owner = cast.wang.car or 0, cast.wang.customer_id or 0
        await garage.link(car, cast.stranger.user_id, "driver", NOW)
        assert [one.own for one in await cars_for(cast.stranger.user_id, None)] == [False]
        done = await asyncio.gather(
            *(garage.sold(car, owner, cast.wang.user_id, NOW) for _ in range(4))
        )
        assert sorted(done) == [False, False, False, True]
        assert await cars_for(cast.stranger.user_id, None) == []
        assert await cars_of(owner) == []
        assert await audit.verify() is None
        (noted,) = await sql().rows("SELECT action FROM audit_entry WHERE action = 'sell'")
        assert noted["action"] == "sell"


async def test_another_customers_car_cannot_be_sold(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        li = cast.li.customer_id or 0
        assert not await garage.sold(cast.wang.car or 0, li, cast.li.user_id, NOW)
        assert len(await cars_of(cast.wang.customer_id or 0)) == 1


async def test_a_car_goes_to_the_workshop_as_often_as_its_model(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        (usual,) = await cars_of(cast.wang.customer_id or 0)
        assert usual.every == USUAL
        off = Override("regular_service", active=False)
        longer = Override("first_service", model=usual.model, months=6, km=10_000)
        for said in (off, longer):
            await change(said, "王经理", NOW)
        (car,) = await cars_of(cast.wang.customer_id or 0)
        assert car.every == replace(USUAL, first_months=6, first_km=10_000)
        assert "6个月或10,000公里" in next_service(car.facts, TODAY).reason
        others = await cars_of(cast.li.customer_id or 0)
        assert {other.every for other in others if other.model != car.model} == {USUAL}
