"""Workbooks as Excel and others write them, cell by cell; calamine is the second opinion."""

import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.api import xlsx_cells, xlsx_rows
from bot.api.sheets import open_sheet
from bot.errors import StaffError
from tests.imports.papers import second_opinion, trimmed, workbook

FORMATS = ("yyyy-mm-dd", 'yyyy"年"m"月"d"日";@', "yyyy/m/d h:mm", "h:mm:ss", "[h]:mm", "0.00",
           '"day"0', "[Red]0.0;[Blue]-0.0", "0.00E+00", "\\\\d0", "General", "@")  # fmt: skip
PLAIN = st.text(st.characters(exclude_categories=["C"], exclude_characters="_"), max_size=12)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(-1e300, 1e300).map(lambda value: float(f"{value:.15g}")),
)
MOMENTS = st.datetimes(datetime.fromisoformat("1901-01-01"), datetime.fromisoformat("2199-12-31"))
CELLS = st.one_of(
    st.none(),
    PLAIN.map(lambda text: text.replace("\r", "")),
    st.booleans(),
    NUMBERS,
    MOMENTS.map(lambda at: at.replace(microsecond=0)),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.tuples(st.just("=A1"), st.one_of(NUMBERS, st.booleans(), PLAIN, st.just("#N/A"))),
    st.tuples(st.integers(0, 100_000), st.sampled_from(FORMATS)),
    st.tuples(st.integers(1, 2_400_000).map(lambda n: n / 24), st.sampled_from(FORMATS)),
)


def read(path: Path) -> list[tuple[int, list[str]]]:
    """As the reader's own process does; ValueError with what is amiss."""
    rows: list[tuple[int, list[str]]] = []
    for one in xlsx_rows.lines(str(path)):
        if isinstance(one, tuple):
            rows.append(one)
        elif "error" in one:
            raise ValueError(one["error"])
    return rows


def write(sheet: Any, book: Any, row: int, column: int, cell: object) -> None:
    if isinstance(cell, tuple) and cell[0] == "=A1":
        sheet.write_formula(row, column, cell[0], None, cell[1])
    elif isinstance(cell, tuple):
        sheet.write_number(row, column, cell[0], book.add_format({"num_format": cell[1]}))
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, (datetime, date, time)):
        codes: dict[type, str] = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd"}
        code = codes.get(type(cell), "hh:mm:ss")
        sheet.write_datetime(row, column, cell, book.add_format({"num_format": code}))
    else:
        sheet.write(row, column, cell)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.lists(CELLS, max_size=30), max_size=12), st.booleans(), st.booleans())
def test_two_readers_read_the_same(
    tmp_path: Path, rows: list[list[object]], inline: bool, since_1904: bool
) -> None:
    path = tmp_path / "a.xlsx"
    options = {"constant_memory": inline, "date_1904": since_1904}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("a", "b"))
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if not (since_1904 and isinstance(cell, (date, datetime)) and cell.year < 1905):
                write(sheet, book, number, column, cell)
    book.close()
    assert trimmed(read(path)) == second_opinion(path)


STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="[s]"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="31"/><xf numFmtId="164"/></cellXfs>'
)
TEXTS = (
    "<si><t>王芳</t></si>"
    '<si><r><t>a</t></r><r><t xml:space="preserve"> b</t></r><rPh sb="0" eb="1"><t>c</t></rPh></si>'
)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ('<c t="s"><v>0</v></c><c t="s"><v>1</v></c>', ["王芳", "a b"]),
        ('<c s="1"><v>46266.4375</v></c><c s="2"><v>46266</v></c>', ["2026-09-01 10:30:00", "2026-09-01"]),
        ('<c s="1"><v>0.25</v></c><c s="3"><v>1.5</v></c>', ["06:00:00", "1 day, 12:00:00"]),
        ('<c s="1"><v>59</v></c><c s="1"><v>61</v></c>', ["1900-02-28", "1900-03-01"]),
        ('<c s="1"><v>-1</v></c><c s="1"><v>9e9</v></c>', ["-1", "9000000000"]),
        ('<c t="d"><v>2026-09-01</v></c><c t="d"><v>2026-09-01T10:30:00</v></c>', ["2026-09-01", "2026-09-01 10:30:00"]),
        ('<c t="d"><v>10:30:00</v></c><c t="d"><v>soon</v></c>', ["10:30:00", "soon"]),
        ('<c t="b"><v>1</v></c><c t="b"><v>0</v></c>', ["是", "否"]),
        ('<c><f>1+1</f><v>2</v></c><c t="str"><f>A1</f><v>x_x000A_y</v></c>', ["2", "x\ny"]),
        ('<c t="str"><v>_x0000_</v></c><c t="str"><v>_xD800__x4E2D_</v></c>', ["_x0000_", "_xD800_中"]),
        ('<c t="inlineStr"><is><t> a </t><rPh><t>b</t></rPh></is></c><c t="e"><v>#N/A</v></c><c><v>1</v></c>', ["a", "", "1"]),
        ('<c r="C9"><v>3</v></c><c r="A9"><v>1</v></c><c><v>2</v></c>', ["1", "2", "3"]),
        ('<c r="A9"><v>1</v></c><c r="XFD9"><v>2</v></c><c r="B9"/>', ["1"]),
        ('<c s="99"><v>1e3</v></c><c><v>13800000001</v></c>', ["1000", "13800000001"]),
    ],
)  # fmt: skip
def test_cells_of_any_kind(tmp_path: Path, cells: str, said: list[str]) -> None:
    head = '<row r="1"><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>'
    path = workbook(
        tmp_path / "a.xlsx", f'{head}<row r="9">{cells}</row>', styles=STYLES, texts=TEXTS
    )
    assert read(path)[1:] == [(9, said)]


