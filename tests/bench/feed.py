"""`python -m tests.bench.feed [--rows 100000]`: a nightly feed of cars by NDJSON on PostgreSQL.

The feed goes through the interface as a DMS would send it, in one process with it; new, then the
same again. Memory is the process's highest, seconds are the wall's.
"""

import asyncio
import json
import resource
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import click
from aiohttp import ClientSession, ClientTimeout, web

from bot.api.app import api_app
from bot.api.targets import Targets
from bot.clock import clock, monotonic
from storage.db import opened
from storage.migrate import migrate
from storage.queries import apikeys
from storage.queries.stores import equip
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from storage.secrets import use_keys
from tests.databases import Databases, postgres_server

PROVINCES = "京沪粤苏浙鲁川鄂湘闽"
LETTERS = "ABCDEFGHJK"


def plate(number: int) -> str:
    where = PROVINCES[number // 100_000 % 10] + LETTERS[number // 1_000_000 % 10]
    return f"{where}{number % 100_000:05d}"


def customer(number: int) -> dict[str, object]:
    return {"ref": f"C{number}", "name": f"客户{number}", "phone": f"13{number:09d}"}


def car(number: int, owners: int) -> dict[str, object]:
    return {
        "vin": f"LSVAA4187E{number:07d}",
        "customer_ref": f"C{number % owners}",
        "plate": plate(number),
        "brand": "大众",
        "model": "帕萨特",
        "energy": "ice",
        "store": "main",
        "delivered_on": "2026-09-01",
        "mileage": number % 90_000,
    }


async def lines(rows: Iterator[dict[str, object]]) -> AsyncIterator[bytes]:
    batch = bytearray()
    for row in rows:
        batch += json.dumps(row, ensure_ascii=False).encode() + b"\n"
        if len(batch) > 65536:
            yield bytes(batch)
            batch.clear()
    yield bytes(batch)


async def send(url: str, key: str, rows: Iterator[dict[str, object]]) -> tuple[float, Counter[str]]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    states: Counter[str] = Counter()
    started = monotonic()
    async with (
        ClientSession(timeout=ClientTimeout(total=None), headers=headers) as http,
        http.put(url, data=lines(rows)) as answer,
    ):
        assert answer.status == 200, await answer.text()
        async for line in answer.content:
            states[json.loads(line)["state"]] += 1
    return monotonic() - started, states


async def measure(url: str, rows: int) -> None:
    use_keys("0" * 32)
    await migrate(url)
    async with opened(url):
        with account_scope(await ensure_account("wx0000000000000001")):
            await equip.add_store("main", name="城南店", bays=3)
            key = await apikeys.add("bench", apikeys.SCOPES, clock.now())
        app = web.Application()
        app.add_subapp("/api/v1", api_app(Targets("http://127.0.0.1")))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1"
        owners = max(1, rows // 10)
        people = [customer(n) for n in range(owners)]
        for name, plural, feed in (
            ("customers", "customers", iter(people)),
            ("cars, new", "vehicles", (car(n, owners) for n in range(rows))),
            ("cars, the same", "vehicles", (car(n, owners) for n in range(rows))),
        ):
            seconds, states = await send(f"{base}/{plural}", key, feed)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            what = ", ".join(f"{count} {state}" for state, count in states.items())
            click.echo(f"{name:15} {seconds:6.1f} s  {what}  (highest memory {peak} MiB)")
        await runner.cleanup()


@click.command()
@click.option("--rows", default=100_000)
def main(rows: int) -> None:
    with postgres_server(durable=True) as server, Databases(server).fresh() as url:
        asyncio.run(measure(url, rows))


if __name__ == "__main__":
    main()
