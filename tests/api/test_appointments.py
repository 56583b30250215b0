"""The diary page by page, and what became of a booking, told once to those who listen."""

import json
from datetime import timedelta

import pytest

from bot.clock import clock
from storage.db import sql
from storage.queries.bookings import booking as bookings
from storage.secrets import unseal
from tests.api.door import VIN, Door
from tests.people import NOW, TOMORROW, Cast, at


async def booked(cast: Cast, time: str = "09:00", source: str = "t1", who: str = "wang") -> str:
    person = cast.wang if who == "wang" else cast.li
    code = "first_service" if who == "wang" else "regular"
    wish = cast.wish(
        person, time, code if cast.main.offer(code) else "first_service", source=source
    )
    return (await bookings.confirm(wish, NOW)).number


async def fill(cast: Cast) -> list[str]:
    """Five bookings of people nobody knows, at the stores' next day."""
    numbers = []
    for index, time in enumerate(("09:00", "09:00", "10:00", "14:00", "15:00")):
        wish = cast.wish(cast.stranger, time, source=f"f{index}")
        numbers.append((await bookings.confirm(wish, NOW)).number)
    return numbers


async def events() -> list[str]:
    rows = await sql().rows("SELECT event, body FROM webhook_delivery ORDER BY id")
    bodies = [json.loads(unseal("webhook_delivery.body", row["body"])) for row in rows]
    assert [body["event"] for body in bodies] == [row["event"] for row in rows]
    return [body["event"].partition(".")[2] for body in bodies]


async def test_one_appointment_with_all_that_the_workshop_needs(door: Door) -> None:
    number = await booked(door.cast)
    seen = await door.asks("GET", f"appointments/{number}")
    assert seen.status == 200
    assert seen.body["starts_at"] == at("09:00").isoformat()
    told = {name: seen.body[name] for name in ("id", "state", "store", "vin", "plate", "name")}
    assert told == {
        "id": number,
        "state": "booked",
        "store": "main",
        "vin": VIN,
        "plate": "京A12345",
        "name": "王芳",
    }
    same = await door.asks("GET", f"appointments/{number}", headers={"If-None-Match": seen.tag})
    assert same.status == 304
    assert (await door.asks("GET", f"appointments/{int(number[1:])}")).body == seen.body


async def test_the_diary_page_by_page(door: Door) -> None:
    numbers = await fill(door.cast)
    found, path = [], f"appointments?date={TOMORROW}&store=main&state=booked&limit=2"
    cursor: str | None = None
    for expected in (2, 2, 1):
        page = await door.asks("GET", path + (f"&cursor={cursor}" if cursor else ""))
        assert len(page.body["items"]) == expected
        found += [one["id"] for one in page.body["items"]]
        cursor = page.body["next"]
        assert ('rel="next"' in page.headers.get("Link", "")) == (cursor is not None)
    assert found == sorted(numbers)
    for nothing in (f"date={TOMORROW + timedelta(days=1)}", "store=east", "state=cancelled"):
        assert (await door.asks("GET", f"appointments?{nothing}")).body == {
            "items": [],
            "next": None,
        }


async def test_a_hold_is_nobodys_appointment(door: Door) -> None:
    held = await bookings.hold(door.cast.wish(door.cast.wang, "09:00"), NOW)
    assert (await door.asks("GET", "appointments")).body["items"] == []
    path = f"appointments/{held.booking_id}"
    assert (await door.asks("GET", path)).status == 404
    assert (await door.asks("PATCH", path, {"state": "arrived"})).status == 404


async def move(door: Door, number: str, state: str) -> int:
    return (await door.asks("PATCH", f"appointments/{number}", {"state": state})).status


@pytest.mark.parametrize(
    ("way", "statuses", "told"),
    [
        (["arrived", "arrived", "done", "done"], [200] * 4, ["arrived", "done"]),
        (["done", "arrived"], [200, 409], ["done"]),
        (["no_show", "no_show", "done"], [200, 200, 409], ["no_show"]),
        (["no_show", "arrived", "done"], [200] * 3, ["no_show", "arrived", "done"]),
        (["arrived", "no_show"], [200, 409], ["arrived"]),
    ],
)
async def test_what_may_follow_what(
    door: Door, way: list[str], statuses: list[int], told: list[str]
) -> None:
    await door.asks("POST", "webhooks", {"url": "http://127.0.0.1:9/x"})
    number = await booked(door.cast)
    assert [await move(door, number, state) for state in way] == statuses
    assert await events() == ["booked", *told]


async def test_only_what_was_read_is_moved(door: Door) -> None:
    number = await booked(door.cast)
    path, arrived = f"appointments/{number}", {"state": "arrived"}
    tag = {"If-Match": (await door.asks("GET", path)).tag}
    assert (await door.asks("PATCH", path, arrived, headers=tag)).status == 200
    stale = await door.asks("PATCH", path, {"state": "done"}, headers=tag)
    assert (stale.status, stale.body["status"]) == (412, 412)
    assert (await door.asks("PATCH", path, {"state": "booked"})).status == 400
    assert (await door.asks("PATCH", path, {})).wrong == ["state"]


async def test_who_does_not_come_gives_the_place_back(door: Door) -> None:
    number = await booked(door.cast)
    cells = "SELECT count(*) AS n FROM booking_cell"
    assert (await sql().one(cells))["n"] > 0
    assert await move(door, number, "no_show") == 200
    assert (await sql().one(cells))["n"] == 0


async def test_every_change_of_a_booking_is_an_event_of_its_own(door: Door) -> None:
    await door.asks("POST", "webhooks", {"url": "http://127.0.0.1:9/a", "events": ["*"]})
    only = {"url": "http://127.0.0.1:9/b", "events": ["appointment.cancelled", "case.*"]}
    await door.asks("POST", "webhooks", only)
    number = await booked(door.cast)
    wish = door.cast.wish(door.cast.wang, "09:00", source="t1")
    await bookings.confirm(wish, NOW)  # the customer's tap came twice
    clock.forward(timedelta(minutes=1))
    await bookings.reschedule(int(number[1:]), at("14:00"), clock.now())
    assert await bookings.cancel(int(number[1:]), clock.now())
    assert not await bookings.cancel(int(number[1:]), clock.now())
    assert await events() == ["booked", "changed", "cancelled", "cancelled"]
    assert await move(door, number, "arrived") == 409
