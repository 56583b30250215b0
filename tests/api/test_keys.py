"""Who is let in: keys, scopes, how often, and whose data they see."""

from datetime import timedelta

from bot.api.limits import Limits, Rate
from bot.clock import clock
from storage.db import sql
from storage.queries import apikeys
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.api.door import VIN, Door, opened_door
from tests.people import NOW


async def test_without_a_key_nothing_opens(door: Door) -> None:
    for key in ("", "cheyu_00000000_" + "x" * 43, door.key[:-1], door.key + "x", "密钥"):
        seen = await door.asks("GET", "appointments", headers={"Authorization": f"Bearer {key}"})
        assert (seen.status, seen.body["type"]) == (401, "urn:cheyu:problem:unauthorized")
        assert seen.headers["WWW-Authenticate"].startswith("Bearer")
    assert (
        await door.asks("GET", "appointments", headers={"Authorization": "Basic x"})
    ).status == 401


async def test_a_key_is_kept_as_a_hash_and_gone_once_revoked(door: Door) -> None:
    row = await sql().one("SELECT * FROM api_key WHERE name = ?", "dms")
    assert door.key not in str(dict(row))
    secret = door.key.split("_", 2)[2]  # which has underscores of its own
    assert len(secret) == 43
    assert secret not in str(dict(row))
    assert await apikeys.revoke("dms", NOW)
    assert not await apikeys.revoke("dms", NOW)
    assert (await door.asks("GET", "appointments")).status == 401
    again = await apikeys.add("dms", ["files:read"], NOW)
    assert (await door.asks("GET", f"vehicles/{VIN}", key=again)).status == 200


async def test_a_scope_opens_its_own_routes_only(door: Door) -> None:
    reader = await door.key_for("reader", "files:read")
    assert (await door.asks("GET", f"vehicles/{VIN}", key=reader)).status == 200
    for method, path in (
        *(("PUT", "customers/C1"), ("PUT", "vehicles"), ("POST", "deliveries")),
        *(("GET", "appointments"), ("PATCH", "appointments/A1"), ("GET", "webhooks")),
        *(("POST", "webhooks"), ("DELETE", "webhooks/1"), ("POST", "webhooks/deliveries/1/resend")),
    ):
        seen = await door.asks(method, path, {}, key=reader)
        assert (seen.status, seen.body["type"]) == (403, "urn:cheyu:problem:forbidden"), path
        assert "insufficient_scope" in seen.headers["WWW-Authenticate"]


async def test_use_is_noted_by_the_minute(door: Door) -> None:
    async def noted() -> str:
        row = await sql().one("SELECT last_used_at FROM api_key WHERE name = ?", "dms")
        return str(row["last_used_at"])

    await door.asks("GET", "appointments")
    first = await noted()
    clock.forward(timedelta(seconds=30))
    await door.asks("GET", "appointments")
    assert await noted() == first
    clock.forward(timedelta(seconds=31))
    await door.asks("GET", "appointments")
    assert await noted() > first


async def test_who_asks_too_often_is_told_when_to_come_again(migrated_url: str) -> None:
    async with opened_door(migrated_url, rate=Rate(per_second=0.5, burst=3)) as door:
        other = await door.key_for("other")
        assert [(await door.asks("GET", "webhooks")).status for _ in range(4)] == [200] * 3 + [429]
        seen = await door.asks("GET", "webhooks")
        assert (seen.headers["Retry-After"], seen.body["status"]) == ("2", 429)
        assert (await door.asks("GET", "webhooks", key=other)).status == 200
        clock.forward(timedelta(seconds=2))
        assert [(await door.asks("GET", "webhooks")).status for _ in range(2)] == [200, 429]


def test_a_bucket_forgets_who_has_refilled() -> None:
    limits = Limits(Rate(1, 2))
    for key in range(5000):
        assert limits.take(key, NOW) == 0
    later = NOW + timedelta(seconds=3)
    assert limits.take(5001, later) == 0
    assert len(limits._buckets) == 1
    assert limits.take(5001, NOW) == 0  # the clock went back: nothing is won
    assert limits.take(5001, NOW) > 0


async def test_a_key_sees_one_account(door: Door) -> None:
    await door.asks("PUT", "customers/C1", {"name": "王芳"})
    hook = await door.asks("POST", "webhooks", {"url": "http://127.0.0.1:9/x"})
    account = await ensure_account("wx0000000000000002")
    with account_scope(account):
        stranger = await door.key_for("dms")  # the name is the account's own
    for path in ("customers/C1", f"vehicles/{VIN}", "repair-orders/R1", "webhooks/1"):
        assert (await door.asks("GET", path)).status == 200, path
        assert (await door.asks("GET", path, key=stranger)).status == 404, path
    assert (await door.asks("GET", "webhooks", key=stranger)).body["items"] == []
    number = hook.body["id"]
    assert (await door.asks("DELETE", f"webhooks/{number}", key=stranger)).status == 404
    made = await door.asks("PUT", "customers/C1", {"name": "别人"}, key=stranger)
    assert made.body["state"] == "created"
    assert (await door.asks("GET", "customers/C1")).body["name"] == "王芳"
