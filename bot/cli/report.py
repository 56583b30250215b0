"""`cheyu report monthly`: what a month's follow-ups, ratings and complaints came to."""

import asyncio
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.clock import clock
from bot.rules.monthly import Monthly
from bot.settings import load
from storage.queries import reports


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of the report, with cells as they are read."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


@click.group()
def report() -> None:
    """Figures."""


@report.command("monthly")
@click.option("--month", default="", help="Like 2026-12; else the one that is running.")
@click.option("--store", "scope", default="", help="Only the store with this code.")
@click.option("--csv", "to", type=click.File("w", encoding="utf-8-sig"),
              help="Write it there as CSV, as spreadsheets read it.")  # fmt: skip
def report_monthly(month: str, scope: str, to: TextIO | None) -> None:
    """Follow-ups, ratings, each question, complaints and their clocks, and each store."""

    async def work() -> Monthly:
        async with in_account(load()):
            now = clock.now()
            return await reports.monthly(month or await reports.this_month(now), now, scope)

    found = asyncio.run(work())
    sheets = [_overview(found), _questions(found), _clocks(found), _issues(found)]
    sheets += [_stores(found)] if found.stores else []
    if to is not None:
        _write(sheets, to)
        if to is not sys.stdout:
            click.echo(f"已写入{to.name}。")
        return
    console = Console()
    for sheet in sheets:
        console.print(_table(sheet))


def _write(sheets: Sequence[Sheet], to: TextIO) -> None:
    """One under the other, a blank line between. A cell that begins like a formula is made text."""
    writer = csv.writer(to, lineterminator="\r\n")
    for sheet in sheets:
        writer.writerow([sheet.title])
        writer.writerow(sheet.columns)
        for row in sheet.rows:
            writer.writerow([_cell(cell) for cell in row])
        writer.writerow([])


def _cell(cell: object) -> object:
    unsafe = isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{cell}" if unsafe else cell


def _overview(found: Monthly) -> Sheet:
    calls, said, cases = found.follow_ups, found.ratings, found.complaints
    return Sheet(
        f"回访月报 {found.month} {found.store or '所有门店'}",
        ("项目", "结果", "说明"),
        (
            ("应回访", calls.due, f"另有{calls.spared}位按规则不打扰"),
            ("已回访", calls.done, _share(calls.done_percent)),
            ("成功回访", calls.successful, _share(calls.successful_percent)),
            ("收到评价", said.answered, f"其中{said.low}份不满意"),
            ("满意度", said.satisfaction, f"5分制；最近一次维修{_number(said.last_repair)}"),
            ("净推荐值", said.nps, f"{said.asked_nps}人打分"),
            ("投诉", cases.recorded, f"其中{cases.withdrawn}件撤回"),
            ("已解决", cases.solved, _share(cases.resolution_percent)),
            ("及时处理", cases.on_time, _share(cases.on_time_percent)),
        ),
    )


def _questions(found: Monthly) -> Sheet:
    return Sheet(
        "各题",
        ("题目", "回答", "满意度", "不满意", "分布"),
        [
            (
                *(one.text, one.answered, one.satisfaction, one.low),
                "、".join(f"{label} {count}" for label, count in one.counts if count),
            )
            for one in found.questions
        ],
    )


def _clocks(found: Monthly) -> Sheet:
    return Sheet(
        "投诉时限",
        ("时限", "按时", "超时", "按时率"),
        [(one.called, one.met, one.late, _share(one.on_time_percent)) for one in found.clocks],
    )


def _issues(found: Monthly) -> Sheet:
    return Sheet(
        "问题TOP5",
        ("名次", "问题"),
        [(rank, one.said) for rank, one in enumerate(found.issues, 1)],
    )


def _stores(found: Monthly) -> Sheet:
    return Sheet(
        "各门店",
        ("门店", "应回访", "已回访", "满意度", "净推荐值", "投诉", "解决率", "及时率"),
        [
            (
                *(one.name, one.follow_ups.due, one.follow_ups.done),
                *(one.ratings.satisfaction, one.ratings.nps, one.complaints.recorded),
                *(
                    _share(one.complaints.resolution_percent),
                    _share(one.complaints.on_time_percent),
                ),
            )
            for one in found.stores
        ],
    )


def _table(sheet: Sheet) -> Table:
    table = Table(title=sheet.title)
    for column in sheet.columns:
        table.add_column(column, overflow="fold")
    for row in sheet.rows:
        table.add_row(*(_number(cell) for cell in row))
    return table


def _number(cell: object) -> str:
    return "—" if cell is None else str(cell)


def _share(percent: float | None) -> str:
    return "—" if percent is None else f"{percent}%"
