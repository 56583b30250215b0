"""`cheyu webhook list|dead|resend|drop`: where events go, and those that did not get there."""

import asyncio
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.clock import clock
from bot.errors import StaffError
from bot.settings import load
from storage.queries import webhooks
from storage.queries.webhooks import Delivery, Webhook

ACTOR = "cli"
PAGE = 200


@click.group()
def webhook() -> None:
    """Where events go, and those that did not get there."""


@webhook.command("list")
def list_webhooks() -> None:
    """Show the addresses that are told, and of what."""
    settings = load()

    async def work() -> list[Webhook]:
        async with in_account(settings):
            found = await webhooks.page(0, PAGE)
            while len(found) % PAGE == 0 and (more := await webhooks.page(_last(found), PAGE)):
                found += more
            return found

    table = _table("编号", "地址", "事件")
    for hook in asyncio.run(work()):
        table.add_row(str(hook.id), hook.url, ", ".join(hook.events))
    Console().print(table)


def _last(found: list[Webhook]) -> int:
    return found[-1].id if found else 0


@webhook.command("dead")
def list_dead() -> None:
    """Show the events that were given up, the newest first."""
    settings = load()
    zone = ZoneInfo(settings.timezone)

    async def work() -> list[Delivery]:
        async with in_account(settings):
            return await webhooks.deliveries("dead", None, PAGE)

    table = _table("编号", "事件", "地址", "次数", "最后答复", "发生时间")
    found = asyncio.run(work())
    for one in found:
        happened = f"{one.created_at.astimezone(zone):%Y-%m-%d %H:%M}"
        facts = (one.event, one.url, str(one.attempts), one.last_error, happened)
        table.add_row(str(one.id), *facts)
    Console().print(table)
    if len(found) == PAGE:
        click.echo(f"可能还有更多，这里只列最近{PAGE}个。")


def _table(*titles: str) -> Table:
    table = Table()
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


@webhook.command("resend")
@click.argument("ids", nargs=-1, required=True, type=click.IntRange(1, 2**62), metavar="ID ...")
def resend(ids: tuple[int, ...]) -> None:
    """Send events again, from the first try on."""
    again = _each(ids, lambda one: webhooks.resend(one, clock.now()))
    click.echo(f"{len(ids)}个中有{again}个重新排队。")
    _all(again, ids, "不存在，或正在推送")


@webhook.command("drop")
@click.argument("ids", nargs=-1, required=True, type=click.IntRange(1, 2**62), metavar="ID ...")
def drop(ids: tuple[int, ...]) -> None:
    """Give dead events up for good."""
    gone = _each(ids, lambda one: webhooks.drop(one, ACTOR, clock.now()))
    click.echo(f"{len(ids)}个中有{gone}个已放弃。")
    _all(gone, ids, "不在放弃推送的列表里")


def _each(ids: tuple[int, ...], deed: Callable[[int], Awaitable[bool]]) -> int:
    settings = load()

    async def work() -> int:
        async with in_account(settings):
            return sum([await deed(one) for one in ids])

    return asyncio.run(work())


def _all(done: int, ids: tuple[int, ...], why: str) -> None:
    if done < len(ids):
        which = "这个事件" if len(ids) == 1 else f"其中{len(ids) - done}个"
        raise StaffError(f"{which}{why}。", "请看 cheyu webhook dead。")
