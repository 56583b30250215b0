"""What the doctor says of the staff."""

from bot.cli.doctor_staff import of_staff
from bot.rules.roles import Role
from storage.db import dumps, sql
from storage.queries.platform_templates import map_notice
from storage.queries.staff import wechat as staff_wechat
from storage.queries.staff.alerts import STAFF_ALERT
from storage.queries.staff.colleagues import add_staff
from tests.staff.estate import customer, person
from tests.staff.world import NOW, House, house

SELLING = Role.SALES_CONSULTANT


async def bound(world: House) -> None:
    """The main store's manager has given their own WeChat."""
    user, who = await person(world, None), world.who(Role.SERVICE_MANAGER)
    code = await staff_wechat.new_code(who.id, NOW)
    assert await staff_wechat.bind(user.id, code.text, NOW) is not None


async def mapped(world: House) -> None:
    await sql().run(
        "INSERT INTO platform_template (account_id, template_id, title, content, keys, seen_at)"
        " VALUES (?, 'T1', '提醒', '{{thing1.DATA}}', ?, ?)",
        *(world.account, dumps({"thing1": "事项"}), NOW),
    )
    await map_notice("T1", STAFF_ALERT, {"thing1": "title"}, "沈文", NOW)


async def test_bound_colleagues_need_a_template(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        assert [one async for one in of_staff()] == []
        await bound(world)
        [missing] = [one async for one in of_staff()]
        assert (missing.level, "没有模板用于staff_alert" in missing.what) == (
            "warning",
            True,
        )
        assert "cheyu template map" in missing.mend
        await mapped(world)
        [fine] = [one async for one in of_staff()]
        assert fine.level == "ok"


async def test_what_hangs_on_who_has_left_is_named_with_the_mend(migrated_url: str) -> None:
    async with house(migrated_url) as world:
        gone = world.who(SELLING)
        await customer(world, consultant_id=gone.id)
        await add_staff(gone.name, SELLING, now=NOW, active=False)
        [found] = [one async for one in of_staff()]
        assert found.what == f"{gone.name}（销售顾问） 已离职，名下还有1位客户"
        assert "请先用 `cheyu staff add" in found.mend
        await add_staff(gone.name, SELLING, now=NOW, login="gone")
        [found] = [one async for one in of_staff()]
        assert found.mend == "请运行 `cheyu staff leave gone --to LOGIN --as LOGIN`。"
