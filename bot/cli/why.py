"""`cheyu why`: why somebody gets a message, or does not."""

import asyncio

import click

from bot.cli.inside import in_account
from bot.errors import StaffError
from bot.outbox.why import explained
from bot.settings import load


@click.command()
@click.argument("number")
def why(number: str) -> None:
    """Why a customer gets a message, or does not, in sentences.

    NUMBER: of a message (M12, or 12), or of a contact that is owed (P34).
    """

    async def work() -> list[str]:
        async with in_account(load()):
            return await explained(number)

    try:
        lines = asyncio.run(work())
    except ValueError:
        raise StaffError("没有这个编号。", "消息写M12，跟踪点写P34。") from None
    click.echo("\n".join(lines))
