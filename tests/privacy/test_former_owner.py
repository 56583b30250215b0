"""A used car: what happened to it is about who owned it then, not about who has it now."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from bot.rules import records as rules
from bot.rules.records import DeliveryRecord, IncidentRecord
from storage.models import Delivery, Incident
from storage.queries.privacy.erasing import erase_person
from storage.queries.privacy.persons import everything_on, find_person
from storage.queries.records import puts as records
from tests.people import NOW, Cast, dealership
from tests.storage.test_records import DMS, VIN, put_customer, put_vehicle, row

NOTES = ("追尾，车里有孩子", "新车主自己报的")


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as here:
        yield here


async def happened(ref: str, note: str, kind: str = "accident") -> str:
    body = {"vin": VIN, "ref": ref, "kind": kind, "happened_at": "2026-09-01T10:00:00Z"}
    told = rules.incident({**body, "note": note})
    assert isinstance(told, IncidentRecord)
    return (await records.record_incidents([told], NOW, DMS))[0].state


async def handed_over(at: str = "2026-08-01T10:00:00Z") -> str:
    told = rules.delivery({"vin": VIN, "delivered_at": at})
    assert isinstance(told, DeliveryRecord)
    return (await records.record_deliveries([told], NOW, DMS))[0].state


@pytest.fixture
async def resold(cast: Cast) -> None:
    """C1 had the car and an accident; C2 bought it and told of a breakdown."""
    for ref in ("C1", "C2"):
        await put_customer(ref, name=ref)
    await put_vehicle(customer_ref="C1")
    assert await handed_over() == await happened("I1", NOTES[0]) == "created"
    await put_vehicle(customer_ref="C2")
    assert await happened("I2", NOTES[1]) == "created"


async def held_on(ref: str) -> dict[str, Sequence[Mapping[str, Any]]]:
    found = await find_person(ref)
    assert found is not None
    return {part.name: part.rows for part in await everything_on(found)}


async def test_each_owner_is_shown_what_happened_while_it_was_theirs(resold: None) -> None:
    first, second = await held_on("C1"), await held_on("C2")
    assert [each["note"] for each in first["incident"]] == [NOTES[0]]
    assert [each["note"] for each in second["incident"]] == [NOTES[1]]
    assert len(first["delivery"]) == 1
    assert "delivery" not in second


async def test_told_again_or_corrected_it_stays_whose_it_was(resold: None) -> None:
    assert await happened("I1", NOTES[0]) == "unchanged"
    assert await happened("I1", NOTES[0], "breakdown") == "updated"
    assert await handed_over("2026-08-02T10:00:00Z") == "updated"
    first = await held_on("C1")
    assert [each["kind"] for each in first["incident"]] == ["breakdown"]
    assert first["delivery"][0]["delivered_at"].startswith("2026-08-02")


@pytest.mark.parametrize(("ref", "left"), [("C1", NOTES[1]), ("C2", NOTES[0])])
async def test_erasing_one_owner_leaves_the_others_words(resold: None, ref: str, left: str) -> None:
    assert await erase_person(ref, NOW, "沈文")
    assert sorted([each.note for each in await Incident.all()]) == ["", left]
    assert await Delivery.all().count() == 1


async def test_an_incident_put_right_to_another_car_is_its_owners(cast: Cast) -> None:
    """And one of a car that had no owner is about who has it."""
    await put_customer("C1", name="C1")
    await put_vehicle()
    assert await happened("I1", NOTES[0]) == "created"
    assert (await row("incident", (await Incident.get(ref="I1")).id))["customer_id"] is None
    await put_vehicle(customer_ref="C1")
    assert len((await held_on("C1"))["incident"]) == 1
    body = {"vin": "LSVAA4182E2000001", "ref": "I1", "kind": "accident"}
    told = rules.incident({**body, "happened_at": "2026-09-01T10:00:00Z"})
    assert isinstance(told, IncidentRecord)
    [done] = await records.record_incidents([told], NOW, DMS)
    assert done.state == "updated"
    assert (await Incident.get(ref="I1")).customer_id == cast.wang.customer_id
    assert "incident" not in await held_on("C1")
