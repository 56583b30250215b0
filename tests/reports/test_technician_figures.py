"""技师: whose a visit is, by the booking that it came of."""

from datetime import date, datetime, timedelta

from bot.cli.report_sheets import technicians_sheet
from bot.rules.roles import Role
from storage import models as m
from storage.db import sql
from storage.queries.bookings import booking as bookings
from storage.queries.reports.technicians import by_technician
from storage.queries.staff import colleagues as staff
from storage.scope import account_id
from tests.people import NOW, Cast, at, dealership
from tests.reports.ledger import case, rating

DAYS = (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23))
LATER = at("18:00", DAYS[2])


async def visit(cast: Cast, ref: str, settled: datetime) -> int:
    made = await m.Visit.create(
        account_id=account_id(), ref=ref, vehicle_id=cast.wang.car, store_id=cast.main.id,
        items=[], settled_at=settled,
    )  # fmt: skip
    return int(made.id)


async def came(cast: Cast, day: date, state: str = "done") -> str:
    """王芳 is booked at ten, and comes; the technician's name."""
    booked = await bookings.confirm(cast.wish(cast.wang, "10:00", day=day, source=f"b{day}"), NOW)
    await sql().run("UPDATE booking SET state = ? WHERE id = ?", state, booked.id)
    row = await sql().one(
        "SELECT r.name FROM booking_cell c JOIN resource r ON r.id = c.resource_id"
        " WHERE c.booking_id = ? AND r.kind = 'technician' LIMIT 1",
        booked.id,
    )
    return str(row["name"])


async def rated(cast: Cast, visit_id: int, score: float) -> None:
    when = LATER - timedelta(hours=1)
    more = {"vehicle_id": cast.wang.car, "visit_id": visit_id, "low": score < 3}
    await rating(cast.main.id, "visit", when, score, **more)


async def test_a_visit_is_whose_booking_it_came_of(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        first = await came(cast, DAYS[0])
        await rated(cast, await visit(cast, "V1", at("12:00", DAYS[0])), 2.0)
        bad = await visit(cast, "V2", at("17:00", DAYS[0]))  # came again the same day, unbooked
        await rated(cast, bad, 1.0)
        await came(cast, DAYS[1], "no_show")
        unbooked = await visit(cast, "V3", at("12:00", DAYS[1]))
        await rated(cast, unbooked, 1.0)
        last = await came(cast, DAYS[2])
        good = await visit(cast, "V4", at("12:00", DAYS[2]))
        await rated(cast, good, 5.0)
        await case(cast.main.id, "open", [("recorded", LATER)], visit_id=good)
        await case(cast.main.id, "withdrawn", [("recorded", LATER)], visit_id=good)
        await case(cast.main.id, "open", [("recorded", LATER)], visit_id=unbooked)
        found = await by_technician("2026-11", LATER)
        told = {one.name: (one.ratings.answered, one.ratings.low, one.complaints) for one in found}
        expected: dict[str, list[int]] = {}
        for name, *counts in ((first, 1, 1, 0), (last, 1, 0, 1)):
            had = expected.get(name, [0, 0, 0])
            expected[name] = [a + b for a, b in zip(had, counts, strict=True)]
        assert told == {name: tuple(counts) for name, counts in expected.items()}
        assert {one.store for one in found} == {"城南店"}
        rows = technicians_sheet(found).rows
        assert [row[:3] for row in rows] == [
            (one.name, "城南店", told[one.name][0]) for one in found
        ]
        assert await by_technician("2026-10", LATER) == ()


async def test_who_may_see_them(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await came(cast, DAYS[0])
        await rated(cast, await visit(cast, "V1", at("12:00", DAYS[0])), 2.0)
        seen = {}
        for role, store in (
            (Role.GENERAL_MANAGER, None),
            (Role.SERVICE_MANAGER, "main"),
            (Role.SERVICE_MANAGER, "east"),
            (Role.SERVICE_ADVISOR, "main"),
            (Role.MARKETING, None),
        ):
            who = await staff.add_staff(f"{role} {store}", role, now=NOW, store_code=store)
            seen[role, store] = len(await by_technician("2026-11", LATER, "", who))
        assert list(seen.values()) == [1, 1, 0, 0, 0]
        assert await by_technician("2026-11", LATER, "east") == ()
