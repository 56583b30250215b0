"""`cheyu import FILE`: customers, vehicles or repair orders from .xlsx or .csv."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.api.sheets import Sheet, open_sheet
from bot.cli.inside import in_account
from bot.cli.plates import Plates, claimed
from bot.cli.refusals import Report
from bot.clock import clock
from bot.errors import StaffError
from bot.rules import records as rules
from bot.rules.records import KINDS, Problem, Problems, Record
from bot.rules.sheet_columns import SHEETS, Columns, columns, guess, signature, wrong_fields
from bot.settings import Settings, load
from storage.db import transaction
from storage.queries.records import mappings
from storage.queries.records import puts as records
from storage.queries.records.puts import Outcome
from storage.queries.statistics import keep_up

CHUNK: Final = 1000
_NAMES: Final = {"customer": "客户", "vehicle": "车辆", "repair_order": "维修工单"}
_STATES: Final = {"created": "新增", "updated": "更新", "unchanged": "未变", "refused": "未导入"}
_READ: Final[Mapping[str, Callable[..., Record | Problems]]] = {
    "customer": rules.customer, "vehicle": rules.vehicle, "repair_order": rules.repair_order,
}  # fmt: skip
_PUT: Final[Mapping[str, Callable[..., Awaitable[list[Outcome]]]]] = {
    "customer": records.put_customers,
    "vehicle": records.put_vehicles,
    "repair_order": records.put_repair_orders,
}
Row = tuple[int, list[str], Record]
"""Its number in the file, its cells, what they say."""


class _Undone(Exception):
    """Ends a dry run's transaction."""


def _undo() -> None:
    raise _Undone


@dataclass
class Run:
    """One import: what to do, and what it came to."""

    settings: Settings
    path: Path
    dry: bool
    columns: Columns
    report: Report
    plates: Plates
    states: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str, str, Sequence[str]]] = field(default_factory=list)
    """Of the chunk in hand: read or put, they are reported in the order of the sheet."""

    async def chunk(self, rows: Sequence[tuple[int, list[str]]]) -> None:
        zone = ZoneInfo(self.settings.timezone)
        good: list[Row] = []
        for number, cells in rows:
            given = {
                name: cells[place]
                for place, name in self.columns.fields.items()
                if place < len(cells)
            }
            record = _READ[self.columns.kind](given, cells=zone)
            if isinstance(record, Problems):
                self._refuse(number, cells, record.items)
            else:
                good.append((number, cells, record))
        await self._one_plate_one_car(good)
        for refusal in sorted(self.refused, key=itemgetter(0)):
            self.report.refuse(*refusal)
        self.refused.clear()

    async def _one_plate_one_car(self, good: Sequence[Row]) -> None:
        """Put rows in their order; of two cars with one plate the first that is kept has it."""
        held: dict[str, str] = {}
        some: list[Row] = []
        for one in good:
            number, cells, record = one
            plate = claimed(record)
            if held.get(plate, record.ref) != record.ref:
                await self._take(some)
                held, some = {}, []
            if plate and (other := self.plates.other(plate, record.ref)):
                zh, en = f"与第 {other} 行的另一辆车相同", f"is another car's in row {other}"
                self._refuse(number, cells, (Problem("plate", zh, en),))
                continue
            if plate:
                held[plate] = record.ref
            some.append(one)
        await self._take(some)

    async def _take(self, good: Sequence[Row]) -> None:
        outcomes = await self._put([record for *_, record in good])
        for (number, cells, record), outcome in zip(good, outcomes, strict=True):
            self.notes.update(f"{self._called(note.field)}：{note.zh}" for note in outcome.notes)
            if outcome.problem:
                self._refuse(number, cells, (outcome.problem,))
                continue
            self.states[outcome.state] += 1
            if plate := claimed(record):
                self.plates.take(plate, record.ref, number)

    def _refuse(self, number: int, cells: Sequence[str], problems: Sequence[Problem]) -> None:
        self.states["refused"] += 1
        zh = "；".join(f"{self._called(one.field)}：{one.zh}" for one in problems)
        en = "; ".join(f"{one.field} {one.en}" for one in problems)
        self.refused.append((number, zh, en, cells))

    def _called(self, name: str) -> str:
        """As the sheet calls a field."""
        for place, one in self.columns.fields.items():
            if one == name:
                return self.report.headers[place]
        return name

    async def _put(self, some: Sequence[Record]) -> list[Outcome]:
        put, actor = _PUT[self.columns.kind], f"import:{self.path.name}"[:64]
        if not self.dry:
            return await put(some, clock.now(), actor)
        outcomes: list[Outcome] = []
        with suppress(_Undone):
            async with transaction():
                outcomes = await put(some, clock.now(), actor)
                _undo()
        return outcomes

    def summary(self) -> str:
        done = "，".join(f"{said}{self.states[state]}行" for state, said in _STATES.items())
        kind, rows = _NAMES[self.columns.kind], sum(self.states.values())
        where = f"（见{self.report.path}）" if self.report.rows else ""
        dry = "这次没有写入（--dry-run）。" if self.dry else ""
        return f"{kind}：共{rows}行，{done}{where}。{dry}"


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(list(SHEETS)), help="What a row is; guessed if left out.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help='JSON: {"column": "field", "column to leave out": ""}; kept for such sheets.')  # fmt: skip
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path),
              help="Where refused rows go; FILE.refused.xlsx if left out.")  # fmt: skip
