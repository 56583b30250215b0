"""`python -m tests.bench.look_up [--customers 1000000]`: one phone among very many, on PostgreSQL.

Every customer has one car. What is asked is what the product asks: the sealed file behind a phone,
and whether a phone and a plate belong together.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from random import Random

import asyncpg
import click
from rich.console import Console

from bot.clock import clock, monotonic
from storage.db import opened, sql
from storage.migrate import migrate
from storage.queries import people
from storage.queries.privacy.persons import find_person
from storage.queries.sealed import CAR_NUMBERS, PHONE, car_numbers, customer_phone
from storage.queries.stores.shops import ensure_account
from storage.scope import account_id, account_scope
from storage.secrets import look_ups, marks, unseal, use_keys
from tests.bench.load import percentile
from tests.databases import Databases, postgres_server
from tests.people import APP_ID

SLICE = 20_000
ASKED = 500
AIM = 5.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds a look-up took, the middle one and the slowest but one in a hundred."""

    name: str
    median: float
    p99: float


def phone(n: int) -> str:
    return f"13{n:09d}"


def plate(n: int) -> str:
    return f"京{'ABCDEFGHJK'[n // 100_000 % 10]}{n % 100_000:05d}"


def vin(n: int) -> str:
    return f"LSVAA4182E{n:07d}"


async def filled(url: str, customers: int) -> float:
    """That many customers with a car each, by COPY; the seconds it took."""
    account, now, began = account_id(), clock.now(), monotonic()
    connection = await asyncpg.connect(url)

    async def copy(table: str, columns: str, rows: Iterator[tuple[object, ...]]) -> None:
        names = [name.strip() for name in columns.split(",")]
        await connection.copy_records_to_table(table, records=rows, columns=names)

    try:
        for first in range(1, customers + 1, SLICE):
            some = range(first, min(first + SLICE, customers + 1))
            await copy(
                "customer",
                f"id, account_id, ref, name, {PHONE}, rev, created_at",
                ((n, account, f"C{n}", "王芳", *customer_phone(phone(n)), 0, now) for n in some),
            )
            await copy(
                "vehicle",
                f"id, account_id, customer_id, {CAR_NUMBERS}, brand, model, created_at",
                ((n, account, n, *car_numbers(vin(n), plate(n)), "奥迪", "Q5L", now) for n in some),
            )
        await connection.execute("ANALYZE customer; ANALYZE vehicle")
    finally:
        await connection.close()
    return monotonic() - began


async def by_phone(n: int) -> bool:
    hashes = look_ups("phone", phone(n))
    row = await sql().one(
        "SELECT id, name, phone FROM customer WHERE account_id = ?"  # noqa: S608 - marks only, one for each hash
        f" AND phone_hash IN ({marks(hashes)})",
        *(account_id(), *hashes),
    )
    return unseal("customer.phone", row["phone"]) == phone(n)


async def by_binding(n: int) -> bool:
    match = await people.find_binding(phone(n), plate(n))
    return match is not None and match.customer_id == n


async def by_person(n: int) -> bool:
    who = await find_person(phone(n))
    return who is not None and who.customers == (n,)


async def measured(
    name: str, ask: Callable[[int], Awaitable[bool]], customers: int, asked: int
) -> Measured:
    dice, took = Random(1), list[float]()
    for _ in range(asked + 20):
        n = dice.randint(1, customers)
        began = monotonic()
        right = await ask(n)
        took.append(monotonic() - began)
        assert right, f"{name} {n}"
    took = sorted(took[20:])  # the first ones open connections and prepare statements
    return Measured(name, percentile(took, 0.5), percentile(took, 0.99))


async def run(url: str, customers: int, asked: int = ASKED) -> tuple[float, list[Measured]]:
    """On the empty database at `url`, while two keys are in force."""
    await migrate(url)
    use_keys("a key for one measurement,an older key for one measurement")
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            took = await filled(url, customers)
            return took, [
                await measured("phone → file", by_phone, customers, asked),
                await measured("phone + plate → binding", by_binding, customers, asked),
                await measured("phone → person", by_person, customers, asked),
            ]


@click.command()
@click.option("--customers", default=1_000_000, show_default=True)
def main(customers: int) -> None:
    """Fails where the middle look-up is slower than the aim."""
    with postgres_server(durable=True) as server, Databases(server).fresh() as url:
        took, found = asyncio.run(run(url, customers))
    console = Console()
    console.print(f"{customers:,} customers with a car each, sealed and copied in {took:.0f} s")
    for one in found:
        console.print(f"{one.name}: {one.median:.2f} ms, p99 {one.p99:.2f} ms")
    if any(one.median > AIM for one in found):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
