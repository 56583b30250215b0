"""What staff read of a contact that a changed rule took back, and of one that is with the outbox."""

from datetime import date, timedelta

from bot.jobs.plan import plan_due
from bot.outbox.decide import HELD, decide_due
from bot.rules.touch.kinds import Override
from storage.db import dumps, moment, sql
from storage.queries.touch import pages as touch_pages
from storage.queries.touch import people as touch_people
from storage.queries.touch import rules as touch_rules
from tests.people import NOW, TODAY, at, dealership, delivered
from tests.touch.rig import agrees, ledger, writes
from tests.touch.test_decide import FOUR, SATURDAY, owe, service_owed

DUE_DAY = date(2026, 11, 21)


async def test_a_changed_rule_says_so(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, SATURDAY)
        await service_owed(cast)
        rule = Override("first_service", offset_days=-3)
        await touch_rules.change(rule, "秦勇", NOW + timedelta(hours=1))
        await decide_due(SATURDAY)
        [row] = await ledger("first_service")
        assert (row.state, row.why) == ("cancelled", "计划变更：规则已调整，这一天不用再联系")


async def test_other_facts_say_so(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        rule = Override("first_service", offset_days=-7)
        await touch_rules.change(rule, "秦勇", NOW - timedelta(hours=1))
        await service_owed(cast)
        assert cast.wang.car is not None
        await delivered(cast.wang.car, TODAY - timedelta(days=10), 100, TODAY)
        await decide_due(SATURDAY)
        [row] = await ledger("first_service")
        assert row.why == "计划变更：资料已变更，这一天不用再联系"


async def test_a_replanned_one_says_so_too(migrated_url: str) -> None:
    async with dealership(migrated_url):
        friday = DUE_DAY - timedelta(days=1)
        await plan_due(at("08:00", friday - timedelta(days=1)))
        await plan_due(at("08:00", friday))
        longer = Override("first_service", "", "Q5L", months=4, km=9000)
        await touch_rules.change(longer, "秦勇", at("09:00", friday))
        await sql().run("UPDATE vehicle SET changed_at = ?", at("09:00", friday))
        await plan_due(at("09:05", friday))
        [row] = await ledger("first_service")
        assert row.why == "计划变更：规则已调整，这一天不用再联系"


async def test_with_the_outbox_the_real_time_is_shown(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, FOUR)
        number = await owe(cast.wang, "birthday", "care")
        await decide_due(FOUR)
        held = await sql().one("SELECT due_at FROM touchpoint WHERE id = ?", number)
        assert moment(held["due_at"]) == FOUR + HELD
        found = await touch_pages.one(number)
        assert found is not None
        assert found.told["due_at"] == FOUR.astimezone(tz=NOW.tzinfo).isoformat()


async def test_who_writes_again_may_be_written_to(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        assert cast.wang.customer_id is not None
        said = dumps({touch_people.EVERYTHING: (NOW - timedelta(hours=1)).isoformat()})
        await sql().run("UPDATE wechat_user SET refusals = ? WHERE id = ?", said, cast.wang.user_id)
        found, _ = await touch_people.contacts({cast.wang.customer_id}, NOW)
        assert found[cast.wang.customer_id].reach.refuses
        await writes(cast.wang, NOW)
        found, _ = await touch_people.contacts({cast.wang.customer_id}, NOW)
        assert not found[cast.wang.customer_id].reach.refuses
