"""Commands in somebody's name: what they may not do on a page they may not do here."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from bot.cli.inside import in_account
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.identifiers import read_phone
from bot.settings import load
from storage.queries.staff.colleagues import Staff, by_login

T = TypeVar("T")

as_staff: Callable[[Any], Any] = click.option(
    "--as", "login", required=True, metavar="LOGIN", help="Who does it: a colleague's log-in."
)


def mobile(_context: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Of an option that takes a mobile number: its 11 digits, however they were written."""
    reading = read_phone(value) if value else None
    if value and (reading is None or not reading.certain):
        raise click.BadParameter("不是11位的手机号")
    return reading.value if reading else value


async def colleague(login: str, *, left: bool = False) -> Staff:
    """Who works here and logs in so; `left`: or did once."""
    found = await by_login(login, left=left)
    if found is None:
        raise StaffError(
            f"没有登录名为 {login} 的在职员工。",
            "请看 cheyu staff list，或用 staff add … --login 设置。",
        )
    return found


def acting(login: str, deed: Callable[[Staff, datetime], Awaitable[T | None]]) -> T:
    """What `deed` gives; where it finds nothing that its doer may see, a StaffError says so."""

    async def inside() -> T:
        async with in_account(load()):
            done = await deed(await colleague(login), clock.now())
            if done is None:
                raise StaffError("没有找到。", "请核对编号，或确认您能看到它。")
            return done

    return asyncio.run(inside())
