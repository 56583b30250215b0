"""`cheyu apikey add|list|revoke`: the keys of the DMS interface."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.clock import clock
from bot.errors import StaffError
from bot.settings import load
from storage.queries import apikeys
from storage.queries.apikeys import SCOPES, ApiKey


@click.group()
def apikey() -> None:
    """Keys of the DMS interface."""


@apikey.command("add")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES),
              help="What it may do; again for several. Everything if left out.")  # fmt: skip
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print it, alone on the last line. It cannot be shown again."""
    settings = load()
    if not 1 <= len(name.strip()) <= 64:
        raise click.BadParameter("NAME是1到64个字")

    async def work() -> str:
        async with in_account(settings):
            return await apikeys.add(name.strip(), scopes or SCOPES, clock.now())

    key = asyncio.run(work())
    click.echo(f"密钥{name.strip()}可以：{'、'.join(sorted(scopes or SCOPES))}", err=True)
    click.echo(key)


@apikey.command("list")
def list_keys() -> None:
    """Show the keys: what they may do and when they were last used."""
    settings = load()
    zone = ZoneInfo(settings.timezone)

    async def work() -> list[ApiKey]:
        async with in_account(settings):
            return await apikeys.every()

    table = Table()
    for title in ("名称", "开头", "可以", "生成", "上次使用", "停用"):
        table.add_column(title)
    for key in asyncio.run(work()):
        scopes = "全部" if key.scopes == set(SCOPES) else ", ".join(sorted(key.scopes))
        moments = (key.created_at, key.last_used_at, key.revoked_at)
        table.add_row(key.name, f"cheyu_{key.prefix}_", scopes, *(_said(m, zone) for m in moments))
    Console().print(table)


def _said(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""


@apikey.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Close a key for ever, at once."""
    settings = load()

    async def work() -> bool:
        async with in_account(settings):
            return await apikeys.revoke(name, clock.now())

    if not asyncio.run(work()):
        raise StaffError(f"没有名为{name}的密钥。", "请看 cheyu apikey list。")
    click.echo(f"密钥{name}已停用。")
