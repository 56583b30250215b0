"""Follow-up calls over the interface: the list, the card with the questions, the record."""

import asyncio
from datetime import timedelta

from bot.api.paging import cursor_of
from bot.clock import clock
from tests.api.door import Door
from tests.calls.rig import EVERY, FOUR, consents_to, owed
from tests.leads.rig import colleague
from tests.people import at

ANSWERS = [
    *({"survey": "standard", "question": code, "value": value} for code, value in EVERY.items()),
    {"survey": "standard", "question": "plan", "choices": ["same"]},
]


async def one_call(door: Door) -> int:
    """王芳 is owed a call; it is four in the afternoon."""
    clock.stop(at=FOUR)
    await colleague(door.cast, "静静", "care_specialist", everywhere=True)
    await colleague(door.cast, "梅梅", "care_specialist", everywhere=True)
    await colleague(door.cast, "小李", "marketing", everywhere=True)
    await consents_to(door.cast.wang)
    return (await owed(door.cast.wang)).id


JING, MEI = "静静care_specialist", "梅梅care_specialist"


async def test_the_list_and_one_with_its_questions(door: Door) -> None:
    task = await one_call(door)
    seen = await door.asks("GET", "tasks?store=main&limit=5")
    [listed] = seen.body["items"]
    assert (listed["id"], listed["lawful_now"], listed["tries"]) == (task, True, 0)
    customer = listed["customer"]
    assert (customer["called"], customer["car"]) == ("王女士", "奥迪 Q5L · 京A12345")
    assert customer["last_visit_items"] == ["首保"]
    whole = (await door.asks("GET", f"tasks/{task}")).body
    first = whole["questions"][0]
    assert (first["survey"], first["question"], first["answered"]) == ("standard", "overall", False)
    assert first["choices"][0] == {"value": 1, "label": "1分"}
    assert (await door.asks("GET", f"tasks?staff={JING}")).body == {"items": [], "next": None}
    for wrong in ("staff=nobody", "store=nowhere"):
        seen = await door.asks("GET", f"tasks?{wrong}")
        assert (seen.status, seen.wrong) == (422, [wrong.partition("=")[0]])
    assert (await door.asks("GET", "tasks/99999")).status == 404


async def test_the_list_page_by_page(door: Door) -> None:
    await one_call(door)
    await consents_to(door.cast.li)
    await owed(door.cast.li)
    for number in range(5):
        phone = f"1370000000{number}"
        assert (await door.asks("POST", "leads", {"source": "visit", "phone": phone})).status == 201
    whole = (await door.asks("GET", "tasks")).body
    assert (len(whole["items"]), whole["next"]) == (7, None)
    found, path = list[int](), "tasks?limit=2"
    while path:
        seen = await door.asks("GET", path)
        found += [one["id"] for one in seen.body["items"]]
        clock.forward(timedelta(minutes=20))  # the list is read as it stood when it was begun
        path = f"tasks?limit=2&cursor={seen.body['next']}" if seen.body["next"] else ""
        assert ("Link" in seen.headers) == bool(path)
    assert found == [one["id"] for one in whole["items"]]


async def test_a_cursor_that_is_not_ours(door: Door) -> None:
    good, number = "2026-11-19T08:05:00+00:00", 3
    last = [True, good, good, number]
    for parts in (
        [], [good], [good, None, None], [1, None, last], ["today", None, last], [good, [good, True], None],
        ["2026-11-19T08:05:00", None, last], [good, None, [1, good, good, number]], [good, [good, -1], last],
        [good, None, [True, "0001-01-01T00:00:00+00:00", good, number]], [good, [good, 2**63], last],
    ):  # fmt: skip
        seen = await door.asks("GET", f"tasks?cursor={cursor_of(*parts)}")
        assert (seen.status, seen.wrong) == (422, ["cursor"]), parts
    for fine in ([good, None, last], [good, [good, 3], None], [good, [good, 3], last]):
        assert (await door.asks("GET", f"tasks?cursor={cursor_of(*fine)}")).status == 200


