"""Ratings over the interface: read page by page, with what was said, and told as they come."""

import json

from storage.db import dumps, sql
from storage.queries import audit
from storage.queries.evidence import collecting as evidence
from storage.queries.ratings import rating as ratings
from storage.secrets import unseal
from tests.api.door import Door
from tests.people import NOW, at, insert


async def rated(door: Door, ref: str, score: int) -> int:
    """A visit of 李强's that was rated; the rating's id."""
    li = door.cast.li
    visit = await insert(
        "INSERT INTO visit (account_id, ref, vehicle_id, customer_id, store_id, settled_at, items)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(door.cast.account, ref, li.car, li.customer_id, door.cast.main.id),
        *(at("07:00", NOW.date()), dumps(["常规保养"])),
    )
    occasion = await ratings.of_visit(visit)
    assert occasion is not None
    rating = await ratings.begin(occasion, NOW, wechat_user_id=li.user_id)
    assert rating is not None
    where = (rating.id, "standard", 1)
    await ratings.put_answer(*where, "overall", "score", NOW, value=score)
    await ratings.put_answer(*where, "words", "text", NOW, words="师傅很细心")
    await ratings.finish(rating.id, NOW)
    return rating.id


async def test_one_with_its_answers(door: Door) -> None:
    number = await rated(door, "R9", 5)
    seen = await door.asks("GET", f"ratings/{number}")
    assert seen.status == 200
    expected = {
        "subject": seen.body["subject"], "occasion": "visit", "state": "done", "channel": "chat",
        "satisfaction": 5.0, "nps": None, "low": False, "repair_order": "R9", "store": "main",
        "vin": "LSVAA4182E2000018", "complaint": None, "entered_by": None,
    }  # fmt: skip
    assert {name: seen.body[name] for name in expected} == expected
    said = [(one["question"], one["value"], one["words"]) for one in seen.body["answers"]]
    assert said == [("overall", 5, ""), ("words", None, "师傅很细心")]
    assert (await door.asks("GET", "ratings/999")).status == 404


async def test_a_photo_of_one_without_a_complaint_is_given_to_who_may_read(door: Door) -> None:
    number, other = await rated(door, "R9", 5), await rated(door, "R10", 5)
    photo, user = b"\xff\xd8\xff a photo", door.cast.li.user_id
    await ratings.put_media(number, "M1", "image", user, NOW)
    [told] = (await door.asks("GET", f"ratings/{number}")).body["evidence"]
    assert (told["kind"], told["state"], told["mime"]) == ("image", "wanted", None)
    path = f"ratings/{number}/evidence/{told['id']}"
    assert (await door.asks("GET", path)).status == 404
    [item] = await evidence.of_rating(number)
    assert await evidence.keep(item, photo, NOW)
    [told] = (await door.asks("GET", f"ratings/{number}")).body["evidence"]
    assert (told["state"], told["mime"], told["size"]) == ("kept", "image/jpeg", len(photo))
    sent = {"Authorization": f"Bearer {door.key}"}
    async with door.client.get(f"/api/v1/{path}", headers=sent) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert await answer.read() == photo
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    [noted] = await audit.entries(subject=f"evidence:{item.id}")
    assert (noted.actor, noted.action) == ("api:dms", "view")
    assert noted.detail == {"rating": number}
    for wrong in (f"ratings/{other}/evidence/{item.id}", f"ratings/{number}/evidence/999"):
        assert (await door.asks("GET", wrong)).status == 404
    assert (await door.asks("GET", f"ratings/{other}")).body["evidence"] == []
    reader = await door.key_for("reader", "cases:read")
    assert (await door.asks("GET", path, key=reader)).status == 403


async def test_page_by_page_and_by_what_became_of_them(door: Door) -> None:
    numbers = [await rated(door, f"R{n}", n % 5 + 1) for n in range(10, 15)]
    page = await door.asks("GET", "ratings?limit=3")
    assert [one["id"] for one in page.body["items"]] == numbers[:1:-1]
    rest = await door.asks("GET", f"ratings?limit=3&cursor={page.body['next']}")
    assert [one["id"] for one in rest.body["items"]] == numbers[1::-1]
    low = await door.asks("GET", "ratings?low=true&store=main&state=done")
    assert [one["repair_order"] for one in low.body["items"]] == ["R11", "R10"]
    assert [one["complaint"] for one in low.body["items"]] == ["T000002", "T000001"]
    order = await door.asks("GET", "ratings?repair_order=R12")
    assert [one["id"] for one in order.body["items"]] == [numbers[2]]
    assert (await door.asks("GET", "ratings?store=nowhere")).wrong == ["store"]
    assert (await door.asks("GET", "ratings?cursor=x")).status == 422
    assert (await door.asks("GET", "ratings?cursor=WyJhIl0")).status == 422
    assert (await door.asks("GET", "ratings?low=maybe")).status == 400


async def test_told_when_one_is_low_and_when_it_ends(door: Door) -> None:
    hook = {"url": "http://127.0.0.1:9/x", "events": ["rating.*"]}
    await door.asks("POST", "webhooks", hook)
    await rated(door, "R9", 1)
    rows = await sql().rows("SELECT event, body FROM webhook_delivery ORDER BY id")
    told = [json.loads(unseal("webhook_delivery.body", row["body"])) for row in rows]
    assert [row["event"] for row in rows] == ["rating.low", "rating.done"]
    assert told[0]["data"]["low"] is True
    assert told[1]["data"]["complaint"] == "T000001"
