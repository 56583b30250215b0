"""Whatever is wrong is said in one shape, and nothing else is given away."""

import gzip
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.api.app import edge
from bot.api.checking import is_moment, moment, problems
from bot.api.requests import MAX_BODY, parse_json
from tests.api.door import Door

HUGE = json.dumps({"name": "x" * MAX_BODY}).encode()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing/here", 404),
        ("GET", "", 404),
        ("GET", "customers", 405),
        ("DELETE", "customers/C1", 405),
        ("OPTIONS", "appointments", 405),
        ("GET", "customers/nobody", 404),
        ("GET", "customers/%20", 404),
        ("GET", "vehicles/SHORT", 404),
        ("GET", "appointments/A999999", 404),
        ("GET", "appointments/B1", 404),
        ("GET", "webhooks/99999999999999999999", 404),
        ("GET", "appointments?date=yesterday", 400),
        ("GET", "appointments?stat=booked", 400),
        ("GET", "appointments?limit=1&limit=2", 400),
        ("GET", "appointments?limit=0", 400),
        ("GET", "appointments?store=nowhere", 422),
        ("GET", "appointments?cursor=AAAA", 422),
        ("GET", "appointments?cursor=W10", 422),
        ("GET", "appointments?date=0001-01-01", 422),
        ("GET", "webhooks/deliveries?state=lost", 400),
    ],
)
async def test_every_refusal_is_a_problem(door: Door, method: str, path: str, status: int) -> None:
    seen = await door.asks(method, path, headers={"X-Request-Id": "their-id.1"})
    assert seen.status == status
    assert seen.headers["Content-Type"].startswith("application/problem+json")
    assert seen.body["status"] == status
    assert seen.body["type"].startswith("urn:cheyu:problem:")
    assert seen.body["request_id"] == seen.headers["X-Request-Id"] == "their-id.1"
    assert ("Allow" in seen.headers) == (status == 405)


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b'{"name": "\\ud800"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"mileage": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/json; charset=gb2312", 415),
        (b"<a/>", "application/xml", 415),
        (HUGE, "application/json", 413),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_a_body_that_cannot_be_taken(door: Door, data: bytes, kind: str, status: int) -> None:
    seen = await door.asks("PUT", "customers/C1", data=data, kind=kind)
    assert (seen.status, seen.body["status"]) == (status, status)


async def test_a_packed_body_is_unpacked_within_bounds(door: Door) -> None:
    packed = {"Content-Encoding": "gzip"}
    small = gzip.compress(json.dumps({"name": "王芳"}).encode())
    assert (await door.asks("PUT", "customers/C1", data=small, headers=packed)).status == 201
    for data, status in ((gzip.compress(HUGE * 50), 413), (b"no gzip", 400)):
        seen = await door.asks("PUT", "customers/C1", data=data, headers=packed)
        assert seen.status == status
    other = {"Content-Encoding": "compress"}
    assert (await door.asks("PUT", "customers/C1", data=small, headers=other)).status == 415


async def test_what_breaks_inside_shows_nothing(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    phone = "13800001234"

    async def broken(_request: web.Request) -> web.Response:
        raise RuntimeError(phone)

    app = web.Application(middlewares=[edge])
    app.router.add_get("/x", broken)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/x", headers={"X-Request-Id": "no spaces allowed"})
        assert answer.status == 500
        body = await answer.json(content_type=None)
    assert set(body) == {"type", "title", "status", "detail", "request_id"}
    assert body["request_id"] != "no spaces allowed"
    logged = "".join(capsys.readouterr())
    assert phone not in logged + json.dumps(body)
    assert "RuntimeError" in logged


@pytest.mark.parametrize(
    ("text", "is_one", "can_be"),
    [
        ("2026-12-01T09:30:00+08:00", True, True),
        ("2026-12-01t09:30:00.123z", True, True),
        ("2026-12-01T09:30:00", False, False),
        ("2026-12-01T24:00:00Z", False, False),
        ("2026-13-01T09:30:00Z", False, False),
        ("2016-12-31T23:59:60Z", True, False),
        ("0001-01-01T00:00:00+23:00", True, False),
        ("2026-12-01T09:30:00+24:00", False, False),
    ],
)
def test_moments(text: str, is_one: bool, can_be: bool) -> None:
    assert is_moment(text) is is_one
    if is_one:
        assert (moment(text) is not None) is can_be


def test_a_schema_is_read_as_it_is_written() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": ["integer", "null"], "minimum": 1, "maximum": 3},
            "b": {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 2},
            "c": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 1},
            "d": {"type": "array", "uniqueItems": True, "minItems": 1},
        },
    }
    for good in ({"a": 2.0}, {"a": None, "b": ["x"], "c": {"k": "v"}, "d": [1], "e": object}):
        assert not list(problems(schema, {**good, "e": 1}))
    bad = {"a": True, "b": ["", 1], "c": {"k": 1}, "d": [1, 1]}
    assert [one.field for one in problems(schema, bad)] == ["a", "b[0]", "b[1]", "c.k", "d"]
    assert [one.field for one in problems(schema, {"b": [1, 2, 3], "c": {"k": 1, "l": 2}})] == [
        *("a", "b", "c")
    ]
    assert parse_json(b'{"a": 1.0, "b": [2.0, 2.5]}') == {"a": 1, "b": [2, 2.5]}
