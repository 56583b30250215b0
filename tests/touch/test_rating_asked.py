"""Nobody is asked twice for one visit: by the plan, after they came by themselves, soon after another."""

from datetime import date, datetime, timedelta

import pytest

from bot.errors import StaffError
from bot.rules.care_settings import sound, usual
from bot.rules.rating_terms import RatingTerms, is_repair
from storage.db import dumps, sql
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Occasion, Rating
from storage.queries.touch import touchpoints
from tests.people import NOW, TODAY, Cast, Person, at, dealership, insert
from tests.touch.rig import Ledger, agrees, day, ledger, writes

YESTERDAY = TODAY - timedelta(days=1)
TUESDAY = TODAY + timedelta(days=6)


async def settle(cast: Cast, who: Person, ref: str, on: date) -> int:
    return await insert(
        "INSERT INTO visit (account_id, ref, vehicle_id, customer_id, store_id, settled_at, items)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(cast.account, ref, who.car, who.customer_id, cast.main.id),
        *(at("17:00", on), dumps(["常规保养"])),
    )


class As:
    """Somebody as the talk knows them."""

    def __init__(self, who: Person) -> None:
        self.id, self.customer_id = who.user_id, who.customer_id


async def begun(who: Person, now: datetime) -> Rating:
    occasion = await ratings.waiting_for(As(who), now)
    assert isinstance(occasion, Occasion)
    rating = await ratings.begin(occasion, now, wechat_user_id=who.user_id)
    assert rating is not None
    return rating


async def asked(kind: str = "after_visit") -> list[Ledger]:
    return await ledger(kind)


