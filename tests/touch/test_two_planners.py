"""Two processes on one PostgreSQL: each contact is planned once and sent once; and by its index."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from bot.jobs.plan import plan_due
from bot.outbox.decide import decide_due
from storage.db import sql
from storage.queries.touch import candidates as listed
from storage.queries.touch import touchpoints
from storage.scope import account_id
from tests.people import NOW, at, dealership
from tests.touch.rig import ledger

TODAY = date(2026, 11, 18)
CARS = 3000

_CUSTOMERS = """
INSERT INTO customer (account_id, ref, name, gender, state, created_at, changed_at, birthday,
  birthday_key)
SELECT $1, 'M' || n, '客户' || n, 'female', 'filed', $2, $2, DATE '1980-01-01' + n % 300,
  to_char(DATE '1980-01-01' + n % 300, 'MM-DD')
FROM generate_series(1, $3::int) n
"""
_CARS = """
INSERT INTO vehicle (account_id, vin_hash, model, customer_id, store_id, state, delivered_on,
  insurance_until, inspection_due, service_on, created_at, changed_at)
SELECT $1, 'M' || n, '帕萨特', c.id, $2, 'filed', DATE '2019-01-01' + n % 2000,
  $3::date + 30 + n % 60, $3::date + 40 + n % 500, $3::date + n % 200, $4, $4
FROM generate_series(1, $5::int) n JOIN customer c ON c.ref = 'M' || n
"""
_AGREED = """
INSERT INTO consent (account_id, customer_id, purpose, given, channel, at)
SELECT $1, id, 'care', TRUE, 'dms', $2 FROM customer
"""


_LONG_AGO = """
INSERT INTO touchpoint (account_id, kind, subject, purpose, due_on, due_at, state, created_at,
  changed_at)
SELECT $1, 'first_week', 'v' || n, 'care', DATE '2020-01-01', $2, 'sent', $2, $2
FROM generate_series(1, 20000) n
"""


async def fleet(store: int, cars: int) -> None:
    db = sql().client
    await db.execute_query(_CUSTOMERS, [account_id(), NOW, cars])
    await db.execute_query(_CARS, [account_id(), store, TODAY, NOW, cars])
    await db.execute_query(_AGREED, [account_id(), NOW])


async def test_two_planners_and_two_deciders_do_each_thing_once(
    migrated_postgres_url: str,
) -> None:
    async with dealership(migrated_postgres_url) as cast:
        await fleet(cast.main.id, 600)
        await plan_due(at("08:00", TODAY - timedelta(days=1)))
        now = at("08:00", TODAY + timedelta(days=3))
        made = await asyncio.gather(*(plan_due(now) for _ in range(3)))
        rows = await ledger()
        identities = {(row.kind, row.subject, row.due_on) for row in rows}
        assert len(identities) == len(rows) > 30
        assert sum(one["planned"] for one in made) <= len(rows)
        later = at("16:00", TODAY + timedelta(days=5))
        counts = await asyncio.gather(*(decide_due(later) for _ in range(3)))
        handed = sum(one.get("handed_over", 0) for one in counts)
        tasks = await sql().rows("SELECT touchpoint_id FROM staff_task WHERE kind = 'call'")
        assert len({row["touchpoint_id"] for row in tasks}) == len(tasks) == handed > 30


async def test_whom_somebody_else_holds_is_for_another_time(migrated_postgres_url: str) -> None:
    """A turn of the customer's own has their row and may want their touchpoints: nobody waits."""
    async with dealership(migrated_postgres_url) as cast:
        await fleet(cast.main.id, 60)
        await plan_due(at("08:00", TODAY - timedelta(days=1)))
        await plan_due(at("08:00", TODAY))
        later = at("16:00", TODAY + timedelta(days=3))
        mine = await sql().one("SELECT id, customer_id FROM touchpoint WHERE kind = 'insurance'")
        connection = await asyncpg.connect(migrated_postgres_url)
        try:
            async with connection.transaction():
                await connection.execute(
                    "UPDATE customer SET rev = rev WHERE id = $1", mine["customer_id"]
                )
                await decide_due(later)
                touch = await touchpoints.one(mine["id"])
                assert touch is not None
                assert touch.state == "planned"
        finally:
            await connection.close()
        assert await decide_due(later) == {"handed_over": 1}


@pytest.fixture
def asked() -> Mapping[str, tuple[str, tuple[Any, ...]]]:
    """Every question that a planning day asks of a table that grows, with values of that day."""
    end = NOW + timedelta(days=1)
    return {
        **{
            f"vehicle by {column}": (listed.BY_DAY[column], (1, TODAY, TODAY, 0, 1000))
            for column in listed.DAYS
        },
        "birthday": (listed.BY_BIRTHDAY["birthday_key"], (1, "05-20", 0, 1000)),
        "lunar birthday": (listed.BY_BIRTHDAY["birthday_lunar"], (1, "05-20", 0, 1000)),
        "visits": (listed.SETTLED, (1, end, NOW, 0, 1000)),
        "incidents": (listed.RECORDED, (1, end, NOW, 0, 1000)),
        "bookings": (listed.BOOKED, (1, 1, NOW, end, NOW, 0, 1000)),
        **{
            f"changed {table}": (listed.CHANGED[table], (1, end, end, 0, 1000))
            for table in listed.CHANGED
        },
        "due": (touchpoints.DUE, (1, "planned", NOW - timedelta(days=9), 400)),
    }


async def test_every_question_of_a_day_is_answered_by_an_index(
    migrated_postgres_url: str, asked: Mapping[str, tuple[str, tuple[Any, ...]]]
) -> None:
    async with dealership(migrated_postgres_url) as cast:
        await fleet(cast.main.id, CARS)
        await sql().client.execute_query(
            "INSERT INTO visit (account_id, ref, vehicle_id, store_id, settled_at, changed_at,"
            " mileage, items) SELECT account_id, 'M' || id, id, store_id,"
            " $1::timestamptz - make_interval(days => id::int % 900), $1, 9, '[]' FROM vehicle",
            [NOW],
        )
        await plan_due(at("08:00", TODAY - timedelta(days=1)))
        await plan_due(at("08:00", TODAY + timedelta(days=9)))
        await sql().client.execute_query(_LONG_AGO, [account_id(), NOW])
        for table in ("customer", "vehicle", "visit", "touchpoint", "incident", "booking"):
            await sql().run(f"ANALYZE {table}")
        for name, (statement, values) in asked.items():
            rows = await sql().rows(f"EXPLAIN {statement}", *values)
            plan = "\n".join(row[0] for row in rows)
            small = name in ("incidents", "bookings")  # nearly empty: read whole at once
            assert "Index" in plan or small, f"{name}\n{plan}"
            assert "Seq Scan" not in plan or small, f"{name}\n{plan}"
