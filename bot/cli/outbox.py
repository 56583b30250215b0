"""`cheyu outbox audit|list|show`: what was sent, what waits and why, and whether it adds up."""

import asyncio
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.cli.kinds import LISTED
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.channels import NAMES
from bot.rules.consent import BY_CODE
from bot.rules.explaining import MESSAGES, number_of
from bot.settings import load
from storage.queries.outbox import budgets as outbox_budgets
from storage.queries.outbox import ledger as outbox_ledger
from storage.queries.outbox.budgets import Budget
from storage.queries.outbox.ledger import STATES, Audit, Line

PURPOSES = {"service": "服务通知"} | {code: one.name for code, one in BY_CODE.items()}
CHANNELS = ("service", "template", "once", "mass")


@click.group()
def outbox() -> None:
    """What goes out to customers."""


@outbox.command()
def audit() -> None:
    """Count every message and look for what must not be; exit code 1 if there is any."""
    settings, now = load(), clock.now()

    async def work() -> tuple[Audit, list[Budget]]:
        async with in_account(settings):
            return await outbox_ledger.audit(now), list((await outbox_budgets.every()).values())

    found, budgets = asyncio.run(work())
    _counts(found)
    zone = ZoneInfo(settings.timezone)
    for budget in budgets:
        click.echo(_budget(budget, now, zone))
    click.echo(f"共{found.total}条，每条一个状态；未结束{found.open}条。")
    for problem in found.problems:
        ids = "、".join(map(str, problem.ids))
        click.echo(f"✗ {problem.what}：{problem.count}条（{ids}）")
    if found.problems:
        sys.exit(1)
    click.echo("✓ 没有重复，没有丢失。")


def _counts(found: Audit) -> None:
    table = Table()
    table.add_column("渠道")
    states = [state for state in STATES if any(of == state for _, of in found.counts)]
    for state in states:
        table.add_column(MESSAGES.get(state, state), justify="right")
    for channel in sorted({channel for channel, _ in found.counts}):
        row = [str(found.counts.get((channel, state), 0)) for state in states]
        table.add_row(NAMES.get(channel, channel), *row)
    Console().print(table)


def _budget(one: Budget, now: datetime, zone: ZoneInfo) -> str:
    said = f"{one.api}：今天已用{one.day_used}"
    if one.day_limit is not None:
        said += f"/{one.day_limit}"
    if one.paused(now):
        said += f"，暂停到{_said(one.paused_until, zone)}（{one.why}）"
    return said


@outbox.command("list")
@click.option("--state", type=click.Choice(STATES), default=None)
@click.option("--channel", type=click.Choice(CHANNELS), default=None)
@click.option("--before", type=LISTED, default=None, help="Older than the message of this number.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_messages(state: str | None, channel: str | None, before: int | None, limit: int) -> None:
    """Show messages, the newest first."""
    settings = load()

    async def work() -> list[Line]:
        async with in_account(settings):
            return list(
                await outbox_ledger.page(
                    channel=channel or "", state=state or "", before=before, limit=limit
                )
            )

    table, zone = Table(), ZoneInfo(settings.timezone)
    for title in ("编号", "渠道", "状态", "发送时间", "次数", "原因"):
        table.add_column(title)
    for one in asyncio.run(work()):
        due = _said(one.due_at, zone)
        channel, stands = NAMES.get(one.channel, one.channel), MESSAGES.get(one.state, one.state)
        table.add_row(f"M{one.id}", channel, stands, due, str(one.attempts), one.why)
    Console().print(table)


@outbox.command()
@click.argument("number", type=LISTED)
def show(number: int) -> None:
    """Show one message with all that is known of it."""
    settings = load()

    async def work() -> tuple[Line, str] | None:
        async with in_account(settings):
            return await outbox_ledger.show(number)

    found = asyncio.run(work())
    if found is None:
        raise StaffError(f"没有消息M{number}。", "用 cheyu outbox list 查看。")
    (one, body), zone = found, ZoneInfo(settings.timezone)
    for name, value in (
        ("编号", f"M{one.id}"), ("渠道", NAMES.get(one.channel, one.channel)),
        ("状态", MESSAGES.get(one.state, one.state)), ("原因", one.why),
        ("目的", PURPOSES.get(one.purpose, one.purpose)), ("openid", one.openid),
        ("次数", one.attempts), ("发送时间", _said(one.due_at, zone)),
        ("最晚", _said(one.until, zone)), ("生成", _said(one.created_at, zone)),
        ("更新", _said(one.changed_at, zone)), ("存疑起于", _said(one.doubt_at, zone)),
        ("微信编号", one.msgid), ("群发", one.mass_id), ("内容", body),
        ("跟踪点", number_of(one.touchpoint_id) if one.touchpoint_id else None),
    ):  # fmt: skip
        if value not in ("", None):
            click.echo(f"{name}：{value}")


def _said(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else ""