def test_names_may_have_a_prefix_and_rows_no_number(tmp_path: Path) -> None:
    row = '<x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c><x:v>1</x:v></x:c></x:row>'
    part = f'<x:worksheet xmlns:x="x"><x:sheetData>{row * 2}</x:sheetData></x:worksheet>'
    path = workbook(tmp_path / "a.xlsx", "", more={"xl/worksheets/sheet1.xml": part})
    assert read(path) == [(1, ["a", "1"]), (2, ["a", "1"])]


def test_the_first_visible_sheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("藏", "图", "用", "再"):
        sheet = book.add_chartsheet(name) if name == "图" else book.add_worksheet(name)
        if name == "图":
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "=用!$A$1:$A$2"})
            sheet.set_chart(chart)
        else:
            sheet.write_row(0, 0, (name, "b"))
        if name == "藏":
            sheet.hide()
    book.get_worksheet_by_name("用").activate()
    book.get_worksheet_by_name("用").set_first_sheet()
    book.close()
    assert read(path) == [(1, ["用", "b"])]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"xl/worksheets/sheet1.xml": "<a><b></a>"}, "mismatched tag"),
        ({"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "文档类型"),
        ({"xl/workbook.xml": "<workbook/>"}, "没有带内容的工作表"),
        ({"_rels/.rels": "<Relationships/>", "xl/workbook.xml": "<workbook><"}, "xl/workbook.xml"),
        ({"xl/_rels/workbook.xml.rels": "<Relationships/>"}, "没有带内容的工作表"),
    ],
)
def test_a_damaged_part_is_named(tmp_path: Path, more: dict[str, str], why: str) -> None:
    path = workbook(tmp_path / "a.xlsx", "", more=more)
    with pytest.raises(ValueError, match=why):
        read(path)
    with pytest.raises(StaffError, match=why), open_sheet(path):
        pass


@pytest.mark.parametrize(
    "cells", ['<c t="s"><v>7</v></c>', '<c t="s"><v>x</v></c>', '<c r="1"/>', '<c r="ABCDE1"/>']
)
def test_a_cell_that_points_nowhere_is_damage(tmp_path: Path, cells: str) -> None:
    with pytest.raises(ValueError, match=r"缺少第|没有带内容|这一列|IndexError|invalid"):
        read(workbook(tmp_path / "a.xlsx", f"<row>{cells}</row>"))


def test_damage_at_the_end_is_found_before_the_first_row(tmp_path: Path) -> None:
    row = '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>'
    path = workbook(tmp_path / "a.xlsx", row * 3000 + "<row>")
    with pytest.raises(StaffError, match="mismatched tag"), open_sheet(path):
        pass


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("G/通用格式", ""), ("[$-804]aaaa", "date"), ('0.0"小时"', ""), ("_d0", ""), ("*d0", ""),
        ('上午/下午h"时"', "date"), ('General;"h"', ""), ("[$-F800]dddd, mmmm dd", "date"),
        ("[mm]:ss", "elapsed"), ('"unclosed', ""), ("#,##0.00_);[Red](#,##0.00)", ""),
    ],
)  # fmt: skip
def test_number_formats(code: str, form: str) -> None:
    assert xlsx_cells.custom(code) == form


def test_a_length_of_time_that_no_calendar_has_is_a_number() -> None:
    assert xlsx_cells.number("1e300", "elapsed") == "1e+300"
    assert xlsx_cells.number("abc", "date") == "abc"


def peak(path: Path) -> int:
    """KiB that the reader of workbooks ever held; what a process was begun from counts, so this
    one is begun from a small one.
    """
    apart = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    reader = (sys.executable, "-m", "bot.api.xlsx_rows", str(path))
    done = subprocess.run(
        [sys.executable, "-S", "-c", apart, *reader], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.parametrize("inline", [True, False])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, inline: bool) -> None:
    def sheet(rows: int) -> Path:
        path = tmp_path / f"{rows}.xlsx"
        book = xlsxwriter.Workbook(str(path), {"constant_memory": inline})
        page = book.add_worksheet()
        for row in range(rows):
            page.write_row(row, 0, [f"{row} {column}" for column in range(12)])
        book.close()
        return path

    small, large = peak(sheet(2000)), peak(sheet(16_000))
    assert large < small + 6 * 1024, (small, large)  # the texts alone would be 12 MiB
