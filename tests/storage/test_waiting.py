"""A full day, those who wait for it, and who gets what is freed."""

import asyncio
from datetime import timedelta

import pytest

from storage.db import sql
from storage.queries.bookings import booking as bookings
from storage.queries.bookings import waiting
from storage.queries.bookings.booking import SlotTaken
from storage.queries.bookings.waiting import Offer, Waiting
from tests.people import NOW, TODAY, TOMORROW, Cast, Person, at, dealership, follower

MINUTE = timedelta(minutes=1)


async def fill(cast: Cast) -> list[int]:
    """The small store's day, full to the last hour; the bookings' ids in order."""
    made = []
    for n, time in enumerate(("08:30", "09:30", "10:30", "13:00", "14:00", "15:00", "16:00")):
        wish = cast.wish(cast.stranger, time, store=cast.east, source=f"full{n}")
        made.append((await bookings.confirm(wish, NOW)).id)
    # Half an hour is left at noon and at closing time, too short for anything.
    assert await bookings.free_times(cast.east.id, wish.service_id, TOMORROW, NOW) == []
    return made


async def wait(cast: Cast, who: Person, code: str = "first_service") -> Waiting:
    service = cast.service(code, cast.east)
    return await waiting.join(
        *(cast.east.id, service, TOMORROW, who.user_id, NOW), vehicle_id=who.car, phone=who.phone
    )


async def offer(cast: Cast, minutes_later: int = 0) -> Offer | None:
    return await waiting.offer_next(cast.east.id, TOMORROW, NOW + minutes_later * MINUTE)


async def test_who_waits_longest_is_offered_what_is_freed_once(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        full = await fill(cast)
        first, second = await wait(cast, cast.wang), await wait(cast, cast.li)
        assert (first.place, second.place) == (1, 2)
        assert await wait(cast, cast.wang) == first
        assert await offer(cast) is None
        await bookings.cancel(full[1], NOW)
        got = await offer(cast)
        assert got is not None
        assert (got.waiting_id, got.starts_at, got.until) == (
            *(first.id, at("09:30")),
            NOW + 30 * MINUTE,
        )
        assert await offer(cast) is None
        assert await waiting.offered_to(cast.wang.user_id, NOW) == got
        done = await waiting.accept(first.id, NOW + 29 * MINUTE)
        assert (done.state, done.customer_name, done.starts_at) == ("booked", "王芳", at("09:30"))
        assert await waiting.accept(first.id, NOW + 31 * MINUTE) == done
        assert await waiting.expire_offers(NOW + 60 * MINUTE) == []
        assert [entry.state for entry in await waiting.of(cast.wang.user_id, TODAY)] == []
        assert [entry.place for entry in await waiting.of(cast.li.user_id, TODAY)] == [1]


async def test_an_offer_nobody_takes_goes_to_the_next(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        full = await fill(cast)
        first, second = await wait(cast, cast.wang), await wait(cast, cast.li)
        await bookings.cancel(full[1], NOW)
        got = await offer(cast)
        assert await waiting.expire_offers(NOW + 29 * MINUTE) == []
        assert await waiting.expire_offers(NOW + 30 * MINUTE) == [got]
        assert await waiting.expire_offers(NOW + 30 * MINUTE) == []
        with pytest.raises(SlotTaken):
            await waiting.accept(first.id, NOW + 30 * MINUTE)
        after = await offer(cast, 30)
        assert after is not None
        assert after.waiting_id == second.id
        back = await wait(cast, cast.wang)
        assert back.id > second.id
        assert await waiting.decline(second.id)
        assert not await waiting.decline(second.id)
        last = await offer(cast, 31)
        assert last is not None
        assert last.waiting_id == back.id
        assert await waiting.leave(back.id)
        assert not await waiting.leave(back.id)
        assert await offer(cast, 32) is None


async def test_late_offers_whose_hold_is_gone_expire_too(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        full = await fill(cast)
        first = await wait(cast, cast.wang)
        await bookings.cancel(full[1], NOW)
        await offer(cast)
        rival = cast.wish(cast.li, "09:30", store=cast.east)
        await bookings.confirm(rival, NOW + 31 * MINUTE)
        with pytest.raises(SlotTaken):
            await waiting.accept(first.id, NOW + 31 * MINUTE)
        (gone,) = await waiting.expire_offers(NOW + 32 * MINUTE)
        assert (gone.waiting_id, gone.starts_at) == (first.id, None)


async def test_who_cancelled_a_slot_is_not_offered_it(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        full = await fill(cast)
        own = await wait(cast, cast.stranger)
        await bookings.cancel(full[1], NOW)
        assert await offer(cast) is None
        other = await wait(cast, cast.wang)
        got = await offer(cast)
        assert got is not None
        assert got.waiting_id == other.id
        await bookings.confirm(cast.wish(cast.li, "09:00", store=cast.main), NOW)
        await sql().run("UPDATE booking SET wechat_user_id = NULL WHERE id = ?", full[4])
        await bookings.cancel(full[4], NOW)
        again = await offer(cast)
        assert again is not None
        assert (again.waiting_id, again.starts_at) == (own.id, at("14:00"))


async def test_only_what_fits_and_lies_ahead_is_offered(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        full = await fill(cast)
        long = await wait(cast, cast.li, "diagnosis")
        short = await wait(cast, cast.wang)
        await bookings.cancel(full[1], NOW)
        late = at("09:31") - NOW
        assert await offer(cast, late // MINUTE) is None
        got = await offer(cast)
        assert got is not None
        assert got.waiting_id == short.id
        await bookings.cancel(full[4], NOW)
        await bookings.cancel(full[3], NOW)
        longer = await offer(cast)
        assert longer is not None
        assert (longer.waiting_id, longer.starts_at) == (long.id, at("13:00"))


async def test_who_booked_meanwhile_is_passed_over(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        full = await fill(cast)
        await wait(cast, cast.wang)
        other = Person(await follower("oOther", None), "oOther")
        last = await wait(cast, other)
        await bookings.confirm(cast.wish(cast.wang, "15:00", store=cast.main), NOW)
        await bookings.cancel(full[0], NOW)
        got = await offer(cast)
        assert got is not None
        assert got.waiting_id == last.id
        assert await waiting.of(cast.wang.user_id, TODAY) == []


async def test_one_freed_slot_is_one_offer_however_many_ask(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        full = await fill(cast)
        await wait(cast, cast.wang)
        await wait(cast, cast.li)
        await bookings.cancel(full[1], NOW)
        offers = await asyncio.gather(*(offer(cast) for _ in range(10)))
        assert [got.wechat_user_id for got in offers if got] == [cast.wang.user_id]
