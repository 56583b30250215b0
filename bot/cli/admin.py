"""`cheyu migrate`, `store add`, `bookings`, `menu push`."""

import asyncio
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.app import assembled, logs
from bot.cli.care import care
from bot.cli.demo_cars import demo_car
from bot.cli.doctor import refusal
from bot.cli.inside import in_account, newest_schema
from bot.clock import clock
from bot.errors import StaffError, WeChatError
from bot.rules.identifiers import mask_phone
from bot.settings import load
from handlers import MENU
from storage.migrate import migrate as run_migrations
from storage.queries.bookings.booked import DayRow, on_day
from storage.queries.stores.equip import add_store
from storage.queries.stores.shops import shop
from storage.secrets import use_keys

_STATES = {
    "held": "选择中", "booked": "已预约", "arrived": "已到店", "done": "已完成",
    "cancelled": "已取消", "no_show": "未到店",
}  # fmt: skip


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    settings = load()
    use_keys(settings.secret_key.get_secret_value())  # what is sealed may have to be hashed
    done = asyncio.run(run_migrations(settings.database_url))
    click.echo("已升级：" + "、".join(done) if done else "数据库已经是最新结构。")


@click.group()
def store() -> None:
    """Stores."""


def _code(_context: click.Context, _param: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", value):
        raise click.BadParameter("门店代码只能用字母、数字、-和_，最多32个：要放进二维码")
    return value


@store.command("add")
@click.argument("code", callback=_code)
@click.option("--name", help="What customers read, such as 朝阳店.")
@click.option("--bays", type=click.IntRange(1, 50), help="Workshop bays (3 for a new store).")
@click.option("--address", help="Where it is.")
@click.option("--phone", help="Whom customers call.")
def store_add(
    code: str, name: str | None, bays: int | None, address: str | None, phone: str | None
) -> None:
    """Add a store ready to be booked; run again it changes what is named."""
    settings = load()

    async def work() -> None:
        async with in_account(settings):
            zone = None if (await shop()).by_code(code) else settings.timezone
            await add_store(code, name=name, bays=bays, timezone=zone, address=address, phone=phone)

    asyncio.run(work())
    click.echo(f"门店{code}可以预约了。")


store.add_command(care)
store.add_command(demo_car)


@click.command()
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today if left out.")
@click.option("--store", "store_code", help="Only this store.")
def bookings(on: datetime | None, store_code: str | None) -> None:
    """The bookings of a day, as the desk needs them."""
    settings = load()
    day = on.date() if on else clock.now().astimezone(ZoneInfo(settings.timezone)).date()

    async def work() -> list[DayRow]:
        async with in_account(settings):
            if store_code and (await shop()).by_code(store_code) is None:
                raise StaffError(f"没有门店{store_code}。", "用 cheyu store add 添加。")
            return await on_day(day, store_code)

    rows = asyncio.run(work())
    if not rows:
        click.echo(f"{day} 没有预约。")
        return
    Console().print(_table(day, rows))


def _table(day: date, rows: list[DayRow]) -> Table:
    table = Table(title=f"{day} 预约（{len(rows)}）")
    for title in (
        "时间",
        "预约号",
        "门店",
        "项目",
        "车牌",
        "车型",
        "客户",
        "电话",
        "工位",
        "技师",
        "状态",
    ):
        table.add_column(title, no_wrap=True)
    for row in rows:
        one = row.booking
        table.add_row(
            row.time, one.number, one.store_name, one.service_name, one.plate, one.car,
            one.customer_name, mask_phone(one.phone), row.bay, row.technician,
            _STATES.get(one.state, one.state),
        )  # fmt: skip  # in the order of the columns
    return table


@click.group()
def menu() -> None:
    """The account's custom menu."""


@menu.command("push")
def menu_push() -> None:
    """Publish the custom menu."""
    settings = load()
    logs.set_up("ERROR", settings.log_format)

    async def work() -> None:
        await newest_schema(settings)
        async with assembled(settings) as parts:
            try:
                await parts.client.menu_create({"button": MENU})
            except WeChatError as error:
                raise refusal(settings, error) from error

    asyncio.run(work())
    click.echo("菜单已发布，客户的手机24小时内显示。")
