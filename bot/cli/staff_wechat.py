"""`cheyu staff code` and `unbind`: colleagues and their own WeChat."""

import asyncio
from zoneinfo import ZoneInfo

import click

from bot.cli.acting import colleague
from bot.cli.inside import in_account
from bot.clock import clock
from bot.settings import load
from storage.queries.staff import wechat as staff_wechat
from storage.queries.staff.wechat import Code


@click.command("code")
@click.argument("login")
def staff_code(login: str) -> None:
    """A code with which somebody binds their own WeChat; good once, for ten minutes."""

    async def inside() -> Code:
        async with in_account(load()):
            who = await colleague(login)
            return await staff_wechat.new_code(who.id, clock.now())

    made = asyncio.run(inside())
    until = made.until.astimezone(ZoneInfo(load().timezone))
    click.echo(f"请这位同事在微信里发下面这一行，{until:%H:%M}之前有效，只能用一次：")
    click.echo(f"绑定员工 {made.text}")


@click.command("unbind")
@click.argument("login")
def staff_unbind(login: str) -> None:
    """Their WeChat is only theirs again."""

    async def inside() -> bool:
        async with in_account(load()):
            who = await colleague(login, left=True)
            return await staff_wechat.unbind(who.id, clock.now(), actor="cli")

    click.echo("已解除绑定。" if asyncio.run(inside()) else "本来就没有绑定微信。")
