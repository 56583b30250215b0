"""`cheyu import`, as typed: what is written, what is refused and what the same file does again."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StaffError
from storage.db import opened, sql
from tests.imports.papers import (
    CARS,
    LI,
    ORDERS,
    PEOPLE,
    VINS,
    WANG,
    as_csv,
    as_xlsx,
    refusals,
    typed,
)


def kept(url: str, statement: str) -> list[tuple[Any, ...]]:
    async def work() -> Sequence[Any]:
        async with opened(url):
            return await sql().rows(statement)

    return [tuple(row) for row in asyncio.run(work())]


def test_the_same_file_twice_changes_nothing(installed: str, tmp_path: Path) -> None:
    file = as_csv(tmp_path / "客户.csv", PEOPLE, WANG, LI, encoding="gb18030")
    first, again = typed("import", file), typed("import", file)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "客户：共2行，新增2行，更新0行，未变0行，未导入0行。" in first.output
    assert "共2行，新增0行，更新0行，未变2行" in again.output
    found = kept(
        installed, "SELECT ref, name, gender, birthday_lunar, rev FROM customer ORDER BY ref"
    )
    assert found == [("C1", "王芳", "female", "08-15", 1), ("C2", "李强", "male", "", 1)]
    consents = kept(installed, "SELECT purpose, channel FROM consent ORDER BY purpose")
    assert consents == [("care", "dms"), ("follow_up", "dms")]
    assert not list(tmp_path.glob("*.refused.xlsx"))


def test_cars_and_orders_of_a_workbook(installed: str, tmp_path: Path) -> None:
    typed("import", as_csv(tmp_path / "p.csv", PEOPLE, WANG))
    cars = as_xlsx(
        tmp_path / "车辆.xlsx",
        ("2026年11月车辆台账",),
        CARS,
        (VINS[0], "C1", "京a·12345", "奥迪", "燃油", datetime.fromisoformat("2026-09-01"), 1200),
        (VINS[1], "C1", "京AD12345", "比亚迪", "纯电", "2026/9/2", "2,300 km"),
        (),
    )
    orders = as_xlsx(
        tmp_path / "工单.xlsx",
        ORDERS,
        ("W1", VINS[0], datetime.fromisoformat("2026-10-01T10:30"), 5100, 680, "首保、换机油"),
    )
    assert "车辆：共2行，新增2行" in typed("import", cars).output
    assert "维修工单：共1行，新增1行" in typed("import", orders).output
    assert "未变1行" in typed("import", orders).output
    found = kept(installed, "SELECT energy, delivered_on, mileage FROM vehicle ORDER BY id")
    assert [(row[0], str(row[1]), row[2]) for row in found] == [
        ("ice", "2026-09-01", 5100),
        ("bev", "2026-09-02", 2300),
    ]


def test_each_refused_row_comes_back_with_its_reason(installed: str, tmp_path: Path) -> None:
    file = as_csv(
        tmp_path / "客户.csv",
        PEOPLE,
        WANG,
        ("C2", "=1+1", "男", "12345", "", ""),
        ("", "无编号", "", "", "", ""),
    )
    done = typed("import", file)
    assert done.exit_code == 1
    assert "共3行，新增1行，更新0行，未变0行，未导入2行" in done.output
    headers, phone, ref = refusals(tmp_path / "客户.csv.refused.xlsx")
    assert headers == ["行号", "原因", "Reason", *PEOPLE]
    assert phone[:2] == ["3", "手机号：不是有效的手机号（或带区号的座机号）"]
    assert phone[3:6] == ["C2", "=1+1", "男"]
    assert ref[:3] == ["4", "客户编号：必须填写", "ref is required"]
    assert len(kept(installed, "SELECT id FROM customer")) == 1


def test_who_has_no_number_is_known_by_the_phone(installed: str, tmp_path: Path) -> None:
    names = ("姓名", "手机号", "生日")
    file = as_csv(tmp_path / "p.csv", names, ("王芳", "13800000001", ""), ("李强", "", ""))
    first, again = typed("import", file), typed("import", file)
    assert "新增1行，更新0行，未变0行，未导入1行" in first.output
    assert "新增0行，更新0行，未变1行，未导入1行" in again.output
    named = as_csv(tmp_path / "q.csv", PEOPLE, WANG, (*WANG[:1], "王芳芳", *WANG[2:]))
    assert "新增0行，更新2行" in typed("import", named).output
    assert "更新1行" in typed("import", file).output
    twins = as_csv(tmp_path / "t.csv", PEOPLE, ("C2", "王伟", "", "13800000001", "", ""))
    assert "新增1行" in typed("import", twins).output
    assert "未导入2行" in typed("import", file).output
    found = kept(installed, "SELECT ref, name FROM customer ORDER BY ref")
    assert found == [("C1", "王芳"), ("C2", "王伟")]


def test_what_the_database_refuses_is_reported_too(installed: str, tmp_path: Path) -> None:
    file = as_csv(tmp_path / "车.csv", CARS, (VINS[0], "C404", "京A12345", "", "", "", ""))
    report = tmp_path / "r.xlsx"
    assert typed("import", file, "--report", report).exit_code == 1
    assert refusals(report)[1][1:3] == [
        "客户编号：客户编号不存在",
        "customer_ref names no customer",
    ]


def test_refused_rows_come_back_in_the_order_of_the_sheet(installed: str, tmp_path: Path) -> None:
    strange = (VINS[0], "C404", "", "", "", "", "")
    unread = ("short", "", "", "", "", "", "")
    file = as_csv(tmp_path / "车.csv", CARS, strange, unread, (VINS[1], *strange[1:]), unread)
    assert typed("import", file).exit_code == 1
    reported = refusals(tmp_path / "车.csv.refused.xlsx")
    assert [row[0] for row in reported] == ["行号", "2", "3", "4", "5"]


def test_a_dry_run_says_the_same_and_writes_nothing(installed: str, tmp_path: Path) -> None:
    file = as_csv(tmp_path / "p.csv", PEOPLE, WANG, LI, ("C3", "x", "男", "1", "", ""))
    done = typed("import", file, "--dry-run")
    assert done.exit_code == 1
    assert "新增2行，更新0行，未变0行，未导入1行" in done.output
    assert "这次没有写入" in done.output
    for table in ("customer", "consent", "audit_entry"):
        assert kept(installed, f"SELECT id FROM {table}") == []  # noqa: S608 - tables of the line above


def test_a_mapping_is_kept_for_sheets_with_the_same_headers(installed: str, tmp_path: Path) -> None:
    strange = ("会员卡", "称呼语", "脾气")
    file = as_csv(tmp_path / "p.csv", strange, ("C1", "王芳", "急"))
    with pytest.raises(StaffError, match="看不出"):
        raise typed("import", file).exception or AssertionError
    said = tmp_path / "m.json"
    said.write_text(json.dumps({"会员卡": "ref", "称呼语": "name"}), encoding="utf-8")
    first = typed("import", file, "--mapping", said)
    assert "新增1行" in first.output
    assert "没有导入：脾气。" in first.output
    again = typed("import", as_csv(tmp_path / "q.csv", strange, WANG[:3], LI[:3]))
    assert "新增1行，更新0行，未变1行" in again.output
    assert kept(installed, "SELECT name FROM customer ORDER BY ref") == [("王芳",), ("李强",)]


def test_what_cannot_be_done_is_one_clear_line(installed: str, tmp_path: Path) -> None:
    file = as_csv(tmp_path / "p.csv", PEOPLE, WANG)
    missing = typed("import", file, "--kind", "vehicles")
    assert str(missing.exception) == "p.csv缺少vin这一列。 请用--mapping写明是哪一列。"
    said = tmp_path / "m.json"
    said.write_text('{"性别": "sex"}', encoding="utf-8")
    assert "没有字段sex。" in str(typed("import", file, "--mapping", said).exception)
    said.write_text("[]", encoding="utf-8")
    assert "不是列名对照表" in str(typed("import", file, "--mapping", said).exception)
    assert typed("import", tmp_path / "none.csv").exit_code == 2
