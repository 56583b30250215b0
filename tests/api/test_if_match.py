"""Twenty who read the same and write at once: one wins, the others are told that it has changed."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from storage.db import sql
from tests.api.door import VIN, Door, Seen
from tests.api.test_appointments import booked

WRITERS = 20


def _customer(number: int) -> dict[str, Any]:
    return {"name": f"王芳{number}"}


def _vehicle(number: int) -> dict[str, Any]:
    return {"trim": f"T{number}", "mileage": 5000 + number}


def _order(number: int) -> dict[str, Any]:
    return {"vin": VIN, "note": f"N{number}"}


FILES = [("customers/C1", _customer), (f"vehicles/{VIN}", _vehicle), ("repair-orders/W1", _order)]


async def at_once(door: Door, path: str, bodies: list[Any], **headers: str) -> list[Seen]:
    sent = {name.replace("_", "-"): tag for name, tag in headers.items()}
    method = "PATCH" if path.startswith("appointments") else "PUT"
    asked = (door.asks(method, path, body, headers=sent) for body in bodies)
    return list(await asyncio.gather(*asked))


@pytest.mark.parametrize(("path", "body"), FILES)
async def test_of_twenty_with_one_etag_one_wins(door: Door, path: str, body: Any) -> None:
    await door.asks("PUT", path, body(0))
    before = await door.asks("GET", path)
    bodies = [body(number) for number in range(1, WRITERS + 1)]
    seen = await at_once(door, path, bodies, If_Match=before.tag)
    assert Counter(one.status for one in seen) == {200: 1, 412: WRITERS - 1}
    [(winner, said)] = [
        (one, given) for one, given in zip(seen, bodies, strict=True) if one.status == 200
    ]
    after = await door.asks("GET", path)
    assert after.tag == winner.tag != before.tag
    assert after.body["rev"] == before.body["rev"] + 1
    assert {name: after.body[name] for name in said} == said
    for one in seen:
        if one.status == 412:
            assert one.body["type"] == "urn:cheyu:problem:precondition-failed"


@pytest.mark.parametrize(("path", "body"), FILES)
async def test_of_twenty_who_would_make_it_one_does(door: Door, path: str, body: Any) -> None:
    path = path.replace(VIN, "LSVAA4187E2000001")
    bodies = [body(number) for number in range(WRITERS)]
    seen = await at_once(door, path, bodies, If_None_Match="*")
    assert Counter(one.status for one in seen) == {201: 1, 412: WRITERS - 1}
    assert (await door.asks("GET", path)).body["rev"] == 1


async def test_of_twenty_at_one_appointment_one_moves_it(door: Door) -> None:
    path = f"appointments/{await booked(door.cast)}"
    before = await door.asks("GET", path)
    bodies = [{"state": "arrived"}, {"state": "no_show"}] * (WRITERS // 2)
    seen = await at_once(door, path, bodies, If_Match=before.tag)
    assert Counter(one.status for one in seen) == {200: 1, 412: WRITERS - 1}
    [winner] = [one for one in seen if one.status == 200]
    assert (await door.asks("GET", path)).body == winner.body


async def test_without_a_condition_all_are_taken_one_after_the_other(door: Door) -> None:
    seen = await at_once(door, "customers/C1", [_customer(n) for n in range(WRITERS)])
    states = Counter(one.body["state"] for one in seen)
    assert states == {"created": 1, "updated": WRITERS - 1}
    row = await sql().one("SELECT rev FROM customer WHERE ref = 'C1'")
    assert row["rev"] == WRITERS
