"""/healthz, /readyz and /metrics, and what a customer hears while the database is away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from pytest_aiohttp import AiohttpClient

from bot.app import assembled, web_app
from bot.app.desk import CLOSED
from bot.settings import load
from tests.databases import Databases, database_name
from tests.people import APP_ID
from tests.wechat.platform import TOKEN, Http, heard, post
from tests.wechat.samples import MESSAGES, message

HELLO = message("text", MESSAGES["text"])


@asynccontextmanager
async def served(aiohttp_client: AiohttpClient, url: str) -> AsyncIterator[Http]:
    settings = load(
        database_url=url,
        secret_key="0" * 32,
        wechat_app_id=APP_ID,
        wechat_app_secret="1" * 32,
        wechat_token=TOKEN,
    )
    async with assembled(settings) as parts:
        yield await aiohttp_client(web_app(parts))


async def readiness(client: Http) -> tuple[int, str]:
    answer = await client.get("/readyz")
    return answer.status, (await answer.json())["status"]


async def said(client: Http) -> str:
    return str((await heard(await post(client, HELLO)))["Content"])


async def test_alive_ready_and_counted(
    aiohttp_client: AiohttpClient, migrated_sqlite_url: str
) -> None:
    async with served(aiohttp_client, migrated_sqlite_url) as client:
        assert (await client.get("/healthz")).status == 200
        assert await readiness(client) == (200, "ready")
        await post(client, HELLO)
        assert (await client.get("/wechat?name=oWang")).status == 403
        assert (await client.get("/oWang")).status == 404
        answer = await client.get("/metrics")
        told = await answer.text()
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert 'cheyu_http_requests_total{path="/wechat",status="200"} 1.0' in told
    assert 'cheyu_http_requests_total{path="unknown",status="404"} 1.0' in told
    assert "cheyu_calendar_unknown_year" in told
    assert 'cheyu_complaints{state="open"} 0.0' in told
    assert "cheyu_complaint_clocks_behind_seconds 0.0" in told
    assert "oWang" not in told


async def test_a_database_that_hangs_is_not_ready(
    aiohttp_client: AiohttpClient, migrated_postgres_url: str
) -> None:
    async with served(aiohttp_client, migrated_postgres_url) as client:
        other = await asyncpg.connect(migrated_postgres_url)
        async with other.transaction():
            await other.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE")
            assert await readiness(client) == (503, "not ready")
        await other.close()
        assert await readiness(client) == (200, "ready")


async def test_while_the_database_is_away_nobody_meets_silence(
    aiohttp_client: AiohttpClient, postgres: Databases, migrated_postgres_url: str
) -> None:
    name = database_name(migrated_postgres_url)
    async with served(aiohttp_client, migrated_postgres_url) as client:
        end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - the name of a database this test made
        await postgres._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await postgres._execute(end)
        try:
            assert await readiness(client) == (503, "not ready")
            assert await said(client) == CLOSED
            assert (await client.get("/healthz")).status == 200
        finally:
            await postgres._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert await readiness(client) == (200, "ready")
        assert await said(client) != CLOSED
