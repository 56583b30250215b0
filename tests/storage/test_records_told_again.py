"""What is told again after a while: under other keys, or with less than before."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.rules import records as rules
from bot.rules.records import DeliveryRecord, IncidentRecord
from storage.queries.privacy.rotation import rotate
from storage.queries.records import puts as records
from storage.secrets import use_keys
from tests.people import NOW, SECRET, Cast, dealership
from tests.storage.test_records import DMS, VIN, count, put_vehicle


@pytest.fixture
async def cast(migrated_url: str) -> AsyncIterator[Cast]:
    async with dealership(migrated_url) as here:
        yield here


@pytest.fixture
def own_keys() -> Iterator[None]:
    yield
    use_keys(SECRET)


async def test_an_incident_is_known_again_under_another_key(cast: Cast, own_keys: None) -> None:
    await put_vehicle()
    body = {"vin": VIN, "kind": "accident", "happened_at": "2026-09-01T10:00:00Z", "note": "追尾"}
    told = rules.incident(body)
    assert isinstance(told, IncidentRecord)
    [made] = await records.record_incidents([told], NOW, DMS)
    use_keys(f"another secret for after the rotation,{SECRET}")
    assert [done async for done in rotate()]
    use_keys("another secret for after the rotation")
    [again] = await records.record_incidents([told], NOW, DMS)
    assert (again.state, again.ref) == ("unchanged", made.ref)
    assert await count("incident") == 1


async def test_what_is_left_out_when_it_is_told_again_stays(cast: Cast) -> None:
    await put_vehicle()
    what = {"vin": VIN, "kind": "accident", "happened_at": "2026-09-01T10:00:00Z"}
    full, bare = rules.incident({**what, "note": "追尾"}), rules.incident(what)
    assert isinstance(full, IncidentRecord)
    assert isinstance(bare, IncidentRecord)
    done = await records.record_incidents([full, bare], NOW, DMS)
    assert [one.state for one in done] == ["created", "unchanged"]
    handed = {"vin": VIN, "delivered_at": "2026-09-01T10:00:00Z"}
    named, plain = rules.delivery({**handed, "consultant": "无名"}), rules.delivery(handed)
    assert isinstance(named, DeliveryRecord)
    assert isinstance(plain, DeliveryRecord)
    states = [(await records.record_deliveries([one], NOW, DMS))[0].state for one in (named, plain)]
    assert states == ["created", "unchanged"]