async def test_who_rated_by_themselves_is_not_asked(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await writes(cast.li, at("10:00", TODAY))
        await settle(cast, cast.li, "R9", YESTERDAY)
        rating = await begun(cast.li, NOW)
        await day(TODAY)
        [row] = await asked()
        assert (row.state, row.why) == ("skipped", "客户已经评价过，或正在评价")
        await ratings.put_answer(rating.id, "standard", 1, "overall", "score", NOW, value=5)
        await ratings.finish(rating.id, NOW)
        await day(TODAY + timedelta(days=1))
        assert len(await asked()) == 1


async def test_a_planned_contact_is_done_once_it_is_rated(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await settle(cast, cast.li, "R9", YESTERDAY)
        await day(TODAY, "08:05")
        rating = await begun(cast.li, NOW)
        await ratings.put_answer(rating.id, "standard", 1, "overall", "score", NOW, value=4)
        [row] = await asked()
        assert row.state == "done"
        await day(TODAY)
        [row] = await asked()
        assert (row.state, row.said) == ("done", "")


async def test_what_waits_in_the_outbox_is_stopped(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await writes(cast.li, at("10:00", TODAY))
        await settle(cast, cast.li, "R9", YESTERDAY)
        await day(TODAY)
        await begun(cast.li, at("16:06", TODAY))
        row = await sql().one("SELECT state FROM message WHERE touchpoint_id IS NOT NULL")
        assert row["state"] == "cancelled"


async def test_a_call_in_its_place_is_done_with_it(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await settle(cast, cast.li, "R9", YESTERDAY)
        await day(TODAY)
        [row] = await asked()
        assert row.state == "handed_over"
        rating = await begun(cast.li, at("17:00", TODAY))
        await ratings.put_answer(
            rating.id, "standard", 1, "overall", "score", at("17:00", TODAY), value=4
        )
        task = await sql().one(
            "SELECT done_by, outcome FROM staff_task WHERE touchpoint_id = ?", row.id
        )
        assert (task["done_by"], task["outcome"]) == ("客户", "rated")


async def test_settled_again_is_the_same_visit(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await writes(cast.li, at("10:00", TODAY))
        visit = await settle(cast, cast.li, "R9", YESTERDAY)
        rating = await begun(cast.li, NOW)
        await ratings.put_answer(rating.id, "standard", 1, "overall", "score", NOW, value=4)
        await ratings.finish(rating.id, NOW)
        for settled in (None, at("09:00", TODAY), at("18:00", TODAY)):
            await sql().run("UPDATE visit SET settled_at = ? WHERE id = ?", settled, visit)
            await day(TODAY)
        await writes(cast.li, at("10:00", TODAY + timedelta(days=1)))
        await day(TODAY + timedelta(days=1))
        assert not [row for row in await asked() if row.said]
        assert await ratings.waiting_for(As(cast.li), at("19:00", TODAY)) is None


async def test_two_weeks_lie_between_two_requests(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await writes(cast.li, at("10:00", TODAY))
        await settle(cast, cast.li, "R8", YESTERDAY)
        await day(TODAY)
        assert (await asked())[0].said
        await settle(cast, cast.li, "R9", TUESDAY - timedelta(days=1))
        await writes(cast.li, at("10:00", TUESDAY))
        await day(TUESDAY)
        assert [(row.state, row.why) for row in await asked()][1] == (
            "skipped",
            "14天内已经请客户评价过",
        )


async def test_a_time_the_customer_named_holds(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await writes(cast.li, at("10:00", TODAY))
        await settle(cast, cast.li, "R9", YESTERDAY)
        await day(TODAY, "08:05")
        rating = await begun(cast.li, NOW)
        named = at("15:00", TODAY)
        assert await ratings.later(rating.id, named, NOW, said="下午三点")
        await day(TODAY, "14:00")
        assert not (await asked())[0].said
        await day(TODAY, "15:00")
        assert "点一下“评价”" in (await asked())[0].said
        touch = await touchpoints.one((await asked())[0].id)
        assert touch is not None
        assert touch.outcome == "later"


async def test_no_is_no_contact_any_more(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await writes(cast.li, at("10:00", TODAY))
        await settle(cast, cast.li, "R9", YESTERDAY)
        await day(TODAY, "08:05")
        rating = await begun(cast.li, NOW)
        assert await ratings.decline(rating.id, NOW)
        assert not await ratings.decline(rating.id, NOW)
        await day(TODAY)
        [row] = await asked()
        assert (row.state, row.why) == ("cancelled", "客户不想评价")


async def test_the_new_owner_is_not_asked_about_the_old_ones_visit(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await settle(cast, cast.li, "R9", YESTERDAY)
        await sql().run(
            "UPDATE vehicle SET customer_id = ? WHERE id = ?", cast.wang.customer_id, cast.li.car
        )
        assert await ratings.waiting_for(As(cast.wang), NOW) is None
        found = await ratings.waiting_for(As(cast.li), NOW)
        assert found is not None
        assert found.visit_id is not None


async def test_an_old_visit_is_not_asked_about(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await settle(cast, cast.li, "R9", TODAY - timedelta(days=29))
        assert await ratings.waiting_for(As(cast.li), NOW) is not None
        assert await ratings.waiting_for(As(cast.li), NOW + timedelta(days=2)) is None


def test_a_stores_own_terms() -> None:
    assert RatingTerms.of({"rating": {"open_hours": 24}}) == RatingTerms(24)
    assert RatingTerms.of(None) == RatingTerms.of({}) == RatingTerms()
    assert usual("rating") == {"open_hours": 48, "pause_days": 14, "visit_days": 30}
    sound({"rating": {"pause_days": 7}})
    for wrong in (3, {"pause_days": 0}, {"pause_days": True}, {"hours": 4}, {"open_hours": "9"}):
        with pytest.raises(StaffError, match="rating"):
            sound({"rating": wrong})


@pytest.mark.parametrize(
    ("items", "repair"),
    [
        (["常规保养"], False), (["维修保养"], False), (["空调维修"], True), ([], False),
        (["常规保养", "异响检查"], True), (["更换雨刮"], False), (["左前门钣金"], True),
    ],
)  # fmt: skip
def test_what_a_repair_is(items: list[str], repair: bool) -> None:
    assert is_repair(items) is repair
