"""`cheyu qrcode add|list`: the codes that people follow by."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
import segno
from rich.console import Console
from rich.table import Table

from bot.app import Parts, assembled
from bot.cli.doctor import refusal
from bot.cli.inside import in_account, newest_schema
from bot.clock import clock
from bot.errors import WeChatError
from bot.settings import load
from storage.queries import scenes
from storage.queries.scenes import Scene, Subject
from storage.scope import account_scope


@click.group()
def qrcode() -> None:
    """QR codes of stores, consultants and events."""


@qrcode.command("add")
@click.option("--store", "store_code", metavar="CODE", help="The code of this store; beside "
              "another option it says whose consultant or event.")  # fmt: skip
@click.option("--consultant", metavar="NAME", help="The code of this member of staff.")
@click.option("--event", metavar="NAME", help="The code of an event, such as 秋季试驾会.")
@click.option("--format", "kind", type=click.Choice(["svg", "png"]), default="svg",
              show_default=True, help="Lines for print, or dots.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path),
              default=Path("var/qrcodes"), show_default=True, help="Where to put the picture.")  # fmt: skip
def add(
    store_code: str | None, consultant: str | None, event: str | None, kind: str, out: Path
) -> None:
    """Make a permanent code and its picture, named on the last line; again: the same code."""
    if (consultant and event) or not (store_code or consultant or event):
        raise click.UsageError("请写--store、--consultant、--event中的一个")
    settings = load()

    async def work() -> Path:
        await newest_schema(settings)
        async with assembled(settings) as parts:
            with account_scope(parts.account):
                subject = await _subject(store_code, consultant, event)
                try:
                    code = await code_of(parts, subject)
                except WeChatError as error:
                    raise refusal(settings, error) from error
                return picture(code, out, kind)

    click.echo(asyncio.run(work()))


async def _subject(store_code: str | None, consultant: str | None, event: str | None) -> Subject:
    if consultant:
        return await scenes.consultant_subject(consultant, store_code)
    if event:
        return await scenes.event_subject(event, store_code)
    return await scenes.store_subject(store_code or "")


async def code_of(parts: Parts, subject: Subject) -> Scene:
    """The permanent code: asked of the platform once (an account has 100,000), then remembered."""
    kept = await scenes.find(subject.scene)
    if kept is not None and kept.url:
        return kept
    made = await parts.client.qrcode_create(subject.scene)
    return await scenes.keep(subject, made.url, made.ticket, clock.now())


def picture(code: Scene, folder: Path, kind: str) -> Path:
    """The code as a picture in `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{code.scene}.{kind}"
    segno.make(code.url, error="m").save(str(path), kind=kind, scale=10)
    return path


@qrcode.command("list")
def list_codes() -> None:
    """Show the codes and how many people first came by each."""
    settings = load()

    async def work() -> Sequence[tuple[Scene, int]]:
        async with in_account(settings):
            return await scenes.every()

    table = Table(title="二维码")
    for title in ("场景", "类别", "名称", "首次关注人数"):
        table.add_column(title)
    for code, people in asyncio.run(work()):
        table.add_row(code.scene, code.kind, code.name, str(people))
    Console().print(table)
