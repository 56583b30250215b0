"""The same told twice is there once: customers, cars, orders, deliveries and incidents."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.rules import records as rules
from bot.rules.identifiers import make_vin
from bot.rules.records import (
    CustomerRecord,
    DeliveryRecord,
    IncidentRecord,
    Problems,
    RepairOrderRecord,
    VehicleRecord,
)
from storage.db import sql
from storage.queries import consents, people
from storage.queries.cars import cars_of
from storage.queries.consents import Who
from storage.queries.records import puts as records
from storage.queries.records.puts import Outcome
from storage.secrets import use_keys
from tests.people import NOW, SECRET, Cast, dealership, follower

VIN, OTHER, THIRD = (make_vin("LSVAA418", 2014, "2", serial) for serial in (101, 102, 103))
DMS = "dms:test"


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as here:
        yield here


def customer(ref: str = "C1", **fields: Any) -> CustomerRecord:
    made = rules.customer({"ref": ref, **fields})
    assert not isinstance(made, Problems), made.en
    return made


def vehicle(vin: str = VIN, **fields: Any) -> VehicleRecord:
    made = rules.vehicle({"vin": vin, **fields})
    assert not isinstance(made, Problems), made.en
    return made


def order(ref: str = "W1", vin: str = VIN, **fields: Any) -> RepairOrderRecord:
    made = rules.repair_order({"ref": ref, "vin": vin, **fields})
    assert not isinstance(made, Problems), made.en
    return made


async def put_customer(ref: str = "C1", **fields: Any) -> Outcome:
    return (await records.put_customers([customer(ref, **fields)], NOW, DMS))[0]


async def put_vehicle(vin: str = VIN, **fields: Any) -> Outcome:
    return (await records.put_vehicles([vehicle(vin, **fields)], NOW, DMS))[0]


async def count(table: str, where: str = "1 = 1") -> int:
    row = await sql().one(f"SELECT count(*) AS n FROM {table} WHERE {where}")  # noqa: S608 - a table and a condition that the test names
    return int(row["n"])


async def row(table: str, row_id: int) -> Mapping[str, Any]:
    return dict(await sql().one(f"SELECT * FROM {table} WHERE id = ?", row_id))  # noqa: S608 - a table that the test names; the value is a mark


async def test_a_customer_put_twice_is_one_row_that_keeps_what_was_not_given(cast: Cast) -> None:
    whole: dict[str, Any] = {
        "name": "周敏",
        "phone": "13700000001",
        "birthday": "1988-05-20",
        "tags": ["VIP"],
    }
    first = await put_customer(**whole, preferences={"饮品": "茶"})
    again = await put_customer(**whole)
    changed = await put_customer(name="周敏敏")
    assert [one.state for one in (first, again, changed)] == ["created", "unchanged", "updated"]
    assert [one.rev for one in (first, again, changed)] == [1, 1, 2]
    kept = await row("customer", first.id)
    assert (kept["name"], kept["state"]) == ("周敏敏", "filed")
    assert "13700000001" not in str(kept)
    assert (await put_customer(phone=None)).state == "updated"
    assert (await row("customer", first.id))["phone_hash"] is None


async def test_what_began_in_chat_is_joined_by_its_phone_not_doubled(cast: Cast) -> None:
    draft = await people.draft_file(cast.stranger.user_id, "13700000009", "京C00009", "周先生", NOW)
    before = await count("customer")
    joined = await put_customer(name="周磊", phone="13700000009")
    assert (joined.state, joined.id) == ("updated", draft.customer_id)
    assert await count("customer") == before
    car = await put_vehicle(customer_ref="C1", plate="京C00009", brand="大众")
    assert (car.state, car.id) == ("updated", draft.vehicle_id)
    assert [note.field for note in car.notes if "draft" in note.en] == ["plate"]
    mine = await cars_of(joined.id)
    assert [(one.vin, one.plate) for one in mine] == [(VIN, "京C00009")]


async def test_a_draft_is_absorbed_by_the_car_that_was_there_with_its_bookings(cast: Cast) -> None:
    await put_customer(phone="13700000008")
    there = await put_vehicle(customer_ref="C1")
    user = await follower("oNew", None)
    draft = await people.draft_file(user, "13700000007", "京C00008", "", NOW)
    assert draft.vehicle_id
    done = await put_vehicle(plate="京C00008")
    assert (done.state, done.id) == ("updated", there.id)
    assert await count("vehicle", f"id = {draft.vehicle_id}") == 0


async def test_a_plate_moves_to_the_car_that_was_told_of_last(cast: Cast) -> None:
    old = await put_vehicle(plate="京C00001")
    new = await put_vehicle(OTHER, plate="京C00001")
    assert [note.en for note in new.notes] == ["moved from another car"]
    assert (await row("vehicle", old.id))["plate"] is None
    swap = [vehicle(plate="京C00001"), vehicle(OTHER, plate="京C00002")]
    await records.put_vehicles(swap, NOW, DMS)
    back = [vehicle(plate="京C00002"), vehicle(OTHER, plate="京C00001")]
    assert [one.state for one in await records.put_vehicles(back, NOW, DMS)] == ["updated"] * 2
    assert [one.state for one in await records.put_vehicles(back, NOW, DMS)] == ["unchanged"] * 2


async def test_a_sold_car_gives_its_plate_free_and_keeps_its_history(cast: Cast) -> None:
    old = await put_vehicle(plate="京C00001")
    await records.put_repair_orders([order(settled_at="2026-09-01T10:00:00Z")], NOW, DMS)
    await put_vehicle(plate="京C00001", sold=True)
    new = await put_vehicle(OTHER, plate="京C00001")
    assert new.notes == ()
    assert (await row("vehicle", old.id))["plate_hash"] is not None
    assert await count("visit", f"vehicle_id = {old.id}") == 1
    bought_back = await put_vehicle(sold=False)
    assert [note.en for note in bought_back.notes] == ["moved from another car"]


async def test_a_car_sold_to_another_customer_is_theirs_and_followed_by_nobody_of_before(
    cast: Cast,
) -> None:
    user = await follower("oOld", (await put_customer()).id)
    await put_customer("C2")
    car = await put_vehicle(customer_ref="C1", plate="京C00001")
    await sql().run(
        "INSERT INTO vehicle_person (account_id, vehicle_id, wechat_user_id, role, created_at)"
        " VALUES (?, ?, ?, 'driver', ?)",
        *(cast.account, car.id, user, NOW),
    )
    await put_vehicle(sold=True)
    moved = await put_vehicle(customer_ref="C2")
    kept = await row("vehicle", car.id)
    assert (moved.state, bool(kept["sold"]), kept["sold_at"]) == ("updated", False, None)
    assert kept["plate_live_hash"] == kept["plate_hash"] is not None
    assert await count("vehicle_person") == 0


async def test_a_car_of_nobody_known_is_refused_and_the_rest_is_written(cast: Cast) -> None:
    rows = [vehicle(customer_ref="C404"), vehicle(OTHER, store="nowhere"), vehicle(THIRD)]
    done = await records.put_vehicles(rows, NOW, DMS)
    assert [one.state for one in done] == ["refused", "refused", "created"]
    assert [one.problem.field for one in done if one.problem] == ["customer_ref", "store"]


async def test_an_older_reading_does_not_undo_a_newer_one(cast: Cast) -> None:
    first = await put_vehicle(mileage=1200)
    await records.put_repair_orders(
        [order(settled_at="2026-10-01T10:00:00Z", mileage=5100, amount="680.00")], NOW, DMS
    )
    stale = await put_vehicle(mileage=1200)
    assert (stale.state, [note.field for note in stale.notes]) == ("unchanged", ["mileage"])
    kept = await row("vehicle", first.id)
    assert (kept["mileage"], str(kept["mileage_on"])) == (5100, "2026-10-01")


async def test_an_order_grows_from_opened_to_settled(cast: Cast) -> None:
    await put_vehicle()
    opened = order(opened_at="2026-09-01T08:30:00+08:00", store="main")
    settled = order(settled_at="2026-09-01T11:00:00+08:00", amount="680.00", items=["首保"])
    states = [
        (await records.put_repair_orders([one], NOW, DMS))[0]
        for one in (opened, opened, settled, settled, opened)
    ]
    assert [one.state for one in states] == [
        "created", "unchanged", "updated", "unchanged", "unchanged",
    ]  # fmt: skip
    assert await count("visit", "ref = 'W1'") == 1
    lost = await records.put_repair_orders([order("W2", OTHER)], NOW, DMS)
    assert lost[0].problem
    assert lost[0].problem.field == "vin"


async def test_the_same_delivery_three_times_is_one(cast: Cast) -> None:
    car = await put_vehicle()
    made = rules.delivery(
        {"vin": VIN, "delivered_at": "2026-09-01T10:00:00Z", "consultant": "无名"}
    )
    assert isinstance(made, DeliveryRecord)
    done = [(await records.record_deliveries([made], NOW, DMS))[0] for _ in range(3)]
    assert [one.state for one in done] == ["created", "unchanged", "unchanged"]
    assert [note.field for note in done[0].notes] == ["consultant"]
    assert await count("delivery") == 1
    assert str((await row("vehicle", car.id))["delivered_on"]) == "2026-09-01"


async def test_an_incident_without_a_ref_is_known_by_what_happened(cast: Cast) -> None:
    await put_vehicle()
    body = {"vin": VIN, "kind": "accident", "happened_at": "2026-09-01T10:00:00Z", "note": "追尾"}
    made, named = rules.incident(body), rules.incident({**body, "ref": "I1"})
    assert isinstance(made, IncidentRecord)
    assert isinstance(named, IncidentRecord)
    done = await records.record_incidents([made, made, named, named], NOW, DMS)
    assert [one.state for one in done] == ["created", "unchanged", "created", "unchanged"]
    assert VIN not in done[0].ref


async def test_a_stale_etag_is_refused_and_says_what_is_there_now(cast: Cast) -> None:
    await put_customer(name="周敏")
    await put_customer(name="周敏敏")
    rows = [customer(name="周"), customer("C2", name="吴")]
    done = await records.put_customers(rows, NOW, DMS, if_rev={"C1": 1, "C2": 0})
    assert [one.state for one in done] == ["refused", "created"]
    assert done[0].problem
    assert (done[0].problem.field, done[0].rev) == ("rev", 2)
    there = await records.put_customers(rows, NOW, DMS, if_rev={"C1": 0})
    assert there[0].state == "refused"


async def test_a_persons_change_to_a_filed_file_waits_for_a_manager(cast: Cast) -> None:
    filed = await put_customer(name="周敏")
    asked = await records.put_customers([customer(name="周")], NOW, "张三", by_person=True)
    assert (asked[0].state, asked[0].rev) == ("pending", filed.rev)
    assert (await row("customer", filed.id))["name"] == "周敏"
    assert await count("file_change", f"subject_id = {filed.id} AND state = 'pending'") == 1
    new = await records.put_customers([customer("C9", name="新")], NOW, "张三", by_person=True)
    assert (await row("customer", new[0].id))["state"] == "draft"


async def test_consents_of_a_nightly_feed_never_undo_a_no_from_chat(cast: Cast) -> None:
    made = await put_customer(consents=["care", "marketing"])
    await consents.withdraw(Who(made.id), ["marketing"], "退订", NOW)
    lines = await count("consent")
    assert (await put_customer(consents=["care", "marketing"])).state == "unchanged"
    assert await count("consent") == lines
    assert not await consents.given(made.id, "marketing")
    more = await put_customer(consents=["care", "follow_up", "marketing"])
    assert (more.state, more.rev) == ("updated", 2)
    assert await consents.given(made.id, "follow_up")


async def test_an_erased_customer_does_not_come_back_with_the_next_feed(cast: Cast) -> None:
    made = await put_customer(name="周敏")
    await sql().run("UPDATE customer SET erased_at = ? WHERE id = ?", NOW, made.id)
    assert (await put_customer(name="周敏")).state == "refused"
    assert (await put_vehicle(customer_ref="C1")).state == "refused"


async def test_while_keys_rotate_what_the_old_one_wrote_is_found(cast: Cast) -> None:
    whole = {"plate": "京C00001", "customer_ref": "C1", "brand": "大众"}
    person = await put_customer(phone="13700000001")
    car = await put_vehicle(**whole)
    use_keys(f"another key for the days to come,{SECRET}")
    assert (await put_customer(phone="13700000001")).state == "unchanged"
    assert (await put_vehicle(**whole)).state == "unchanged"
    changed = await put_vehicle(**{**whole, "brand": "奥迪"})
    assert (changed.state, changed.id) == ("updated", car.id)
    await put_customer(name="周敏")
    use_keys("another key for the days to come")
    kept = [(one.vin, one.plate) for one in await cars_of(person.id)]
    assert kept == [(VIN, "京C00001")]


async def test_a_thousand_rows_with_doubles_among_them(cast: Cast) -> None:
    refs = [f"B{number % 700}" for number in range(1000)]
    rows = [customer(ref, name=f"人{number}") for number, ref in enumerate(refs)]
    done = await records.put_customers(rows, NOW, DMS)
    assert [one.ref for one in done] == refs
    assert [one.state for one in done] == ["created"] * 700 + ["updated"] * 300
    again = await records.put_customers(rows[300:], NOW + timedelta(days=1), DMS)
    assert {one.state for one in again} == {"unchanged"}
