"""Ratings at their edges: what cannot be an answer, what is over, what nobody asks."""

from datetime import timedelta

import pytest

from bot.errors import StaffError
from bot.jobs.ratings import ratings_due
from storage.db import dumps, sql
from storage.queries import surveys
from storage.queries.ratings import rating as ratings
from storage.queries.ratings.rating import Rating
from storage.queries.touch import touchpoints
from storage.queries.touch.put import New, put
from tests.people import NOW, SHANGHAI, TODAY, Cast, Person, at, dealership, insert

OVERALL = ("standard", 1, "overall", "score")


class Talking:
    """Somebody as the talk knows them."""

    def __init__(self, who: Person) -> None:
        self.id, self.customer_id = who.user_id, who.customer_id


async def begun(cast: Cast, *items: str) -> Rating:
    visit = await insert(
        "INSERT INTO visit (account_id, ref, vehicle_id, customer_id, store_id, settled_at, items)"
        " VALUES (?, 'R9', ?, ?, ?, ?, ?)",
        *(cast.account, cast.li.car, cast.li.customer_id, cast.main.id),
        *(at("17:00", TODAY - timedelta(days=1)), dumps(list(items))),
    )
    occasion = await ratings.of_visit(visit)
    assert occasion is not None
    rating = await ratings.begin(occasion, NOW, wechat_user_id=cast.li.user_id)
    assert rating is not None
    return rating


async def test_what_cannot_be_an_answer(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        rating = await begun(cast)
        for survey, version, question, value in (
            ("standard", 1, "overall", 6),
            ("standard", 1, "nothing", 5),
            ("standard", 9, "overall", 5),
            ("premium", 1, "pick_up", 1),
        ):
            with pytest.raises(StaffError):
                await ratings.put_answer(
                    rating.id, survey, version, question, "score", NOW, value=value
                )
        assert await ratings.answers(rating.id) == {}


async def test_the_last_word_counts_and_the_same_changes_nothing(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        rating = await begun(cast)
        first = await ratings.put_answer(rating.id, *OVERALL, NOW, value=1)
        assert first.case is not None
        again = await ratings.put_answer(rating.id, *OVERALL, NOW, value=1)
        assert (again.kept, again.opened, again.low) == (True, False, "")
        better = await ratings.put_answer(rating.id, *OVERALL, NOW, value=4, by="陶倩")
        assert better.case is not None
        assert better.case.id == first.case.id
        found = await ratings.one(rating.id)
        assert found is not None
        assert (found.satisfaction, found.low, found.entered_by) == (4.0, False, "陶倩")
        skipped = await ratings.put_answer(
            rating.id, "standard", 1, "words", "text", NOW + timedelta(minutes=1)
        )
        assert skipped.kept
        rows = await sql().rows("SELECT kind FROM complaint_event ORDER BY number")
        assert [row["kind"] for row in rows].count("added") == 1


async def test_nothing_is_kept_of_what_is_over(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        rating = await begun(cast)
        assert await ratings.finish(rating.id, NOW)
        assert not await ratings.finish(rating.id, NOW)
        assert not await ratings.later(rating.id, NOW + timedelta(days=1), NOW, said="明天")
        for number in (rating.id, 99):
            came = await ratings.put_answer(number, *OVERALL, NOW, value=5)
            assert not came.kept
        await ratings.put_media(99, "m1", "image", cast.li.user_id, NOW)
        assert await sql().rows("SELECT id FROM evidence") == []


async def test_nobody_is_asked_where_no_survey_is_left(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        for survey in await surveys.in_force():
            await surveys.retire(survey.code, "陶倩", NOW)
        occasion = await ratings.of_rating(await _begun_before(cast))
        await sql().run("DELETE FROM rating WHERE account_id = ?", cast.account)
        assert await ratings.begin(occasion, NOW) is None


async def _begun_before(cast: Cast) -> Rating:
    """A rating of the days when there was a survey."""
    number = await insert(
        "INSERT INTO rating (account_id, subject, occasion, surveys, asked_at, until, changed_at)"
        " VALUES (?, 't99', 'month_3', ?, ?, ?, ?)",
        *(cast.account, dumps([["standard", 1]]), NOW, NOW, NOW),
    )
    found = await ratings.one(number)
    assert found is not None
    return found


async def test_a_version_stays_as_it_was_asked(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        rating = await begun(cast)
        (standard,) = [one for one in await surveys.in_force() if one.code == "standard"]
        await surveys.put(standard, "陶倩", NOW, scope="main", renumber=True)
        await surveys.retire("standard", "陶倩", NOW)
        asked = await ratings.asked_surveys(rating)
        assert [(one.code, one.version) for one in asked] == [("standard", 1)]
        assert (await ratings.put_answer(rating.id, *OVERALL, NOW, value=5)).kept


async def test_which_contacts_ask_for_a_rating(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        rating = await begun(cast)
        for kind, subject in (
            ("birthday", "c1"),
            ("after_visit", rating.subject),
            ("month_6", "v2"),
        ):
            new = New(
                *(kind, subject, "follow_up", TODAY, NOW, None),
                *(cast.li.customer_id, cast.li.car, cast.main.id, {}),
            )
            await put([new], NOW)
        rows = await sql().rows("SELECT id, kind FROM touchpoint ORDER BY id")
        found = [await ratings.of_touchpoint(row["id"]) for row in rows]
        assert found[0] is None
        assert [one and one.subject for one in found[1:]] == [rating.subject, f"t{rows[2]['id']}"]
        assert await ratings.of_visit(99) is None
        assert await ratings.of_touchpoint(99) is None


async def test_whom_it_is_time_to_ask_is_not_woken_at_night(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        rating = await begun(cast)
        assert await ratings.later(rating.id, at("15:00", TODAY), NOW, said="下午三点")
        night = at("21:00", TODAY)
        assert await ratings_due(night, SHANGHAI) == {"ratings_asked": 0, "ratings_closed": 0}
        morning = at("09:00")
        assert (await ratings_due(morning, SHANGHAI))["ratings_asked"] == 1
        assert (await ratings_due(morning, SHANGHAI))["ratings_asked"] == 0
        row = await sql().one("SELECT kind, done_at FROM staff_task WHERE same LIKE 'rating:%'")
        assert (row["kind"], row["done_at"]) == ("call", None)


async def test_a_contact_without_a_visit_is_none(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        new = New(
            *("after_visit", "rX", "follow_up", TODAY, NOW, None),
            *(cast.li.customer_id, cast.li.car, cast.main.id, {}),
        )
        await put([new], NOW)
        row = await sql().one("SELECT id FROM touchpoint")
        assert await touchpoints.sent(row["id"], "service", NOW)
        assert await ratings.of_touchpoint(row["id"]) is None
        assert await ratings.waiting_for(Talking(cast.li), NOW) is None
