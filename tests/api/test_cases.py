"""Complaints over the interface: recorded, worked on, made good; 409 where they have moved on."""

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import clock
from storage import evidence_files
from storage.queries import audit
from storage.queries.evidence import collecting as evidence
from storage.queries.feeds import EVENTS
from tests.api.door import VIN, Door, Seen
from tests.cases.office import team
from tests.people import NOW

NEW = {"what": "空调不制冷", "category": "product_quality", "vin": VIN, "ref": "K1", "wish": "修好"}


async def told(door: Door, **more: Any) -> str:
    """A complaint that the DMS tells; its number."""
    await team()
    seen = await door.asks("POST", "cases", {**NEW, **more})
    assert seen.status == 201, seen.body
    number: str = seen.body["id"]
    return number


async def deed(door: Door, number: str, name: str, by: str, **more: Any) -> Seen:
    return await door.asks("POST", f"cases/{number}/deeds", {"deed": name, "by": by, **more})


async def test_told_twice_it_is_one(door: Door) -> None:
    number = await told(door, by="tao")
    again = await door.asks("POST", "cases", NEW)
    assert (again.status, again.body["id"]) == (200, number)
    assert again.headers["Location"] == f"/api/v1/cases/{number}"
    seen = await door.asks("GET", f"cases/{number.lower()}")
    body = seen.body
    assert (body["name"], body["store"], body["owner"]) == ("王芳", "main", "顾海波")
    assert (body["wish"], body["since"], body["category_name"]) == ("修好", None, "产品品质")
    assert [event["kind"] for event in body["events"]] == ["recorded", "reported"]
    assert body["events"][0]["actor"] == "陶倩"
    clocks = {clock["name"]: clock["state"] for clock in body["clocks"]}
    assert (clocks["report"], clocks["reply"]) == ("met", "running")


async def test_what_nobody_knows_is_refused(door: Door) -> None:
    await team()
    for field, value in (
        ("vin", "LSVAA4182E2999999"),
        ("customer_ref", "nobody"),
        ("order_ref", "nothing"),
        ("store", "nowhere"),
        ("by", "nobody"),
    ):
        seen = await door.asks("POST", "cases", {"what": "x", field: value})
        assert (seen.status, seen.wrong) == (422, [field])
    order = await door.asks("POST", "cases", {"what": "没修好", "order_ref": "R1"})
    assert (order.body["plate"], order.body["name"]) == ("京B88888", "李强")
    for body in ({}, {"what": " "}, {"what": "x\u0000"}, {"what": "x", "priority": "now"}):
        assert (await door.asks("POST", "cases", body)).status == 400
    for path in ("T000999", "A000001", "T0", "t99999999999"):
        assert (await door.asks("GET", f"cases/{path}")).status == 404


async def test_a_complaint_of_nobody_is_refused_and_so_is_a_field_that_we_do_not_know(
    door: Door,
) -> None:
    """Else it could never be answered, and a `customer` would be lost without a word."""
    await team()
    nobodys = await door.asks("POST", "cases", {"what": "没修好", "phone": " "})
    assert (nobodys.status, nobodys.wrong) == (422, ["customer_ref"])
    assert "请写明客户" in nobodys.body["errors"][0]["problem_zh"]
    odd = await door.asks("POST", "cases", {"what": "没修好", "phone": "12"})
    assert (odd.status, odd.wrong) == (422, ["phone"])
    misspelt = await door.asks("POST", "cases", {"what": "没修好", "customer": "C1", "x\ud800": 1})
    assert (misspelt.status, misspelt.wrong) == (400, ["customer", "x?"])
    assert "customer_ref" in misspelt.body["errors"][0]["problem"]
    assert not (await door.asks("GET", "cases")).body["items"]
    landline = await door.asks("POST", "cases", {"what": "没修好", "phone": "010-55500018"})
    number = landline.body["id"]
    for path, body in (
        (f"cases/{number}/deeds", {"deed": "progress", "by": "gu", "word": "x"}),
        ("leads", {"source": "visit", "phone": "13700000001", "names": "李"}),
        ("webhooks", {"url": "http://127.0.0.1:9/x", "event": ["*"]}),
    ):
        assert (await door.asks("POST", path, body)).status == 400
    routes = {"by": "zhao", "routes": [{"department": "客服", "shop": "main"}]}
    assert (await door.asks("PUT", "case-routes", routes)).wrong == ["routes[0].shop"]


