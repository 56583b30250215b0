"""`cheyu jobs`: what the scheduler did last."""

import asyncio
import json
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.clock import clock
from bot.settings import load
from storage.queries.jobs import JobState, states


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def jobs(as_json: bool) -> None:
    """Each job's last run: when, how long, what came of it."""
    settings = load()

    async def work() -> list[JobState]:
        async with in_account(settings):
            return list(await states(clock.now()))

    found, zone = asyncio.run(work()), ZoneInfo(settings.timezone)
    if as_json:
        for job in found:
            click.echo(json.dumps(_fields(job), ensure_ascii=False))
    elif found:
        Console().print(_table(found, zone))
    else:
        click.echo("还没有运行过任何定时任务：由 cheyu serve 运行。")


def _fields(job: JobState) -> dict[str, object]:
    return {
        "name": job.name,
        "state": _state(job),
        "started_at": _iso(job.started_at),
        "ended_at": _iso(job.ended_at),
        "milliseconds": job.milliseconds,
        "result": job.result,
        "error": job.error,
        "runs": job.runs,
        "failures": job.failures,
        "holder": job.holder,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _state(job: JobState) -> str:
    if job.running:
        return "running"
    unfinished = job.ended_at is None or (job.started_at and job.ended_at < job.started_at)
    if unfinished:
        return "broken off"
    return "ok" if job.ok else "failed"


_STATES: Final = {"running": "运行中", "broken off": "中断", "ok": "正常", "failed": "失败"}


def _table(found: list[JobState], zone: ZoneInfo) -> Table:
    table = Table(title="定时任务")
    for title in ("任务", "状态", "上次开始", "用时", "次数", "失败", "结果"):
        table.add_column(title, overflow="fold")
    for job in found:
        began = job.started_at.astimezone(zone) if job.started_at else None
        counted = {name: count for name, count in (job.result or {}).items() if count}
        table.add_row(
            job.name,
            _STATES[_state(job)],
            f"{began:%m-%d %H:%M:%S}" if began else "",
            f"{job.milliseconds}毫秒" if job.milliseconds is not None else "",
            str(job.runs),
            str(job.failures),
            job.error or ", ".join(f"{name} {count}" for name, count in counted.items()),
        )
    return table
