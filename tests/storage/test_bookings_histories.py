"""Random histories: whatever people do in whatever order, capacity is what the bookings say."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random

import pytest

from bot.errors import Conflict
from bot.rules.slots import cells
from storage.db import moment, sql
from storage.queries.bookings import booking as bookings
from storage.queries.bookings import waiting
from storage.queries.bookings.booking import AlreadyBooked, SlotTaken, Wish
from storage.queries.stores.shops import shop
from tests.people import NOW, TODAY, TOMORROW, Cast, Person, at, dealership

REFUSED = (SlotTaken, AlreadyBooked, Conflict)
SERVICES = ("first_service", "regular_service", "tyres", "diagnosis")
TIMES = ("08:30", "09:00", "10:00", "10:30", "13:00", "13:30", "15:00", "16:00", "12:00")

Row = tuple[int, str, int, int, datetime | None, datetime | None, str | None]
Cells = dict[int, set[tuple[int, datetime | None]]]


async def snapshot() -> tuple[list[Row], Cells]:
    rows = await sql().rows(
        "SELECT id, state, store_id, service_id, starts_at, held_until, source FROM booking"
        " ORDER BY id"
    )
    taken: Cells = {}
    for cell in await sql().rows("SELECT booking_id, resource_id, starts_at FROM booking_cell"):
        taken.setdefault(cell["booking_id"], set()).add(
            (cell["resource_id"], moment(cell["starts_at"]))
        )
    found = [
        (
            *(row["id"], row["state"], row["store_id"], row["service_id"]),
            *(moment(row["starts_at"]), moment(row["held_until"]), row["source"]),
        )
        for row in rows
    ]
    return found, taken


async def capacity_is_what_bookings_say() -> None:
    rows, taken = await snapshot()
    known = await shop()
    live = {row[0]: row for row in rows if row[1] in {"held", "booked"}}
    assert taken.keys() == live.keys()
    for booking_id, (_, _, store_id, service_id, start, _, _) in live.items():
        need = known.service(service_id).need
        used = {resource for resource, _ in taken[booking_id]}
        workers = [r for r in known.store(store_id).resources if r.id in used]
        assert start is not None
        assert sorted(r.kind for r in workers) == ["bay", "technician"]
        for worker in workers:
            skill = need.bay_skill if worker.kind == "bay" else need.skill
            assert not skill or skill in worker.skills
        assert taken[booking_id] == {(r, c) for r in used for c in cells(start, need.minutes)}
    everything = [cell for cells_of in taken.values() for cell in cells_of]
    assert len(everything) == len(set(everything))


async def no_car_is_in_two_places(who: list[Person], now: datetime) -> None:
    for person in who:
        ahead = await bookings.upcoming(person.user_id, None, now)
        for one in ahead:
            for other in ahead:
                apart = one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
                assert one is other or apart


class History:
    """Somebody does something; then the clock moves a little."""

    def __init__(self, cast: Cast, seed: int, *, alone: bool = True) -> None:
        self.cast = cast
        self.alone = alone  # nobody else changes what was just read
        self.name = f"t{seed}-"
        self.dice = Random(seed)
        self.now = NOW
        self.talks = 3
        self.people = [cast.wang, cast.li]
        self.done = {"held": 0, "booked": 0, "moved": 0, "cancelled": 0, "refused": 0}
        self.done |= {"expired": 0, "accepted": 0}
        self.wishes: list[Wish] = []

    def day(self) -> date:
        return self.dice.choice([TODAY, TOMORROW])

    async def hold(self) -> None:
        dice, store = self.dice, self.dice.choice([self.cast.main, self.cast.east])
        who = dice.choice([*self.people, self.cast.stranger])
        self.talks += dice.randrange(2)
        source = f"{self.name}{self.talks - dice.randrange(3)}"
        wish = self.cast.wish(
            who,
            dice.choice(TIMES),
            dice.choice(SERVICES),
            day=self.day(),
            store=store,
            source=source,
        )
        day = store.calendar.local_day(wish.start)
        free = await bookings.free_times(store.id, wish.service_id, day, self.now, source)
        try:
            await bookings.hold(wish, self.now)
        except SlotTaken:
            assert wish.start not in free or not self.alone
            raise
        self.wishes.append(wish)
        self.done["held"] += 1

    async def confirm(self) -> None:
        if self.wishes:
            wish = self.dice.choice(self.wishes[-6:])
            booked = await bookings.confirm(wish, self.now)
            again = await bookings.confirm(wish, self.now)
            assert again == booked or not self.alone
            self.done["booked"] += 1

    async def let_go(self) -> None:
        await bookings.release(f"{self.name}{self.talks}")

    async def somebodys(self) -> int:
        rows = await sql().rows("SELECT id FROM booking WHERE state <> 'cancelled' ORDER BY id")
        return int(self.dice.choice(list(rows))["id"]) if rows else 0

    async def cancel(self) -> None:
        self.done["cancelled"] += await bookings.cancel(await self.somebodys(), self.now)

    async def move(self) -> None:
        new = at(self.dice.choice(TIMES), self.day())
        await bookings.reschedule(await self.somebodys(), new, self.now)
        self.done["moved"] += 1

    async def wait(self) -> None:
        store, who = self.dice.choice([self.cast.main, self.cast.east]), self.cast.stranger
        service = self.cast.service(self.dice.choice(SERVICES), store)
        await waiting.join(store.id, service, self.day(), who.user_id, self.now)

    async def offer(self) -> None:
        store = self.dice.choice([self.cast.main, self.cast.east])
        await waiting.offer_next(store.id, self.day(), self.now)
        self.done["expired"] += len(await waiting.expire_offers(self.now))

    async def answer(self) -> None:
        if offered := await waiting.offered_to(self.cast.stranger.user_id, self.now):
            got = await waiting.accept(offered.waiting_id, self.now)
            assert got.starts_at == offered.starts_at or not self.alone
            self.done["accepted"] += 1

    async def deed(self) -> None:
        often = [self.hold] * 4 + [self.confirm] * 3 + [self.cancel, self.move, self.move]
        deeds = [*often, self.let_go, self.wait, self.offer, self.answer]
        try:
            await self.dice.choice(deeds)()
        except REFUSED:
            self.done["refused"] += 1
            raise

    async def step(self) -> None:
        before = await snapshot()
        try:
            await self.deed()
        except REFUSED:
            assert await snapshot() == before
        await capacity_is_what_bookings_say()
        self.now += timedelta(minutes=self.dice.choice([0, 0, 0, 1, 2, 11]))


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_capacity_adds_up(migrated_url: str, seed: int) -> None:
    async with dealership(migrated_url) as cast:
        history = History(cast, seed)
        for _ in range(150):
            await history.step()
            await no_car_is_in_two_places(history.people, history.now)
        assert all(history.done.values()), history.done


async def test_nothing_hangs_or_breaks_when_all_of_it_happens_at_once(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        histories = [History(cast, seed, alone=False) for seed in range(24)]

        async def live(history: History) -> None:
            for _ in range(12):
                with suppress(*REFUSED):
                    await history.deed()

        await asyncio.wait_for(asyncio.gather(*map(live, histories)), 60)
        await capacity_is_what_bookings_say()
        await no_car_is_in_two_places(histories[0].people, NOW)
