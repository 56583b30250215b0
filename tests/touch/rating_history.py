"""A car with two people, a workshop, a call centre and a clock: random histories of ratings.

Each round is two deeds at once, by two of them. After it, what must always hold is looked at.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.errors import Conflict, StaffError
from bot.jobs.plan import plan_due
from bot.jobs.ratings import ratings_due
from bot.outbox.decide import decide_due
from bot.rules.surveys.choosing import next_question
from bot.rules.surveys.parts import Question
from storage.db import dumps, sql
from storage.queries.cases import deeds as case_deeds
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating
from storage.queries.touch import touchpoints
from storage.scope import account_id
from tests.people import SHANGHAI, Cast, at, insert
from tests.touch.rating_looks import look
from tests.touch.rig import agrees, writes

START: Final = at("10:00")
TRIES: Final = 5
AFTERNOON: Final = -1


@dataclass
class Somebody:
    """One of the car's people: who they are, and the rating they are in the middle of."""

    id: int
    customer_id: int | None
    rating: int | None = None


@dataclass
class World:
    """The history as it goes. `named`: how often a time was named, by subject."""

    cast: Cast
    now: datetime
    people: Mapping[str, Somebody]
    orders: int = 0
    visits: list[int] = field(default_factory=list)
    named: Counter[str] = field(default_factory=Counter)

    async def settle(self, number: int) -> None:
        """A new order, or one that is settled again."""
        if self.orders < 6 and number % 3:
            li, self.orders = self.cast.li, self.orders + 1
            ref = f"R{100 + self.orders}"
            self.visits.append(
                await insert(
                    "INSERT INTO visit (account_id, ref, vehicle_id, customer_id, store_id,"
                    " settled_at, items, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    *(account_id(), ref, li.car, li.customer_id),
                    *(self.cast.main.id, self.now, dumps(["常规保养"]), self.now),
                )
            )
        elif self.visits:
            await self._settled(number, self.now)

    async def reopen(self, number: int) -> None:
        if self.visits:
            await self._settled(number, None)

    async def _settled(self, number: int, when: datetime | None) -> None:
        await sql().run(
            "UPDATE visit SET settled_at = ?, changed_at = ? WHERE id = ?",
            *(when, self.now, self.visits[number % len(self.visits)]),
        )

    async def begin(self, who: Somebody) -> None:
        occasion = await ratings.waiting_for(who, self.now)
        if occasion is not None:
            rating = await ratings.begin(occasion, self.now, wechat_user_id=who.id)
            who.rating = rating.id if rating else None

    async def answer(self, who: Somebody, number: int, by: str = "") -> None:
        found = await self._next(who)
        if found is None:
            return
        rating, survey, question = found
        came = await ratings.put_answer(
            *(rating.id, survey.code, survey.version, question.code, question.kind, self.now),
            **_said(question, number),
            by=by,
        )
        assert not (came.kept and came.low) or came.case is not None

    async def _next(self, who: Somebody) -> tuple[Rating, Any, Question] | None:
        rating = await ratings.one(who.rating or 0)
        if rating is None:
            return None
        asked = await ratings.asked_surveys(rating)
        found = next_question(asked, await ratings.answers(rating.id))
        return (rating, *found) if found else None

    async def finish(self, who: Somebody) -> None:
        if who.rating is not None:
            await ratings.finish(who.rating, self.now)
            who.rating = None

    async def decline(self, who: Somebody) -> None:
        if who.rating is not None:
            await ratings.decline(who.rating, self.now)
            who.rating = None

    async def later(self, who: Somebody, number: int) -> None:
        if who.rating is None:
            await self.begin(who)
        rating = await ratings.one(who.rating or 0)
        if rating is not None:
            when = self.now + timedelta(hours=3 + number % 60)
            if await ratings.later(rating.id, when, self.now, said="改天"):
                self.named[rating.subject] += 1
            who.rating = None

    async def call(self, number: int) -> None:
        """A colleague asks on the phone about a visit, whatever the customer does meanwhile."""
        if self.visits:
            occasion = await ratings.of_visit(self.visits[number % len(self.visits)])
            if occasion is not None:
                rating = await ratings.begin(occasion, self.now, channel="call", by="陶倩")
                caller = Somebody(0, None, rating.id if rating else None)
                await self.answer(caller, number, by="陶倩")

    async def solve(self, number: int) -> None:
        """Staff or the customer end the complaint in the middle of it."""
        rows = await sql().rows("SELECT id FROM complaint WHERE account_id = ?", account_id())
        if rows:
            case = rows[number % len(rows)]["id"]
            with suppress(StaffError):  # ended before
                if number % 2:
                    await case_deeds.act(case, "withdraw", "customer", self.now)
                else:
                    cause = {"root_cause": "排班", "solution": "加人"}
                    await case_deeds.act(case, "solve", "张伟", self.now, if_rev=None, **cause)

    async def by_the_clock(self, name: str) -> None:
        if name == "send":
            await self.send()
            return
        await self.write()
        if name == "jobs":
            await self.jobs()

    async def jobs(self) -> None:
        """Plan, decide, close, send: what the clockwork does at this moment."""
        await plan_due(self.now)
        await ratings_due(self.now, SHANGHAI)
        await decide_due(self.now)
        await self.send()

    async def send(self) -> None:
        rows = await sql().rows(
            "UPDATE message SET state = 'accepted', changed_at = ? WHERE account_id = ?"
            " AND state = 'queued' RETURNING touchpoint_id",
            *(self.now, account_id()),
        )
        for row in rows:
            if row["touchpoint_id"] is not None:
                await touchpoints.sent(row["touchpoint_id"], "service", self.now)

    async def write(self) -> None:
        """The owner's own message opens the window in which the plan may ask."""
        await writes(self.cast.li, self.now)


