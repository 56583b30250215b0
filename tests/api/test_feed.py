"""Nightly feeds: a result a line, in order, whatever a line is; twice the same changes nothing."""

import gzip
import json
from typing import Any

from bot.api.feed import LONGEST_LINE
from storage.db import sql
from storage.queries.statistics import keep_up
from tests.api.door import Door, Seen, ndjson

KIND = "application/x-ndjson"


def told(seen: Seen) -> list[dict[str, Any]]:
    assert seen.status == 200
    assert seen.headers["Content-Type"] == KIND
    assert seen.headers["X-Request-Id"]
    return [json.loads(line) for line in seen.body.splitlines()]


def states(seen: Seen) -> list[str]:
    return [one["state"] for one in told(seen)]


def customers(count: int) -> list[dict[str, Any]]:
    return [
        {"ref": f"F{n}", "name": f"客户{n}", "phone": f"137{n:08d}", "consents": ["care"]}
        for n in range(count)
    ]


async def test_a_feed_twice_is_one_row_each(door: Door) -> None:
    feed = ndjson(customers(1203))
    first = told(await door.asks("PUT", "customers", data=feed, kind=KIND))
    assert [(one["line"], one["ref"]) for one in first] == [(n + 1, f"F{n}") for n in range(1203)]
    assert {one["state"] for one in first} == {"created"}
    again = await door.asks("PUT", "customers", data=feed, kind=KIND)
    assert set(states(again)) == {"unchanged"}
    row = await sql().one("SELECT count(*) AS n FROM customer WHERE ref LIKE 'F%'")
    assert row["n"] == 1203


async def test_a_line_that_is_wrong_stops_no_other(door: Door) -> None:
    lines = [
        b'{"ref": "F1", "name": "a"}',
        b"",
        b"{",
        b"[]",
        b'{"name": "no ref"}',
        b'{"ref": "F2", "phone": "123"}',
        b'{"ref": "F3", "name": "' + b"x" * LONGEST_LINE + b'"}',
        b'{"ref": "F4", "shoe": 43}\r',
        b"\xff",
        b'{"ref": "F1", "name": "b"}',
    ]
    seen = told(await door.asks("PUT", "customers", data=b"\n".join(lines), kind=KIND))
    assert [(one["line"], one["ref"], one["state"]) for one in seen] == [
        (1, "F1", "created"),
        (3, "", "refused"),
        (4, "", "refused"),
        (5, "", "refused"),
        (6, "F2", "refused"),
        (7, "", "refused"),
        (8, "F4", "created"),
        (9, "", "refused"),
        (10, "F1", "updated"),
    ]
    assert seen[4]["errors"][0]["field"] == "phone"
    assert seen[6]["ignored"] == ["shoe"]
    assert (await door.asks("GET", "customers/F1")).body["name"] == "b"


async def test_cars_and_orders_come_the_same_way_packed_if_they_like(door: Door) -> None:
    vins = [f"LSVAA4187E20{n:05d}" for n in range(30)]
    cars = ndjson([{"vin": vin, "brand": "大众", "store": "main"} for vin in vins])
    orders = ndjson(
        [
            {"ref": f"O{n}", "vin": vin, "settled_at": "2026-11-10T11:00:00+08:00", "mileage": n}
            for n, vin in enumerate([*vins, "LSVAA4187E2999999"])
        ]
    )
    packed = {"Content-Encoding": "gzip"}
    for plural, feed, news in (
        ("vehicles", cars, ["created"] * 30),
        ("repair-orders", orders, ["created"] * 30 + ["refused"]),
    ):
        data = gzip.compress(feed)
        seen = await door.asks("PUT", plural, data=data, kind=KIND, headers=packed)
        assert states(seen) == news
        known = [{"created": "unchanged"}.get(state, state) for state in news]
        assert states(await door.asks("PUT", plural, data=feed, kind=KIND)) == known


async def test_a_feed_must_say_that_it_is_one(door: Door) -> None:
    assert (await door.asks("PUT", "customers", [])).status == 415
    assert told(await door.asks("PUT", "customers", data=b"\n\n", kind=KIND)) == []


async def test_the_planner_hears_of_a_table_that_has_grown(door: Door) -> None:
    """Else a statement planned on an empty table reads a full one from end to end."""
    await door.asks("PUT", "customers", data=ndjson(customers(2500)), kind=KIND)
    grown = await keep_up()
    assert await keep_up() == []
    if sql().postgres:
        row = await sql().one("SELECT reltuples FROM pg_class WHERE relname = 'customer'")
        assert row["reltuples"] > 500, grown
