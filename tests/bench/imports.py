"""`python -m tests.bench.imports [--rows 100000]`: how long `cheyu import` takes and what it needs.

Customers and their cars, as .csv and as .xlsx, on both databases; each file twice, for the second
time changes nothing. Memory is the most that the command or its reader of workbooks ever held.
"""

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import click
import xlsxwriter
from rich.console import Console
from rich.table import Table

from bot.clock import monotonic
from bot.rules.identifiers import make_vin
from storage.migrate import migrate
from tests.databases import Databases, postgres_server, run_apart

SETTINGS = {
    "CHEYU_SECRET_KEY": "a made-up key of thirty-two signs",
    "CHEYU_WECHAT_APP_ID": "wx0000000000000001",
    "CHEYU_WECHAT_APP_SECRET": "made-up",
    "CHEYU_WECHAT_TOKEN": "madeup",
}
PEOPLE = ("客户编号", "姓名", "性别", "手机号", "生日", "地址", "同意事项", "备注")
CARS = ("车架号", "客户编号", "车牌号", "品牌", "车型", "颜色", "能源", "交车日期", "里程", "保险公司",
        "保险到期", "年检到期")  # fmt: skip


def people(rows: int) -> Iterator[Sequence[object]]:
    for n in range(rows):
        yield (
            f"C{n}",
            f"客户{n}",
            "女",
            f"13{n:09d}",
            "1988-05-20",
            f"幸福路{n}号",
            "关怀、回访",
            "喝茶",
        )


def cars(rows: int) -> Iterator[Sequence[object]]:
    for n in range(rows):
        plate = f"京{'ABCDEFGHJK'[n // 100_000 % 10]}{n % 100_000:05d}"
        vin = make_vin("LSVAA418", 2014, "2", n % 1_000_000)
        yield (vin, f"C{n}", plate, "奥迪", "Q5L", "白", "燃油", "2026-09-01", 1200 + n % 50_000,
               "平安", "2027-08-31", "2028-09-01")  # fmt: skip


def written(path: Path, headers: Sequence[str], rows: Iterator[Sequence[object]]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([headers])
            csv.writer(file).writerows(rows)
        return path
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headers)
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def imported(url: str, file: Path) -> tuple[float, float, float, str]:
    """Seconds, seconds of CPU, MiB at most, and what the command said."""
    with tempfile.TemporaryFile() as out:
        start = monotonic()
        command = [sys.executable, "-m", "bot.cli", "import", str(file)]
        process = subprocess.Popen(
            command,
            env={**os.environ, **SETTINGS, "CHEYU_DATABASE_URL": url},
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = monotonic() - start
        out.seek(0)
        said = out.read().decode().splitlines()[0]
        return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said


def measured(url: str, home: Path, rows: int) -> Iterator[tuple[str, float, float, float, str]]:
    run_apart(migrate(url))
    for suffix in (".csv", ".xlsx"):
        for name, headers, made in (("客户", PEOPLE, people), ("车辆", CARS, cars)):
            start = 0 if suffix == ".csv" else rows  # new rows for either
            lines = islice(made(start + rows), start, None)
            file = written(home / f"{name}{suffix}", headers, lines)
            for time in ("new", "again"):
                yield f"{file.name}, {time}", *imported(url, file)


@click.command()
@click.option("--rows", default=100_000, help="Of each file.")
def main(rows: int) -> None:
    """Seconds and memory of `cheyu import`."""
    table = Table(
        "database", "file", "seconds", "CPU", "rows/s", "MiB", "said", title=f"{rows} rows a file"
    )
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cheyu-bench-")))
        databases = Databases(stack.enter_context(postgres_server(durable=True)))
        urls = {
            "SQLite": f"sqlite://{home / 'cheyu.db'}",
            "PostgreSQL": stack.enter_context(databases.fresh()),
        }
        for database, url in urls.items():
            for what, seconds, cpu, memory, said in measured(url, home, rows):
                pace = f"{rows / seconds:.0f}"
                numbers = f"{seconds:.1f}", f"{cpu:.1f}", pace, f"{memory:.0f}"
                table.add_row(database, what, *numbers, said)
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
