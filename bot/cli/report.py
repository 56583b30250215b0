"""`cheyu report`: what a month came to, how satisfaction went, and what each colleague came to."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

import click
from rich.console import Console
from rich.table import Table

from bot.cli.acting import as_staff, colleague
from bot.cli.inside import in_account
from bot.cli.report_files import write_csv, write_workbook
from bot.cli.report_sheets import (
    Cell,
    Sheet,
    monthly_sheets,
    staff_sheets,
    technicians_sheet,
    trend_sheet,
)
from bot.clock import clock
from bot.settings import load
from storage.queries import audit
from storage.queries.reports import monthly as reports
from storage.queries.reports import staff as report_staff
from storage.queries.reports import technicians as report_technicians
from storage.queries.reports import trend as report_trend
from storage.queries.staff.colleagues import Staff

T = TypeVar("T")
_MONTH: Final = re.compile(r"2[01][0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)


def _month(_context: click.Context, _param: click.Parameter, value: str) -> str:
    if value and not _MONTH.fullmatch(value):
        raise click.BadParameter(f"{value}不是月份，例如2026-12")
    return value


_of_month: Callable[[Any], Any] = click.option(
    "--month", default="", callback=_month, help="Like 2026-12; else the one that is running."
)
_of_store: Callable[[Any], Any] = click.option(
    "--store", "scope", default="", help="Only the store with this code."
)
_months: Callable[[Any], Any] = click.option(
    "--months", type=click.IntRange(1, 60), default=12, show_default=True, help="How many."
)
_to_csv: Callable[[Any], Any] = click.option(
    "--csv", "to", type=click.File("w", encoding="utf-8-sig"),
    help="Write it there as CSV, as spreadsheets read it.",
)  # fmt: skip


def _run(work: Callable[[str, datetime], Awaitable[T]], month: str) -> T:
    """In the installation's account, with the month that is running where none was named."""

    async def inside() -> T:
        async with in_account(load()):
            now = clock.now()
            return await work(month or await reports.this_month(now), now)

    return asyncio.run(inside())


@click.group()
def report() -> None:
    """Figures."""


@report.command("monthly")
@_of_month
@_of_store
@_to_csv
@click.option("--xlsx", "book", type=click.Path(dir_okay=False, path_type=Path),
              help="Write a workbook there, with the trend too.")  # fmt: skip
@click.option("--as", "login", default="", metavar="LOGIN",
              help="In the workbook, each colleague's figures that this one may see.")  # fmt: skip
def report_monthly(
    month: str, scope: str, to: TextIO | None, book: Path | None, login: str
) -> None:
    """Follow-ups, ratings, each question, complaints and their clocks, and each store."""
    if login and book is None:
        raise click.UsageError(
            "--as要和--xlsx一起写；单看员工数字请用cheyu report staff --as LOGIN"
        )

    async def work(month: str, now: datetime) -> list[Sheet]:
        found = monthly_sheets(await reports.monthly(month, now, scope))
        if book is not None:
            found.append(trend_sheet(await report_trend.trend(month, now, scope)))
        if login:
            found.extend(await _staff(month, now, scope, await colleague(login)))
        return found

    sheets = _run(work, month)
    if book is not None:
        write_workbook(sheets, book)
        click.echo(f"已写入{book}。")
    if to is not None or book is None:
        _show(sheets, to)


@report.command("trend")
@_of_month
@_of_store
@_months
@_to_csv
def report_trend_command(month: str, scope: str, months: int, to: TextIO | None) -> None:
    """How satisfaction went, month by month, up to a month."""

    async def work(month: str, now: datetime) -> Sheet:
        return trend_sheet(await report_trend.trend(month, now, scope, months))

    _show([_run(work, month)], to)


@report.command("staff")
@_of_month
@_of_store
@_to_csv
@as_staff
def report_staff_command(month: str, scope: str, to: TextIO | None, login: str) -> None:
    """Each colleague's ratings, complaints, calls and KPI, as far as one may see them."""

    async def work(month: str, now: datetime) -> list[Sheet]:
        return await _staff(month, now, scope, await colleague(login))

    _show(_run(work, month), to)


async def _staff(month: str, now: datetime, scope: str, who: Staff) -> list[Sheet]:
    found = await report_staff.by_staff(month, now, scope, who)
    technicians = await report_technicians.by_technician(month, now, scope, who)
    detail = {"month": month, "people": len(found.people)}
    await audit.note(who.actor, "view", "kpi", detail, now)
    return [*staff_sheets(found), *([technicians_sheet(technicians)] if technicians else [])]


def _show(sheets: Sequence[Sheet], to: TextIO | None) -> None:
    if to is not None:
        write_csv(sheets, to)
        if to is not sys.stdout:
            click.echo(f"已写入{to.name}。")
        return
    console = Console()
    for sheet in sheets:
        console.print(_table(sheet))


def _table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title)
    for column in sheet.columns:
        table.add_column(column, overflow="fold", no_wrap=column == "月份")
    for row in sheet.rows:
        table.add_row(*map(_said, row))
    return table


def _said(cell: Cell) -> str:
    return "—" if cell is None else str(cell)
