"""The demo dealership: complete, plausible, quick, and made once."""

import re
from datetime import timedelta
from time import process_time

from bot.rules.identifiers import is_plate, vin_check_digit_ok
from bot.rules.service_due import next_service
from storage.db import opened, sql
from storage.demo import fill
from storage.queries import cars, people
from storage.queries.bookings import booking as bookings
from storage.queries.stores.shops import ensure_account, shop
from storage.scope import account_scope
from storage.secrets import unseal
from tests.people import NOW, TODAY


async def counts() -> dict[str, int]:
    found = {}
    for table in ("store", "staff", "customer", "vehicle", "visit", "booking", "wechat_user"):
        row = await sql().row(f"SELECT count(*) AS n FROM {table}")  # noqa: S608 - a table of the line above
        assert row is not None
        found[table] = row["n"]
    return found


async def test_a_dealership_in_three_seconds_and_only_once(migrated_url: str) -> None:
    async with opened(migrated_url):
        with account_scope(await ensure_account("wx0000000000000001")):
            began = process_time()
            followers = await fill(NOW)
            assert process_time() - began < 3
            made = await counts()
            assert (made["store"], made["staff"], made["customer"]) == (2, 12, 200)
            assert 215 <= made["vehicle"] <= 245
            assert made["visit"] > 400
            assert made["booking"] >= 20
            assert made["wechat_user"] == len(followers) == 30
            assert await fill(NOW + timedelta(hours=1)) == followers
            assert await counts() == made


async def test_wang_fang_comes_first_and_has_her_first_service_due(
    migrated_sqlite_url: str,
) -> None:
    async with opened(migrated_sqlite_url):
        with account_scope(await ensure_account("wx0000000000000001")):
            first = (await fill(NOW))[0]
            assert (first.openid, first.name) == ("oDemo0001", "王芳")
            assert first.note == "奥迪 Q5L · 京A12345，待首保，可以评价"
            match = await people.find_binding("13800000001", "京A12345")
            assert match is not None
            (car,) = await cars.cars_of(match.customer_id)
            due = next_service(car.facts, TODAY)
            assert (due.kind, car.mileage, due.by_date) == (
                *("first", 4200),
                TODAY + timedelta(days=12),
            )
            assert await bookings.upcoming(None, match.customer_id, NOW) == []


async def test_what_is_made_up_is_plausible(migrated_sqlite_url: str) -> None:
    async with opened(migrated_sqlite_url):
        with account_scope(await ensure_account("wx0000000000000001")):
            followers = await fill(NOW)
            rows = await sql().rows(
                "SELECT v.*, (SELECT max(mileage) FROM visit WHERE vehicle_id = v.id) AS km"
                " FROM vehicle v"
            )
            for row in rows:
                vin, plate = (
                    unseal("vehicle.vin", row["vin"]),
                    unseal("vehicle.plate", row["plate"]),
                )
                assert vin_check_digit_ok(vin), vin
                assert is_plate(plate), plate
                assert len(plate) == (7 if row["energy"] == "ice" else 8)
                assert row["mileage"] >= (row["km"] or 0)
            late = await sql().row(
                "SELECT count(*) AS n FROM visit s JOIN vehicle v ON v.id = s.vehicle_id"
                " WHERE substr(s.settled_at, 1, 10) < v.delivered_on OR s.settled_at > ?",
                NOW,
            )
            assert late is not None
            assert late["n"] == 0
            for person in await sql().rows("SELECT name, phone FROM customer"):
                assert re.fullmatch(r"[一-龥]{2,3}", person["name"])
                assert re.fullmatch(r"1380000\d{4}", unseal("customer.phone", person["phone"]))
            assert any(follower.note.endswith("已有预约") for follower in followers)
            assert followers[1].note.count(" · ") == 2  # two cars to choose from


async def test_the_coming_week_has_work_and_room(migrated_sqlite_url: str) -> None:
    async with opened(migrated_sqlite_url):
        with account_scope(await ensure_account("wx0000000000000001")):
            await fill(NOW)
            main = (await shop()).by_code("main")
            assert main is not None
            for ahead in range(1, 8):
                day = TODAY + timedelta(days=ahead)
                assert await bookings.on_day(day)
                for service in main.services:
                    assert await bookings.free_times(main.id, service.id, day, NOW)


async def test_some_are_pleased_some_complained_and_one_wants_a_car(migrated_url: str) -> None:
    async with opened(migrated_url):
        with account_scope(await ensure_account("wx0000000000000001")):
            followers = await fill(NOW)
            ratings = await sql().rows("SELECT state, low FROM rating")
            assert {row["state"] for row in ratings} == {"done"}
            assert [bool(row["low"]) for row in ratings].count(True) == 4
            cases = await sql().rows("SELECT state, owner_id FROM complaint ORDER BY id")
            assert sorted(row["state"] for row in cases) == ["confirmed"] * 2 + ["in_progress"] * 2
            assert all(row["owner_id"] for row in cases)
            strangers = await sql().rows(
                "SELECT e.id FROM complaint_event e JOIN complaint c ON c.id = e.case_id"
                " JOIN staff s ON s.id = c.owner_id WHERE e.kind IN ('received', 'replied', 'solved',"
                " 'told') AND e.actor <> s.name"
            )
            assert not strangers
            leads = await sql().rows("SELECT consultant_id FROM lead")
            assert [bool(row["consultant_id"]) for row in leads] == [True]
            assert any("可以评价" in one.note for one in followers)
