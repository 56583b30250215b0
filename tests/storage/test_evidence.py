"""What customers sent: wanted once, fetched by one process, kept or gone."""

from datetime import timedelta

import pytest

from storage.db import sql
from storage.queries.evidence import collecting as evidence
from storage.queries.evidence.collecting import LEASE
from storage.scope import account_id
from tests.people import NOW, Cast, dealership

MINUTE = timedelta(minutes=1)


async def a_case(cast: Cast) -> int:
    row = await sql().one(
        "INSERT INTO complaint (account_id, source, wechat_user_id, recorded_at, changed_at)"
        " VALUES (?, 'chat', ?, ?, ?) RETURNING id",
        *(account_id(), cast.wang.user_id, NOW, NOW),
    )
    return int(row["id"])


async def test_the_same_picture_twice_is_one_and_belongs_to_what_is_named(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        case = await a_case(cast)
        first = await evidence.want("m1", "image", cast.wang.user_id, NOW)
        again = await evidence.want("m1", "image", cast.wang.user_id, NOW, case_id=case)
        third = await evidence.want("m1", "image", cast.wang.user_id, NOW)
        assert first == again == third
        assert [(one.id, one.state) for one in await evidence.of_case(case)] == [(first, "wanted")]
        assert await evidence.of_rating(1) == []


async def test_what_came_before_the_number_is_attached_and_what_led_nowhere_is_let_go(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        case = await a_case(cast)
        kept = await evidence.want("m1", "image", cast.wang.user_id, NOW)
        left = await evidence.want("m2", "voice", cast.wang.user_id, NOW)
        assert await evidence.attach(["m1"], case) == 1
        assert await evidence.attach([], case) == await evidence.drop([]) == 0
        assert await evidence.drop(["m1", "m2"]) == 1
        assert await evidence.one(left) is None
        found = await evidence.one(kept)
        assert found is not None
        assert (found.case_id, found.forgotten_at) == (case, NOW + timedelta(days=3))


async def test_one_process_at_a_time_fetches_it(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await evidence.want("m1", "image", cast.wang.user_id, NOW)
        assert [item.attempts for item in await evidence.claim(NOW)] == [1]
        assert await evidence.claim(NOW + MINUTE) == []
        assert [item.attempts for item in await evidence.claim(NOW + LEASE)] == [2]


@pytest.mark.parametrize("state", ["kept", "gone", "later"])
async def test_what_became_of_it_is_said_once(migrated_url: str, state: str) -> None:
    async with dealership(migrated_url) as cast:
        item = await evidence.want("m1", "image", cast.wang.user_id, NOW)
        if state == "kept":
            assert await evidence.kept(item, "a" * 64, "image/jpeg", 7, NOW)
            assert await evidence.named(["a" * 64, "b" * 64]) == {"a" * 64}
            assert await evidence.named([]) == set()
        elif state == "gone":
            assert await evidence.gone(item, "过期")
        else:
            assert await evidence.later(item, NOW + MINUTE, "忙")
        found = await evidence.one(item)
        assert found is not None
        assert found.state == ("wanted" if state == "later" else state)
        assert await evidence.gone(item, "晚了") == (state == "later")
        assert len(await evidence.claim(NOW + timedelta(days=9))) == 0
