"""What a letter says of the customer's own affairs: the work that was done, why a service is due."""

from datetime import date, timedelta

from bot.cli.texts import preview
from bot.rules.touch.kinds import Override
from storage.db import dumps, sql
from storage.queries.touch import rules as touch_rules
from tests.people import NOW, TODAY, at, dealership, delivered
from tests.touch.rig import agrees, day, ledger, writes


async def test_the_work_that_was_done_is_named(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.li, now=NOW)
        await writes(cast.li, at("16:00", TODAY))
        await sql().run(
            "INSERT INTO visit (account_id, ref, vehicle_id, customer_id, store_id, settled_at,"
            " mileage, items) VALUES (?, 'R9', ?, ?, ?, ?, 31900, ?)",
            *(cast.account, cast.li.car, cast.li.customer_id, cast.main.id),
            *(at("17:00", TODAY - timedelta(days=1)), dumps(["常规保养", "更换雨刮"])),
        )
        await day(TODAY)
        [row] = await ledger("after_visit")
        assert "您的京B88888（大众帕萨特）来做常规保养、更换雨刮，现在开着怎么样" in row.said


async def test_why_a_service_is_due_is_said_by_the_rule_in_force(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        saturday = date(2026, 11, 21)
        await writes(cast.wang, at("10:00", saturday))
        await day(saturday, "16:05")
        [row] = await ledger("first_service")
        assert "首保在交车后3个月或5,000公里，先到为准；按您平时的里程，会先到公里数。" in row.said
        said = await preview("first_service", "13800000001", "", "", NOW)
        assert "先到为准；按您平时的里程，会先到公里数。" in said


async def test_how_early_we_remind_is_the_rule_in_force(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, NOW)
        assert cast.wang.car is not None
        await delivered(cast.wang.car, TODAY, 10, TODAY)
        rule = Override("first_service", "main", "Q5L", offset_days=-14)
        await touch_rules.change(rule, "秦勇", NOW)
        await day(TODAY)
        [row] = await ledger("delivery_thanks")
        assert "首保在2027年2月18日前做，提前两周我们会提醒您。" in row.said
        off = Override("first_service", active=False)
        await touch_rules.change(off, "秦勇", NOW)
        assert "提醒您" not in await preview("delivery_thanks", "13800000001", "", "", NOW)
