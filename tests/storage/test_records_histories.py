"""Import, interface and chat at once, a thousand times on PostgreSQL: nothing twice, nothing lost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from bot.errors import Conflict
from bot.rules.identifiers import make_vin
from storage.db import AlreadyThere, sql
from storage.queries import people
from storage.queries.records import puts as records
from storage.queries.records.puts import Outcome
from storage.secrets import look_up
from tests.people import NOW, dealership, follower
from tests.storage.test_records import customer, order, vehicle

ROUNDS = 1000
LANES = 3
Task = Callable[[], Awaitable[object]]


class Round:
    """Two customers, two cars and two people in WeChat, all of one number."""

    def __init__(self, number: int, users: tuple[int, int]) -> None:
        self.dice = Random(number)
        self.refs = (f"H{number}a", f"H{number}b")
        self.vins = tuple(make_vin("LSVAA418", 2014, "2", 2 * number + n) for n in (0, 1))
        self.plates = (f"沪A{number:05d}", f"沪B{number:05d}")
        self.phones = (f"136{number:08d}", f"137{number:08d}")
        self.users = users

    async def feed(self) -> None:
        """The nightly sheet: everything, with what only the sheet says."""
        people_ = [
            customer(ref, phone=phone, address=f"家 {ref}")
            for ref, phone in zip(self.refs, self.phones, strict=True)
        ]
        cars = [
            vehicle(vin, customer_ref=ref, plate=plate, colour="白")
            for vin, ref, plate in zip(self.vins, self.refs, self.plates, strict=True)
        ]
        await records.put_customers(people_, NOW, "import:x")
        await records.put_vehicles(self.dice.sample(cars, 2), NOW, "import:x")

    async def put(self, at: int, field: str) -> None:
        """The interface: one car, without its plate as often as with it."""
        plate = {"plate": self.plates[at]} if self.dice.random() < 0.5 else {}
        await records.put_vehicles([vehicle(self.vins[at], **plate, **{field: "甲"})], NOW, "dms")

    async def customer(self, at: int) -> None:
        await records.put_customers([customer(self.refs[at], name="王芳")], NOW, "dms")

    async def swap(self) -> None:
        cars = [
            vehicle(self.vins[0], plate=self.plates[1], trim="甲"),
            vehicle(self.vins[1], trim="甲"),
        ]
        await records.put_vehicles(cars, NOW, "dms")

    async def settle(self) -> None:
        told = order(
            f"W{self.refs[0]}", self.vins[0], settled_at="2026-09-01T10:00:00Z", mileage=9000
        )
        done: list[Outcome] = []
        while not done or done[0].state == "refused":  # until the car is there
            done = await records.put_repair_orders([told], NOW, "dms")

    async def chat(self, at: int) -> None:
        """A turn of 绑定; one that lost a race is run again, as the engine does."""
        for _ in range(10):
            try:
                await people.draft_file(self.users[at], self.phones[at], self.plates[at], "", NOW)
            except (Conflict, AlreadyThere):
                continue
            return
        raise AssertionError("ten races lost")

    def tasks(self) -> list[Task]:
        some: list[Task] = [
            *(self.feed, self.swap, self.settle),
            *(lambda at=at: self.chat(at) for at in (0, 1)),
            *(lambda at=at: self.customer(at) for at in (0, 1)),
            *(lambda at=at: self.put(at, "insurer") for at in (0, 1)),
            *(lambda at=at: self.put(at, "model") for at in (0, 1)),
        ]
        self.dice.shuffle(some)
        return some

    async def late(self, task: Task, by: int) -> None:
        for _ in range(by):
            await sql().row("SELECT 1")
        await task()

    async def happen(self) -> None:
        await asyncio.gather(*(self.late(task, self.dice.randrange(8)) for task in self.tasks()))


async def check(one: Round) -> None:
    """Each VIN one car with all that each writer said; each plate on one car at most, no drafts."""
    for vin in one.vins:
        cars = await sql().rows("SELECT * FROM vehicle WHERE vin_hash = ?", look_up("vin", vin))
        assert len(cars) == 1
        said = [cars[0][name] for name in ("colour", "insurer", "model", "trim")]
        assert said == ["白", "甲", "甲", "甲"], (vin, said)
    for plate in one.plates:
        held = await sql().rows(
            "SELECT vin, plate_live_hash FROM vehicle WHERE plate_hash = ?", look_up("plate", plate)
        )
        assert len(held) <= 1, plate
        assert all(row["vin"] for row in held), f"{plate} is still a draft's"
    for ref in one.refs:
        known = await sql().rows("SELECT name, address FROM customer WHERE ref = ?", ref)
        assert len(known) == 1
        assert (known[0]["name"], bool(known[0]["address"])) == ("王芳", True)
    for phone in one.phones:
        await check_phone(phone)
    car = await sql().one(
        "SELECT mileage FROM vehicle WHERE vin_hash = ?", look_up("vin", one.vins[0])
    )
    assert car["mileage"] == 9000


async def check_phone(phone: str) -> None:
    """One file; or, where the DMS's was there before its phone was, staff are asked to merge."""
    files = await sql().rows(
        "SELECT id, ref FROM customer WHERE phone_hash = ? ORDER BY ref NULLS LAST",
        look_up("phone", phone),
    )
    mine, *drafts = files
    assert mine["ref"]
    for draft in drafts:
        same = f"one:{draft['id']}:{mine['id']}"
        assert await sql().row("SELECT id FROM staff_task WHERE same = ?", same), phone
    assert len(drafts) <= 1


@pytest.mark.timeout(900)  # half a minute on a machine that does nothing else
async def test_a_thousand_interleavings_leave_no_double_and_lose_nothing(
    migrated_postgres_url: str,
) -> None:
    async with dealership(migrated_postgres_url):
        rounds = iter(range(ROUNDS))

        async def lane() -> None:
            for number in rounds:
                users = await follower(f"oA{number}", None), await follower(f"oB{number}", None)
                await (one := Round(number, users)).happen()
                await check(one)

        await asyncio.gather(*(lane() for _ in range(LANES)))
        await _nothing_hangs_in_the_air()


async def _nothing_hangs_in_the_air() -> None:
    owners: Counter[Any] = Counter()
    for row in await sql().rows("SELECT state, vin IS NULL AS draft FROM vehicle"):
        owners[row["state"], row["draft"]] += 1
    assert set(owners) <= {("filed", False), ("draft", True)}
    assert owners["filed", False] == 2 * ROUNDS + 3
