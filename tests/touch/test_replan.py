"""The plan follows the facts: a visit, a sale, a booking, another owner, days on which nothing ran."""

from datetime import date, timedelta

from bot.jobs.plan import plan_due
from bot.outbox.decide import decide_due
from bot.rules.touch.kinds import Override
from storage.db import sql
from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booking import confirm
from storage.queries.garage import sold
from storage.queries.touch import rules as touch_rules
from tests.people import at, dealership, visited
from tests.touch.rig import agrees, day, ledger, writes

FIRST = date(2026, 11, 20)
DUE = date(2026, 11, 21)


async def test_a_visit_takes_the_first_service_back(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=at("09:00", FIRST))
        await plan_due(at("08:00", FIRST - timedelta(days=1)))
        await plan_due(at("08:00", FIRST))
        [row] = await ledger("first_service")
        assert (row.due_on, row.state) == (DUE, "planned")
        await visited(cast.wang.car or 0, cast.main, "R9", FIRST, 4300)
        await sql().run("UPDATE visit SET changed_at = ? WHERE ref = 'R9'", at("15:00", FIRST))
        await plan_due(at("15:05", FIRST))
        [row] = await ledger("first_service")
        assert (row.state, row.why[:5]) == ("cancelled", "计划变更：")
        found = await sql().one("SELECT service_on FROM vehicle WHERE id = ?", cast.wang.car)
        assert str(found["service_on"]) > "2026-12-31"


async def test_a_sold_car_is_nobodys_reminder(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await plan_due(at("08:00", FIRST - timedelta(days=1)))
        await plan_due(at("08:00", FIRST))
        assert cast.wang.car
        assert cast.wang.customer_id
        await sold(cast.wang.car, cast.wang.customer_id, cast.wang.user_id, at("12:00", FIRST))
        await plan_due(at("12:05", FIRST))
        [row] = await ledger("first_service")
        assert row.state == "cancelled"


async def test_a_booked_car_is_left_alone_until_the_booking_falls(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=at("09:00", FIRST))
        await plan_due(at("08:00", FIRST - timedelta(days=1)))
        await plan_due(at("08:00", FIRST))
        wish = cast.wish(cast.wang, "08:30", day=date(2026, 11, 24))
        booked = await confirm(wish, at("10:00", FIRST))
        await writes(cast.wang, at("10:00", DUE))
        await decide_due(at("16:00", DUE))
        [row] = await ledger("first_service")
        assert (row.state, row.said) == ("due", "")
        assert "客户已预约11月24日到店" in row.why
        await bookings.cancel(booked.id, at("10:00", date(2026, 11, 23)))
        await writes(cast.wang, at("10:00", date(2026, 11, 25)))
        await decide_due(at("16:00", date(2026, 11, 25)))
        [row] = await ledger("first_service")
        assert row.said.startswith("王女士，您好！")


async def test_another_owner_gets_their_own_reminder(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await plan_due(at("08:00", FIRST - timedelta(days=1)))
        await plan_due(at("08:00", FIRST))
        await sql().run(
            "UPDATE vehicle SET customer_id = ?, changed_at = ? WHERE id = ?",
            *(cast.li.customer_id, at("12:00", FIRST), cast.wang.car),
        )
        await plan_due(at("12:05", FIRST))
        rows = await sql().rows(
            "SELECT customer_id, state FROM touchpoint WHERE kind = 'first_service'"
        )
        assert [(row["customer_id"], row["state"]) for row in rows] == [
            (cast.li.customer_id, "planned")
        ]


async def test_what_was_missed_is_made_up_for_if_it_still_means_something(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        await sql().run(
            "UPDATE customer SET birthday = ?, birthday_key = '11-21' WHERE id = ?",
            *(date(1990, 11, 21), cast.wang.customer_id),
        )
        await plan_due(at("08:00", FIRST - timedelta(days=1)))
        await plan_due(at("08:00", date(2026, 11, 26)))  # six days later
        [service] = await ledger("first_service")
        assert (service.due_on, service.state) == (DUE, "planned")
        [birthday] = await ledger("birthday")
        assert (birthday.state, birthday.why) == ("skipped", "系统停机时错过，补发已没有意义")


async def test_a_year_of_days_asks_nobody_twice(migrated_sqlite_url: str) -> None:
    async with dealership(migrated_sqlite_url) as cast:
        for who in (cast.wang, cast.li):
            await agrees(who, now=at("09:00", FIRST))
        for n in range(0, 200, 2):
            await day(FIRST + timedelta(days=n), "16:05")
        rows = await ledger()
        assert not [row for row in rows if row.state in ("planned", "due") and row.due_on < DUE]
        first = [row for row in rows if row.kind == "first_service"]
        assert len(first) == 1
        assert len({(row.kind, row.subject, row.due_on) for row in rows}) == len(rows)


async def test_what_a_rule_moves_into_the_past_is_made_up_for(migrated_url: str) -> None:
    """Two weeks ahead instead of one: who should have heard a week ago hears now, and once."""
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=at("09:00", FIRST))
        await plan_due(at("08:00", FIRST - timedelta(days=1)))
        await plan_due(at("08:00", FIRST))
        earlier = Override("first_service", "main", offset_days=-14)
        await touch_rules.change(earlier, "秦勇", at("09:00", FIRST))
        await plan_due(at("09:05", FIRST))
        await writes(cast.wang, at("10:00", FIRST))
        await decide_due(at("16:05", FIRST))
        await plan_due(at("16:10", FIRST))
        await day(DUE)
        rows = await ledger("first_service")
        assert [(row.due_on, row.channel) for row in rows if row.said] == [
            (DUE - timedelta(days=7), "service")
        ]
        assert not [row for row in rows if not row.said and row.state in ("planned", "due")]
