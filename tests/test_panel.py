"""The demo's side panel: what customers are promised, the store sees."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from pytest_aiohttp import AiohttpClient

from bot.app import panel
from storage.db import opened
from storage.queries.people import staff_task
from storage.queries.stores import ensure_account
from storage.scope import account_scope
from tests.people import APP_ID

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
            await staff_task("hand_over", "客户要求人工接待", AT, detail="<b>发票</b>")
        page = await (await client.get("/demo/bookings")).text()
    assert "待办 · 1" in page
    assert "10:05" in page
    assert "新客户：&lt;b&gt;发票&lt;/b&gt;" in page
