"""Files by the DMS's own keys: twice the same is one row, and nobody overwrites what they did not read."""

import pytest

from storage.db import sql
from tests.api.door import VIN, Door, ndjson

WANG = {
    "name": "王芳",
    "gender": "female",
    "phone": "13800000009",
    "birthday": "1988-05-20",
    "consents": ["care", "follow_up", "marketing"],
}
CAR = {
    "customer_ref": "C1",
    "plate": "京A54321",
    "brand": "奥迪",
    "model": "A4L",
    "energy": "ice",
    "store": "main",
    "delivered_on": "2026-09-01",
    "mileage": 1200,
}
NEW_VIN = "LSVAA4187E2000001"
ORDER = {
    "vin": NEW_VIN,
    "store": "main",
    "opened_at": "2026-11-10T09:00:00+08:00",
    "settled_at": "2026-11-10T11:00:00+08:00",
    "mileage": 5100,
    "amount": "680.00",
    "items": ["首保"],
}


async def count(table: str) -> int:
    row = await sql().one(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - a table that the test names
    return int(row["n"])


async def test_a_customer_put_twice_is_one_row(door: Door) -> None:
    before = await count("customer")
    first = await door.asks("PUT", "customers/C1", WANG)
    again = await door.asks("PUT", "customers/C1", WANG)
    assert (first.status, first.body["state"]) == (201, "created")
    assert (again.status, again.body["state"]) == (200, "unchanged")
    assert first.tag == again.tag
    assert await count("customer") == before + 1
    read = await door.asks("GET", "customers/C1")
    assert read.status == 200
    assert {name: read.body[name] for name in WANG} == {
        **WANG,
        "consents": sorted(WANG["consents"]),
    }
    assert read.tag == first.tag


async def test_a_car_and_its_order_put_twice_are_one_row_each(door: Door) -> None:
    await door.asks("PUT", "customers/C1", WANG)
    cars, orders = await count("vehicle"), await count("visit")
    for expected in (201, 200):
        assert (await door.asks("PUT", f"vehicles/{NEW_VIN}", CAR)).status == expected
        assert (await door.asks("PUT", "repair-orders/W/1", ORDER)).status in {404, 405}
        assert (await door.asks("PUT", "repair-orders/W%2F1", ORDER)).status == expected
    assert (await count("vehicle"), await count("visit")) == (cars + 1, orders + 1)
    doubtful = await door.asks("PUT", f"vehicles/{NEW_VIN}", {"colour": "白"})
    assert doubtful.body["warnings"] == ["vin has a check digit that does not fit"]
    car = (await door.asks("GET", f"vehicles/{NEW_VIN.lower()}")).body
    assert {name: car[name] for name in CAR} == {**CAR, "mileage": 5100}
    order = (await door.asks("GET", "repair-orders/W%2F1")).body
    assert (order["amount"], order["items"], order["vin"]) == ("680.00", ["首保"], NEW_VIN)
    assert order["settled_at"] == "2026-11-10T03:00:00+00:00"


async def test_a_delivery_told_three_times_is_one(door: Door) -> None:
    told = {"vin": VIN, "delivered_at": "2026-09-01T10:00:00+08:00", "consultant": "李雷"}
    seen = [await door.asks("POST", "deliveries", told) for _ in range(3)]
    assert [one.status for one in seen] == [201, 200, 200]
    assert await count("delivery") == 1


@pytest.mark.parametrize("ref", [{"ref": "I1"}, {}], ids=["their key", "no key"])
async def test_an_incident_told_twice_is_one(door: Door, ref: dict[str, str]) -> None:
    told = {**ref, "vin": VIN, "kind": "accident", "happened_at": "2026-11-17T08:00:00+08:00"}
    assert [(await door.asks("POST", "incidents", told)).status for _ in "ab"] == [201, 200]
    assert await count("incident") == 1


async def test_what_somebody_else_changed_is_not_overwritten(door: Door) -> None:
    first = await door.asks("PUT", "customers/C1", WANG)
    mine = {"If-Match": first.tag}
    assert (await door.asks("PUT", "customers/C1", {"name": "王方"}, headers=mine)).status == 200
    late = await door.asks("PUT", "customers/C1", {"name": "汪芳"}, headers=mine)
    assert late.status == 412
    assert late.body["type"] == "urn:cheyu:problem:precondition-failed"
    assert (await door.asks("GET", "customers/C1")).body["name"] == "王方"


async def test_conditions_on_what_is_there_and_what_is_not(door: Door) -> None:
    new, there = {"If-None-Match": "*"}, {"If-Match": "*"}
    assert (await door.asks("PUT", "customers/C1", WANG, headers=there)).status == 412
    assert (await door.asks("PUT", "customers/C1", WANG, headers={"If-Match": '"7"'})).status == 412
    made = await door.asks("PUT", "customers/C1", WANG, headers=new)
    assert made.status == 201
    assert (await door.asks("PUT", "customers/C1", WANG, headers=new)).status == 412
    assert (await door.asks("PUT", "customers/C1", WANG, headers=there)).status == 200
    known = {"If-None-Match": f'"99", {made.tag}'}
    unchanged = await door.asks("GET", "customers/C1", headers=known)
    assert (unchanged.status, unchanged.tag) == (304, made.tag)
    assert (await door.asks("GET", "customers/C1", headers={"If-Match": "x"})).status == 200
    assert (await door.asks("GET", "customers/C1", headers={"If-None-Match": "x"})).status == 200


async def test_null_clears_and_silence_keeps(door: Door) -> None:
    await door.asks("PUT", "customers/C1", {**WANG, "company": "城南物流"})
    await door.asks("PUT", "customers/C1", {"company": None})
    read = (await door.asks("GET", "customers/C1")).body
    assert (read["company"], read["name"], read["phone"]) == (None, "王芳", "13800000009")


async def test_what_is_not_known_is_named_and_not_kept(door: Door) -> None:
    seen = await door.asks("PUT", "customers/C1", {**WANG, "favourite_colour": "red"})
    assert (seen.status, seen.body["ignored"]) == (201, ["favourite_colour"])


async def test_what_cannot_be_true_is_refused_by_its_field(door: Door) -> None:
    seen = await door.asks("PUT", f"vehicles/{NEW_VIN}", {"plate": "ABCDEFG", "customer_ref": "X"})
    assert (seen.status, seen.wrong) == (422, ["plate"])
    nobody = await door.asks("PUT", f"vehicles/{NEW_VIN}", {"customer_ref": "X"})
    assert (nobody.status, nobody.wrong) == (422, ["customer_ref"])
    other = await door.asks("PUT", "customers/C1", {"ref": "C2"})
    assert (other.status, other.wrong) == (422, ["ref"])
    form = await door.asks("PUT", "customers/C1", {"name": 7, "birthday": "1988-02-30"})
    assert (form.status, form.wrong) == (400, ["name", "birthday"])


async def test_numbers_are_taken_as_a_dms_may_write_them(door: Door) -> None:
    """One at a time and in a feed alike: the published form is the one that is read."""
    body = {"phone": "+86 138-0000-0009", "id_number": "11010519491231002x", "consultant": "谁"}
    seen = await door.asks("PUT", "customers/C9", body)
    assert (seen.status, len(seen.body["warnings"])) == (201, 1)
    line = ndjson([{"ref": "C9", **body}])
    fed = await door.asks("PUT", "customers", data=line, kind="application/x-ndjson")
    assert '"state": "unchanged"' in fed.body
    kept = (await door.asks("GET", "customers/C9")).body
    assert (kept["phone"], kept["id_number"]) == ("13800000009", "11010519491231002X")
    told = {"vin": VIN.lower(), "delivered_at": "2026-09-01T10:00:00+08:00"}
    assert (await door.asks("POST", "deliveries", told)).status == 201
