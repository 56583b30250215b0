"""`python -m tests.bench.imports [--rows 100000]`: how long `cheyu import` takes and what it needs.

Customers, their cars and repair orders, as .csv and as .xlsx, on both databases; each file twice,
for the second time changes nothing. Memory is the most that the command or its reader of workbooks
ever held: with a tenth of the rows too, to show that it does not grow with them.
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
ORDERS = ("工单号", "车架号", "结算时间", "里程", "金额", "维修项目")


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


def orders(rows: int) -> Iterator[Sequence[object]]:
    for n, car in enumerate(cars(rows)):
        yield f"W{n}", car[0], "2026-10-01 10:30", 51_300 + n % 50_000, "680.00", "首保、换机油"


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


APART = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""Run from a small process: a program's peak counts what it was begun from."""


def imported(url: str, file: Path) -> tuple[float, float, float, str]:
    """Seconds, seconds of CPU, MiB at most, and what the command said."""
    start = monotonic()
    done = subprocess.run(
        [*(sys.executable, "-S", "-c", APART), *(sys.executable, "-m", "bot.cli"), "import", file],
        env={**os.environ, **SETTINGS, "CHEYU_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = monotonic() - start
    said, *_, used = done.stdout.splitlines()
    cpu, memory = map(float, used.split())
    return seconds, cpu, memory / 1024, said


FILES = (("客户", PEOPLE, people), ("车辆", CARS, cars), ("工单", ORDERS, orders))
Measured = tuple[str, float, float, float, str]


def measured(url: str, home: Path, rows: int, times: Sequence[str]) -> Iterator[Measured]:
    run_apart(migrate(url))
    for suffix in (".csv", ".xlsx"):
        for name, headers, made in FILES:
            start = 0 if suffix == ".csv" else rows  # new rows for either
            lines = islice(made(start + rows), start, None)
            file = written(home / f"{name}{suffix}", headers, lines)
            for time in times:
                yield f"{file.name}, {time}", *imported(url, file)


@click.command()
@click.option("--rows", default=100_000, help="Of each file.")
@click.option("--once", is_flag=True, help="Leave out the second time.")
def main(rows: int, once: bool) -> None:
    """Seconds and memory of `cheyu import`."""
    busy = f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores before it began"
    table = Table(
        *("database", "rows", "file", "seconds", "CPU", "rows/s", "MiB", "said"), title=busy
    )
    most: dict[int, float] = {}
    with ExitStack() as stack:
        databases = Databases(stack.enter_context(postgres_server(durable=True)))
        for size, times in ((rows // 10, ("new",)), (rows, ("new", "again")[: 1 if once else 2])):
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cheyu-bench-")))
            urls = {
                "SQLite": f"sqlite://{home / 'cheyu.db'}",
                "PostgreSQL": stack.enter_context(databases.fresh()),
            }
            for database, url in urls.items():
                for what, seconds, cpu, memory, said in measured(url, home, size, times):
                    most[size] = max(most.get(size, 0), memory)
                    numbers = f"{seconds:.1f}", f"{cpu:.1f}", f"{size / seconds:.0f}"
                    row = database, str(size), what, *numbers, f"{memory:.0f}", said
                    table.add_row(*row)
                    click.echo("  ".join(row[:-1]), err=True)
    console = Console(width=160)
    console.print(table)
    told = ", ".join(f"{held:.0f} MiB with {size} rows" for size, held in most.items())
    console.print(f"Memory at most: {told}")


if __name__ == "__main__":
    main()
