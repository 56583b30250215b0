"""Columns are known by the names that dealers give them."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.records import KINDS
from bot.rules.sheet_columns import SHEETS, columns, guess, plain_header, signature, wrong_fields


def test_headers_in_chinese_and_in_english() -> None:
    found = columns("vehicle", ["车架号（VIN）*", " Plate No. ", "能源类型", "脾气", "", "VIN"])
    assert dict(found.fields) == {0: "vin", 1: "plate", 2: "energy"}
    assert (found.unknown, found.missing) == (("脾气", "VIN"), ())
    assert columns("customer", ["姓名"]).missing == ("ref",)
    assert columns("customer", ["姓名", "手机"]).missing == ()


def test_every_field_is_known_by_its_own_name() -> None:
    for kind in SHEETS.values():
        fields = list(KINDS[kind].fields)
        assert list(columns(kind, fields).fields.values()) == fields
        assert columns(kind, [field.upper().replace("_", " ") for field in fields]).unknown == ()


def test_what_is_said_beats_what_is_known() -> None:
    found = columns("customer", ["会员卡", "姓名", "手机"], {"会员卡": "ref", "手机": ""})
    assert dict(found.fields) == {0: "ref", 1: "name"}
    assert found.unknown == ()
    assert wrong_fields("customer", {"a": "ref", "b": "vin", "c": ""}) == ["vin"]


def test_the_kind_is_guessed_by_what_fits_best() -> None:
    assert guess(["客户编号", "姓名", "手机号"]) == "customer"
    assert guess(["车架号", "客户编号", "车牌号", "品牌"]) == "vehicle"
    assert guess(["工单号", "车架号", "结算时间", "金额", "里程"]) == "repair_order"
    assert guess(["甲", "乙"]) is None
    assert guess(["车牌号", "车型", "姓名", "手机号"]) is None


def test_a_signature_is_of_the_names_not_of_their_order() -> None:
    assert signature(["车架号", "车牌"]) == signature(["车牌 ", "车架号(VIN)"])
    assert signature(["车架号"]) != signature(["车牌"])


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_headers_are_read(headers: list[str]) -> None:
    guess(headers)
    for kind in SHEETS.values():
        found = columns(kind, headers)
        assert len(set(found.fields.values())) == len(found.fields)
    for header in headers:
        plain_header(header)
