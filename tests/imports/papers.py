"""Sheets as a dealer's office would send them."""

import csv
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.rules.identifiers import make_vin

VINS = [make_vin("LSVAA418", 2014, "2", serial) for serial in range(200, 210)]
PEOPLE = ("客户编号", "客户姓名", "性别", "手机号", "农历生日", "同意事项")
WANG = ("C1", "王芳", "女", "138 0000 0001", "八月十五", "关怀、回访")
LI = ("C2", "李强", "男", "13900000002", "", "")
CARS = ("车架号(VIN)", "客户编号", "车牌号", "品牌", "能源类型", "交车日期", "行驶里程")
ORDERS = ("工单号", "车架号", "结算时间", "里程", "金额", "维修项目")


def typed(*words: str | Path) -> Result:
    return CliRunner().invoke(cheyu, [str(word) for word in words])


def as_csv(path: Path, *rows: Sequence[Any], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def as_xlsx(path: Path, *rows: Sequence[Any]) -> Path:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def refusals(path: Path) -> list[list[Any]]:
    """The report's rows, its headers first."""
    sheet = python_calamine.load_workbook(path).get_sheet_by_index(0)
    return list(sheet.iter_rows())


def second_opinion(path: Path) -> dict[int, list[str]]:
    """The rows with something in them as calamine reads them, without the blanks at their ends."""
    sheet = python_calamine.load_workbook(path).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False)
    return trimmed((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1))


def trimmed(rows: Iterable[tuple[int, list[str]]]) -> dict[int, list[str]]:
    kept = {}
    for number, cells in rows:
        last = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
        if last:
            kept[number] = cells[:last]
    return kept


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return str(cell.date()) if midnight else cell.isoformat(" ", "seconds")
    return str(cell)


def workbook(
    path: Path,
    rows: str,
    *,
    styles: str = "",
    texts: str = "",
    sheets: str = '<sheet name="A" sheetId="1" r:id="rId1"/>',
    more: Mapping[str, str] | None = None,
) -> Path:
    """Written by hand, as no library would: `rows` is what stands in sheetData."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns:r="{office}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "/xl/sharedStrings.xml"),
        ),
        "xl/styles.xml": f"<styleSheet>{styles}</styleSheet>",
        "xl/sharedStrings.xml": f"<sst>{texts}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        **(more or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _relations(*targets: tuple[str, str]) -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    some = "".join(
        f'<Relationship Id="rId{number}" Type="{office}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f"<Relationships>{some}</Relationships>"
