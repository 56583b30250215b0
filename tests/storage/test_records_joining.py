"""A number typed in chat proves nothing: the DMS's file is not handed to whoever typed it."""

from bot.rules.records import CustomerRecord, VehicleRecord, customer, vehicle
from storage.db import sql
from storage.queries import people
from storage.queries.records import put_customers, put_vehicles
from tests.people import NOW, dealership

PHONE, PLATE, VIN = "13600000006", "京C66666", "LSVAA4182E2000026"


async def bound(user: int) -> int | None:
    row = await sql().one("SELECT customer_id FROM wechat_user WHERE id = ?", user)
    found: int | None = row["customer_id"]
    return found


async def test_who_typed_somebodys_number_is_not_let_into_their_file(migrated_url: str) -> None:
    mine = customer({"ref": "C6", "name": "赵敏", "phone": PHONE})
    car = vehicle({"vin": VIN, "plate": PLATE, "customer_ref": "C6"})
    assert isinstance(mine, CustomerRecord)
    assert isinstance(car, VehicleRecord)
    async with dealership(migrated_url) as cast:
        stranger = cast.stranger.user_id
        draft = await people.draft_file(stranger, PHONE, None, "", NOW)
        assert await bound(stranger) == draft.customer_id
        (outcome,) = await put_customers([mine], NOW, "dms")
        assert (outcome.state, outcome.id) == ("updated", draft.customer_id)
        assert await bound(stranger) is None
        await put_vehicles([car], NOW, "dms")
        match = await people.find_binding(PHONE, PLATE)
        assert match is not None
        assert match.customer_id == draft.customer_id
