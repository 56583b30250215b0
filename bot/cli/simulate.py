"""`cheyu simulate`: a year of a dealership against the local WeChat, with moved time."""

import asyncio
import json
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import click
from aiohttp import web
from rich.progress import Progress

from bot.app import Parts, assembled, logs, web_app
from bot.cli import inside, year_report
from bot.cli.chosen_templates import choose_templates
from bot.cli.year_crowd import make_crowd
from bot.cli.year_faults import Faulty
from bot.cli.year_life import Life
from bot.cli.year_watch import Watch
from bot.clock import clock, monotonic
from bot.sandbox.account import Account
from bot.sandbox.api import make_app
from bot.sandbox.world import World
from bot.settings import Settings, load
from storage.migrate import migrate
from storage.queries.stores.equip import add_store
from storage.scope import account_scope

START = date(2026, 1, 1)
"""The newest year whose days off and make-up workdays are known to the installed calendar."""
HOURS = (
    time(0, 10), time(8, 30), time(9), time(10), time(11), time(12, 30), time(14), time(15),
    time(16), time(17), time(18, 30), time(19, 50), time(21),
)  # fmt: skip
TALKING = (time(10), time(17))
"""People answer between these hours, so that nobody's open question is nudged at night."""
BAYS = 14


@click.command()
@click.option("--customers", type=click.IntRange(1, 200_000), default=2_000, show_default=True)
@click.option("--days", type=click.IntRange(1, 730), default=365, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another year.")
@click.option("--no-faults", is_flag=True, help="A platform that never fails.")
@click.option("--report", type=click.Path(path_type=Path), help="Write the report as JSON too.")
def simulate(customers: int, days: int, seed: int, no_faults: bool, report: Path | None) -> None:
    """Let a year of a dealership pass, and count what its customers were sent and why."""
    if report and not report.absolute().parent.is_dir():  # not after the whole year
        raise click.FileError(str(report), "No such file or directory")
    began = monotonic()
    logs.set_up("ERROR", "console")
    dice = Random(seed)  # noqa: S311 - a story, not a secret
    inside.settle_memory()
    with tempfile.TemporaryDirectory(prefix="cheyu-year-") as room:
        done = asyncio.run(_year(Path(room), customers, days, dice, not no_faults))
    done["customers"], done["days"], done["seed"] = customers, days, seed
    done["seconds"] = round(monotonic() - began, 1)
    year_report.show(done)
    click.echo(f"{customers:,}位客户，{days}天，用时{done['seconds']:,}秒")
    if report:
        report.write_text(json.dumps(done, ensure_ascii=False, indent=1), encoding="utf-8")
    if any(done["verdict"].values()):
        raise SystemExit(1)


async def _year(
    room: Path, customers: int, days: int, dice: Random, faults: bool
) -> year_report.Report:
    zone = ZoneInfo("Asia/Shanghai")
    clock.stop(at=datetime.combine(START, time(0, 5), zone).astimezone(UTC))
    async with _dealership(room) as (parts, world):
        watch = Watch(zone)
        life = Life(world, make_crowd(customers, START, dice), zone, dice)
        world.ledger.listeners += [watch.look, life.saw]
        life.told = watch.wrote
        faulty = Faulty(world, dice) if faults else None
        await choose_templates(world, parts.client, clock.now())
        await life.before(START, clock.now())
        with Progress() as progress:
            bar = progress.add_task(f"{customers:,} customers", total=days)
            for day in (START + timedelta(days=n) for n in range(days)):
                await _day(parts, world, life, day, zone, faulty)
                progress.advance(bar)
        return await year_report.measured(world, life, watch, clock.now())


async def _day(
    parts: Parts, world: World, life: Life, day: date, zone: ZoneInfo, faulty: Faulty | None
) -> None:
    for at in (datetime.combine(day, hour, zone).astimezone(UTC) for hour in HOURS):
        clock.stop(at=at)
        local = at.astimezone(zone).time()
        if local == HOURS[0]:
            await life.morning(day, at)
        if TALKING[0] <= local <= TALKING[1]:
            await life.answers()
        if faulty:
            faulty.strike()
        for moment in _moments(at):
            clock.stop(at=moment)
            summary = await parts.chores.everything(moment)
            await world.afterwards.run()
            if not summary.get("left"):
                break


def _moments(at: datetime) -> Iterator[datetime]:
    """The hour itself, and the minutes after it while the rate holds messages back."""
    return (at + timedelta(minutes=n) for n in range(50))


@asynccontextmanager
async def _dealership(room: Path) -> AsyncIterator[tuple[Parts, World]]:
    """The whole product on a database of its own, and its WeChat, on loopback."""
    async with AsyncExitStack() as stack:
        account = Account("wx" + "5" * 16, "5" * 32, "yeartoken", "y" * 43)
        world = World(account, "http://127.0.0.1:1/wechat", patience=60)
        world.keep, world.afterwards.by_hand = 12, True
        far = await stack.enter_async_context(_served(make_app(world)))
        settings = _settings(account, room, far)
        await migrate(settings.database_url)
        parts = await stack.enter_async_context(assembled(settings))
        near = await stack.enter_async_context(_served(web_app(parts)))
        world.courier.url = f"{near}/wechat"
        world.courier.apart = 0
        await stack.enter_async_context(world)
        stack.enter_context(account_scope(parts.account))
        for code, name in (("main", "城南店"), ("east", "城东店")):
            await add_store(code, name=name, bays=BAYS, address="", phone="010-55500018")
        yield parts, world


def _settings(account: Account, room: Path, far: str) -> Settings:
    return load(
        database_url=f"sqlite://{room / 'year.db'}",
        secret_key=secrets.token_urlsafe(32),
        wechat_app_id=account.app_id,
        wechat_app_secret=account.app_secret,
        wechat_token=account.token,
        wechat_aes_key=account.aes_key,
        wechat_api_url=far,
        send_rate=100_000,  # a year passes in minutes
        log_level="ERROR",
    )


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
