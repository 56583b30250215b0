"""Two hundred customers want ten slots at once: ten get one, nobody shares, nobody hangs."""

import asyncio
import sys

import pytest

from storage.db import sql
from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booking import AlreadyBooked
from tests.people import NOW, Cast, dealership
from tests.storage.rush import SLOTS, rush

CUSTOMERS = range(200)


async def held_by_the_database(cast: Cast) -> None:
    """Ten bookings with eight cells each, no cell twice, no hold left over."""
    rows = await sql().rows("SELECT state, count(*) AS n FROM booking GROUP BY state")
    assert [(row["state"], row["n"]) for row in rows] == [("booked", len(SLOTS))]
    cells = await sql().row(
        "SELECT count(*) AS n, count(DISTINCT booking_id) AS of FROM booking_cell"
    )
    assert cells is not None
    assert (cells["n"], cells["of"]) == (8 * len(SLOTS), len(SLOTS))
    twice = await sql().rows(
        "SELECT resource_id FROM booking_cell GROUP BY account_id, resource_id, starts_at"
        " HAVING count(*) > 1"
    )
    assert not twice
    for day in {day for _, day in SLOTS}:
        free = await bookings.free_times(cast.east.id, cast.service(store=cast.east), day, NOW)
        assert not {f"{start:%H:%M}" for start in free} & {t for t, d in SLOTS if d == day}


async def test_two_hundred_customers_and_ten_slots(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        got = await rush(cast.east.id, cast.service(store=cast.east), CUSTOMERS)
        assert len(got) == len(set(got)) == len(SLOTS)
        await held_by_the_database(cast)


@pytest.mark.parametrize("processes", [2])
async def test_the_same_from_several_processes(migrated_postgres_url: str, processes: int) -> None:
    async with dealership(migrated_postgres_url) as cast:
        half = len(CUSTOMERS) // processes
        running = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.storage.rush", migrated_postgres_url),
                *(str(cast.account), str(cast.east.id), str(cast.service(store=cast.east))),
                *(str(half * n), str(half * (n + 1))),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            for n in range(processes)
        ]
        for process in running:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        said = [out for out, _ in await asyncio.gather(*(p.communicate(b"\n") for p in running))]
        assert [process.returncode for process in running] == [0] * processes
        assert sum(map(int, said)) == len(SLOTS)
        await held_by_the_database(cast)


async def test_two_followers_of_one_car_book_it_once(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wishes = [
            cast.wish(cast.wang, time, store=store, source=f"t{n}")
            for n, (time, store) in enumerate([("09:30", cast.main), ("14:00", cast.east)] * 5)
        ]
        results = await asyncio.gather(
            *(bookings.confirm(wish, NOW) for wish in wishes), return_exceptions=True
        )
        booked = [result for result in results if isinstance(result, bookings.Booked)]
        assert len(booked) == 1
        refused = [result for result in results if isinstance(result, AlreadyBooked)]
        assert len(refused) == len(wishes) - 1
        assert {other.booked for other in refused} == set(booked)
