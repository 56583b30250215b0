"""Surveys through the interface: read, written anew, and never changed."""

from typing import Any

from bot.api.surveys_table import _NEW
from bot.rules.surveys.choosing import parse_survey
from bot.rules.surveys.pack import PACK
from tests.api.door import Door


async def test_what_is_asked_is_shown_whole(door: Door) -> None:
    seen = await door.asks("GET", "surveys")
    assert seen.status == 200
    assert {one["code"] for one in seen.body["items"]} == {survey.code for survey in PACK}
    for told, survey in ((parse_survey(one), one["code"]) for one in seen.body["items"]):
        assert told in PACK, survey
    one = await door.asks("GET", "surveys/standard")
    assert one.body["questions"][0]["low"] == [1, 2]
    assert one.body["questions"][4]["low"] == ["否"]
    assert one.body["audience"] == {}
    assert (await door.asks("GET", "surveys/nothing")).status == 404
    assert (await door.asks("GET", "surveys/standard?version=2")).status == 404
    assert (await door.asks("GET", "surveys/standard?version=0")).status == 400
    seen = await door.asks("GET", "surveys?store=west")
    assert (seen.status, seen.wrong) == (422, ["store"])


async def test_a_new_version_is_asked_and_the_same_changes_nothing(door: Door) -> None:
    made = await door.asks("PUT", "surveys/charging", _NEW)
    assert (made.status, made.body["version"]) == (201, 1)
    again = await door.asks("PUT", "surveys/charging", {**_NEW, "code": "charging"})
    assert (again.status, again.body) == (200, made.body)
    assert (await door.asks("GET", "surveys/charging")).body == made.body
    other: dict[str, Any] = {**_NEW, "name": "东店充电"}
    seen = await door.asks("PUT", "surveys/charging", {**other, "version": 1})
    assert seen.status == 409
    assert "version: 2" in seen.body["detail"]
    east = await door.asks("PUT", "surveys/charging?store=east", other)
    assert (east.status, east.body["version"]) == (201, 2)
    assert (await door.asks("GET", "surveys/charging?store=main")).body["version"] == 1
    assert (await door.asks("GET", "surveys/charging?store=east")).body["version"] == 2
    assert (await door.asks("GET", "surveys/charging?version=1&store=east")).body == made.body


async def test_every_fault_is_named_with_its_field(door: Door) -> None:
    question = {"code": "a", "kind": "score", "text": "您对我们的服务满意吗？", "when": {"b": [1]}}
    bad = {
        "name": "问卷",
        "kind": "standard",
        "audience": {"premium": True},
        "questions": [question],
    }
    seen = await door.asks("PUT", "surveys/mine", bad)
    assert seen.status == 422
    assert seen.wrong == ["questions[0].text", "questions[0].when", "audience"]
    assert "请打分" in seen.body["errors"][0]["problem_zh"]
    assert (await door.asks("PUT", "surveys/mine", {**_NEW, "code": "other"})).wrong == ["code"]
    assert (await door.asks("PUT", "surveys/mine", {**_NEW, "name": "a\x00b"})).status == 400
    assert (await door.asks("PUT", "surveys/Mine", _NEW)).status == 404
    assert (await door.asks("PUT", "surveys/mine?store=west", _NEW)).wrong == ["store"]
    reader = await door.key_for("reader", "surveys:read")
    assert (await door.asks("PUT", "surveys/mine", _NEW, key=reader)).status == 403
