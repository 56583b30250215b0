"""New keys for old while people go on writing."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.errors import StaffError
from storage.db import sql
from storage.models import Inbox
from storage.queries import audit, people
from storage.queries.cars import cars_of
from storage.queries.privacy import rotation
from storage.queries.sealed import car_vin
from storage.queries.talks import Talks
from storage.secrets import key_ids, use_keys
from tests.people import NOW, SECRET, Cast, dealership

NEW = "another secret for after the rotation"


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    use_keys(SECRET)


async def rotate_all(batch: int = 3) -> list[rotation.Progress]:
    return [progress async for progress in rotation.rotate(batch)]


async def turn(talks: Talks, openid: str, n: int) -> None:
    """A message that goes on with the person's talk, or begins one."""
    key, now = f"{openid}-{n}", NOW + timedelta(seconds=n)
    async with talks.turn(openid, key, now, window="message", subscribed=True, scene="") as start:
        row = start.open or await talks.begin_talk(start.person, "预约保养", 1, now)
        assert len(row.heard) == (n if start.open else 0)
        row.heard = [*row.heard, {"said": f"第{n}句"}]
        row.answers = {**row.answers, "电话": {"n": n}}
        await talks.save_talk(row, start.person, now)
        await talks.record(start.person, key, "text", f"说了{n}", f"答了{n}", now)


async def check(cast: Cast) -> None:
    """Everything is found and read as before."""
    assert cast.wang.customer_id is not None
    known = await people.known(cast.wang.user_id)
    assert known is not None
    assert known.phone == "13800000001"
    for plate, tail in (("京A12345", None), (None, "000001")):
        match = await people.find_binding("13800000001", plate, tail)
        assert match is not None
        assert match.customer_id == cast.wang.customer_id
    assert [car.plate for car in await cars_of(cast.wang.customer_id)] == ["京A12345"]


async def test_everything_is_found_before_during_and_after(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        old = (await rotation.standing()).current
        assert old == 8  # two phones, three cars
        use_keys(f"{NEW},{SECRET}")
        await check(cast)
        assert (await rotation.standing()).old == old
        async for progress in rotation.rotate(1):
            await check(cast)
            assert progress.stuck == ()
        assert await rotation.standing() == rotation.Standing(old, 0, 0, 0)
        assert await rotate_all() == []
        use_keys(NEW)
        await check(cast)
        assert await rotation.values_by_key() == {key_ids()[0]: old}


async def test_turns_go_on_meanwhile_and_lose_nothing(migrated_url: str) -> None:
    talks, said = Talks(), 40
    async with dealership(migrated_url) as cast:
        who = [cast.wang.openid, cast.li.openid, cast.stranger.openid]
        for openid in who:
            await turn(talks, openid, 0)
        use_keys(f"{NEW},{SECRET}")

        async def talking(openid: str) -> None:
            for n in range(1, said):
                await turn(talks, openid, n)

        rotating = asyncio.create_task(rotate_all(2))
        await asyncio.gather(*(talking(openid) for openid in who))
        assert not any(progress.stuck for progress in await rotating)
        await rotate_all()
        use_keys(NEW)
        assert (await rotation.standing()).unreadable == 0
        for openid in who:
            async with talks.turn(
                openid, "last", NOW, window="", subscribed=True, scene=""
            ) as start:
                assert start.open is not None
                assert [one["said"] for one in start.open.heard] == [
                    f"第{n}句" for n in range(said)
                ]
        assert sorted({row.body for row in await Inbox.all()}) == sorted(
            f"说了{n}" for n in range(said)
        )


async def test_the_book_is_sealed_anew_and_stays_whole(migrated_url: str) -> None:
    async with dealership(migrated_url):
        for n in range(5):
            await audit.note("苏静", "view", "customer:1", {"field": n} if n else None, NOW)
        use_keys(f"{NEW},{SECRET}")
        assert await audit.verify() is None
        assert not any(progress.stuck for progress in await rotate_all())
        use_keys(NEW)
        assert await audit.verify() is None
        assert [entry.detail for entry in await audit.entries()][::4] == [{"field": 4}, None]
        assert (await rotation.standing()).unreadable == 0


async def test_one_that_broke_off_goes_on(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        use_keys(f"{NEW},{SECRET}")
        async for _ in rotation.rotate(2):
            break
        between = await rotation.standing()
        assert between.current > 0
        assert between.old > 0
        await rotate_all()
        assert (await rotation.standing()).old == 0
        await check(cast)


async def test_a_newer_value_stays(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        use_keys(f"{NEW},{SECRET}")
        rows = await rotation._old("vehicle", ["vin"], 0, 10)  # as a slow rotation would
        await sql().run(
            "UPDATE vehicle SET vin = ?, vin_hash = ?, vin_tail_hash = ? WHERE id = ?",
            *(*car_vin("LFV3B2FY0R3000002"), cast.wang.car),
        )
        await rotation._renew("vehicle", "vin", rows)
        assert cast.wang.customer_id is not None
        assert [car.vin for car in await cars_of(cast.wang.customer_id)] == ["LFV3B2FY0R3000002"]


async def test_two_files_for_one_car_are_named(migrated_url: str) -> None:
    """Made while one server had the new key alone; a person must merge them."""
    async with dealership(migrated_url) as cast:
        use_keys(NEW)
        await sql().run(
            "INSERT INTO vehicle (account_id, vin, vin_hash, vin_tail_hash, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            *(cast.account, *car_vin("LSVAA4182E2000001"), NOW),
        )
        use_keys(f"{NEW},{SECRET}")
        last = [progress for progress in await rotate_all(50) if progress.table == "vehicle"][-1]
        assert last.stuck == (f"vehicle.vin {cast.wang.car}",)
        assert (await rotation.standing()).old == 1


async def test_a_wrong_key_is_said_and_nothing_is_lost(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        use_keys(NEW)
        standing = await rotation.standing()
        assert (standing.current, standing.old, standing.unreadable) == (0, 0, 8)
        assert all(progress.stuck for progress in await rotate_all(50))
        assert await rotation.standing() == standing
        with pytest.raises(StaffError, match="CHEYU_SECRET_KEY"):
            await people.known(cast.wang.user_id)
