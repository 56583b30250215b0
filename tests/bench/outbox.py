"""`python -m tests.bench.outbox [--messages 5000] [--rate 700]`: sends a second through the outbox.

One dispatching process on a core of its own; PostgreSQL (with the ordinary promises of a commit) and
a far side that answers after 50 ms share the other. The rate is what the far side saw come in.
"""

import asyncio
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import aiohttp
import click
import structlog

from bot.clock import clock, monotonic
from bot.outbox.dispatch import AT_ONCE, Dispatcher
from bot.wechat.client import Client
from bot.wechat.token import MemoryTokens, Tokens
from storage.db import dumps, opened, sql, transaction
from storage.migrate import migrate
from storage.queries.stores.shops import ensure_account
from storage.scope import account_id, account_scope
from storage.secrets import seal, use_keys
from tests.bench.machine import Cores, free_port, running, share_out
from tests.databases import Databases, postgres_server

FIELDS = {"car_number1": "京A12345", "thing2": "奥迪Q5L", "thing3": "首次保养"}
AIM = 500.0


async def filled(messages: int) -> None:
    """So many people with a template message each, due now."""
    now = clock.now() - timedelta(minutes=1)
    body = seal("message.body", dumps({"template": "TPL1", "data": FIELDS, "url": ""}))
    async with transaction() as db:
        last = await db.one("SELECT COALESCE(max(id), 0) AS n FROM wechat_user")
        await db.many(
            "INSERT INTO wechat_user (account_id, openid, created_at) VALUES (?, ?, ?)",
            [(account_id(), f"o{last['n'] + number}", now) for number in range(messages)],
        )
        rows = await db.rows("SELECT id FROM wechat_user WHERE id > ? ORDER BY id", last["n"])
        await db.many(
            "INSERT INTO message (account_id, wechat_user_id, idem, channel, body, due_at,"
            " created_at, changed_at) VALUES (?, ?, ?, 'template', ?, ?, ?, ?)",
            [(account_id(), row["id"], f"b{row['id']}", body, now, now, now) for row in rows],
        )


async def measured(url: str, far: str, messages: int, rate: float, at_once: int) -> bool:
    """Send them all; whether the aims were met."""
    async with opened(url), aiohttp.ClientSession() as http:
        with account_scope(await ensure_account("wx0000000000000001")):
            await filled(messages)
            tokens = Tokens(
                http, MemoryTokens(), app_id="wx1", app_secret="s", base_url=far, timeout=30
            )
            dispatcher = Dispatcher(Client(http, tokens, far, 30), at_once=at_once, rate=rate)
            await asyncio.gather(http.get(f"{far}/told"), tokens.get())
            began, worked = monotonic(), time.process_time()
            summary = await dispatcher.dispatch_due(clock.now())
            seconds, worked = monotonic() - began, time.process_time() - worked
            async with http.get(f"{far}/told") as answer:
                told = await answer.json()
            left = await sql().one("SELECT count(*) AS n FROM message WHERE state <> 'accepted'")
    reached = told["came"] / seconds
    click.echo(
        f"{summary.accepted} accepted in {seconds:.1f} s: {reached:.0f} sends a second; the busiest"
        f" second had {told['busiest']} of at most {rate:.0f}; {told['came']} calls to"
        f" {told['people']} people, {left['n']} left; {1000 * worked / messages:.2f} ms of processor"
        " each"
    )
    once = told["came"] == told["people"] == messages and not left["n"]
    return once and told["busiest"] <= rate and (reached >= AIM or rate < AIM)


def mine(cores: Cores) -> None:
    """Everything else was started; this process takes the other core."""
    if cores.server is not None:
        os.sched_setaffinity(0, {cores.server})


@click.command()
@click.option("--messages", default=5000)
@click.option("--rate", default=700.0, help="The most that may leave in a second.")
@click.option("--at-once", default=AT_ONCE)
@click.option("--runs", default=3)
def main(messages: int, rate: float, at_once: int, runs: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    use_keys("0" * 32)
    cores = share_out()
    with tempfile.TemporaryDirectory() as home, postgres_server(durable=True) as server:
        port = free_port()
        command = ["-m", "tests.bench.far", str(port), "50"]
        # the far side belongs to the rest: only this process is measured
        beside = Cores(cores.rest, cores.rest, cores.busy)
        with (
            running(beside, Path(home), command, {}, port, "/told"),
            Databases(server).fresh() as url,
        ):
            asyncio.run(migrate(url))
            mine(cores)
            click.echo(cores.told)
            far = f"http://127.0.0.1:{port}"
            met = [asyncio.run(measured(url, far, messages, rate, at_once)) for _ in range(runs)]
    click.echo("aims met" if all(met) else "aims missed")
    sys.exit(0 if any(met) else 1)


if __name__ == "__main__":
    main()
