"""Leads over the interface: registered once, read page by page, changed by who has read them."""

import json
from typing import Any

from storage.db import sql
from storage.secrets import unseal
from tests.api.door import Door
from tests.leads.rig import colleague
from tests.people import NOW, at

VISIT = {
    "source": "visit", "ref": "V1", "name": "赵六", "phone": "13700000009",
    "model": "汉EV", "level": "A", "store": "main", "heard_of_us": "朋友",
}  # fmt: skip


async def events() -> list[tuple[str, str]]:
    rows = await sql().rows("SELECT event, body FROM webhook_delivery ORDER BY id")
    bodies = [json.loads(unseal("webhook_delivery.body", row["body"])) for row in rows]
    return [(body["event"], body["data"]["state"]) for body in bodies]


async def test_registered_once_and_read(door: Door) -> None:
    await colleague(door.cast, "李雷")
    made = await door.asks("POST", "leads", {**VISIT, "consultant": "李雷"})
    assert (made.status, made.tag) == (201, '"0"')
    expected = {
        "source": "visit", "level": "A", "state": "open", "store": "main", "consultant": "李雷",
        "name": "赵六", "phone": "13700000009", "model": "汉EV", "heard_of_us": "朋友",
        "customer_ref": None, "confirmed_at": None, "lost_reason": None,
    }  # fmt: skip
    assert {name: made.body[name] for name in expected} == expected
    assert made.body["next_at"] == at("17:30", NOW.date()).isoformat().replace(
        "17:30:00+08:00", "09:30:00+00:00"
    )
    again = await door.asks("POST", "leads", VISIT)
    assert (again.status, again.body) == (200, made.body)
    number = made.body["id"]
    seen = await door.asks("GET", f"leads/{number}")
    assert [one["kind"] for one in seen.body["history"]] == ["created"]
    assert seen.body["history"][0]["by"] == "api:dms"
    same = await door.asks("GET", f"leads/{number}", headers={"If-None-Match": seen.tag})
    assert same.status == 304
    assert (await door.asks("GET", "leads/L999999")).status == 404
    assert (await door.asks("GET", "leads/A000001")).status == 404


async def test_what_cannot_be_is_named(door: Door) -> None:
    for field, value in (("store", "nowhere"), ("consultant", "无名"), ("customer_ref", "C404")):
        seen = await door.asks("POST", "leads", {**VISIT, field: value})
        assert (seen.status, seen.wrong) == (422, [field])
    seen = await door.asks("POST", "leads", {"source": "moon", "phone": "12"})
    assert (seen.status, sorted(seen.wrong)) == (400, ["phone", "source"])
    assert (await door.asks("GET", "leads?cursor=x")).status == 422
    assert (await door.asks("GET", "leads?store=nowhere")).wrong == ["store"]


async def test_a_customer_by_their_key(door: Door) -> None:
    await door.asks("PUT", "customers/C1", {"name": "王芳", "phone": "13800000001"})
    made = await door.asks("POST", "leads", {"source": "referral", "customer_ref": "C1"})
    assert (made.body["customer_ref"], made.body["name"]) == ("C1", "王芳")


async def test_page_by_page_the_newest_first(door: Door) -> None:
    for number in range(5):
        await door.asks("POST", "leads", {"source": "call", "phone": f"1370000000{number}"})
    found: list[Any] = []
    cursor = ""
    for expected in (2, 2, 1):
        page = await door.asks("GET", f"leads?limit=2&state=open&store=main{cursor}")
        assert page.body["items"] == []
        page = await door.asks("GET", f"leads?limit=2&state=open&level=B&source=call{cursor}")
        assert len(page.body["items"]) == expected
        found += [one["phone"] for one in page.body["items"]]
        cursor = f"&cursor={page.body['next']}"
    assert found == [f"1370000000{number}" for number in (4, 3, 2, 1, 0)]


async def test_changed_by_who_has_read_it_and_told(door: Door) -> None:
    await colleague(door.cast, "韩梅梅")
    await door.asks("POST", "webhooks", {"url": "http://127.0.0.1:9/x", "events": ["lead.*"]})
    made = await door.asks("POST", "leads", VISIT)
    where = f"leads/{made.body['id']}"
    change = {"contacted": True, "level": "H", "note": "要贷款", "consultant": "韩梅梅"}
    seen = await door.asks("PATCH", where, change, headers={"If-Match": made.tag})
    assert (seen.status, seen.body["level"], seen.body["consultant"]) == (200, "H", "韩梅梅")
    assert seen.body["confirmed_at"] is not None
    stale = await door.asks("PATCH", where, {"level": "C"}, headers={"If-Match": made.tag})
    assert stale.status == 412
    later = await door.asks("PATCH", where, {"next_at": "2026-11-20T16:00:00+08:00", "level": "A"})
    assert later.body["next_at"] == "2026-11-20T08:00:00+00:00"
    past = await door.asks("PATCH", where, {"next_at": "2020-11-20T16:00:00+08:00"})
    assert (past.status, past.wrong) == (422, ["next_at"])
    assert (await door.asks("PATCH", where, {})).body["rev"] == later.body["rev"]
    kinds = [one["kind"] for one in (await door.asks("GET", where)).body["history"]]
    assert kinds == ["created", "changed", "assigned", "confirmed", "level", "level", "put_off"]
    assert {name for name, _ in await events()} == {"lead.created", "lead.changed"}


async def test_lost_needs_a_reason_and_an_end_stays(door: Door) -> None:
    made = await door.asks("POST", "leads", VISIT)
    where = f"leads/{made.body['id']}"
    for wrong in ({"state": "lost"}, {"state": "won", "lost_reason": "贵"}, {"lost_reason": "贵"}):
        seen = await door.asks("PATCH", where, wrong)
        assert (seen.status, seen.wrong) == (422, ["lost_reason"])
    lost = await door.asks("PATCH", where, {"state": "lost", "lost_reason": "买了别的品牌"})
    assert (lost.body["state"], lost.body["lost_reason"]) == ("lost", "买了别的品牌")
    assert (await door.asks("PATCH", where, {"level": "H"})).status == 409
    again = await door.asks("POST", "leads", {**VISIT, "ref": "V2"})
    assert again.status == 201
    won = await door.asks("PATCH", f"leads/{again.body['id']}", {"state": "won"})
    assert won.body["state"] == "won"


async def test_a_key_without_the_scope_is_kept_out(door: Door) -> None:
    reader = await door.key_for("reader", "leads:read")
    assert (await door.asks("GET", "leads", key=reader)).status == 200
    assert (await door.asks("POST", "leads", VISIT, key=reader)).status == 403
