"""A number typed in chat proves nothing: the DMS's file is not handed to whoever typed it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.rules.records import CustomerRecord, VehicleRecord, customer, vehicle
from storage.db import sql, transaction
from storage.queries import people
from storage.queries.records.puts import put_customers, put_vehicles
from storage.secrets import look_up, unseal
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


def told(ref: str, phone: str) -> CustomerRecord:
    return CustomerRecord(ref, {"name": "赵敏", "phone": phone})


async def test_a_file_that_takes_up_the_phone_of_a_draft_is_offered_for_merging(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        (mine,) = await put_customers([told("C6", "13600000009")], NOW, "dms")
        draft = await people.draft_file(cast.stranger.user_id, PHONE, PLATE, "", NOW)
        for state in ("updated", "unchanged"):
            (outcome,) = await put_customers([told("C6", PHONE)], NOW, "dms")
            assert (outcome.state, outcome.id) == (state, mine.id)
        assert await bound(cast.stranger.user_id) == draft.customer_id
        tasks = await sql().rows("SELECT * FROM staff_task WHERE customer_id = ?", mine.id)
        assert [row["same"] for row in tasks] == [f"one:{draft.customer_id}:{mine.id}"]
        detail = unseal("staff_task.detail", tasks[0]["detail"])
        assert (str(draft.customer_id) in detail, PHONE in detail) == (True, False)


@pytest.mark.parametrize("chat_first", [True, False])
async def test_who_waits_for_a_phone_sees_the_file_that_was_begun_meanwhile(
    migrated_postgres_url: str, chat_first: bool
) -> None:
    async with dealership(migrated_postgres_url) as cast:
        stranger, began, go_on = cast.stranger.user_id, asyncio.Event(), asyncio.Event()

        async def chat() -> int | None:
            return (await people.draft_file(stranger, PHONE, None, "", NOW)).customer_id

        async def feed() -> int | None:
            (outcome,) = await put_customers([told("C6", PHONE)], NOW, "dms")
            return outcome.id

        async def slow(work: Callable[[], Awaitable[int | None]]) -> int | None:
            async with transaction():
                done = await work()
                began.set()
                await go_on.wait()
            return done

        first, second = (chat, feed) if chat_first else (feed, chat)
        slow_one = asyncio.create_task(slow(first))
        await began.wait()
        other = asyncio.create_task(second())
        await until_somebody_waits()
        go_on.set()
        ids = await slow_one, await other
        assert ids[1] == (ids[0] if chat_first else None)
        rows = await sql().rows("SELECT ref FROM customer WHERE phone_hash = ?", look_up("phone", PHONE))  # fmt: skip
        assert [row["ref"] for row in rows] == ["C6"]
        assert await bound(stranger) is None


async def until_somebody_waits() -> None:
    waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
    while not await sql().row(waits):
        pass


async def test_the_phone_of_a_merged_file_is_the_kept_ones(migrated_url: str) -> None:
    mine, other = told("", PHONE), told("", "13600000009")
    car = vehicle({"vin": VIN, "plate": PLATE})
    assert isinstance(car, VehicleRecord)
    async with dealership(migrated_url):
        keep, gone = [one.id for one in await put_customers([mine, other], NOW, "dms")]
        (kept_car,) = await put_vehicles([car], NOW, "dms")
        await sql().run("UPDATE customer SET merged_into_id = ? WHERE id = ?", keep, gone)
        await sql().run("UPDATE vehicle SET customer_id = ? WHERE id = ?", keep, kept_car.id)
        for phone in (PHONE, "13600000009"):
            match = await people.find_binding(phone, PLATE)
            assert match is not None
            assert (match.customer_id, match.vehicle_id) == (keep, kept_car.id)
        assert await people.find_binding("13600000009", "京C66667") is None
        again = await put_customers([mine, other], NOW, "dms")
        assert [(one.state, one.id) for one in again] == [("unchanged", keep), ("unchanged", gone)]
        assert [note.en for note in again[1].notes] == ["was merged into another customer"]
