"""Sheets as a dealer's office would send them."""

import csv
from collections.abc import Sequence
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
