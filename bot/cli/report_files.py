"""Figures in files that spreadsheets read: CSV, and a workbook with a page for each table."""

import csv
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TextIO

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from bot.cli.report_sheets import Cell, Share, Sheet
from bot.errors import StaffError

_WIDEST: Final = 60
_FORMATS: Final = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"},
    "share": {"num_format": "0.0%"},
    "mean": {"num_format": "0.00"},
    "count": {"num_format": "#,##0"},
    "words": {"text_wrap": True, "valign": "top"},
}


def write_csv(sheets: Sequence[Sheet], to: TextIO) -> None:
    """One under the other, a blank line between. A cell that begins like a formula is made text."""
    writer = csv.writer(to, lineterminator="\r\n")
    for sheet in sheets:
        writer.writerow([sheet.title])
        writer.writerow(sheet.columns)
        for row in sheet.rows:
            writer.writerow([plain(cell) for cell in row])
        writer.writerow([])


def plain(cell: Cell) -> Cell:
    if isinstance(cell, Share):
        return str(cell)
    unsafe = isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{cell}" if unsafe else cell


def write_workbook(sheets: Sequence[Sheet], path: Path) -> None:
    """A page each, its first rows fixed. What looks like a formula or an address stays words.

    Raises StaffError where the file cannot be written.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    book: Any = xlsxwriter.Workbook(str(path), options)
    formats = {name: book.add_format(said) for name, said in _FORMATS.items()}
    for sheet in sheets:
        _page(book.add_worksheet(sheet.tab), sheet, formats)
    try:
        book.close()
    except (XlsxWriterException, OSError) as failed:
        why = "请换一个文件名。" if path.parent.is_dir() else f"请先建好文件夹{path.parent}。"
        raise StaffError(f"无法写入{path}。", why) from failed


def _page(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    """The title, the names of the columns, the rows; on paper as wide as one sheet."""
    page.write_string(0, 0, sheet.title, formats["title"])
    for place, name in enumerate(sheet.columns):
        page.write_string(1, place, name, formats["head"])
        told = [name, *(_said(row[place]) for row in sheet.rows)]
        page.set_column(place, place, min(max(map(_columns, told)) + 2, _WIDEST))
    for number, row in enumerate(sheet.rows, 2):
        for place, cell in enumerate(row):
            _write(page, (number, place), cell, formats)
    page.freeze_panes(2, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, 1)


def _write(page: Any, at: tuple[int, int], cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            page.write_blank(*at, None)
        case Share():
            page.write_number(*at, float(cell) / 100, formats["share"])
        case float():
            page.write_number(*at, cell, formats["mean"])
        case int():
            page.write_number(*at, cell, formats["count"])
        case _:
            page.write_string(*at, cell, formats["words"])


def _said(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _columns(text: str) -> int:
    """How wide it is: a Chinese sign takes the room of two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
