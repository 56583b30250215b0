"""What happens to a dealership in a year: deliveries, visits, replies, silence, people who leave."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.year_crowd import Someone
from bot.rules import records as read
from bot.sandbox.ledger import Pushed
from bot.sandbox.world import World
from storage.demo_year import Follower, bookings_of, follow
from storage.queries.bookings.states import NotNow, move
from storage.queries.records import puts as records

DMS = "dms"
LEAVES_A_DAY = 0.00018
COMES_BACK_A_DAY = 0.01
INCIDENTS_A_DAY = 0.00012
NO_SHOW = 0.07
STEPS = 8
"""So often somebody answers the next question of a conversation before they lose patience."""
WORDS = (
    ("预约保养", 5), ("好的", 3), ("谢谢", 4), ("现在不方便", 2), ("谢谢祝福", 2), ("不需要", 1),
    ("退订营销", 1), ("我的预约", 1),
)  # fmt: skip


@dataclass
class Life:
    """The crowd and what it is about to do. `counts`: what happened so far; `told`: who speaks up."""

    world: World
    crowd: Sequence[Someone]
    zone: ZoneInfo
    dice: Random
    counts: Counter[str] = field(default_factory=Counter)
    told: Callable[[str], None] = lambda _openid: None
    _answering: list[Someone] = field(default_factory=list)
    _gone: dict[str, Someone] = field(default_factory=dict)
    _buys: defaultdict[date, list[Someone]] = field(default_factory=lambda: defaultdict(list))
    _comes: defaultdict[date, list[Someone]] = field(default_factory=lambda: defaultdict(list))
    _orders: int = 0

    def __post_init__(self) -> None:
        self._by_openid = {one.openid: one for one in self.crowd if one.follows}
        self._by_plate = {one.plate: one for one in self.crowd}

    async def before(self, start: date, now: datetime) -> None:
        """Files, followers and the last visit of everybody who has a car already."""
        here = [one for one in self.crowd if one.bought < start]
        await records.expect_bulk()
        await self._files(here, start, now)
        due = []
        for one in here:
            while one.next_visit < start and (one.loyal or not one.visits):
                one.last_visit, one.visits = one.next_visit, one.visits + 1
            if one.last_visit:
                due.append((one, one.last_visit))
        await self._orders_of(due, now)
        for one in self.crowd:
            if one.bought >= start:
                self._buys[one.bought].append(one)
            elif one.loyal:
                self._plan_visit(one, start)

    def saw(self, one: Pushed) -> None:
        """Somebody read a message, and may answer it later today."""
        who = self._by_openid.get(one.openid)
        if who is not None and self.dice.random() < who.answers:
            self._answering.append(who)

    async def morning(self, day: date, now: datetime) -> None:
        """What the DMS tells of yesterday, and who comes to the workshop today."""
        if new := self._buys.pop(day, None):
            await self._files(new, day, now)
            self.counts["deliveries"] += len(new)
            for one in new:
                if one.loyal:
                    self._plan_visit(one, day)
        await self._workshop(day - timedelta(days=1), now)
        await self._incidents(day, now)
        await self._comings_and_goings()

    async def answers(self) -> None:
        """Everybody who wants to answers what they got since the last time."""
        wanting, self._answering = self._answering, []
        for who in {one.openid: one for one in wanting}.values():
            if self.world.people.all[who.openid].subscribed:
                await self._talk(who)

    async def _talk(self, who: Someone) -> None:
        words, weights = zip(*WORDS, strict=True)
        self.told(who.openid)
        seen = await self.world.says(who.openid, self.dice.choices(words, weights)[0])
        self.counts["replies"] += 1
        for _ in range(STEPS):
            if "预约号" in seen.text:
                self.counts["booked in chat"] += 1
                return
            if not seen.lines or self.dice.random() < 0.06:
                return
            seen = await self.world.taps(who.openid, self.dice.choice(seen.lines[:3]))

    async def _files(self, some: Sequence[Someone], day: date, now: datetime) -> None:
        await records.put_customers(_read(read.customer, (one.file() for one in some)), now, DMS)
        await records.put_vehicles(_read(read.vehicle, (one.car(day) for one in some)), now, DMS)
        sold = [
            {"vin": one.vin, "delivered_at": f"{one.bought}T10:00:00+08:00"}
            for one in some
            if one.bought == day
        ]
        if sold:
            await records.record_deliveries(_read(read.delivery, sold), now, DMS)
        following = [one for one in some if one.follows]
        for one in following:
            self.world.add_follower(one.openid, one.name)
        await follow([Follower(one.openid, one.ref) for one in following], now)

    def _plan_visit(self, one: Someone, today: date) -> None:
        """Loyal people come about when it is due; a booking or a reminder may bring them sooner."""
        when = one.next_visit + timedelta(days=self.dice.randint(-5, 40))
        self._comes[max(when, today + timedelta(days=1))].append(one)

    async def _workshop(self, day: date, now: datetime) -> None:
        """Bookings of the day are kept or not; others come without one."""
        came = []
        for booking in await bookings_of(day):
            kept = self.dice.random() >= NO_SHOW
            try:
                await move(booking.id, "done" if kept else "no_show", now)
            except NotNow:
                continue
            self.counts["kept bookings" if kept else "no-shows"] += 1
            if kept and booking.plate in self._by_plate:
                came.append(self._by_plate[booking.plate])
        came += [one for one in self._comes.pop(day, ()) if one.next_visit <= day]
        visits = [(one, day) for one in {one.n: one for one in came}.values()]
        for one, _ in visits:
            one.last_visit, one.visits = day, one.visits + 1
        await self._orders_of(visits, now)
        self.counts["visits"] += len(visits)
        for one, _ in visits:
            if one.loyal:
                self._plan_visit(one, day)

    async def _orders_of(self, visits: Sequence[tuple[Someone, date]], now: datetime) -> None:
        made = []
        for one, day in visits:
            self._orders += 1
            made.append(one.order(day, self._orders, self.zone))
        if made:
            await records.put_repair_orders(_read(read.repair_order, made), now, DMS)

    async def _incidents(self, day: date, now: datetime) -> None:
        hit = [one for one in self._sample(INCIDENTS_A_DAY) if one.bought < day]
        rows = [
            {
                "ref": f"I-{one.n}-{day}", "vin": one.vin, "kind": "accident",
                "happened_at": f"{day - timedelta(days=1)}T18:00:00+08:00",
            }
            for one in hit
        ]  # fmt: skip
        if rows:
            await records.record_incidents(_read(read.incident, rows), now, DMS)
        self.counts["incidents"] += len(rows)

    async def _comings_and_goings(self) -> None:
        for one in self._sample(LEAVES_A_DAY):
            follower = self.world.people.all.get(one.openid)
            if follower is not None and follower.subscribed:
                await self.world.unfollow(one.openid)
                self._gone[one.openid] = one
                self.counts["unfollows"] += 1
        for openid in list(self._gone):
            if self.dice.random() < COMES_BACK_A_DAY:
                await self.world.follow(openid)
                del self._gone[openid]
                self.counts["returns"] += 1

    def _sample(self, share: float) -> list[Someone]:
        """About `share` of the crowd."""
        count = share * len(self.crowd)
        whole = int(count) + (self.dice.random() < count - int(count))
        return self.dice.sample(list(self.crowd), whole)


def _read(reader: Any, rows: Iterable[Any]) -> list[Any]:
    """Records as the interface reads them; a row that it would refuse is our own mistake."""
    found = [reader(row) for row in rows]
    refused = [one.en for one in found if isinstance(one, read.Problems)]
    if refused:
        raise RuntimeError(f"the simulated DMS sends what is refused: {refused[0]}")
    return found
