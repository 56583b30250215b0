"""Events arrive signed, once more after a failure, and in the end on a list that staff can send again."""

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import ClientConnectorError, web
from aiohttp.test_utils import TestServer

from bot.api.deliver import WAITS, Courier, next_try, signature
from bot.api.targets import RefusedTarget, Targets, session
from storage.db import sql
from storage.queries import feeds, webhooks
from tests.api.door import AT_HOME, IN_PUBLIC, Door, opened_door
from tests.people import NOW


@dataclass
class Receiver:
    """The DMS's end: what it got, and how it answers."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.text()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/events", receiver.take)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/events"))
        yield receiver


async def deliver(now: datetime) -> dict[str, int]:
    targets = Targets(AT_HOME)
    async with session(targets) as http:
        return await Courier(http, targets).deliver_due(now)


async def states() -> list[tuple[str, int]]:
    rows = await sql().rows("SELECT state, attempts FROM webhook_delivery ORDER BY id")
    return [(row["state"], row["attempts"]) for row in rows]


async def say(word: str, now: datetime = NOW) -> int:
    return await feeds.emit("appointment.booked", {"id": word}, now, same=word)


async def test_an_event_arrives_signed_and_once(door: Door) -> None:
    async with receiving() as receiver:
        made = await door.asks("POST", "webhooks", {"url": receiver.url})
        assert made.status == 201
        assert await say("A1") == await say("A1") == 1
        assert (await deliver(NOW))["webhooks_done"] == 1
        assert (await deliver(NOW))["webhooks_done"] == 0
    [(headers, body)] = receiver.got
    secret, at = made.body["secret"], int(NOW.timestamp())
    expected = hmac.new(secret.encode(), f"{at}.{body}".encode(), sha256).hexdigest()
    assert headers["Cheyu-Signature"] == f"t={at},v1={expected}" == signature(secret, at, body)
    told = json.loads(body)
    assert (told["event"], told["data"]) == ("appointment.booked", {"id": "A1"})
    assert headers["Cheyu-Event-Id"] == told["id"]
    assert secret not in str(await sql().rows("SELECT * FROM webhook"))
    assert "A1" not in str(
        [dict(row) for row in await sql().rows("SELECT body FROM webhook_delivery")]
    )


async def test_it_is_tried_again_then_dead_then_sent_by_hand(door: Door) -> None:
    async with receiving() as receiver:
        await door.asks("POST", "webhooks", {"url": receiver.url})
        receiver.status, now = 500, NOW
        await say("A1")
        for tries in range(1, len(WAITS) + 2):
            await deliver(now)
            assert await states() == [("queued" if tries <= len(WAITS) else "dead", tries)]
            await deliver(now)  # not before it is due
            assert len(receiver.got) == tries
            now += timedelta(days=2)
        assert len({headers["Cheyu-Event-Id"] for headers, _ in receiver.got}) == 1
        dead = (await door.asks("GET", "webhooks/deliveries?state=dead")).body["items"]
        assert [(one["last_error"], one["attempts"]) for one in dead] == [("HTTP 500", 12)]
        receiver.status = 204
        again = await door.asks("POST", f"webhooks/deliveries/{dead[0]['id']}/resend")
        assert (again.status, again.body["state"]) == (202, "queued")
        assert (await deliver(now))["webhooks_done"] == 1
        assert (await door.asks("GET", "webhooks/deliveries?state=dead")).body["items"] == []


@pytest.mark.parametrize(("status", "state"), [(410, "dead"), (302, "queued"), (404, "queued")])
async def test_gone_is_gone_and_nothing_is_followed(door: Door, status: int, state: str) -> None:
    async with receiving() as receiver:
        await door.asks("POST", "webhooks", {"url": receiver.url})
        receiver.status = status
        await say("A1")
        await deliver(NOW)
        assert await states() == [(state, 1)]
        assert len(receiver.got) == 1


async def test_nobody_there_is_a_failure_like_any_other(door: Door) -> None:
    async with receiving() as receiver:
        await door.asks("POST", "webhooks", {"url": receiver.url})
    await say("A1")
    assert await deliver(NOW) == {"webhooks_done": 0, "webhooks_failed": 1, "webhooks_dead": 0}


async def test_a_courier_that_died_is_taken_over_from_and_believed_no_more(door: Door) -> None:
    await door.asks("POST", "webhooks", {"url": "http://127.0.0.1:9/x"})
    await say("A1")
    until = NOW + timedelta(minutes=1)
    [first] = await webhooks.claim(NOW, 10, until)
    assert await webhooks.claim(NOW, 10, until) == []
    assert (await door.asks("POST", f"webhooks/deliveries/{first.id}/resend")).status == 409
    [second] = await webhooks.claim(until, 10, until + timedelta(minutes=1))
    assert second.attempts == 2
    assert not await webhooks.settle(first, "done", "", until)
    assert await webhooks.settle(second, "done", "", until)


async def test_one_webhook_never_has_more_than_its_share(door: Door) -> None:
    for port in (1, 2):
        await door.asks("POST", "webhooks", {"url": f"http://127.0.0.1:{port}/x"})
    for number in range(20):
        await say(f"A{number}")
    held = await webhooks.claim(NOW, 40, NOW + timedelta(minutes=1))
    assert sorted(one.url for one in held) == [
        f"http://127.0.0.1:{n}/x" for n in (1,) * 5 + (2,) * 5
    ]


async def test_webhooks_are_listed_kept_once_and_removed(door: Door) -> None:
    urls = [f"http://127.0.0.1:9/{n}" for n in range(3)]
    made: list[dict[str, Any]] = []
    for url in urls:
        body = {"url": url, "events": ["appointment.*"], "secret": "s" * 20}
        made.append((await door.asks("POST", "webhooks", body)).body)
    assert made[0]["secret"] == "s" * 20
    assert (await door.asks("POST", "webhooks", {"url": urls[0]})).status == 409
    first = (await door.asks("GET", "webhooks?limit=2")).body
    rest = (await door.asks("GET", f"webhooks?limit=2&cursor={first['next']}")).body
    assert [one["url"] for one in first["items"] + rest["items"]] == urls
    assert rest["next"] is None
    assert "secret" not in first["items"][0]
    await say("A1")
    path = f"webhooks/{made[0]['id']}"
    assert [(await door.asks("DELETE", path)).status for _ in "ab"] == [204, 404]
    assert (await door.asks("GET", path)).status == 404
    assert len(await states()) == 2
    wrong = await door.asks("POST", "webhooks", {"url": urls[0], "events": ["appointment"]})
    assert wrong.wrong == ["events[0]"]


@pytest.mark.parametrize(
    ("url", "at_home", "in_public"),
    [
        ("https://dms.example.com/x", True, True),
        ("http://dms.example.com/x", True, False),
        ("http://127.0.0.1:9000/x", True, False),
        ("https://localhost/x", True, False),
        ("https://[::1]/x", True, False),
        ("https://[::ffff:127.0.0.1]/x", True, False),
        ("https://10.0.0.8/x", False, False),
        ("https://192.168.1.8/x", False, False),
        ("https://169.254.169.254/latest", False, False),
        ("https://[fd00::1]/x", False, False),
        ("https://100.64.0.1/x", False, False),
        ("https://0x7f.1/x", False, False),
        ("https://2130706433/x", False, False),
        ("https://dms.local/x", False, False),
        ("https://user:pass@dms.example.com/", False, False),
        ("https://8.8.8.8/x", True, True),
        ("https://x:99999/", False, False),
        ("https:///x", False, False),
    ],
)
def test_where_events_may_go(url: str, at_home: bool, in_public: bool) -> None:
    assert (Targets(AT_HOME).refusal(url) == "") is at_home
    assert (Targets(IN_PUBLIC).refusal(url) == "") is in_public


async def test_a_name_that_leads_inside_is_not_called(migrated_url: str) -> None:
    """Registered when it was public; the resolver of the connection itself says no."""
    async with opened_door(migrated_url, public_url=IN_PUBLIC) as door:
        refused = await door.asks("POST", "webhooks", {"url": "https://10.0.0.1/x"})
        assert (refused.status, refused.wrong) == (422, ["url"])
        targets = Targets(IN_PUBLIC)
        async with session(targets) as http:
            with pytest.raises(ClientConnectorError) as inside:
                await http.post("https://localhost:9/x", data=b"")
        assert isinstance(inside.value.__cause__, RefusedTarget)


def test_waiting_grows_and_is_spread() -> None:
    waits = [next_try(1, tries, NOW) for tries in range(1, len(WAITS) + 2)]
    assert waits[-1] is None
    moments = [moment for moment in waits if moment is not None]
    assert moments == sorted(moments)
    assert len({next_try(number, 1, NOW) for number in range(50)}) == 50
