"""The registry of the account's templates, as the platform's list changes under it."""

from datetime import timedelta

import pytest

from bot.errors import StaffError
from bot.wechat.results import Template
from storage.queries import audit
from storage.queries import platform_templates as registry
from storage.queries.platform_templates import CHANGED
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.people import NOW, dealership

LATER = NOW + timedelta(days=1)


def listed(template_id: str, *keys: str, title: str = "预约提醒") -> Template:
    content = "\n".join(f"栏目{key}:{{{{{key}.DATA}}}}" for key in keys)
    return Template(template_id, title, content, "")


ONE, TWO = listed("T1", "thing1", "time2"), listed("T2", "thing1", title="年检提醒")


async def test_the_platforms_list_is_taken_over(migrated_url: str) -> None:
    async with dealership(migrated_url):
        found = await registry.sync([ONE, TWO], NOW)
        assert (found.new, found.changed, found.gone, found.kept) == (
            ("预约提醒", "年检提醒"),
            (),
            (),
            0,
        )
        again = await registry.sync([ONE, TWO], LATER)
        assert (again.new, again.changed, again.gone, again.kept) == ((), (), (), 2)
        one = await registry.find("T1")
        assert one is not None
        assert dict(one.keys) == {"thing1": "栏目thing1", "time2": "栏目time2"}
        assert (one.seen_at, one.usable) == (LATER, False)
        gone = await registry.sync([ONE], LATER)
        assert gone.gone == ("年检提醒",)
        assert (await registry.sync([ONE], LATER)).gone == ()
        assert [one.template_id for one in await registry.every()] == ["T1", "T2"]
        back = await registry.sync([ONE, TWO], LATER)
        assert (back.new, back.gone) == ((), ())
        assert all(one.gone_at is None for one in await registry.every())


async def test_a_notice_goes_by_one_template_the_one_mapped_last(migrated_url: str) -> None:
    async with dealership(migrated_url):
        await registry.sync([ONE, TWO], NOW)
        await registry.map_notice("T1", "inspection", {"thing1": "car"}, "李娜", NOW)
        await registry.map_notice("T2", "inspection", {"thing1": "plate"}, "李娜", NOW)
        carried = await registry.for_notice("inspection")
        assert carried is not None
        assert (carried.template_id, dict(carried.mapping)) == ("T2", {"thing1": "plate"})
        assert set(await registry.by_notice()) == {"inspection"}
        await registry.map_notice("T1", "", {}, "李娜", NOW)
        await registry.map_notice("T2", "", {}, "李娜", NOW)
        assert await registry.by_notice() == {}
        with pytest.raises(StaffError, match="T9"):
            await registry.map_notice("T9", "inspection", {}, "李娜", NOW)
        assert len(await audit.entries(subject="template:T2")) == 2
        assert await audit.entries(subject="template:T9") == []


async def test_a_template_that_changed_breaks_until_it_is_mapped_again(migrated_url: str) -> None:
    async with dealership(migrated_url):
        await registry.sync([ONE], NOW)
        await registry.map_notice(
            "T1", "inspection", {"thing1": "car", "time2": "due_on"}, "x", NOW
        )
        renamed = Template("T1", "新标题", ONE.content, "")
        assert (await registry.sync([renamed], LATER)).changed == ("新标题",)
        assert await registry.for_notice("inspection") is not None
        await registry.sync([listed("T1", "thing1", "date3")], LATER)
        one = await registry.find("T1")
        assert one is not None
        assert (one.broken, one.usable) == (CHANGED, False)
        await registry.sync([listed("T1", "thing1", "date3")], LATER)
        assert await registry.for_notice("inspection") is None
        await registry.map_notice(
            "T1", "inspection", {"thing1": "car", "date3": "due_on"}, "x", NOW
        )
        assert await registry.for_notice("inspection") is not None


async def test_what_the_platform_refuses_is_used_no_more(migrated_url: str) -> None:
    async with dealership(migrated_url):
        await registry.sync([ONE], NOW)
        await registry.map_notice("T1", "inspection", {"thing1": "car"}, "x", NOW)
        assert await registry.set_broken("T1", "模板被封禁" * 100)
        assert not await registry.set_broken("T1", "再来一次")
        assert not await registry.set_broken("T9", "没有的")
        assert await registry.for_notice("inspection") is None
        await registry.sync([ONE], LATER)  # listed still, and refused still
        assert await registry.for_notice("inspection") is None


async def test_templates_of_one_time_subscriptions_are_in_no_list(migrated_url: str) -> None:
    async with dealership(migrated_url):
        await registry.add_once("S1", "年检提醒", TWO.content, NOW)
        await registry.map_notice("S1", "inspection.once", {"thing1": "car"}, "x", NOW)
        await registry.sync([ONE], LATER)
        once = await registry.for_notice("inspection.once")
        assert once is not None
        assert (once.template_id, once.gone_at) == ("S1", None)
        assert await registry.for_notice("inspection") is None
        await registry.add_once("S1", "年检通知", TWO.content, LATER)
        once = await registry.for_notice("inspection.once")
        assert once is not None
        assert once.title == "年检通知"


async def test_another_account_has_its_own(migrated_url: str) -> None:
    async with dealership(migrated_url):
        await registry.sync([ONE], NOW)
        with account_scope(await ensure_account("wx0000000000000002")):
            assert await registry.every() == []
            assert (await registry.sync([ONE], NOW)).new == ("预约提醒",)
            await registry.sync([], NOW)
        assert all(one.gone_at is None for one in await registry.every())
