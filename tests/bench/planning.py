"""`python -m tests.bench.planning [--vehicles 1000000] [--due 100000]`: planning on PostgreSQL.

First a day of a dealer group: `--vehicles` and half as many, with the same number due on that day;
the cost must follow what is due. Then a day on which `--due` contacts are due. Memory is the highest
of this process. Rows are made by the database itself; nothing is sealed but what planning seals.
"""

import asyncio
import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from bot.clock import monotonic
from bot.jobs.plan import NAME, plan_due
from storage.db import opened, sql
from storage.migrate import migrate
from storage.queries import cursors
from storage.queries.stores import equip
from storage.queries.stores.shops import ensure_account
from storage.scope import account_id, account_scope
from storage.secrets import use_keys
from tests.databases import Databases, postgres_server

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 19, 6, tzinfo=ZoneInfo("Asia/Shanghai"))
"""At six in the morning of the day before; DAY comes into sight."""

_PEOPLE = """
INSERT INTO customer (account_id, ref, name, gender, state, created_at, birthday, birthday_key)
SELECT $1, 'C' || n, '客户' || n, 'female', 'filed', $2, DATE '1980-01-01' + (n % 300)::int,
  to_char(DATE '1980-01-01' + (n % 300)::int, 'MM-DD')
FROM generate_series(1, $3::int) n
"""
# Nobody has their birthday on DAY. Cars of the last ten years, on none of whose days anything is due on DAY, with a visit each half
# year. Only the first `due` of them run out of insurance 30 days after DAY.
_CARS = """
INSERT INTO vehicle (account_id, vin_hash, brand, model, customer_id, store_id, state, delivered_on,
  mileage, mileage_on, service_on, insurance_until, inspection_due, created_at, changed_at)
SELECT $1, 'vin' || n, '大众', '帕萨特', $4 + n, $5, 'filed', DATE '2016-11-22' + (n % 3000)::int,
  20000, DATE '2026-05-03', DATE '2026-12-05' + (n % 150)::int,
  CASE WHEN n <= $6 THEN $7::date + 30 ELSE $7::date + 40 + (n % 300)::int END,
  $7::date + 40 + (n % 600)::int, $2, $2
FROM generate_series(1, $3::int) n
"""
_VISITS = """
INSERT INTO visit (account_id, ref, vehicle_id, store_id, settled_at, mileage, items)
SELECT $1, 'R' || v.id || '-' || k, v.id, v.store_id,
  $2::timestamptz - make_interval(days => 20 + (v.id % 150)::int + 180 * k), 20000 - 6000 * k, '[]'
FROM vehicle v, generate_series(0, 1) k
"""


@dataclass(frozen=True)
class Day:
    """What planning a day took."""

    vehicles: int
    due: int
    planned: int
    looked: int
    seconds: float


async def build(vehicles: int, due: int) -> None:
    """A group's files, analysed as they would be."""
    store = await equip.add_store("main", name="城南店")
    account, db = account_id(), sql()
    await db.client.execute_query(_PEOPLE, [account, NOW, vehicles])
    first = await db.one("SELECT min(id) AS id FROM customer")
    values = [account, NOW - timedelta(days=30), vehicles, first["id"] - 1, store.id, due, DAY]
    await db.client.execute_query(_CARS, values)
    await db.client.execute_query(_VISITS, [account, NOW])
    for table in ("customer", "vehicle", "visit", "touchpoint", "booking"):
        await db.run(f"ANALYZE {table}")


async def made(url: str, vehicles: int, due: int) -> None:
    """A fleet in a database of its own."""
    await migrate(url)
    async with opened(url):
        with account_scope(await ensure_account("wx0000000000000001")):
            await build(vehicles, due)


async def planned(url: str, vehicles: int, due: int) -> Day:
    """DAY planned once; the plan was emptied before."""
    async with opened(url):
        with account_scope(await ensure_account("wx0000000000000001")):
            await sql().run("DELETE FROM touchpoint")
            await cursors.write(NAME, {"until": str(DAY - timedelta(days=1)), "seen": str(NOW)})
            started = monotonic()
            summary = await plan_due(NOW)
            took = monotonic() - started
    return Day(vehicles, due, summary["planned"], summary["looked"], took)


async def compared(fleets: Mapping[int, str], due: int, rounds: int) -> list[Day]:
    """Both fleets in turn, so that what else the machine does falls on both; the best of each."""
    for vehicles, url in fleets.items():
        await made(url, vehicles, due)
    found = [[await planned(url, n, due) for n, url in fleets.items()] for _ in range(rounds)]
    return [min(days, key=lambda day: day.seconds) for days in zip(*found, strict=True)]


async def alone(url: str, vehicles: int, due: int) -> Day:
    await made(url, vehicles, due)
    return await planned(url, vehicles, due)


def say(day: Day) -> None:
    click.echo(
        f"{day.vehicles:>9} cars, {day.due:>7} due: {day.planned} planned of {day.looked} looked at"
        f" in {day.seconds:.2f} s ({day.planned / day.seconds:.0f}/s), highest memory {peak()} MiB,"
        f" load {os.getloadavg()[0]:.1f}"
    )


def peak() -> int:
    """MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@click.command()
@click.option("--vehicles", default=1_000_000)
@click.option("--due", default=100_000, help="Of the last measurement.")
@click.option("--few", default=2_000, help="Due on the day of the two fleets.")
@click.option("--rounds", default=7, help="How often each of the two fleets is planned.")
def main(vehicles: int, due: int, few: int, rounds: int) -> None:
    use_keys("0" * 32)
    with postgres_server(durable=True) as server:
        databases = Databases(server)
        with databases.fresh() as one, databases.fresh() as other:
            fleets = {vehicles // 2: one, vehicles: other}
            half, whole = asyncio.run(compared(fleets, few, rounds))
        say(half)
        say(whole)
        with databases.fresh() as url:
            say(asyncio.run(alone(url, max(vehicles, due), due)))
    click.echo(f"twice the cars, the same due: {whole.seconds / half.seconds:.2f} times")


if __name__ == "__main__":
    main()
