"""A car leaves its owner, by whichever way: nothing more is planned for them with it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.rules import records as rules
from bot.rules.records import VehicleRecord
from storage import models as m
from storage.db import transaction
from storage.queries import garage
from storage.queries.files.writing import hand_over
from storage.queries.records import puts as records
from tests.people import NOW, Cast, dealership
from tests.storage.test_records import DMS, VIN, put_customer, put_vehicle

LATER = NOW + timedelta(hours=1)


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as here:
        yield here


async def touched(cast: Cast, car: int, owner: int | None) -> None:
    for state in ("planned", "due", "done"):
        await m.Touchpoint.create(
            account_id=cast.account, kind=f"k{state}{owner}", subject=f"v{car}", purpose="care",
            customer_id=owner, vehicle_id=car, due_on=NOW.date(), due_at=NOW, state=state,
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip


async def states(owner: int | None) -> list[str]:
    found = await m.Touchpoint.filter(customer_id=owner).order_by("id")
    return [one.state for one in found]


ENDED = ["cancelled", "cancelled", "done"]
AS_BEFORE = ["planned", "due", "done"]


async def test_a_dms_that_names_another_owner_ends_what_was_planned_for_the_old(cast: Cast) -> None:
    old, new = (await put_customer("C1")).id, (await put_customer("C2")).id
    car = await put_vehicle(customer_ref="C1")
    await touched(cast, car.id, old)
    await touched(cast, car.id, new)
    await put_vehicle(colour="白")
    assert await states(old) == AS_BEFORE
    await put_vehicle(customer_ref="C2")
    assert (await states(old), await states(new)) == (ENDED, AS_BEFORE)


async def test_a_dms_that_says_sold_ends_all_that_was_planned(cast: Cast) -> None:
    old = (await put_customer("C1")).id
    car = await put_vehicle(customer_ref="C1")
    await touched(cast, car.id, old)
    sold = rules.vehicle({"vin": VIN, "sold": True})
    assert isinstance(sold, VehicleRecord)
    await records.put_vehicles([sold], LATER, DMS)
    assert await states(old) == ENDED


async def test_a_car_sold_in_chat_is_reminded_of_no_more(cast: Cast) -> None:
    owner = cast.wang.customer_id
    assert owner is not None
    car = await m.Vehicle.filter(customer_id=owner).first()
    assert car is not None
    await touched(cast, car.id, owner)
    assert await garage.sold(car.id, owner, cast.wang.user_id, LATER)
    assert await states(owner) == ENDED


async def test_staff_hand_a_car_over_with_nothing_planned_for_who_had_it(cast: Cast) -> None:
    old, new = (await put_customer("C1")).id, (await put_customer("C2")).id
    car = await put_vehicle(customer_ref="C1")
    await touched(cast, car.id, old)
    await touched(cast, car.id, new)
    async with transaction() as connection:
        await hand_over(connection, car.id, new, None, None, LATER)
    assert (await states(old), await states(new)) == (ENDED, AS_BEFORE)