async def test_page_by_page_and_by_what_is_wanted(door: Door) -> None:
    numbers = [await told(door, ref=f"K{n}") for n in range(5)]
    await deed(door, numbers[0], "receive", "yan")
    found, path = [], "cases?limit=2"
    while path:
        seen = await door.asks("GET", path)
        assert seen.status == 200
        found += [item["id"] for item in seen.body["items"]]
        path = f"cases?limit=2&cursor={seen.body['next']}" if seen.body["next"] else ""
    assert found == numbers[::-1]
    for query, count in (
        ("state=in_progress", 1),
        ("owner=yan", 1),
        ("owner=gu&store=main", 4),
        ("store=east", 0),
        ("category=attitude", 0),
        ("clock=broken", 0),
    ):
        assert len((await door.asks("GET", f"cases?{query}")).body["items"]) == count, query
    clock.forward(timedelta(days=3))
    broken = (await door.asks("GET", "cases?clock=broken&limit=3")).body
    assert (len(broken["items"]), bool(broken["next"])) == (3, True)
    for query, status in (
        *(("owner=nobody", 422), ("store=x", 422), ("cursor=W10", 422), ("cursor=W3RydWVd", 422)),
        *(("clock=late", 400), ("stat=open", 400)),
    ):
        assert (await door.asks("GET", f"cases?{query}")).status == status, query


async def test_a_case_goes_its_way(door: Door) -> None:
    number = await told(door)
    early = await deed(door, number, "reply", "yan", words="明天给您答复")
    assert (early.status, early.wrong) == (422, ["deed"])
    assert "由顾海波负责" in early.body["errors"][0]["problem_zh"]
    await deed(door, number, "receive", "yan")
    await deed(door, number, "reply", "yan", words="明天给您答复")
    market = await deed(door, number, "assign", "gu", staff="shi")
    assert "市场小史的岗位不处理投诉" in market.body["errors"][0]["problem_zh"]
    given = await deed(door, number, "assign", "gu", staff="mo")
    assert (given.body["owner"], given.body["state"]) == ("莫可", "in_progress")
    bare = await deed(door, number, "solve", "mo", solution="换压缩机")
    assert (bare.status, bare.wrong) == (422, ["deed"])
    assert "根本原因" in bare.body["errors"][0]["problem_zh"]
    done = await deed(door, number, "solve", "mo", solution="换压缩机", root_cause="泄漏")
    assert (done.body["state"], done.body["root_cause"]) == ("solved", "泄漏")
    late = await deed(door, number, "progress", "mo", words="再看看")
    assert (late.status, late.wrong) == (409, ["deed", "rev"])
    assert late.body["detail"] == f"It is solved now (the complaint's rev is {done.body['rev']})."
    stale = await deed(door, number, "tell", "mo", rev=1)
    assert stale.status == 409
    fresh = await deed(door, number, "tell", "mo", rev=done.body["rev"])
    assert fresh.status == 200
    confirmed = await deed(door, number, "confirm", "tao")
    assert confirmed.body["ended_at"]
    for by, status in (("hou", 404), ("shi", 404), ("nobody", 422)):
        assert (await deed(door, number, "call", by)).status == status
    assert (await deed(door, number, "seen", "gu")).status == 422
    assert (await deed(door, "T000999", "seen", "gu")).status == 404
    assert (await deed(door, number, "escalated", "gu")).status == 400


async def test_the_other_store_of_a_customer_has_no_part_in_it(door: Door) -> None:
    """李强 comes to both stores; the repair order R3, and what he says of it, is the eastern one's."""
    await team()
    told_ = await door.asks("POST", "cases", {"what": "没修好", "order_ref": "R3"})
    number = told_.body["id"]
    assert (told_.body["store"], told_.body["name"]) == ("east", "李强")
    for by, status in (("gu", 404), ("yan", 404), ("hou", 200), ("zhao", 200)):
        assert (await deed(door, number, "progress", by, words="在查")).status == status
    wish = {"kind": "gift", "what": "保温杯", "by": "gu"}
    assert (await door.asks("POST", f"cases/{number}/compensations", wish)).status == 404


