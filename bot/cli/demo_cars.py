"""`cheyu store demo-car`: the cars that customers drive to try them."""

import asyncio

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.errors import StaffError
from bot.rules.calendar import Shifts, parse_shifts
from bot.rules.calendar_words import read_hours
from bot.rules.drives import DemoCar
from bot.settings import load
from storage.queries.leads import drives
from storage.queries.stores.shops import shop


def _shifts(_context: click.Context, _param: click.Parameter, value: str) -> Shifts:
    """ "10:00-12:00 13:00-17:00"."""
    try:
        return parse_shifts(read_hours(value) or ()) if value else ()
    except ValueError:
        raise click.BadParameter(f"{value}不是时间段，例如10:00-17:00") from None


async def _as_it_is(store_id: int, name: str) -> tuple[str, Shifts]:
    """What is taken off the road need not be described again."""
    for car in await drives.demo_cars(store_id):
        if car.name == name:
            return car.model, car.shifts
    raise StaffError(f"没有在用的试驾车{name[:32]}。", "请核对名称。")


@click.command("demo-car")
@click.argument("code")
@click.argument("name", required=False)
@click.option("--model", default="", help="What customers call it, such as 汉EV.")
@click.option("--hours", callback=_shifts, default="", help="When it can be driven: 10:00-17:00.")
@click.option("--off", is_flag=True, help="It is not driven any more; promised drives stay.")
def demo_car(code: str, name: str | None, model: str, hours: Shifts, *, off: bool) -> None:
    """Enter a demo car of the store CODE, or change it; without a NAME, those there are."""
    if name is not None and not ((off or model.strip()) and 0 < len(name.strip()) <= 32):
        raise click.UsageError("试驾车要有NAME（1到32个字）和--model")
    if name is None and (model or hours or off):
        raise click.UsageError("请写明哪辆车：cheyu store demo-car CODE NAME --model MODEL")

    async def work() -> list[DemoCar]:
        async with in_account(load()):
            store = (await shop()).by_code(code)
            if store is None:
                raise StaffError(f"没有门店{code[:32]}。", "用cheyu store add添加。")
            if name is not None:
                wanted = model.strip()[:48], hours
                if off:
                    wanted = await _as_it_is(store.id, name.strip())
                await drives.put_car(code, name.strip(), *wanted, active=not off)
            return await drives.demo_cars(store.id)

    table = Table(title="试驾车")
    for column in ("名称", "车型", "可试驾时间"):
        table.add_column(column, overflow="fold")
    for car in asyncio.run(work()):
        shifts = " ".join(f"{opens:%H:%M}-{shuts:%H:%M}" for opens, shuts in car.shifts)
        table.add_row(car.name, car.model, shifts or "营业时间")
    Console().print(table)
