"""Every kind is found by what it hangs on, on its day, and only once."""

from datetime import date, datetime, timedelta

import pytest

from bot.jobs.plan import plan_due
from bot.outbox.decide import decide_due
from storage.db import dumps, sql
from storage.queries.bookings.booking import confirm
from storage.queries.touch import announcements
from storage.queries.touch.announcements import Words
from tests.people import Cast, Person, at, dealership, insert, visited
from tests.touch.rig import agrees, kinds, ledger, writes

TODAY = date(2026, 11, 18)
NOON = at("12:00", TODAY)


async def set_car(vehicle: int | None, **columns: object) -> None:
    sets = ", ".join(f"{name} = ?" for name in columns)
    await sql().run(f"UPDATE vehicle SET {sets} WHERE id = ?", *columns.values(), vehicle)  # noqa: S608 - columns this test names itself; values are marks


async def set_person(who: Person, **columns: object) -> None:
    sets = ", ".join(f"{name} = ?" for name in columns)
    values = (*columns.values(), who.customer_id)
    await sql().run(f"UPDATE customer SET {sets} WHERE id = ?", *values)  # noqa: S608 - columns this test names itself; values are marks


async def planned(day: date, now: datetime | None = None) -> list[str]:
    """What the plan of `day` puts, the days before being planned already."""
    await plan_due(at("08:00", day - timedelta(days=2)))
    before = {row.id for row in await ledger()}
    await plan_due(now or at("08:00", day - timedelta(days=1)))
    return kinds([row for row in await ledger() if row.id not in before and row.due_on == day])


async def quiet(cast: Cast) -> None:
    """Nothing is owed for the cars as they are."""
    for who in (cast.wang, cast.li):
        for _, car in who.cars:
            await set_car(car, delivered_on=None, mileage=None)
    await sql().run("DELETE FROM visit")


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (TODAY - timedelta(days=7), "first_week"),
        (date(2026, 8, 18), "month_3"),
        (date(2026, 5, 18), "month_6"),
        (date(2025, 11, 18), "month_12"),
        (date(2026, 8, 25), "first_service"),
        (date(2026, 2, 18), "win_back"),
    ],
)
async def test_after_the_handover(migrated_sqlite_url: str, on: date, kind: str) -> None:
    async with dealership(migrated_sqlite_url) as cast:
        await quiet(cast)
        await set_car(cast.wang.car, delivered_on=on)
        assert await planned(TODAY) == [kind]


async def test_what_runs_out(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await set_car(cast.wang.car, insurance_until=TODAY + timedelta(days=30))
        await set_car(cast.li.car, inspection_due=TODAY + timedelta(days=7))
        assert sorted(await planned(TODAY)) == ["inspection", "insurance"]


async def test_birthdays_by_the_sun_and_by_the_moon(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await set_person(cast.wang, birthday=date(1990, 11, 18), birthday_key="11-18")
        await set_person(cast.li, birthday_lunar="10-10")  # 18 November 2026
        assert await planned(TODAY) == ["birthday", "birthday"]


async def test_born_on_29_february(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await set_person(cast.wang, birthday=date(1992, 2, 29), birthday_key="02-29")
        assert await planned(date(2027, 2, 28)) == ["birthday"]


async def test_birthdays_that_were_there_before_are_found(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await set_person(cast.wang, birthday=date(1990, 11, 18), birthday_key="")
        assert await planned(TODAY) == ["birthday"]


async def test_festivals_are_everybodys(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        assert await planned(date(2027, 1, 1)) == ["festival", "festival"]


async def test_a_stores_own_festival_is_kept_by_its_customers(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        care = dumps({"festivals": [{"name": "店庆", "day": "12-05"}]})
        await sql().run("UPDATE store SET care = ? WHERE id = ?", care, cast.main.id)
        assert await planned(date(2026, 12, 5)) == ["festival"]
        [row] = await ledger("festival")
        assert row.subject == f"c{cast.wang.customer_id}"  # 李强's newest car is the other store's


async def test_a_visit_and_an_accident(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await agrees(cast.wang, now=NOON)
        await visited(cast.wang.car or 0, cast.main, "R9", TODAY - timedelta(days=1), 5000)
        await insert(
            "INSERT INTO incident (account_id, ref, vehicle_id, kind, happened_at, created_at)"
            " VALUES (?, 'I1', ?, 'accident', ?, ?)",
            *(cast.account, cast.li.car, NOON, at("12:00", TODAY - timedelta(days=2))),
        )
        await plan_due(at("08:00", TODAY - timedelta(days=2)))
        await plan_due(at("08:00", TODAY - timedelta(days=1)))
        assert kinds(await ledger()) == ["incident", "after_visit"]


async def test_what_happens_today_is_planned_today(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await plan_due(at("08:00", TODAY))
        await insert(
            "INSERT INTO incident (account_id, ref, vehicle_id, kind, happened_at, created_at)"
            " VALUES (?, 'I1', ?, 'accident', ?, ?)",
            *(cast.account, cast.li.car, NOON, NOON),
        )
        await plan_due(NOON + timedelta(minutes=5))
        assert kinds(await ledger()) == ["incident"]


async def test_a_friend_bought(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await set_person(cast.li, ref="C8")
        await set_person(cast.wang, referrer="C8")
        await set_car(cast.wang.car, delivered_on=TODAY - timedelta(days=1))
        assert "referral_thanks" in await planned(TODAY)
        [row] = await ledger("referral_thanks")
        assert row.subject == f"v{cast.wang.car}"


async def test_only_what_was_approved_is_announced(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        await set_car(cast.li.cars[1][1], energy="bev")
        words = Words("policy", "电池质保", "延长到10年。", TODAY, audience={"energy": "纯电"})
        number = await announcements.add(words, "陶倩", NOON)
        await plan_due(at("08:00", TODAY))
        assert await ledger() == []
        await announcements.approve(number, "顾海波", NOON)
        await plan_due(NOON + timedelta(minutes=5))
        [row] = await ledger()
        assert row.subject == f"a{number}.c{cast.li.customer_id}"


async def test_the_day_before_a_booking(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        day = TODAY + timedelta(days=2)
        await confirm(cast.wish(cast.wang, "08:30", day=day), at("09:00", TODAY))
        await plan_due(at("10:00", TODAY))
        [row] = await ledger("booking_reminder")
        assert row.due_on == TODAY + timedelta(days=1)
        assert (await plan_due(at("11:00", TODAY)))["planned"] == 0


async def test_a_booking_reminder_says_what_for_and_is_answered_in_one_tap(
    migrated_url: str,
) -> None:
    async with dealership(migrated_url) as cast:
        await quiet(cast)
        day = TODAY + timedelta(days=2)
        await confirm(cast.wish(cast.wang, "08:30", day=day), at("09:00", TODAY))
        await plan_due(at("10:00", TODAY))
        await writes(cast.wang, at("15:00", TODAY + timedelta(days=1)))
        await decide_due(at("16:05", TODAY + timedelta(days=1)))
        [row] = await ledger("booking_reminder")
        service = await sql().one(
            "SELECT s.name FROM service s JOIN booking b ON b.service_id = s.id"
        )
        assert f"08:30到店做{service['name']}，车是京A12345" in row.said
        assert row.said.endswith("[确认到店]\n[改约]\n[取消预约]")