def import_file(
    file: Path, kind: str | None, dry_run: bool, mapping: Path | None, report: Path | None
) -> None:
    """Customers, vehicles or repair orders from an .xlsx or .csv; the same again changes nothing."""
    settings = load()
    said = _said(mapping)
    report = report or file.with_name(f"{file.name}.refused.xlsx")
    run = asyncio.run(_import(settings, file, kind and SHEETS[kind], dry_run, said, report))
    click.echo(run.summary())
    for note, times in run.notes.most_common(10):
        click.echo(f"  提示（{times}行）：{note}")
    sys.exit(1 if run.states["refused"] else 0)


def _said(mapping: Path | None) -> dict[str, str]:
    if mapping is None:
        return {}
    try:
        said = json.loads(mapping.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError):
        said = None
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        raise StaffError(f"{mapping.name}不是列名对照表。", '请写JSON，例如{"车架号": "vin"}。')
    return said


async def _import(
    settings: Settings,
    path: Path,
    kind: str | None,
    dry: bool,
    said: Mapping[str, str],
    report: Path,
) -> Run:
    async with in_account(settings):
        with open_sheet(path) as sheet:
            found = await _columns(path, sheet, kind, said, dry)
            await records.expect_bulk()
            with Report(report, sheet.headers) as written, _progress() as bar, Plates() as plates:
                run = Run(settings, path, dry, found, written, plates)
                task = bar.add_task(path.name, total=sheet.total)
                for some in _chunks(sheet.rows):
                    await keep_up()
                    await run.chunk(some)
                    bar.advance(task, len(some))
                bar.update(task, total=sum(run.states.values()))
    return run


def _chunks(rows: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    while some := list(islice(rows, CHUNK)):
        yield some


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True),
    )  # fmt: skip


async def _columns(
    path: Path, sheet: Sheet, kind: str | None, said: Mapping[str, str], dry: bool
) -> Columns:
    """What each column is; says on stderr which ones are left out."""
    mine = signature(sheet.headers)
    known = [each for each in SHEETS.values() if await mappings.saved(each, mine)]
    if kind is None:
        named = [said.get(header, header) for header in sheet.headers]
        kind = known[0] if len(known) == 1 else guess(named)
    if kind is None:
        raise StaffError(f"看不出{path.name}里是什么。", "请用--kind写明。")
    if wrong := wrong_fields(kind, said):
        fields = ", ".join(KINDS[kind].fields)
        raise StaffError(f"没有字段{'、'.join(wrong)}。", f"可用的字段：{fields}。")
    mapping: dict[str, Any] = {**await mappings.saved(kind, mine), **said}
    found = columns(kind, sheet.headers, mapping)
    if found.unknown:
        left = "、".join(found.unknown)
        click.echo(f"这些列认不出，没有导入：{left}。可以用--mapping写明。", err=True)
    if found.missing:
        raise StaffError(
            f"{path.name}缺少{'、'.join(found.missing)}这一列。", "请用--mapping写明是哪一列。"
        )
    if said and not dry:
        await mappings.save(kind, mine, mapping, clock.now())
    return found
