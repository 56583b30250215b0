"""Files of any make are read, or refused in a sentence: never a traceback, never a full memory."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.api.sheets import open_sheet
from bot.errors import StaffError
from tests.imports.papers import as_csv, as_xlsx

ROWS = (("客户编号", "姓名"), ("C1", "王芳"), ("C2", '引"号,逗\n行'))


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    with open_sheet(path) as sheet:
        return sheet.headers, list(sheet.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_in_any_usual_coding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = as_csv(tmp_path / "a.csv", *ROWS, encoding=encoding, delimiter=delimiter)
    headers, rows = read(path)
    assert headers == ROWS[0]
    assert rows == [(2, ["C1", "王芳"]), (3, ["C2", '引"号,逗\n行'])]


def test_a_title_above_the_names_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("2026年客户，全部\n\n编号;姓名\nC1;王,芳\n", encoding="gb18030")
    assert read(path) == (("编号", "姓名"), [(4, ["C1", "王,芳"])])


def test_a_workbook_row_by_row(tmp_path: Path) -> None:
    path = as_xlsx(
        tmp_path / "a.xlsx", ("名单",), ("编号", "数", "对"), ("C1", 5100, True), (), ("C2", 0.5)
    )
    headers, rows = read(path)
    assert headers == ("编号", "数", "对")
    assert rows == [(3, ["C1", "5100", "是"]), (5, ["C2", "0.5", ""])]


def test_a_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<c/>" * 10_000_000)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(StaffError, match="解压后"):
        read(path)


def test_a_cell_at_the_end_of_the_world_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ROWS[0])
    sheet.write_row(1_048_574, 0, ROWS[1])
    sheet.write(1_048_575, 16_383, "z")
    book.close()
    assert read(path) == (ROWS[0], [(1_048_575, [*ROWS[1]])])


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (b"", "没有列名"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版.xls"),
        (b"PK\x03\x04 and no more", "不能读取"),
        (b"a\0b,c\0d\n", "既不是.xlsx也不是文本"),
        (b"\x81\x20,\xff\xff\n", "既不是.xlsx也不是文本"),
        (b"only one column\nand another line\n", "没有列名"),
    ],
)
def test_what_is_no_sheet_is_refused_with_the_mend(tmp_path: Path, start: bytes, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(start)
    with pytest.raises(StaffError, match=why):
        read(path)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=400) | st.text(alphabet=',;\t"\n\r姓名a1\0', max_size=200).map(str.encode)
)
@example(b'a,b\n"' + b"x" * 1_100_000)
@example(b'"a","b"\r"1')
def test_any_bytes_as_text_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content if not content.startswith(b"PK") else b" " + content)
    try:
        read(path)
    except StaffError as refused:
        assert refused.hint  # noqa: PT017  # read is as good


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), change=st.binary(min_size=1, max_size=40), whole=st.booleans())
def test_a_broken_workbook_is_read_or_refused(
    tmp_path: Path, at: float, change: bytes, whole: bool
) -> None:
    path = as_xlsx(tmp_path / "a.xlsx", *ROWS)
    content = path.read_bytes()
    place = int(at * (len(content) - 4)) + 4
    path.write_bytes(content[:place] + change + (content[place + len(change) :] if whole else b""))
    try:
        read(path)
    except StaffError as refused:
        assert refused.hint  # noqa: PT017  # read is as good