def _said(question: Question, number: int) -> dict[str, Any]:
    if question.kind in {"text", "photo"}:
        return {"words": ("挺好", "太差了，没人管")[number % 2]}
    known = question.known[number % len(question.known)]
    return {"value": known} if isinstance(known, int) else {"choices": (known,)}


Deed = tuple[str, str, int]
"""What, who (owner or spouse) and a number that says which."""
OF_PERSON: Final = ("begin", "finish", "decline")
NUMBERED: Final = ("settle", "reopen", "call", "solve")
DEEDS: Final = (
    *(*OF_PERSON, "answer", "answer", "later", *NUMBERED, "send", "write"),
    *("settle", "settle", "jobs", "jobs", "jobs", "jobs", "jobs"),
)


def doing(world: World, deed: Deed) -> Callable[[], Awaitable[None]]:
    name, who, number = deed
    person = world.people[who]
    match name:
        case "answer" | "later":
            return lambda: getattr(world, name)(person, number)
        case _ if name in OF_PERSON:
            return lambda: getattr(world, name)(person)
        case _ if name in NUMBERED:
            return lambda: getattr(world, name)(number)
    return lambda: world.by_the_clock(name)


async def done(deed: Callable[[], Awaitable[None]]) -> None:
    """As a turn does it: who lost a race begins anew."""
    for _ in range(TRIES):
        try:
            return await deed()
        except Conflict:
            continue
    raise AssertionError("lost every race")


async def play(cast: Cast, history: Sequence[tuple[Deed, Deed, int]]) -> Counter[str]:
    """A history among `cast`; how much of what was in it."""
    people = {
        "owner": Somebody(cast.li.user_id, cast.li.customer_id),
        "spouse": Somebody(cast.stranger.user_id, None),
    }
    world = World(cast, START.astimezone(UTC), people)
    await agrees(cast.li, now=world.now)
    await sql().run(
        "INSERT INTO vehicle_person (account_id, vehicle_id, wechat_user_id, role,"
        " created_at) VALUES (?, ?, ?, 'driver', ?)",
        *(account_id(), cast.li.car, cast.stranger.user_id, world.now),
    )
    tally = Counter[str]()
    for number, (one, other, hours) in enumerate(history, 1):
        world.now = _later(world.now, hours)
        await asyncio.gather(done(doing(world, one)), done(doing(world, other)))
        if number % 4 == 0:
            tally = await look(world.named)
    return tally + Counter(deeds=2 * len(history), named=world.named.total())


def _later(now: datetime, hours: int) -> datetime:
    """So many hours on; AFTERNOON: to the next one."""
    if hours != AFTERNOON:
        return now + timedelta(hours=hours, seconds=1)
    local = now.astimezone(SHANGHAI)
    four = local.replace(hour=16, minute=5)
    return (four if four > local else four + timedelta(days=1)).astimezone(UTC)