async def test_a_record_until_it_is_complete(door: Door) -> None:
    task = await one_call(door)
    where = f"tasks/{task}/calls"
    first = await door.asks(
        "POST", where, {"by": JING, "outcome": "reached", "answers": ANSWERS[:1]}
    )
    assert (first.status, first.body["done"], len(first.body["missing"])) == (201, False, 5)
    seen = (await door.asks("GET", f"tasks/{task}")).body
    assert (seen["tries"], len(seen["missing"]), seen["questions"][0]["answered"]) == (1, 5, True)
    stale = await door.asks(
        "POST", where, {"by": JING, "outcome": "reached", "said": "好", "tries": 0}
    )
    assert stale.status == 409
    done = await door.asks("POST", where, {"by": JING, "outcome": "reached", "answers": ANSWERS})
    assert (done.body["done"], done.body["missing"], done.body["case"]) == (True, [], None)
    again = await door.asks("POST", where, {"by": JING, "outcome": "no_answer"})
    assert again.status == 409
    assert (await door.asks("GET", f"tasks/{task}")).body["outcome"] == "reached"


async def test_a_bad_answer_names_the_complaint(door: Door) -> None:
    task = await one_call(door)
    low = {"survey": "standard", "question": "overall", "value": 1}
    body = {"by": JING, "outcome": "reached", "said": "等太久", "answers": [low]}
    made = await door.asks("POST", f"tasks/{task}/calls", body)
    assert made.body["case"].startswith("T")


async def test_what_cannot_be_is_named(door: Door) -> None:
    task = await one_call(door)
    wrong = {
        "by": {"by": "nobody", "outcome": "no_answer"},
        "answers": {
            "by": JING,
            "outcome": "reached",
            "answers": [{"survey": "x", "question": "y"}],
        },
        "later_at": {"by": JING, "outcome": "later", "later_at": "2020-01-01T10:00:00+08:00"},
    }
    for field, body in wrong.items():
        seen = await door.asks("POST", f"tasks/{task}/calls", body)
        assert (seen.status, seen.wrong) == (422, [field])
    night = {"by": JING, "outcome": "later", "later_at": at("22:00").isoformat()}
    assert (await door.asks("POST", f"tasks/{task}/calls", night)).wrong == ["later_at"]
    for who in ({}, {"by": "小李marketing"}):
        seen = await door.asks("POST", f"tasks/{task}/calls", {**who, "outcome": "no_answer"})
        assert (seen.status, seen.wrong) == (422, ["by"])
    assert (await door.asks("POST", "tasks/99999/calls", wrong["by"])).status == 404


async def test_a_leads_call_is_its_consultants(door: Door) -> None:
    await one_call(door)
    await colleague(door.cast, "李雷")
    made = await door.asks(
        "POST", "leads", {"source": "call", "name": "赵六", "consultant": "李雷"}
    )
    seen = await door.asks("GET", "tasks?staff=李雷sales_consultant")
    [task] = seen.body["items"]
    assert (task["lead"], task["customer"]["name"]) == (made.body["id"], "赵六")
    body = {"outcome": "reached", "said": "周末来", "level": "H"}
    done = await door.asks("POST", f"tasks/{task['id']}/calls", body)
    assert done.body["done"]
    lead = await door.asks("GET", f"leads/{made.body['id']}")
    assert (lead.body["level"], lead.body["history"][1]["by"]) == ("H", "李雷")


async def test_two_at_once_one_is_kept_and_the_other_told(door: Door) -> None:
    task = await one_call(door)
    bodies = [{"by": by, "outcome": "reached", "said": "都好"} for by in (JING, MEI)]
    seen = await asyncio.gather(
        *(door.asks("POST", f"tasks/{task}/calls", body) for body in bodies)
    )
    assert sorted(one.status for one in seen) == [201, 409]
