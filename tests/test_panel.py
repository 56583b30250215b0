"""The demo's side panel: what customers are promised, the store sees."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpClient

from bot.app import panel
from bot.clock import clock
from bot.rules.roles import Role
from storage.db import opened
from storage.queries.people import staff_task
from storage.queries.staff.alerts import alert
from storage.queries.staff.colleagues import add_staff
from storage.queries.stores.shops import ensure_account
from storage.queries.touch import put as touch_put
from storage.queries.touch.put import New
from storage.scope import account_scope
from tests.people import APP_ID, NOW, SHANGHAI, TODAY, dealership, follower


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    clock.stop(at=NOW)
    yield
    clock.reset()


AT = datetime(2026, 11, 22, 2, 5, tzinfo=UTC)


async def test_what_waits_for_a_person_is_shown(
    aiohttp_client: AiohttpClient, migrated_sqlite_url: str
) -> None:
    async with opened(migrated_sqlite_url):
        account = await ensure_account(APP_ID)
        app = web.Application()
        app.add_routes(panel.routes(account, ZoneInfo("Asia/Shanghai")))
        client = await aiohttp_client(app)
        assert "待办" not in await (await client.get("/demo/bookings")).text()
        with account_scope(account):
            who = await follower("oNew", None)
            text = "<b>发票</b>"
            await staff_task("hand_over", "客户要求人工接待", AT, wechat_user_id=who, detail=text)
        page = await (await client.get("/demo/bookings")).text()
    assert "待办 · 1" in page
    assert "10:05" in page
    assert "新客户：&lt;b&gt;发票&lt;/b&gt;" in page
    assert "处理" not in page


async def test_what_several_colleagues_were_told_is_shown_once_and_about_nobody(
    aiohttp_client: AiohttpClient, migrated_url: str
) -> None:
    async with dealership(migrated_url) as cast:
        app = web.Application()
        app.add_routes(panel.routes(cast.account, SHANGHAI))
        client = await aiohttp_client(app)
        team = [
            (await add_staff(name, Role.SERVICE_MANAGER, now=NOW)).id for name in ("赵敏", "钱江")
        ]
        await alert(team, "issues", "上周问题TOP5", "1. 等待太久", NOW, same="week")
        page = await (await client.get("/demo/bookings")).text()
    assert page.count("上周问题TOP5") == 1
    assert "待办 · 1" in page
    assert "<small>1. 等待太久</small>" in page
    assert "待钱江、赵敏处理" in page


async def test_what_somebody_was_sent_is_shown_with_its_reasons(
    aiohttp_client: AiohttpClient, migrated_url: str
) -> None:
    async with dealership(migrated_url) as cast:
        app = web.Application()
        app.add_routes(panel.routes(cast.account, SHANGHAI))
        client = await aiohttp_client(app)

        async def page(openid: str) -> str:
            return await (await client.get("/demo/touches", params={"openid": openid})).text()

        for openid in (cast.wang.openid, cast.stranger.openid, "", "oNobody"):
            assert "没有跟踪点" in await page(openid)
        rows = [
            New(
                *(kind, f"v{cast.wang.car}", "care", TODAY + timedelta(days=days)),
                *(NOW + timedelta(days=days), None, cast.wang.customer_id, cast.wang.car),
                *(cast.main.id, {"交车": "<b>2026-08-30</b>"}, state, why),
            )
            for kind, days, state, why in (
                ("first_service", -3, "skipped", "客户没有同意"),
                ("month_3", 12, "planned", ""),
                ("month_6", 100, "planned", ""),
            )
        ]
        await touch_put.put(rows, NOW)
        shown = await page(cast.wang.openid)
    assert shown.count('data-testid="touch"') == 3
    dates = ["2027-02-26", "2026-11-30", "2026-11-15"]
    assert sorted(shown.index(date) for date in dates) == [shown.index(date) for date in dates]
    assert "客户没有同意" in shown
    assert "不联系" in shown
    assert "&lt;b&gt;2026-08-30" in shown
