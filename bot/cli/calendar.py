"""`cheyu calendar add|import|list`: holidays, make-up days and opening hours that differ."""

import asyncio
import csv
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.calendar import unknown_year
from bot.rules.calendar_words import SpecialDay, read_row, special
from bot.settings import Settings, load
from storage.queries.stores.calendar_days import Listed, put_days, special_days
from storage.queries.stores.shops import shop

T = TypeVar("T")
YEAR = timedelta(days=365)


@click.group()
def calendar() -> None:
    """Days that differ from the week: holidays, make-up days, other opening hours."""


@calendar.command("add")
@click.argument("day")
@click.option("--kind", default="", help="放假 (holiday), 调休上班 (make_up) or 工作日 (workday).")
@click.option("--hours", default="", help='"08:30-12:00 13:00-17:30", or 停业 (closed).')
@click.option("--name", default="", help="What the day is called, such as 国庆节.")
@click.option("--store", default="", help="Only this store; all stores if left out.")
def add(day: str, kind: str, hours: str, name: str, store: str) -> None:
    """Say how DAY (2027-02-06) differs; said again, the last one holds."""
    try:
        said = special(day, kind, hours, name=name, store=store)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from None
    _run(lambda: _put([said], "staff"))
    click.echo(f"{said.day}: {' '.join(filter(None, (said.kind_name, said.hours_said, name)))}")


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_days(file: Path) -> None:
    """Read the days of FILE (.csv with 日期, 类型, 名称, 营业时间, 门店): all of them or none."""
    days = _read(file)
    _run(lambda: _put(days, f"import:{file.name}"))
    years = "、".join(sorted({f"{one.day.year}" for one in days}))
    click.echo(f"{years}年的{len(days)}天已写入日历。")


def _read(file: Path) -> list[SpecialDay]:
    """The file's days. Raises StaffError with every line that is wrong."""
    days, wrong = [], []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for number, cells in enumerate(csv.DictReader(lines, restval=""), start=2):
                try:
                    days.append(read_row({k: v for k, v in cells.items() if k}))
                except ValueError as error:
                    wrong.append(f"第{number}行：{error}")
    except (UnicodeDecodeError, csv.Error):
        raise StaffError(f"{file}不是UTF-8的CSV文件。", "请另存为CSV UTF-8。") from None
    if wrong or not days:
        told = "\n".join(wrong[:20]) or "没有任何一行"
        raise StaffError(f"一行也没有导入。\n{told}", "请改好这些行再导入。")
    return days


@calendar.command("list")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Today if left out.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="A year on if left out.")
@click.option("--store", help="The days of this store, with those of all stores.")
def list_days(first: datetime | None, last: datetime | None, store: str | None) -> None:
    """Days that differ, and the years whose holidays nobody has announced yet."""
    begin = first.date() if first else clock.now().astimezone(ZoneInfo(load().timezone)).date()
    end = last.date() if last else begin + YEAR

    async def work() -> tuple[list[Listed], int | None]:
        if store:
            await _known([store])
        calendars = [one.calendar for one in (await shop()).stores]
        return await special_days(begin, end, store), unknown_year(calendars, begin, end)

    rows, unknown = _run(work)
    if rows:
        Console().print(_table(rows))
    else:
        click.echo(f"{begin}至{end}没有录入过日子。")
    if unknown:
        click.echo(f"{unknown}年的法定节假日还没有公布，暂按星期推算。")


def _table(rows: Sequence[Listed]) -> Table:
    table = Table(title=f"日历（{len(rows)}天）")
    for title in ("日期", "门店", "类型", "营业时间", "名称", "来源"):
        table.add_column(title, no_wrap=True)
    for row in rows:
        one = row.day
        table.add_row(
            f"{one.day}", one.store or "全部", one.kind_name, one.hours_said, one.name, row.source
        )
    return table


async def _put(days: Sequence[SpecialDay], source: str) -> None:
    await _known(sorted({one.store for one in days if one.store}))
    await put_days(days, source)


async def _known(codes: Sequence[str]) -> None:
    stores = await shop()
    for code in codes:
        if stores.by_code(code) is None:
            raise StaffError(f"没有代码为{code}的门店。", "用 cheyu store add 添加。")


def _run(work: Callable[[], Awaitable[T]]) -> T:
    settings: Settings = load()

    async def inside() -> T:
        async with in_account(settings):
            return await work()

    return asyncio.run(inside())
