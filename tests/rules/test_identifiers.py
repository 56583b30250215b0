"""Phone numbers, plates and VINs as they are typed, and what is said about wrong ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.identifiers import (
    make_vin,
    mask_phone,
    mask_plate,
    phone_problem,
    plate_problem,
    read_phone,
    read_plate,
    read_vin,
    vin_check_digit_ok,
    vin_problem,
)


@pytest.mark.parametrize(
    "text",
    [
        "13800000001", "+8613800000001", "+86 138 0000 0001", "86-13800000001", "138-0000-0001", "138 0000 0001",
        "１３８０００００００１", "我的电话是13800000001，谢谢", "手机:13800000001", "008613800000001",
        "13800000001 周六3点", "13800000001，京A12345",
    ],
)  # fmt: skip
def test_phones(text: str) -> None:
    reading = read_phone(text)
    assert reading is not None
    assert reading.value == "13800000001"
    assert phone_problem(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1380000000", "10位"),
        ("138000000011", "12位"),
        ("12800000001", "13到19"),
        ("010-12345678", "座机"),
        ("没有手机", "没有看到"),
        ("", "没有看到"),
        ("13800000001或13900000002", "两个"),
    ],
)
def test_phone_problems(text: str, words: str) -> None:
    reading = read_phone(text)
    assert reading is None or not reading.certain
    assert words in (phone_problem(text) or "")


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("京A12345", "京A12345"), ("京a12345", "京A12345"), ("京A·12345", "京A12345"), ("京A 12345", "京A12345"),
        ("京 A 12345", "京A12345"), ("京Ａ１２３４５", "京A12345"), ("京A-12345", "京A12345"), ("滬a8k6m2", "沪A8K6M2"),
        ("沪AD12345", "沪AD12345"), ("粤B·F12345", "粤BF12345"), ("粤B12345D", "粤B12345D"), ("京AA12345", "京AA12345"),
        ("京A1234学", "京A1234学"), ("京A1234警", "京A1234警"), ("粤Z1234港", "粤Z1234港"), ("粤Z1234澳", "粤Z1234澳"),
        ("京A1234领", "京A1234领"), ("使014001", "使014001"), ("沪A1234挂", "沪A1234挂"), ("给京A12345做个保养", "京A12345"),
        ("京A12345三点", "京A12345"), ("京A12345 3点", "京A12345"), ("车牌：京A12345。", "京A12345"),
    ],
)  # fmt: skip
def test_plates(text: str, plate: str) -> None:
    reading = read_plate(text)
    assert reading is not None
    assert reading.value == plate
    assert plate_problem(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("京AO1234", "没有字母 I 和 O"),
        ("京AI2345", "没有字母 I 和 O"),
        ("A12345", "省份简称"),
        ("12345", "省份简称"),
        ("京12345", "一个字母"),
        ("京A1234", "6位"),
        ("京A123456", "新能源"),
        ("京A123456789", "11位"),
        ("京A1234好", "不像车牌号"),
        ("", "没有看到"),
        ("京A12345和沪B12345", "两个"),
    ],
)
def test_plate_problems(text: str, words: str) -> None:
    reading = read_plate(text)
    assert reading is None or not reading.certain
    assert words in (plate_problem(text) or "")


def test_a_plate_said_twice_is_one_plate_where_it_stood_first() -> None:
    reading = read_plate("京A12345今天来，京A12345")
    assert reading is not None
    assert (reading.values, reading.start, reading.end) == (("京A12345",), 0, 7)


@pytest.mark.parametrize("text", ["新A6L多少钱", "新款A4L", "新E300L", "京东", "川菜馆A1", "云南"])
def test_no_plate(text: str) -> None:
    assert read_plate(text) is None


@pytest.mark.parametrize(
    "text",
    ["LSVAA4183E2000001", "lsvaa4183e2000001", "车架号LSVAA4183E2000001", "LSVAA 4183E 2000001"],
)
def test_vins(text: str) -> None:
    reading = read_vin(text)
    assert reading is not None
    assert reading.value == "LSVAA4183E2000001"
    assert vin_problem(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("LSVAA4187E2000001", "校验位"),
        ("LSVAA4183E200000", "16位"),
        ("LSVOA4183E2000001", "没有字母 I、O、Q"),
        ("12345678901234567", "字母和数字"),
        ("", "17位"),
        ("不知道", "17位"),
    ],
)
def test_vin_problems(text: str, words: str) -> None:
    assert words in (vin_problem(text) or "")


def test_a_european_vin_may_fail_the_check_digit() -> None:
    vin = "WBA1J71040V123456"
    assert not vin_check_digit_ok(vin)
    assert vin_problem(vin) is None


def test_a_phone_beside_a_plate_is_no_vin() -> None:
    assert read_vin("13800000001 A12345") is None


@given(
    prefix=st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=8, max_size=8),
    year=st.integers(1980, 2040),
    plant=st.sampled_from("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"),
    serial=st.integers(0, 999_999),
)
def test_a_made_vin_has_its_check_digit(prefix: str, year: int, plant: str, serial: int) -> None:
    vin = make_vin(prefix, year, plant, serial)
    assert len(vin) == 17
    assert vin_check_digit_ok(vin)
    assert vin.endswith(f"{serial:06d}")


def test_a_vin_that_cannot_be_made() -> None:
    assert make_vin("LSVAA418", 2014, "2", 1) == "LSVAA4183E2000001"
    for prefix, plant, serial in (
        ("LSVOA418", "2", 1),
        ("LSVAA41", "2", 1),
        ("LSVAA418", "2", 10**6),
    ):
        with pytest.raises(ValueError, match="no VIN"):
            make_vin(prefix, 2026, plant, serial)


def test_the_check_digit_known_from_the_standard() -> None:
    assert vin_check_digit_ok("1M8GDM9AXKP042788")
    assert vin_check_digit_ok("11111111111111111")
    assert not vin_check_digit_ok("1M8GDM9A1KP042788")
    assert not vin_check_digit_ok("too short")


def test_masks_show_enough_for_the_owner_alone() -> None:
    assert mask_phone("13800000001") == "138****0001"
    assert mask_phone("12345") == "*****"
    assert mask_plate("京A12345") == "京A***45"
    assert mask_plate("京AD12345") == "京A****45"
    assert mask_plate("京A12") == "****"
