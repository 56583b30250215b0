"""What people write into a sheet's cells is read as they meant it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import records
from bot.rules.records import KINDS, Problems, Record

SHANGHAI = ZoneInfo("Asia/Shanghai")
VIN = "LSVAA4187E2000001"


def cell(kind: str, field: str, said: str) -> Any:
    base = {"customer": {"ref": "C1"}, "vehicle": {"vin": VIN}}.get(kind, {"ref": "R", "vin": VIN})
    found = getattr(records, kind)({**base, field: said}, cells=SHANGHAI)
    assert isinstance(found, Record), found
    return found.fields[field]


@pytest.mark.parametrize(
    "said",
    [
        "2026-09-01",
        "2026/9/1",
        "2026年9月1日",
        "2026.9.1",
        "20260901",
        "46266",
        "2026-09-01 00:00:00",
    ],
)
def test_a_day_however_it_is_written(said: str) -> None:
    assert cell("vehicle", "delivered_on", said) == date(2026, 9, 1)


@pytest.mark.parametrize(
    "said",
    ["2026-09-01 10:30", "2026/9/1 10:30:00", "2026年9月1日 10时30分", "2026-09-01T10:30:00"],
)
def test_a_moment_is_on_the_clock_of_the_store(said: str) -> None:
    assert cell("repair_order", "settled_at", said) == datetime(2026, 9, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "field", "said", "meant"),
    [
        ("vehicle", "mileage", "5,100 km", 5100),
        ("vehicle", "mileage", "5100.0", 5100),
        ("vehicle", "energy", "插混", "phev"),
        ("vehicle", "energy", "燃油", "ice"),
        ("vehicle", "energy", "BEV", "bev"),
        ("vehicle", "sold", "是", True),
        ("repair_order", "amount", "¥1,680.5", Decimal("1680.50")),
        ("repair_order", "amount", "680元", Decimal("680.00")),
        ("repair_order", "items", "首保、换机油;洗车", ("首保", "换机油", "洗车")),
        ("customer", "gender", "女士", "female"),
        ("customer", "birthday_lunar", "八月十五", "08-15"),
        ("customer", "birthday_lunar", "腊月廿三", "12-23"),
        ("customer", "birthday_lunar", "农历正月初一", "01-01"),
        ("customer", "birthday_lunar", "8-15", "08-15"),
        ("customer", "birthday_lunar", "闰六月初一", "L06-01"),
        ("customer", "birthday_lunar", "农历闰8月15日", "L08-15"),
        ("customer", "birthday_lunar", "L08-15", "L08-15"),
        ("customer", "consents", "关怀、回访", ("care", "follow_up")),
        ("customer", "preferences", "饮品：茶；时段:周末", {"时段": "周末", "饮品": "茶"}),
    ],
)
def test_the_words_of_a_sheet(kind: str, field: str, said: str, meant: object) -> None:
    assert cell(kind, field, said) == meant


@pytest.mark.parametrize(
    ("kind", "field", "said", "zh"),
    [
        ("vehicle", "energy", "核动力", "应为 燃油、纯电、插混 之一"),
        ("customer", "consents", "关怀、打扰", "应为 关怀、回访、营销 之一"),
        ("repair_order", "opened_at", "明天", "应为日期和时间，例如 2026-09-01 10:30"),
        ("repair_order", "amount", "一百", "应为金额，例如 680.00"),
    ],
)
def test_a_cell_is_refused_in_the_words_of_a_sheet(
    kind: str, field: str, said: str, zh: str
) -> None:
    found = getattr(records, kind)({field: said}, cells=SHANGHAI)
    assert isinstance(found, Problems)
    assert [one.zh for one in found.items if one.field == field] == [zh]
    assert not any("RFC" in one.en or "string" in one.en for one in found.items)


def test_an_empty_cell_says_nothing_and_a_stray_column_is_a_warning() -> None:
    found = records.customer({"ref": "C1", "name": " ", "phone": "", "hobby": "x"}, cells=SHANGHAI)
    assert isinstance(found, Record)
    assert dict(found.fields) == {}
    assert [warning.field for warning in found.warnings] == ["hobby"]
    assert isinstance(records.customer({"ref": " "}, cells=SHANGHAI), Problems)


@given(kind=st.sampled_from(sorted(KINDS)), data=st.data())
def test_whatever_a_cell_says_is_read_or_refused_with_words(kind: str, data: st.DataObject) -> None:
    texts = st.text(max_size=30) | st.from_regex(r"[0-9]{1,8}[-/.年月日 :]{0,2}[0-9]{0,6}")
    names = st.sampled_from(sorted(KINDS[kind].fields))
    row = data.draw(st.dictionaries(names, texts, max_size=8))
    found = getattr(records, kind)(row, cells=SHANGHAI)
    if isinstance(found, Problems):
        assert all(one.zh and one.en for one in found)
