"""What the interface takes for a record, and with which words it refuses."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import records
from bot.rules.identifiers import make_vin
from bot.rules.record_fields import Unfit, read_id_number, read_phone, read_plate, read_vin
from bot.rules.records import KINDS, Problems, Record

WANG = json.loads(
    '{"ref":"C1","name":"王芳","gender":"female","phone":"13800000001","birthday":"1988-05-20",'
    '"consents":["care","follow_up","marketing"]}'
)
CAR = json.loads(
    '{"vin":"LSVAA4187E2000001","customer_ref":"C1","plate":"京A12345","brand":"奥迪",'
    '"model":"Q5L","energy":"ice","store":"main","delivered_on":"2026-09-01","mileage":1200}'
)
ORDER = json.loads(
    '{"ref":"R1","vin":"LSVAA4187E2000001","store":"main","opened_at":"2026-09-01T08:30:00+08:00",'
    '"settled_at":"2026-09-01T11:00:00+08:00","mileage":5100,"amount":"680.00","items":["首保"]}'
)


def taken(record: Record | Problems) -> Record:
    assert isinstance(record, Record), record
    return record


def refused(record: Record | Problems) -> dict[str, str]:
    assert isinstance(record, Problems), record
    return {problem.field: problem.en for problem in record}


def test_the_bodies_of_the_contract_are_taken() -> None:
    wang = taken(records.customer(WANG))
    assert wang.ref == "C1"
    assert wang.fields["birthday"] == date(1988, 5, 20)
    assert wang.fields["consents"] == ("care", "follow_up", "marketing")
    car = taken(records.vehicle(CAR))
    assert (car.ref, car.fields["plate"], car.fields["mileage"]) == (CAR["vin"], "京A12345", 1200)
    order = taken(records.repair_order(ORDER))
    assert order.fields["amount"] == Decimal("680.00")
    assert order.fields["settled_at"] == datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
    delivered = {"vin": CAR["vin"], "delivered_at": "2026-09-01T10:00:00Z", "consultant": "张伟"}
    assert taken(records.delivery(delivered)).fields["consultant"] == "张伟"
    crash = {"vin": CAR["vin"], "kind": "accident", "happened_at": "2026-09-01T10:00:00+08:00"}
    assert taken(records.incident(crash)).ref == ""


def test_what_is_not_given_is_not_there_and_null_clears() -> None:
    record = taken(records.customer({"ref": "C1", "phone": None}))
    assert dict(record.fields) == {"phone": None}
    assert refused(records.vehicle({"vin": None})) == {"vin": "is required"}
    assert refused(records.repair_order({"ref": "R1"})) == {"vin": "is required"}


def test_every_problem_is_named_at_once_in_two_languages() -> None:
    found = records.customer({"ref": "", "phone": "12345", "birthday": "1988-02-30", "hobby": "茶"})
    assert isinstance(found, Problems)
    assert [one.field for one in found] == ["ref", "phone", "birthday", "hobby"]
    assert "phone 不是有效的手机号" in found.zh
    assert "birthday must be a date" in found.en


@pytest.mark.parametrize(
    ("make", "bad"),
    [
        (records.vehicle, {"mileage": "5100"}),
        (records.vehicle, {"mileage": True}),
        (records.vehicle, {"mileage": -1}),
        (records.vehicle, {"energy": "diesel"}),
        (records.vehicle, {"sold": "yes"}),
        (records.vehicle, {"plate": "京A1234"}),
        (records.repair_order, {"amount": 680.0}),
        (records.repair_order, {"amount": "-1.00"}),
        (records.repair_order, {"settled_at": "2026-09-01T10:00:00"}),
        (records.repair_order, {"items": "首保"}),
        (records.customer, {"consents": ["spam"]}),
        (records.customer, {"birthday_lunar": "13-01"}),
        (records.customer, {"birthday_lunar": "08-31"}),
        (records.customer, {"birthday_lunar": "L13-01"}),
        (records.customer, {"birthday_lunar": "l08-15"}),
        (records.customer, {"birthday_lunar": "08-15\n"}),
        (records.customer, {"id_number": "11010119900307001X"}),
        (records.customer, {"preferences": ["茶"]}),
        (records.customer, {"name": "王" * 65}),
    ],
)
def test_a_value_of_another_kind_is_refused(make: Any, bad: dict[str, Any]) -> None:
    whole = {"ref": "X1", "vin": CAR["vin"], **bad}
    if make is records.vehicle:
        del whole["ref"]
    elif make is records.customer:
        del whole["vin"]
    assert list(refused(make(whole))) == list(bad)


def test_an_order_is_not_settled_before_it_was_opened() -> None:
    assert "settled_at" in refused(
        records.repair_order({**ORDER, "settled_at": "2026-09-01T08:00:00+08:00"})
    )


def test_a_check_digit_that_does_not_fit_warns_only() -> None:
    right = make_vin("LSVAA418", 2014, "2", 1)
    wrong = right[:8] + ("0" if right[8] != "0" else "1") + right[9:]
    assert taken(records.vehicle({"vin": right})).warnings == ()
    assert [w.field for w in taken(records.vehicle({"vin": wrong})).warnings] == ["vin"]
    european = "W" + wrong[1:]
    assert taken(records.vehicle({"vin": european})).warnings == ()


def test_numbers_are_read_in_their_one_form() -> None:
    assert read_phone("+86 138-0000-0001") == "13800000001"
    assert read_phone("010-12345678".replace("1", "6")) == "060-62345678".replace("1", "6")
    assert read_plate(" 京a·d12345 ") == "京AD12345"
    assert read_vin("lsvaa418 7e2000001") == "LSVAA4187E2000001"
    assert read_id_number("11010519491231002x") == "11010519491231002X"
    assert read_id_number("91350100M000100Y43") == "91350100M000100Y43"
    with pytest.raises(Unfit):
        read_vin("LSVAA4187E200000O")


def test_signs_that_no_database_takes_are_left_out() -> None:
    record = taken(records.customer({"ref": "C1", "name": "王\x00芳\ud800", "notes": "一\n二"}))
    assert record.fields["name"] == "王芳"
    assert record.fields["notes"] == "一\n二"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(kind=st.sampled_from(sorted(KINDS)), data=st.data())
def test_whatever_json_says_is_read_or_refused_with_words(kind: str, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(KINDS[kind].fields)) | st.text(max_size=8)
    body = data.draw(st.dictionaries(names, JSON, max_size=6))
    found = getattr(records, kind)(body)
    if isinstance(found, Problems):
        assert found.items
        assert all(one.zh and one.en for one in found)
    else:
        assert isinstance(found, Record)
        found.ref.encode()


@given(serial=st.integers(0, 999_999), year=st.integers(1980, 2009))
def test_a_right_vin_is_never_doubted(serial: int, year: int) -> None:
    assert taken(records.vehicle({"vin": make_vin("LSVAA418", year, "A", serial)})).warnings == ()


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "86 ", "0086-"])
)
def test_a_mobile_number_is_read_however_it_is_dressed(number: str, before: str) -> None:
    if number.isascii():
        assert read_phone(f"{before}{number[:3]} {number[3:7]}-{number[7:]}") == number


def test_the_schema_names_every_field_and_what_must_be_there() -> None:
    for kind, shape in KINDS.items():
        schema = records.schema(kind, without=(shape.key,))
        assert set(schema["properties"]) == set(shape.fields) - {shape.key}
        assert set(schema["required"]) == set(shape.required) - {shape.key}
        json.dumps(schema)
        for field in schema["properties"].values():
            if "pattern" in field:
                re.compile(field["pattern"])
