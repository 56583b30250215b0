"""Figures through the interface."""

import pytest

from bot.clock import clock
from tests.api.door import Door
from tests.reports.ledger import LATER, complaints, follow_ups, ratings
from tests.reports.test_staff_figures import crew


async def test_a_month_is_told_as_it_was_counted(door: Door) -> None:
    for what in (follow_ups, ratings, complaints):
        await what(door.cast)
    clock.stop(LATER)
    seen = await door.asks("GET", "reports/monthly?month=2026-11")
    assert seen.status == 200
    told = seen.body
    assert told["follow_ups"] == {
        "due": 8, "done": 5, "successful": 3, "spared": 1,
        "done_percent": 62.5, "successful_percent": 60.0,
    }  # fmt: skip
    assert (told["ratings"]["satisfaction"], told["ratings"]["nps"]) == (3.67, 0)
    assert told["complaints"]["resolution_percent"] == 75.0
    assert told["complaints"]["on_time_percent"] == 66.7
    assert told["questions"][0]["counts"][4] == {"answer": "5分", "count": 1}
    assert [one["name"] for one in told["clocks"]] == [
        "report",
        "receipt",
        "reply",
        "progress",
        "told",
    ]
    assert told["issues"][0] == {
        "category": "response_time", "name": "回应时间", "count": 3, "cause": "没有排班",
        "solved": 2, "percent": 75.0,
    }  # fmt: skip
    assert [one["store"] for one in told["stores"]] == ["main", "east", None]
    assert (await door.asks("GET", "reports/monthly")).body == told  # it is running
    east = (await door.asks("GET", "reports/monthly?month=2026-11&store=east")).body
    assert (east["store"], east["stores"], east["follow_ups"]["due"]) == ("east", [], 2)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("month=2026-12", 422, "month"),
        ("month=2026-13", 400, "month"),
        ("month=november", 400, "month"),
        ("store=west", 422, "store"),
    ],
)
async def test_what_cannot_be_told_says_why(
    door: Door, query: str, status: int, field: str
) -> None:
    seen = await door.asks("GET", f"reports/monthly?{query}")
    assert (seen.status, seen.wrong) == (status, [field])


async def test_figures_need_their_scope(door: Door) -> None:
    key = await door.key_for("reader", "surveys:read")
    assert (await door.asks("GET", "reports/monthly", key=key)).status == 403


async def test_how_satisfaction_went(door: Door) -> None:
    for what in (follow_ups, ratings, complaints):
        await what(door.cast)
    clock.stop(LATER)
    seen = (await door.asks("GET", "reports/trend?months=2")).body
    assert seen["store"] is None
    [october, november] = seen["months"]
    assert (october["month"], october["ratings"]["satisfaction"]) == ("2026-10", 1.0)
    assert (november["satisfaction_change"], november["ratings"]["low_percent"]) == (2.67, 25.0)
    assert november["complaints"] == {
        "recorded": 5, "withdrawn": 1, "solved": 3, "resolution_percent": 75.0,
    }  # fmt: skip
    year = (await door.asks("GET", "reports/trend?month=2026-10&store=east")).body
    assert (year["store"], len(year["months"]), year["months"][-1]["month"]) == (
        "east",
        12,
        "2026-10",
    )
    for query, status, field in (
        ("months=0", 400, "months"), ("months=61", 400, "months"), ("month=2026-12", 422, "month"),
        ("store=west", 422, "store"),
    ):  # fmt: skip
        seen = await door.asks("GET", f"reports/trend?{query}")
        assert (seen.status, seen.wrong) == (status, [field])


async def test_what_each_colleague_came_to(door: Door) -> None:
    for what in (follow_ups, ratings, complaints):
        await what(door.cast)
    people = await crew(door.cast)
    clock.stop(LATER)
    seen = (await door.asks("GET", "reports/staff?by=zhao&month=2026-11")).body
    assert [one["name"] for one in seen["people"]] == ["周", "钱", "静", "未指定"]
    first = seen["people"][0]
    assert (first["login"], first["role"], first["store"]) == ("zhou", "service_advisor", "城南店")
    assert (first["ratings"]["low_percent"], first["complaints"]["on_time_percent"]) == (50.0, 50.0)
    assert seen["people"][2]["calls"] == {"made": 3, "reached": 1, "reached_percent": 33.3}
    assert seen["people"][3]["login"] is None
    assert seen["technicians"] == []  # none of the visits was booked
    mine = (await door.asks("GET", "reports/staff?by=qian")).body
    assert [one["name"] for one in mine["people"]] == ["钱"]
    for query, status, field in (
        ("", 400, "by"), ("by=nobody", 422, "by"), ("by=ma", 422, "by"),
        ("by=zhao&month=2026-12", 422, "month"), ("by=zhao&store=west", 422, "store"),
        ("by=hao&store=east&month=2026-11", 422, "store"),
    ):  # fmt: skip
        seen = await door.asks("GET", f"reports/staff?{query}")
        assert (seen.status, seen.wrong) == (status, [field])
    assert people["马"].role == "marketing"
