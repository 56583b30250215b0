"""`cheyu report monthly`, as staff type it."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.cli.report import _cell
from bot.clock import clock
from bot.errors import StaffError
from tests.databases import run_apart
from tests.reports.ledger import LATER, november
from tests.typing_commands import settings


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def move_in() -> None:
        async with november(migrated_sqlite_url):
            pass

    clock.stop(at=LATER)
    run_apart(move_in())
    settings(monkeypatch, migrated_sqlite_url, 160)


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, ["report", "monthly", *words])


def test_a_month_as_staff_read_it() -> None:
    done = typed()
    assert done.exit_code == 0, done.output
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.output.splitlines()]
    for row in (
        ["应回访", "8", "另有1位按规则不打扰"],
        ["已回访", "5", "62.5%"],
        ["满意度", "3.67", "5分制；最近一次维修3.5"],
        ["净推荐值", "0", "3人打分"],
        ["及时处理", "2", "66.7%"],
        ["首次回复客户", "2", "1", "66.7%"],
        ["1", "回应时间 3件（75%），主要原因：没有排班"],
        ["城东店", "2", "2", "4.0", "0", "1", "100.0%", "100.0%"],
        ["未分门店", "1", "0", "—", "—", "0", "—", "—"],
    ):
        assert row in rows, done.output
    assert "回访月报 2026-11 所有门店" in done.output
    assert "暂时不变 1、想换一辆 2" in done.output


def test_one_store_and_another_month() -> None:
    done = typed("--month", "2026-10", "--store", "main")
    assert "回访月报 2026-10 main" in done.output
    assert "各门店" not in done.output
    assert isinstance(typed("--month", "2027-01").exception, StaffError)
    assert isinstance(typed("--store", "west").exception, StaffError)


def test_a_month_as_a_spreadsheet_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "month.csv"
    assert typed("--csv", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")  # without it Excel reads no Chinese
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[:3] == [
        ["回访月报 2026-11 所有门店"], ["项目", "结果", "说明"], ["应回访", "8", "另有1位按规则不打扰"],
    ]  # fmt: skip
    assert ["城南店", "5", "3", "3.5", "0", "4", "66.7%", "50.0%"] in rows
    assert rows.count(["问题TOP5"]) == 1
    assert rows.count([]) == 5  # one behind each table


def test_no_cell_is_taken_for_a_formula() -> None:
    assert [_cell(one) for one in ("=1+1", "-2", "@a", "好", "", 3.5, None)] == [
        "'=1+1", "'-2", "'@a", "好", "", 3.5, None,
    ]  # fmt: skip
