"""Migrations with rows in the tables, on both engines."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as stock_migrate
from tortoise.migrations.autodetector import MigrationAutodetector

from bot.errors import StaffError
from storage.db import config, opened, sql, sqlite_path
from storage.migrate import migrate, pending
from tests.source import ROOT
from tests.storage.toyshop import BREAK, FAIL, FIRST, REBUILD, Toyshop, toyshop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Toyshop]:
    with toyshop(tmp_path) as made:
        made.write(FIRST)
        yield made


async def go(url: str, shop: Toyshop) -> list[str]:
    return await migrate(url, models=shop.models, migrations=shop.migrations)


async def fill(url: str) -> None:
    async with opened(url):
        await sql().run("INSERT INTO shelf (id, name) VALUES (1, 'top'), (2, 'low')")
        await sql().run("INSERT INTO toy (id, shelf_id) VALUES (1, 1), (2, 1), (3, 2)")


async def found(url: str) -> tuple[list[str], int]:
    """The shelves' names and how many toys there are."""
    async with opened(url):
        shelves = [row["name"] for row in await sql().rows("SELECT name FROM shelf ORDER BY id")]
        row = await sql().row("SELECT count(*) AS n FROM toy")
        return shelves, row["n"] if row else 0


async def test_a_rebuilt_table_keeps_what_hangs_from_it(database_url: str, shop: Toyshop) -> None:
    assert await go(database_url, shop) == ["0001_step"]
    await fill(database_url)
    shop.write(REBUILD)
    assert await go(database_url, shop) == ["0002_step"]
    assert await found(database_url) == (["top", "low"], 3)
    assert await go(database_url, shop) == []
    async with opened(database_url):  # and the children still follow their parent
        await sql().run("DELETE FROM shelf WHERE id = 1")
    assert await found(database_url) == (["low"], 1)


async def test_tortoises_own_command_deletes_them(sqlite_url: str, shop: Toyshop) -> None:
    await go(sqlite_url, shop)
    await fill(sqlite_url)
    shop.write(REBUILD)
    settings = config(sqlite_url, models=shop.models, migrations=shop.migrations)
    settings["connections"]["default"]["engine"] = "tortoise.backends.sqlite"
    async with TortoiseContext():
        await stock_migrate(config=settings)
    assert await found(sqlite_url) == (["top", "low"], 0)


async def test_the_copy_is_the_database_before(sqlite_url: str, shop: Toyshop) -> None:
    await go(sqlite_url, shop)
    path = sqlite_path(sqlite_url)
    assert path is not None
    copy = path.with_name(path.name + ".before-migration")
    assert not copy.exists()
    await fill(sqlite_url)
    shop.write(REBUILD)
    async with opened(sqlite_url):  # what is only in the write-ahead log is copied too
        await sql().run("UPDATE shelf SET note = 'kept'")
        await go(sqlite_url, shop)
    async with opened(f"sqlite://{copy}"):
        assert [row["note"] for row in await sql().rows("SELECT note FROM shelf")] == ["kept"] * 2


async def test_nobody_else_reads_the_file_its_log_or_its_copy(
    sqlite_url: str, shop: Toyshop
) -> None:
    before = os.umask(0o022)
    try:
        await go(sqlite_url, shop)
        async with opened(sqlite_url):
            await sql().run("INSERT INTO shelf (id, name) VALUES (1, 'top'), (2, 'low')")
            await sql().run("INSERT INTO toy (id, shelf_id) VALUES (1, 1)")
            shop.write(BREAK)
            with pytest.raises(StaffError):
                await go(sqlite_url, shop)
            path = sqlite_path(sqlite_url)
            assert path is not None
            ends = {
                each.name.removeprefix(path.name): each.stat().st_mode & 0o777
                for each in path.parent.glob(f"{path.name}*")
            }
    finally:
        os.umask(before)
    del ends[".migrating"]  # a lock: nothing is in it
    assert ends.keys() >= {"", "-wal", ".before-migration", ".failed-migration"}
    assert set(ends.values()) == {0o600}


@pytest.mark.parametrize("harm", [BREAK, FAIL])
async def test_a_migration_that_does_harm_is_undone(
    database_url: str, shop: Toyshop, harm: str
) -> None:
    await go(database_url, shop)
    await fill(database_url)
    shop.write(harm)
    if database_url.startswith("postgres") and harm is BREAK:
        assert await go(database_url, shop) == ["0002_step"]  # there the toys go with their shelf
        assert await found(database_url) == (["low"], 1)
        return
    with pytest.raises(StaffError, match="数据库还是原来的样子"):
        await go(database_url, shop)
    assert await found(database_url) == (["top", "low"], 3)
    todo = await pending(database_url, models=shop.models, migrations=shop.migrations)
    assert todo == ["0002_step"]


MIGRATOR = "import asyncio, sys; from storage.migrate import migrate; \
print(len(asyncio.run(migrate(sys.argv[1]))))"


async def test_of_two_migrators_at_once_one_does_the_work(database_url: str) -> None:
    todo = await pending(database_url)
    assert todo
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATOR, database_url,
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip  # one call, one line
    ended = await asyncio.gather(*(each.communicate() for each in running))
    assert [each.returncode for each in running] == [0, 0], ended
    assert sorted(int(out) for out, _ in ended) == [0, len(todo)]
    assert await pending(database_url) == []


async def test_asking_what_is_pending_makes_no_file(sqlite_url: str) -> None:
    names = sorted(p.stem for p in (ROOT / "storage" / "migrations").glob("0*.py"))
    assert await pending(sqlite_url) == names
    path = sqlite_path(sqlite_url)
    assert path is not None
    assert not path.exists()


async def test_the_models_and_the_migrations_agree() -> None:
    """What `makemigrations` would write: nothing."""
    settings = config("sqlite://:memory:")
    async with TortoiseContext() as context:
        await context.init(config=settings)
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, settings["apps"]).changes()
        assert [(writer.name, writer.operations) for writer in changes] == []
