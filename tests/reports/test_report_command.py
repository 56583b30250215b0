"""`cheyu report`, as staff type it."""

import csv
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from bot.cli import cheyu
from bot.cli.report_files import plain, write_workbook
from bot.cli.report_sheets import Share, Sheet
from bot.clock import clock
from bot.errors import StaffError
from tests.databases import run_apart
from tests.reports.ledger import LATER
from tests.reports.test_staff_figures import worked
from tests.typing_commands import settings


@pytest.fixture(autouse=True)
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def move_in() -> None:
        async with worked(migrated_sqlite_url):
            pass

    clock.stop(at=LATER)
    run_apart(move_in())
    settings(monkeypatch, migrated_sqlite_url, 160)


def typed(*words: str, of: str = "monthly") -> Result:
    return CliRunner().invoke(cheyu, ["report", of, *words])


def rows_of(done: Result) -> list[list[str]]:
    assert done.exit_code == 0, done.output
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.output.splitlines()]


def test_a_month_as_staff_read_it() -> None:
    done = typed()
    rows = rows_of(done)
    for row in (
        ["应回访", "8", "—", "另有1位按规则不打扰"],
        ["已回访", "5", "62.5%", "占应回访"],
        ["不满意", "2", "28.6%", "占收到的评价"],
        ["满意度", "3.67", "—", "5分制"],
        ["最近维修满意度", "4.0", "—", "5分制"],
        ["净推荐值", "0", "—", "3人打分"],
        ["及时处理", "3", "60.0%", "时限都已有结果的"],
        ["首次回复客户", "3", "2", "60.0%"],
        ["1", "回应时间", "5", "83.3%", "没有排班", "3"],
        ["城东店", "2", "2", "100.0%", "4.0", "0", "1", "100.0%", "100.0%"],
        ["未分门店", "1", "0", "0.0%", "—", "—", "0", "—", "—"],
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


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "1999-12", "2026-１１", "x"])
@pytest.mark.parametrize("of", ["monthly", "trend", "staff"])
def test_what_is_no_month_is_wrong_usage(of: str, month: str) -> None:
    done = (
        typed("--month", month, "--as", "zhao", of=of)
        if of == "staff"
        else typed("--month", month, of=of)
    )
    assert done.exit_code == 2
    assert f"{month}不是月份，例如2026-12" in done.output


def test_how_satisfaction_went() -> None:
    rows = rows_of(typed("--months", "2", of="trend"))
    assert ["2026-10", "2", "1.0", "—", "1.0", "50.0%", "-100", "100.0%", "1", "100.0%"] in rows
    assert ["2026-11", "7", "3.67", "2.67", "4.0", "28.6%", "0", "62.5%", "7", "66.7%"] in rows
    assert typed("--months", "0", of="trend").exit_code == 2
    narrow = CliRunner().invoke(cheyu, ["report", "trend"], env={"COLUMNS": "80"})
    assert "│ 2026-11 │" in narrow.output


def test_what_each_colleague_came_to() -> None:
    rows = rows_of(typed("--as", "zhao", of="staff"))
    assert [
        "周",
        "服务顾问",
        "城南店",
        "2",
        "3.5",
        "50.0%",
        "2",
        "50.0%",
        "50.0%",
        "0",
        "—",
    ] in rows
    assert ["周", "服务顾问", "—", "—", "3.5", "50.0%", "—", "68.9", "满意度、解决率"] in rows
    assert ["静", "回访专员", "", "0", "—", "—", "0", "—", "—", "3", "33.3%"] in rows
    assert "静" not in typed("--as", "hao", of="staff").output
    assert isinstance(typed("--as", "ma", of="staff").exception, StaffError)
    assert typed(of="staff").exit_code == 2
    book = CliRunner().invoke(cheyu, ["audit", "list"]).output
    assert book.count("kpi") == 2  # 赵 and 郝; 马 saw nothing


def test_a_month_as_a_spreadsheet_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "month.csv"
    assert typed("--csv", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")  # without it Excel reads no Chinese
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows[:3] == [
        ["回访月报 2026-11 所有门店"], ["项目", "结果", "比例", "说明"],
        ["应回访", "8", "", "另有1位按规则不打扰"],
    ]  # fmt: skip
    assert ["城南店", "5", "3", "60.0%", "3.5", "0", "6", "60.0%", "50.0%"] in rows
    assert rows.count(["问题TOP5"]) == 1
    assert rows.count([]) == 5  # one behind each table
    assert "员工业绩" in typed("--csv", "-", "--as", "zhao", of="staff").output


def test_a_month_as_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "month.xlsx"
    done = typed("--xlsx", str(file), "--as", "zhao")
    assert done.exit_code == 0, done.output
    assert done.output == f"已写入{file}。\n"
    book = CalamineWorkbook.from_path(file)
    assert book.sheet_names == [
        "总览", "各题", "投诉时限", "问题TOP5", "各门店", "满意度趋势", "员工业绩", "KPI",
    ]  # fmt: skip
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert rows["总览"][:2] == [
        ["回访月报 2026-11 所有门店", "", "", ""],
        ["项目", "结果", "比例", "说明"],
    ]
    assert rows["总览"][3] == ["已回访", 5.0, 0.625, "占应回访"]
    assert rows["员工业绩"][2][:6] == ["周", "服务顾问", "城南店", 2.0, 3.5, 0.5]
    assert len(rows["满意度趋势"]) == 14
    with zipfile.ZipFile(file) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert 'topLeftCell="B3"' in page
    assert 'state="frozen"' in page
    widths = [float(one) for one in re.findall(r'<col [^>]*width="([0-9.]+)"', page)]
    assert len(widths) == 4
    assert widths[3] > 21  # 另有1位按规则不打扰
    assert '"0.0%"' in styles


def test_the_workbook_without_a_name_shows_nobody(tmp_path: Path) -> None:
    file = tmp_path / "month.xlsx"
    assert typed("--xlsx", str(file), "--store", "east").exit_code == 0
    assert "员工业绩" not in CalamineWorkbook.from_path(file).sheet_names
    assert typed("--as", "zhao").exit_code == 2
    assert isinstance(typed("--xlsx", str(tmp_path / "no" / "file.xlsx")).exception, StaffError)


def test_a_workbook_holds_words_as_words(tmp_path: Path) -> None:
    file = tmp_path / "words.xlsx"
    rows = [("=1+1", None, Share(12.5)), ("https://a.example", 3, 4.5)]
    write_workbook([Sheet("页", "题", ("甲", "乙", "丙"), rows)], file)
    with zipfile.ZipFile(file) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page
    [_, _, first, second] = CalamineWorkbook.from_path(file).get_sheet_by_name("页").to_python()
    assert (first, second) == (["=1+1", "", 0.125], ["https://a.example", 3.0, 4.5])


def test_no_cell_is_taken_for_a_formula() -> None:
    assert [plain(one) for one in ("=1+1", "-2", "@a", "好", "", 3.5, None, Share(-0.5))] == [
        "'=1+1", "'-2", "'@a", "好", "", 3.5, None, "-0.5%",
    ]  # fmt: skip
