"""Binding to a file, wrong tries, and files that begin in chat."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.db import sql
from storage.queries import cars, people
from storage.queries.bookings import booking as bookings
from storage.secrets import unseal
from tests.people import NOW, TODAY, at, dealership, follower

HOUR = timedelta(hours=1)


async def count(table: str) -> int:
    row = await sql().row(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - a table that the test names
    assert row is not None
    return int(row["n"])


async def test_who_somebody_is(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wang = await people.known(cast.wang.user_id)
        assert wang is not None
        assert (wang.name, wang.phone, wang.salutation) == ("王芳", "13800000001", "王女士")
        stranger = await people.known(cast.stranger.user_id)
        assert stranger is not None
        assert (stranger.customer_id, stranger.name, stranger.salutation) == (None, "", "")
        assert await people.known(10**9) is None


async def test_phone_and_plate_or_vin_bind_only_together(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        match = await people.find_binding("13800000001", plate="京A12345")
        assert match is not None
        assert (match.name, match.car) == ("王芳", "奥迪 Q5L · 京A12345")
        assert match == await people.find_binding("13800000001", vin6="000001")
        for wrong in (
            await people.find_binding("13800000001", plate="京B88888"),
            await people.find_binding("13800000001", vin6="000018"),
            await people.find_binding("13900000002", plate="京A12345"),
            await people.find_binding("13800000001"),
        ):
            assert wrong is None
        await people.bind(cast.stranger.user_id, match.customer_id)
        spouse = await people.known(cast.stranger.user_id)
        assert spouse is not None
        assert spouse.name == "王芳"


async def test_three_wrong_tries_wait_an_hour(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        who = cast.stranger.user_id
        assert [await people.bind_failed(who, NOW) for _ in range(2)] == [1, 2]
        assert await people.bind_waits_until(who, NOW) is None
        assert await people.bind_failed(who, NOW) == 3
        assert await people.bind_waits_until(who, NOW) == NOW + HOUR
        assert await people.bind_waits_until(who, NOW + HOUR) is None
        assert await people.bind_failed(who, NOW + HOUR) == 1
        assert await people.bind_waits_until(who, NOW + HOUR) is None
        assert cast.wang.customer_id is not None
        await people.bind(who, cast.wang.customer_id)
        assert await people.bind_failed(who, NOW + HOUR) == 1


async def test_a_stranger_gets_a_draft_file_once(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        who = cast.stranger.user_id
        first = await people.draft_file(who, "13700000003", "沪C33333", "赵敏", NOW)
        again = await people.draft_file(who, "13700000003", "沪C33333", "赵敏", NOW + HOUR)
        assert first == again
        assert (await count("customer"), await count("vehicle")) == (3, 4)
        assert first.customer_id is not None
        assert [car.label for car in await cars.cars_of(first.customer_id)] == ["沪C33333"]
        second = await people.draft_file(who, "13700000003", "沪D44444", "赵敏", NOW)
        assert second.customer_id == first.customer_id
        assert len(await cars.cars_of(first.customer_id)) == 2
        plain = await people.draft_file(who, "13700000003", None, "赵敏", NOW)
        assert (plain.customer_id, plain.vehicle_id) == (first.customer_id, None)


async def test_nobodys_file_or_car_is_taken_over(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        who = cast.stranger.user_id
        phone = await people.draft_file(who, cast.wang.phone, "沪C33333", "坏人", NOW)
        assert (phone.customer_id, phone.vehicle_id) == (None, None)
        plate = await people.draft_file(who, "13700000003", "京A12345", "坏人", NOW)
        assert plate.customer_id not in {None, cast.wang.customer_id}
        assert plate.vehicle_id is None
        assert cast.wang.customer_id is not None
        assert len(await cars.cars_of(cast.wang.customer_id)) == 1
        task = await sql().row("SELECT detail FROM staff_task WHERE id = ?", plate.task_id)
        assert task is not None
        detail = unseal("staff_task.detail", task["detail"])
        assert detail.endswith("车牌 京A12345 已在他人档案中")
        other = await follower("oOther", None)
        same_phone = await people.draft_file(other, "13700000003", None, "", NOW)
        assert same_phone.customer_id is None


async def test_what_a_stranger_booked_belongs_to_the_file(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        who = cast.stranger.user_id
        wish = replace(cast.wish(cast.stranger, "09:30"), plate="沪C33333", phone="13700000003")
        strange = await bookings.confirm(wish, NOW)
        draft = await people.draft_file(who, "13700000003", "沪C33333", "赵敏", NOW)
        (mine,) = await bookings.upcoming(None, draft.customer_id, NOW)
        assert (mine.id, mine.vehicle_id, mine.customer_name) == (
            *(strange.id, draft.vehicle_id),
            "赵敏",
        )
        again = replace(wish, source="t-again", start=at("15:00"), vehicle_id=draft.vehicle_id)
        with pytest.raises(bookings.AlreadyBooked):
            await bookings.hold(again, NOW)


async def test_what_was_booked_before_binding_is_the_customers(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        wish = replace(cast.wish(cast.stranger, "09:30"), plate="京A12345")
        strange = await bookings.confirm(wish, NOW)
        known = replace(wish, source="t-known", start=at("15:00"), vehicle_id=cast.wang.car)
        with pytest.raises(bookings.AlreadyBooked):
            await bookings.hold(known, NOW)
        assert cast.wang.customer_id is not None
        await people.bind(cast.stranger.user_id, cast.wang.customer_id)
        (mine,) = await bookings.upcoming(cast.wang.user_id, cast.wang.customer_id, NOW)
        assert (mine.id, mine.vehicle_id) == (strange.id, cast.wang.car)


async def test_one_occasion_makes_one_task(migrated_url: str) -> None:
    async with dealership(migrated_url):
        first = await people.staff_task("human", "请人工回复", NOW, same="human:1")
        assert await people.staff_task("human", "请人工回复", NOW, same="human:1") == first
        assert await people.staff_task("human", "请人工回复", NOW) != first
        await people.staff_task("human", "请人工回复", NOW)
        assert await count("staff_task") == 3


async def test_cars_with_their_history(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        assert cast.wang.customer_id is not None
        (q5,) = await cars.cars_of(cast.wang.customer_id)
        assert (q5.label, q5.visits, q5.last_visit, q5.mileage) == (
            *("奥迪 Q5L · 京A12345", 0, None),
            4200,
        )
        assert q5.delivered_on == TODAY - timedelta(days=80)
        assert q5.mileage_on == TODAY - timedelta(days=5)
        assert q5.facts.visits == 0
        assert cast.li.customer_id is not None
        han, passat = await cars.cars_of(cast.li.customer_id)
        assert han.label == "比亚迪 汉EV · 京AD12345"
        assert (passat.visits, passat.last_km) == (2, 28800)
        assert passat.last_visit == date(2026, 6, 2)
        await sql().run("UPDATE vehicle SET sold = ? WHERE id = ?", True, han.id)
        assert [car.id for car in await cars.cars_of(cast.li.customer_id)] == [passat.id]


def test_a_car_is_called_by_what_is_known_of_it() -> None:
    assert cars.car_label("奥迪", "Q5L", "", "LSVAA4182E2000001") == "奥迪 Q5L · 车架号尾号000001"
    assert cars.car_label("", "", "京A12345") == "京A12345"
    assert cars.car_label("", "", "") == ""
