"""Why she got this, by the number of a message or of a contact; and gifts and fields in it."""

from datetime import date, timedelta

import pytest

from bot.jobs.plan import plan_due
from bot.outbox.decide import decide_due
from bot.outbox.why import explained
from bot.rules.touch.kinds import Override
from storage.db import dumps, sql
from storage.queries.outbox import claiming as outbox
from storage.queries.touch import announcements, touchpoints
from storage.queries.touch import rules as touch_rules
from storage.queries.touch.announcements import Words
from tests.people import NOW, at, dealership
from tests.touch.rig import agrees, ledger, writes
from tests.touch.test_decide import FOUR, SATURDAY, TODAY, many, owe, service_owed, template


async def test_a_message_says_the_same_as_its_contact(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, SATURDAY)
        number = await service_owed(cast)
        rule = Override("first_service", "main", at="14:00")
        await touch_rules.change(rule, "秦勇", NOW)
        await decide_due(SATURDAY)
        row = await sql().one("SELECT id FROM message")
        lines = await explained(f"M{row['id']}")
        assert lines == await explained(f"P{number}") == await explained(str(row["id"]))
        assert "一般在14:00以后联系" in lines[1]
        assert "时间：2026-11-21起。" in lines
        assert lines[-1] == "批准：规则由秦勇于2026-11-18修改，按门店跟踪计划自动执行。"


async def test_an_answer_is_not_on_the_plan(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await outbox.put(cast.wang.user_id, "x", dumps({"blocks": ["好的"]}), NOW)
        row = await sql().one("SELECT id FROM message")
        lines = await explained(f"m{row['id']}")
        assert lines[0].startswith("这是对客户来信的回复")
        assert lines[1] == "消息：客服消息，排队中。"
        for number in ("M77", "P77", "", "P", "T"):
            with pytest.raises(ValueError, match=number or "^$"):
                await explained(number)


async def test_who_wrote_and_who_approved_is_said(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, FOUR)
        number = await announcements.add(Words("policy", "质保", "延长了。", TODAY), "陶倩", NOW)
        await announcements.approve(number, "顾海波", NOW)
        subject = f"a{number}.c{cast.wang.customer_id}"
        touch = await owe(cast.wang, "policy", "care", subject=subject)
        await decide_due(FOUR)
        [row] = await ledger("policy")
        assert "延长了。" in row.said
        lines = await explained(f"P{touch}")
        assert lines[-1] == "批准：通知由陶倩编写，顾海波于2026-11-18批准。"


async def test_a_tier_has_its_gift(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        care = {"benefits": {"birthday": {"VIP": "精洗一次", "": "工时九折"}}, "benefit_days": 10}
        await sql().run("UPDATE store SET care = ?", dumps(care))
        await sql().run("UPDATE customer SET tier = 'VIP' WHERE id = ?", cast.wang.customer_id)
        for who in (cast.wang, cast.li):
            await agrees(who, now=NOW)
            await writes(who, FOUR)
            await owe(who, "birthday", "care")
        await decide_due(FOUR)
        said = sorted(row.said for row in await ledger())
        assert ["精洗一次" in one for one in said] == [False, True]
        assert ["工时九折" in one for one in said] == [True, False]
        assert all("11月28日前有效" in one for one in said)


async def test_what_a_template_cannot_carry_is_said_by_telephone(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await template(cast)
        said = dumps({"number1": "store"})
        await sql().run("UPDATE platform_template SET mapping = ?", said)
        await service_owed(cast)
        assert await decide_due(SATURDAY) == {"handed_over": 1}


async def test_what_is_no_kind_any_more_is_cancelled(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await owe(cast.wang, "horoscope", "care")
        assert await decide_due(FOUR) == {"cancelled": 1}


async def test_a_models_own_interval_moves_its_next_service(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await plan_due(at("08:00", TODAY))
        passat = cast.li.cars[0][1]
        before = await sql().one("SELECT service_on FROM vehicle WHERE id = ?", passat)
        longer = Override("regular_service", "", "帕萨特", months=12, km=30_000)
        await touch_rules.change(longer, "秦勇", at("09:00", TODAY))
        await plan_due(at("09:05", TODAY))
        after = await sql().one("SELECT service_on FROM vehicle WHERE id = ?", passat)
        assert str(after["service_on"]) == "2027-06-02" > str(before["service_on"])


async def test_done_by_a_person(migrated_url: str) -> None:
    async with dealership(migrated_url) as _:
        [who] = await many(1)
        await decide_due(FOUR)
        [row] = await ledger()
        assert await touchpoints.done(row.id, "reached", FOUR + timedelta(hours=1))
        assert not await touchpoints.done(row.id, "reached", FOUR)
        assert not await touchpoints.settle_by_message(999, reached=True, why="", now=FOUR)
        [row] = await ledger()
        assert row.state == "done"
        assert who.customer_id
        assert row.due_on == date(2026, 11, 18)


async def test_an_electric_car_is_asked_about_its_range(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await agrees(cast.wang, now=NOW)
        await writes(cast.wang, FOUR)
        on = TODAY - timedelta(days=7)
        await sql().run(
            "UPDATE vehicle SET energy = 'bev', delivered_on = ? WHERE id = ?", on, cast.wang.car
        )
        said = {"subject": f"v{cast.wang.car}", "vehicle_id": cast.wang.car}
        await owe(cast.wang, "first_week", "care", TODAY, **said)
        await decide_due(FOUR)
        [row] = await ledger("first_week")
        assert "充电、续航和车机" in row.said
