"""Measures over the interface, each step in a colleague's name: their role says what there is."""

import pytest

from tests.api.door import Door
from tests.cases.office import Office, team

NEW = {"what": "前台增设进度屏", "category": "回应时间", "due_on": "2026-12-01", "by": "gu"}


async def made(door: Door, **said: str) -> int:
    seen = await door.asks("POST", "measures", {**NEW, **said})
    assert seen.status == 201, seen.body
    assert seen.headers["Location"] == f"/api/v1/measures/{seen.body['id']}"
    return int(seen.body["id"])


async def test_a_preventive_one_from_proposal_to_effect(door: Door) -> None:
    await team()
    number = await made(door, owner="yan")
    one = (await door.asks("GET", f"measures/{number}?by=zhao")).body
    assert (one["kind"], one["case"], one["category"]) == ("preventive", None, "response_time")
    assert (one["owner"], one["state"], one["due_on"]) == ("严工", "proposed", "2026-12-01")
    for step, by, words, state in (
        ("approve", "zhao", "", "approved"),
        ("report", "yan", "屏已装好", "reported"),
        ("effective", "gu", "投诉少了一半", "effective"),
    ):
        body = {"step": step, "by": by, **({"words": words} if words else {})}
        seen = await door.asks("POST", f"measures/{number}", body)
        assert (seen.status, seen.body["state"]) == (200, state), seen.body
    assert seen.body["effect"] == "投诉少了一半"
    late = await door.asks("POST", f"measures/{number}", {"step": "approve", "by": "zhao"})
    assert (late.status, late.wrong) == (409, ["step"])
    assert "effective" in late.body["detail"]


async def test_the_list_of_what_a_colleague_sees(door: Door) -> None:
    case = await Office(door.cast, await team()).complaint()
    first, second = await made(door), await made(door, owner="yan")
    told = {"what": "每两小时报进度", "due_on": "2026-12-01", "by": "gu"}
    third = (await door.asks("POST", f"cases/T{case:06d}/measures", told)).body
    assert third["case"] == f"T{case:06d}"

    async def listed(query: str) -> list[int]:
        return [one["id"] for one in (await door.asks("GET", f"measures?{query}")).body["items"]]

    assert await listed("by=zhao") == [first, second, third["id"]]
    assert await listed("by=zhao&kind=corrective") == [third["id"]]
    assert await listed("by=zhao&state=approved") == []
    assert await listed("by=yan") == [second, third["id"]]
    assert await listed("by=hou") == await listed("by=shi") == []
    page = (await door.asks("GET", "measures?by=gu&limit=2")).body
    assert [one["id"] for one in page["items"]] == [first, second]
    assert await listed(f"by=gu&limit=2&cursor={page['next']}") == [third["id"]]


async def test_what_a_colleague_does_not_see_is_not_there(door: Door) -> None:
    await team()
    number = await made(door)
    assert (await door.asks("GET", f"measures/{number}?by=gu")).status == 200
    for by in ("hou", "shi", "wu"):
        assert (await door.asks("GET", f"measures/{number}?by={by}")).status == 404
        seen = await door.asks(
            "POST", f"measures/{number}", {"step": "report", "by": by, "words": "x"}
        )
        assert seen.status == 404
    assert (await door.asks("GET", "measures/99999?by=gu")).status == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("GET", "measures", None, 400, "by"),
        ("GET", "measures/1", None, 400, "by"),
        ("GET", "measures?by=nobody", None, 422, "by"),
        ("GET", "measures?by=gu&cursor=x", None, 422, "cursor"),
        ("GET", "measures?by=gu&cursor=WyJhIl0", None, 422, "cursor"),
        ("GET", "measures?by=gu&kind=other", None, 400, "kind"),
        ("POST", "measures", {**NEW, "by": "nobody"}, 422, "by"),
        ("POST", "measures", {**NEW, "by": "shi"}, 422, "by"),
        ("POST", "measures", {**NEW, "owner": "nobody"}, 422, "owner"),
        ("POST", "measures", {**NEW, "due_on": "2026-11-17"}, 422, "due_on"),
        ("POST", "measures", {**NEW, "due_on": "2200-01-01"}, 422, "due_on"),
        ("POST", "measures", {**NEW, "category": " "}, 400, "category"),
        ("POST", "measures/1", {"step": "approve", "by": "gu"}, 422, "step"),
    ],
)
async def test_what_cannot_be_says_why(
    door: Door, method: str, path: str, body: object, status: int, field: str
) -> None:
    await team()
    await made(door)
    seen = await door.asks(method, path, body)
    assert (seen.status, seen.wrong) == (status, [field]), seen.body


async def test_measures_need_their_scope(door: Door) -> None:
    key = await door.key_for("reader", "cases:read")
    assert (await door.asks("POST", "measures", NEW, key=key)).status == 403
    assert (
        await door.asks("GET", "measures?by=gu", key=await door.key_for("x", "tasks:read"))
    ).status == 403
