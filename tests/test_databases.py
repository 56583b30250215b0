"""The fixtures keep their promises."""

import os
from pathlib import Path

import asyncpg
import pytest

from storage.migrate import pending
from tests.chromium import NoBrowser, find


async def test_a_postgres_database_is_fresh_and_ones_own(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert (
            await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname='public'")
            == 0
        )
        await connection.execute("CREATE TABLE left_over (id int)")
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
    finally:
        await connection.close()


async def test_the_next_one_sees_nothing_of_it(postgres_url: str) -> None:
    await test_a_postgres_database_is_fresh_and_ones_own(postgres_url)


def test_each_engine_gets_its_turn(database_url: str, request: pytest.FixtureRequest) -> None:
    assert database_url.startswith(f"{request.node.callspec.params['database_url']}://")


async def test_a_migrated_one_has_the_newest_schema(migrated_url: str) -> None:
    assert await pending(migrated_url) == []


def test_no_setting_of_the_machine_reaches_a_test(tmp_path_factory: pytest.TempPathFactory) -> None:
    named = [n for n in os.environ if n.startswith("CHEYU_") and "_TEST_" not in n]
    assert named == ["CHEYU_MEDIA_DIR"]  # which every test has to itself
    base = tmp_path_factory.getbasetemp()
    assert Path(os.environ["CHEYU_MEDIA_DIR"]).is_relative_to(base)


def test_a_browser_that_cannot_be_run_is_said_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEYU_TEST_CHROMIUM", "no-such-browser")
    with pytest.raises(NoBrowser, match="no-such-browser"):
        find()