async def test_compensation_and_measures(door: Door) -> None:
    number = await told(door)
    await deed(door, number, "receive", "yan")
    gifts, plans = f"cases/{number}/compensations", f"cases/{number}/measures"
    wish = {"kind": "voucher", "what": "保养券", "amount": 199.5, "by": "yan"}
    asked = await door.asks("POST", gifts, wish)
    assert (asked.status, asked.body["amount"], asked.body["state"]) == (201, "199.50", "pending")
    one = f"{gifts}/{asked.body['id']}"
    for by, status in (("yan", 422), ("hou", 404), ("gu", 200), ("zhao", 409)):
        seen = await door.asks("POST", one, {"step": "approve", "by": by})
        assert seen.status == status, seen.body
    assert (await door.asks("POST", gifts, {**wish, "kind": "refund", "by": "hou"})).status == 404
    no_amount = {"kind": "refund", "what": "退工时", "by": "yan"}
    assert (await door.asks("POST", gifts, no_amount)).wrong == ["kind"]
    [kept] = (await door.asks("GET", gifts)).body["items"]
    assert kept["decided_by"] == "顾海波"

    plan = {"what": "看板", "due_on": "2026-12-01", "by": "gu", "owner": "yan"}
    made = await door.asks("POST", plans, plan)
    assert (made.status, made.body["owner"], made.body["kind"]) == (201, "严工", "corrective")
    two = f"{plans}/{made.body['id']}"
    for step, by, status in (
        *(("approve", "gu", 422), ("refuse", "zhao", 422), ("approve", "zhao", 200)),
        *(("approve", "fu", 409), ("report", "yan", 422)),
    ):
        assert (await door.asks("POST", two, {"step": step, "by": by})).status == status
    await door.asks("POST", two, {"step": "report", "by": "yan", "words": "做了"})
    await door.asks("POST", two, {"step": "ineffective", "by": "gu", "words": "没用"})
    whole = (await door.asks("GET", f"cases/{number}")).body
    assert whole["measure_wanted"]
    assert whole["measures"] == (await door.asks("GET", plans)).body["items"]
    assert (await door.asks("POST", plans, {**plan, "due_on": "0001-01-01"})).wrong == ["due_on"]
    assert (await door.asks("POST", plans, {**plan, "owner": "nobody"})).wrong == ["owner"]
    assert (await door.asks("POST", plans, {**plan, "by": "shi"})).status == 422
    other = await told(door, ref="K2")
    for path in (f"cases/{other}/measures/{made.body['id']}", f"cases/{other}/compensations/1"):
        assert (await door.asks("POST", path, {"step": "approve", "by": "zhao"})).status == 404
    for path in ("cases/T000999/measures", "cases/T000999/compensations"):
        assert (await door.asks("GET", path)).status == 404


async def test_what_is_alike(door: Door) -> None:
    first, second = await told(door), await told(door, ref="K2")
    assert (await door.asks("GET", f"cases/{first}")).body["similar"] == [second]
    said = {"other": second, "by": "gu", "why": "同一批配件"}
    for _ in range(2):
        linked = await door.asks("POST", f"cases/{first}/links", said)
        assert [link["id"] for link in linked.body["items"]] == [second]
    whole = (await door.asks("GET", f"cases/{second}")).body
    assert (whole["similar"], whole["links"][0]["why"]) == ([], "同一批配件")
    itself = await door.asks("POST", f"cases/{first}/links", {**said, "other": first})
    assert itself.wrong == ["other"]
    assert (await door.asks("POST", f"cases/{first}/links", {**said, "by": "hou"})).status == 404


async def test_a_file_is_given_to_who_may_read_and_noted(door: Door) -> None:
    number, photo = await told(door), b"\xff\xd8 a photo"
    user = door.cast.wang.user_id
    made = await evidence.want("M1", "image", user, NOW, case_id=int(number[1:]))
    path = f"cases/{number}/evidence/{made}"
    assert (await door.asks("GET", path)).status == 404
    await evidence.kept(made, await evidence_files.put(photo), "image/jpeg", len(photo), NOW)
    sent = {"Authorization": f"Bearer {door.key}"}
    async with door.client.get(f"/api/v1/{path}", headers=sent) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert await answer.read() == photo
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    [noted] = await audit.entries(subject=f"evidence:{made}")
    assert (noted.actor, noted.action) == ("api:dms", "view")
    other = await told(door, ref="K2")
    assert (await door.asks("GET", f"cases/{other}/evidence/{made}")).status == 404
    writer = await door.key_for("writer", "cases:write")
    assert (await door.asks("GET", path, key=writer)).status == 403


@pytest.mark.parametrize("who", ["zhao", "hou"])
async def test_who_gets_which(door: Door, who: str) -> None:
    await team()
    line = {"store": "east", "category": "attitude", "department": "城东客服", "owner": "wu"}
    seen = await door.asks("PUT", "case-routes", {"by": who, "routes": [line]})
    [kept] = seen.body["items"]
    assert (kept["owner_name"], kept["energy"], kept["changed_at"]) == ("吴东", "", NOW.isoformat())
    assert (await door.asks("GET", "case-routes")).body == seen.body
    for routes in ([line, line], [{**line, "store": "x"}], [{**line, "owner": "nobody"}]):
        wrong = await door.asks("PUT", "case-routes", {"by": who, "routes": routes})
        assert (wrong.status, wrong.wrong) == (422, ["routes"])
    usual = {"by": who, "routes": [{"department": "客服"}]}
    assert (await door.asks("PUT", "case-routes", usual)).status == (200 if who == "zhao" else 422)


async def test_what_is_done_for_a_complaint_is_heard_outside(door: Door) -> None:
    await door.asks("POST", "webhooks", {"url": "http://127.0.0.1:9/x", "events": ["case.*"]})
    number = await told(door)
    wish = {"kind": "gift", "what": "保温杯", "by": "yan"}
    await deed(door, number, "receive", "yan")
    await door.asks("POST", f"cases/{number}/compensations", wish)
    queued = (await door.asks("GET", "webhooks/deliveries")).body["items"]
    heard = {one["event"] for one in queued}
    assert heard == {"case.opened", "case.reported", "case.compensation_asked", "case.received"}
    assert heard <= set(EVENTS)
