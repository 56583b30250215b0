"""`cheyu serve` and `cheyu tick`: production."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from bot.app import Parts, assembled, logs, web_app
from bot.app.book import StoredBook
from bot.cli.inside import newest_schema, settle_memory
from bot.cli.running import listening, until_stopped
from bot.clock import clock
from bot.jobs.scheduler import Jobs
from bot.settings import Settings, load


@click.command()
@click.option("--role", type=click.Choice(["all", "web", "worker"]), default="all",
              help="All in one process, or only the web or the worker part of it.")  # fmt: skip
def serve(role: str) -> None:
    """Production: web, scheduler and dispatcher in one process."""
    settings = load()
    logs.set_up(settings.log_level, settings.log_format, for_good=True)
    asyncio.run(_serve(settings, role))


async def _serve(settings: Settings, role: str) -> None:
    await newest_schema(settings)
    async with assembled(settings) as parts:
        settle_memory()
        if role == "worker":
            async with _working(parts):
                click.echo("cheyu: worker ready")
                await until_stopped()
            return
        # A server that cannot listen does no work either.
        async with (
            listening(web_app(parts), settings.host, settings.port, "CHEYU_PORT"),
            _working(parts) if role == "all" else nullcontext(),
        ):
            click.echo(f"cheyu: ready on http://{settings.host}:{settings.port}")
            await until_stopped()


@asynccontextmanager
async def _working(parts: Parts) -> AsyncIterator[None]:
    """The scheduled jobs run inside; what is under way at the end is waited for."""
    jobs = Jobs(parts.chores.table(), StoredBook(parts.account))
    jobs.start()
    try:
        yield
    finally:
        await jobs.stop()


def _moment(_context: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("请写时刻，例如2027-02-06T10:00") from None
    if not 2000 <= moment.year < 2100:
        raise click.BadParameter("请写2000年到2099年的时刻")
    return moment


@click.command()
@click.option("--at", callback=_moment, metavar="MOMENT",
              help="The moment to do it for, in CHEYU_TIMEZONE unless it names an offset.")  # fmt: skip
def tick(at: datetime | None) -> None:
    """Do once all that the scheduler would do now, or at a moment, and print a JSON summary."""
    settings = load()
    logs.set_up("WARNING", settings.log_format)
    if at is not None:
        clock.stop(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.timezone)))
    click.echo(json.dumps(asyncio.run(_tick(settings)), ensure_ascii=False))


async def _tick(settings: Settings) -> dict[str, object]:
    await newest_schema(settings)
    async with assembled(settings) as parts:
        now = clock.now()
        done = await parts.chores.everything(now)
        return {"at": now.isoformat(), **done}
