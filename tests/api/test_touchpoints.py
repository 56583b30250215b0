"""The plan page by page, and one contact with the sentences that say why."""

from datetime import timedelta

from bot.jobs.plan import plan_due
from storage.queries.touch import put as touch_put
from storage.queries.touch.put import New
from tests.api.door import VIN, Door
from tests.people import NOW, TODAY, Cast


async def owe(cast: Cast, count: int) -> None:
    rows = [
        New(
            *("insurance", f"v{cast.wang.car}", "care", TODAY + timedelta(days=n), NOW),
            *(NOW + timedelta(days=9), cast.wang.customer_id, cast.wang.car, cast.main.id),
            {"到期日": "2026-12-18"},
        )
        for n in range(count)
    ]
    assert await touch_put.put(rows, NOW) == count


async def test_the_plan_page_by_page(door: Door) -> None:
    await owe(door.cast, 5)
    days, path = [], "touchpoints?limit=2"
    while path:
        seen = await door.asks("GET", path)
        assert seen.status == 200
        days += [item["due_on"] for item in seen.body["items"]]
        after = seen.body["next"]
        path = f"touchpoints?limit=2&cursor={after}" if after else ""
    assert days == [str(TODAY + timedelta(days=n)) for n in range(5)]


async def test_what_is_wanted_is_shown(door: Door) -> None:
    await owe(door.cast, 3)
    day = TODAY + timedelta(days=1)
    seen = await door.asks("GET", f"touchpoints?from={day}&to={day}&kind=insurance&state=planned")
    [item] = seen.body["items"]
    told = {name: item[name] for name in ("name", "vin", "store", "state", "channel")}
    assert told == {
        "name": "王芳", "vin": VIN, "store": "main", "state": "planned", "channel": None,
    }  # fmt: skip
    assert (await door.asks("GET", "touchpoints?state=sent")).body["items"] == []
    assert (await door.asks("GET", "touchpoints?kind=nothing")).status == 400
    assert (await door.asks("GET", "touchpoints?cursor=x")).status == 422
    assert (await door.asks("GET", "touchpoints?cursor=WyJ4IiwgMV0")).status == 422


async def test_one_says_why(door: Door) -> None:
    await owe(door.cast, 1)
    [item] = (await door.asks("GET", "touchpoints")).body["items"]
    seen = await door.asks("GET", f"touchpoints/{item['id']}")
    reasons = "".join(seen.body["reasons"])
    assert "续保提醒：王芳" in reasons
    assert "到期日2026-12-18" in reasons
    assert seen.body["number"] == f"P{item['id']}"
    assert (await door.asks("GET", "touchpoints/999999")).status == 404


async def test_a_birthday_the_dms_told_is_kept(door: Door) -> None:
    body = {"name": "周琳", "phone": "13700000009", "birthday": "1990-11-19"}
    assert (await door.asks("PUT", "customers/C9", body)).status == 201
    await plan_due(NOW)
    seen = await door.asks("GET", "touchpoints?kind=birthday")
    assert [item["customer_ref"] for item in seen.body["items"]] == ["C9"]
    await door.asks("PUT", "customers/C9", {"birthday": "1990-11-21"})
    await plan_due(NOW + timedelta(minutes=5))
    [item] = (await door.asks("GET", "touchpoints?kind=birthday")).body["items"]
    assert (item["state"], item["due_on"]) == ("cancelled", "2026-11-19")
