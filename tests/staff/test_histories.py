"""Long random histories of files: whatever staff do, in whatever order, the rules hold."""

from random import Random
from typing import Any

import pytest

from bot.errors import StaffError
from bot.rules.identifiers import make_vin
from bot.rules.roles import Kind, Role
from storage.db import sql
from storage.queries import audit
from storage.queries.files import changes as file_changes
from storage.queries.files import steps as files
from storage.queries.merging import customers as merging
from storage.queries.staff.colleagues import Staff
from tests.staff.estate import Hands, customer, person, vehicle
from tests.staff.world import LATER, NOW, House, house

NONE = Hands(None, None, None)
ROLES = (Role.CARE_SPECIALIST, Role.SERVICE_MANAGER, Role.GENERAL_MANAGER, Role.ADMINISTRATOR)
KEPT = ("customer", "vehicle", "wechat_user", "file_change", "audit_entry")
STEPS = 70
Key = tuple[Kind, int]


class History:
    """What staff do, and a memory of who had a hand in which file since it was verified."""

    def __init__(self, world: House, seed: int) -> None:
        self.world = world
        self.dice = Random(seed)
        self.people = [world.who(role, store) for role in ROLES for store in ("main", "east")]
        self.files: list[Key] = []
        self.hands: dict[Key, set[str]] = {}
        self.merges: list[int] = []
        self.allowed_to_change: set[Key] = set()

    def who(self) -> Staff:
        return self.dice.choice(self.people)

    def some(self, kind: Kind | None = None) -> Key:
        return self.dice.choice([key for key in self.files if kind in (None, key[0])])

    async def begin(self) -> None:
        who = self.who()
        owner = await customer(self.world, f"客户{len(self.files)}", entered_by=who.actor)
        await person(self.world, owner.id)
        car = await vehicle(self.world, NONE, owner.id, entered_by=who.actor)
        for key in ((Kind.CUSTOMER, owner.id), (Kind.VEHICLE, car.id)):
            self.files.append(key)
            self.hands[key] = {who.actor}

    async def edit(self) -> None:
        who, key = self.who(), self.some()
        n = self.dice.randrange(6)
        change = (
            {"company": f"公司{n}", "phone": f"1380000000{n}"}
            if key[0] is Kind.CUSTOMER
            else {"plate": f"京A1234{n}", "vin": make_vin("LSVAA418", 2020, "2", n)}
        )
        state = await self.state(key)
        done = await file_changes.edit(who, *key, change, NOW)
        if done and done.state == "changed":
            assert state != "filed"
            self.hands[key] = {who.actor} | (self.hands[key] if state == "draft" else set())
            assert await self.state(key) == "draft"

    async def verify(self) -> None:
        who, key = self.who(), self.some()
        if await files.verify(who, *key, NOW):
            assert who.actor not in self.hands[key]

    async def file(self) -> None:
        who, key = self.who(), self.some()
        before = await self.state(key)
        if await files.file(who, *key, NOW):
            assert before == "verified"
            assert who.role != Role.CARE_SPECIALIST

    async def decide(self) -> None:
        who = self.who()
        if waiting := await file_changes.wishes(who):
            wish = self.dice.choice(waiting)
            self.allowed_to_change = {(wish.kind, wish.subject_id)}
            if await file_changes.decide(who, wish.id, self.dice.random() < 0.8, NOW):
                assert who.actor != wish.asked_by

    async def merge(self) -> None:
        keep, gone = self.some(Kind.CUSTOMER), self.some(Kind.CUSTOMER)
        self.allowed_to_change = {
            keep,
            gone,
            *(key for key in self.files if key[0] is Kind.VEHICLE),
        }
        done = await merging.merge_customers(self.who(), keep[1], gone[1], LATER)
        self.merges += [done] if done else []

    async def split(self) -> None:
        if self.merges:
            self.allowed_to_change = set(self.files)
            await merging.split_customers(self.who(), self.dice.choice(self.merges), LATER)

    async def sell(self) -> None:
        to = self.some(Kind.CUSTOMER)[1] if self.dice.random() < 0.7 else None
        plate = f"京A1234{self.dice.randrange(6)}" if to and self.dice.random() < 0.5 else None
        await file_changes.sell(self.who(), self.some(Kind.VEHICLE)[1], NOW, to=to, plate=plate)

    async def confirm(self) -> None:
        await files.confirm(self.who(), *self.some(), LATER)

    async def state(self, key: Key) -> str:
        row = await sql().one(f"SELECT state FROM {key[0]} WHERE id = ?", key[1])  # noqa: S608 - the name of a kind of file; values are marks
        return str(row["state"])


async def filed(files_of: list[Key]) -> dict[Key, dict[str, Any]]:
    """What stands in the files that are filed; a stocktake is not a change."""
    found: dict[Key, dict[str, Any]] = {}
    for kind in (Kind.CUSTOMER, Kind.VEHICLE):
        for row in await sql().rows(f"SELECT * FROM {kind} WHERE state = 'filed'"):  # noqa: S608 - the name of a kind of file
            values = {name: row[name] for name in row.keys() if name != "stocktaken_at"}  # noqa: SIM118  # sqlite3.Row
            found[kind, row["id"]] = values
    return {key: found[key] for key in files_of if key in found}


async def counted() -> dict[str, int]:
    rows = {
        table: await sql().one(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - a table of KEPT
        for table in KEPT
    }
    return {table: row["n"] for table, row in rows.items()}


async def one_car_one_file() -> None:
    for column in ("vin_hash", "plate_live_hash"):
        row = await sql().one(
            f"SELECT count({column}) - count(DISTINCT {column}) AS n FROM vehicle"  # noqa: S608 - columns of the line above
        )
        assert row["n"] == 0
    nobodys = await sql().rows(
        "SELECT v.id FROM vehicle v JOIN customer c ON c.id = v.customer_id"
        " WHERE c.merged_into_id IS NOT NULL"
    )
    assert not nobodys


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_staff_do_the_rules_hold(migrated_url: str, seed: int) -> None:
    async with house(migrated_url) as world:
        life = History(world, seed)
        deeds = [
            *[life.begin, life.merge, life.split, life.sell, life.confirm],
            *[life.edit, life.verify, life.decide] * 4,
            *[life.file] * 3,
        ]
        refused = 0
        for _ in range(4):
            await life.begin()
        for _ in range(STEPS):
            standing, rows = await filed(life.files), await counted()
            life.allowed_to_change = set()
            try:
                await life.dice.choice(deeds)()
            except StaffError:
                refused += 1
                life.allowed_to_change = set()
            now = await filed(life.files)
            for key, values in standing.items():
                if key not in life.allowed_to_change:
                    assert now.get(key) == values, (seed, key)
            assert all(n >= rows[table] for table, n in (await counted()).items())
            await one_car_one_file()
        assert 0 < refused < STEPS
        assert await filed(life.files)
        assert await audit.verify() is None
