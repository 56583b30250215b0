"""From a free time to a booking, and what becomes of it."""

from datetime import timedelta

import pytest

from bot.errors import Conflict
from storage.db import sql
from storage.queries.bookings import booking as bookings
from storage.queries.bookings.booking import AlreadyBooked, SlotTaken
from tests.people import NOW, TODAY, TOMORROW, Cast, at, dealership

MINUTE = timedelta(minutes=1)


async def times(cast: Cast, ours: str = "", code: str = "diagnosis") -> list[str]:
    """The free times for a two-hour check at the small store, where one car fills it."""
    free = await bookings.free_times(
        cast.east.id, cast.service(code, cast.east), TOMORROW, NOW, ours
    )
    return [f"{start:%H:%M}" for start in free]


async def cells() -> int:
    row = await sql().row("SELECT count(*) AS n FROM booking_cell")
    assert row is not None
    return int(row["n"])


async def test_a_held_slot_is_not_offered_to_others_but_to_its_holder(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        before = await times(cast)
        assert before == ["08:30", "09:00", "09:30", "10:00", *AFTERNOON]
        wish = cast.wish(cast.wang, "09:30", "diagnosis", store=cast.east)
        await bookings.hold(wish, NOW)
        assert await times(cast) == AFTERNOON
        assert await times(cast, ours=wish.source) == before


AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30"]


async def test_a_hold_that_ran_out_does_not_count(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wang = cast.wish(cast.wang, "09:30", store=cast.east)
        li = cast.wish(cast.li, "09:30", store=cast.east)
        held = await bookings.hold(wang, NOW, minutes=10)
        assert held.until == NOW + 10 * MINUTE
        with pytest.raises(SlotTaken):
            await bookings.hold(li, NOW + 9 * MINUTE)
        await bookings.hold(li, NOW + 10 * MINUTE)
        with pytest.raises(SlotTaken):
            await bookings.confirm(wang, NOW + 11 * MINUTE)
        assert (await bookings.confirm(li, NOW + 11 * MINUTE)).customer_name == "李强"
        assert await cells() == 8


async def test_a_hold_that_ran_out_and_nobody_wanted_is_still_good(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wish = cast.wish(cast.wang, "09:30")
        held = await bookings.hold(wish, NOW)
        done = await bookings.confirm(wish, NOW + timedelta(hours=3))
        assert done.id == held.booking_id
        late = cast.wish(cast.li, "08:30", day=TODAY)
        await bookings.hold(late, NOW)
        with pytest.raises(SlotTaken):
            await bookings.confirm(late, NOW + timedelta(hours=1))


async def test_another_choice_lets_the_first_go(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await bookings.hold(cast.wish(cast.wang, "09:30", store=cast.east), NOW)
        await bookings.hold(cast.wish(cast.wang, "13:00", store=cast.main), NOW)
        assert "09:30" in await times(cast)
        assert await cells() == 8
        assert await bookings.release(f"t{cast.wang.user_id}")
        assert not await bookings.release(f"t{cast.wang.user_id}")
        assert await cells() == 0


async def test_a_refused_choice_keeps_what_was_held(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await bookings.confirm(cast.wish(cast.li, "14:00", store=cast.east), NOW)
        await bookings.hold(cast.wish(cast.wang, "09:30", store=cast.east), NOW)
        with pytest.raises(SlotTaken):
            await bookings.hold(cast.wish(cast.wang, "14:00", store=cast.east), NOW)
        done = await bookings.confirm(cast.wish(cast.wang, "09:30", store=cast.east), NOW)
        assert done.starts_at == at("09:30")


async def test_the_booking_says_everything(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wish = cast.wish(cast.wang, "09:30")
        done = await bookings.confirm(wish, NOW)
        assert done.number == f"A{done.id:06d}"
        assert (done.store_name, done.service_name) == ("城南店", "首保")
        assert (done.customer_name, done.phone) == ("王芳", "13800000001")
        assert done.car == "奥迪 Q5L · 京A12345"
        assert f"{done.starts_at:%m-%d %H:%M}–{done.ends_at:%H:%M}" == "11-19 09:30–10:30"
        assert await bookings.confirm(wish, NOW) == done
        assert await bookings.by_number(done.number.lower()) == done
        assert await bookings.upcoming(cast.wang.user_id, None, NOW) == [done]
        assert await bookings.upcoming(None, cast.wang.customer_id, NOW) == [done]
        assert await bookings.upcoming(cast.li.user_id, cast.li.customer_id, NOW) == []
        assert await bookings.upcoming(cast.wang.user_id, None, done.ends_at) == []
        with pytest.raises(Conflict):
            await bookings.hold(wish, NOW)


async def test_the_door_is_shut_at_night_and_over_lunch(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        for time in ("07:00", "11:30", "12:00", "17:00", "22:00"):
            with pytest.raises(SlotTaken):
                await bookings.hold(cast.wish(cast.wang, time), NOW)
        with pytest.raises(SlotTaken):
            await bookings.confirm(cast.wish(cast.wang, "10:00"), NOW + timedelta(days=3))
        assert await cells() == 0


async def test_days_that_are_full_are_left_out(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        check = cast.service("diagnosis", cast.east)
        days = await bookings.free_days(cast.east.id, check, NOW, limit=3)
        assert days == [TODAY, TOMORROW, TOMORROW + timedelta(days=1)]
        for n, time in enumerate(("09:00", "13:00", "15:00")):
            who = cast.wish(cast.stranger, time, "diagnosis", store=cast.east, source=f"t{n}")
            await bookings.confirm(who, NOW)
        left = await bookings.free_days(cast.east.id, check, NOW, limit=9)
        assert left[:2] == [TODAY, TOMORROW + timedelta(days=1)]
        assert len(left) == 9


async def test_one_car_is_booked_once_for_one_service(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        first = await bookings.confirm(cast.wish(cast.wang, "09:30"), NOW)
        again = cast.wish(cast.wang, "15:00", store=cast.east, source="t-again")
        with pytest.raises(AlreadyBooked) as refused:
            await bookings.hold(again, NOW)
        assert refused.value.booked == first
        with pytest.raises(AlreadyBooked):
            await bookings.confirm(again, NOW)
        elsewhere = cast.wish(cast.wang, "10:00", "air_conditioning", source="t-air")
        with pytest.raises(AlreadyBooked):
            await bookings.hold(elsewhere, NOW)
        await bookings.confirm(cast.wish(cast.wang, "10:30", "air_conditioning", source="x"), NOW)
        assert await bookings.cancel(first.id, NOW)
        await bookings.confirm(again, NOW)


async def test_a_new_time_may_overlap_the_old_one(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        first = await bookings.confirm(cast.wish(cast.wang, "09:30", store=cast.east), NOW)
        moved = await bookings.reschedule(first.id, at("10:00"), NOW)
        assert (moved.id, f"{moved.starts_at:%H:%M}") == (first.id, "10:00")
        assert await times(cast) == AFTERNOON
        assert await cells() == 8
        assert (await bookings.reschedule(first.id, at("10:00"), NOW)).starts_at == at("10:00")


async def test_a_time_that_is_taken_leaves_the_old_one(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wang = await bookings.confirm(cast.wish(cast.wang, "09:30", store=cast.east), NOW)
        await bookings.confirm(cast.wish(cast.li, "14:00", store=cast.east), NOW)
        for time in ("14:00", "13:30", "12:15", "07:00"):
            with pytest.raises(SlotTaken):
                await bookings.reschedule(wang.id, at(time), NOW)
        assert await bookings.booked(wang.id) == wang
        assert await cells() == 16
        washed = cast.wish(cast.wang, "15:00", "air_conditioning", source="t-air")
        await bookings.confirm(washed, NOW)
        with pytest.raises(AlreadyBooked):
            await bookings.reschedule(wang.id, at("15:30"), NOW)


async def test_a_cancelled_booking_is_free_again_and_stays_cancelled(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wish = cast.wish(cast.wang, "09:30", store=cast.east)
        done = await bookings.confirm(wish, NOW)
        assert await bookings.cancel(done.id, NOW)
        assert not await bookings.cancel(done.id, NOW)
        assert not await bookings.cancel(10**9, NOW)
        assert await cells() == 0
        assert await bookings.upcoming(cast.wang.user_id, None, NOW) == []
        assert (await bookings.confirm(wish, NOW)).state == "cancelled"
        with pytest.raises(Conflict):
            await bookings.reschedule(done.id, at("15:00"), NOW)


async def test_the_workshop_sees_its_day(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await bookings.confirm(cast.wish(cast.li, "14:00", "regular_service"), NOW)
        wang = await bookings.confirm(cast.wish(cast.wang, "09:30"), NOW)
        east = cast.wish(cast.stranger, "08:30", store=cast.east, source="t-east")
        gone = await bookings.confirm(east, NOW)
        await bookings.hold(cast.wish(cast.stranger, "11:00"), NOW)
        day = await bookings.on_day(TOMORROW)
        assert [row.time for row in day] == ["08:30", "09:30", "14:00"]
        assert (day[1].bay, day[1].technician) == ("1号工位", "2号技师")
        assert day[1].booking == wang
        assert [row.booking.store_name for row in await bookings.on_day(TOMORROW, "east")] == [
            "城东店"
        ]
        await bookings.cancel(gone.id, NOW)
        assert await bookings.on_day(TOMORROW, "east") == []
        (row,) = await bookings.on_day(TOMORROW, "east", also_cancelled=True)
        assert (row.booking.state, row.bay) == ("cancelled", "")
        assert await bookings.on_day(TODAY) == []
        assert await bookings.by_number("A999999") is None
        assert await bookings.by_number("nonsense") is None
