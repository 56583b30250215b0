"""Two files of one car become one: when it is next due is worked out from the visits of both."""

from datetime import date, timedelta

from bot.jobs.plan import plan_due
from bot.rules.roles import Role
from storage.db import sql
from storage.queries.merging.cars import merge_vehicles
from storage.queries.sealed import CAR_NUMBERS, car_numbers
from storage.queries.staff.colleagues import add_staff
from tests.people import NOW, TODAY, at, dealership, insert, visited


async def due(car: int) -> str:
    row = await sql().one("SELECT service_on FROM vehicle WHERE id = ?", car)
    return str(row["service_on"])


async def test_the_next_service_counts_from_the_last_visit_of_either(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        boss = await add_staff("顾海波", Role.GENERAL_MANAGER, now=NOW, login="guhaibo")
        keep = cast.li.cars[0][1]
        draft = await insert(
            f"INSERT INTO vehicle (account_id, {CAR_NUMBERS}, customer_id, state, created_at,"  # noqa: S608 - our own column names; values are marks
            " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(cast.account, *car_numbers(None, "京C77777"), cast.li.customer_id, "draft", NOW, NOW),
        )
        await visited(draft, cast.main, "R9", TODAY - timedelta(days=2), 32_000)
        await plan_due(at("08:00", TODAY))
        assert await due(keep) == "2026-12-02"
        merged = at("09:00", TODAY)
        assert await merge_vehicles(boss, keep, draft, merged) is not None
        await plan_due(at("09:05", TODAY))
        assert date.fromisoformat(await due(keep)) > date(2027, 2, 1)
