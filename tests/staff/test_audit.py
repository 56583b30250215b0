"""The audit log: a chain without gaps that nobody can edit through the product."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from storage.db import opened, sql, transaction
from storage.queries import audit
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from tests.staff.world import APP_ID, NOW


@asynccontextmanager
async def account(url: str) -> AsyncIterator[None]:
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            yield


async def write(entries: int) -> None:
    for n in range(entries):
        await audit.note("李娜", "view", f"customer:{n % 3}", {"n": n}, NOW + timedelta(seconds=n))


async def test_what_was_written_is_read_newest_first(migrated_url: str) -> None:
    async with account(migrated_url):
        assert await audit.verify() is None
        await write(5)
        await audit.note("王强", "edit", "customer:1", None, NOW)
        found = await audit.entries(limit=2)
        assert [(e.number, e.actor, e.detail) for e in found] == [
            (6, "王强", None),
            (5, "李娜", {"n": 4}),
        ]
        assert [e.number for e in await audit.entries(before=5, limit=2)] == [4, 3]
        assert [e.number for e in await audit.entries(subject="customer:1")] == [6, 5, 2]
        assert [e.number for e in await audit.entries(actor="王强")] == [6]
        assert found[1].at == NOW + timedelta(seconds=4)
        assert await audit.verify() is None


async def test_what_is_rolled_back_was_never_written(migrated_url: str) -> None:
    async with account(migrated_url):
        await write(1)
        with suppress(KeyError):
            async with transaction():
                await audit.note("李娜", "edit", "customer:1", None, NOW)
                raise KeyError
        await audit.note("李娜", "file", "customer:1", None, NOW)
        assert [entry.action for entry in await audit.entries()] == ["file", "view"]
        assert await audit.verify() is None


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit_entry SET actor = 'nobody' WHERE number = 1",
        "UPDATE audit_entry SET detail = NULL",
        "DELETE FROM audit_entry WHERE number = 2",
        "DELETE FROM audit_entry",
    ],
)
async def test_the_database_refuses_to_change_the_book(migrated_url: str, deed: str) -> None:
    async with account(migrated_url):
        await write(3)
        kept = await audit.entries()
        with pytest.raises(Exception, match="append-only"):
            await sql().run(deed)
        assert await audit.entries() == kept


async def test_postgres_refuses_to_empty_the_book(migrated_postgres_url: str) -> None:
    async with account(migrated_postgres_url):
        await write(2)
        with pytest.raises(Exception, match="append-only"):
            await sql().run("TRUNCATE audit_entry")
        assert await audit.verify() is None


async def unguarded() -> None:
    """What somebody with the whole database in their hands would do first."""
    for name in ("no_update", "no_delete", "no_change", "no_truncate"):
        on = " ON audit_entry" if sql().postgres else ""
        await sql().run(f"DROP TRIGGER IF EXISTS audit_entry_{name}{on}")


@pytest.mark.parametrize(
    ("deed", "broken"),
    [
        ("UPDATE audit_entry SET actor = 'nobody' WHERE number = 4", 4),
        ("UPDATE audit_entry SET detail = NULL WHERE number = 2", 2),
        ("UPDATE audit_entry SET subject = 'customer:9' WHERE number = 7", 7),
        ("UPDATE audit_entry SET hash = before_hash WHERE number = 7", 7),
        ("DELETE FROM audit_entry WHERE number = 3", 3),
        ("DELETE FROM audit_entry WHERE number = 1", 1),
    ],
)
async def test_a_broken_chain_is_found_at_its_first_broken_entry(
    migrated_url: str, deed: str, broken: int
) -> None:
    async with account(migrated_url):
        await write(7)
        await unguarded()
        await sql().run(deed)
        assert await audit.verify() == broken


async def test_a_moment_or_an_entry_put_elsewhere_is_found(migrated_url: str) -> None:
    async with account(migrated_url):
        await write(4)
        await unguarded()
        await sql().run(
            "UPDATE audit_entry SET at = ? WHERE number = 3", NOW + timedelta(microseconds=1)
        )
        assert await audit.verify() == 3


async def test_a_cut_end_is_found_by_who_kept_the_head(migrated_url: str) -> None:
    async with account(migrated_url):
        await write(4)
        kept = await audit.head()
        assert await audit.verify(kept) is None
        await unguarded()
        await sql().run("DELETE FROM audit_entry WHERE number > 2")
        assert await audit.verify() is None
        assert await audit.verify(kept) == 3
        await audit.note("李娜", "view", "customer:1", None, NOW)
        await audit.note("李娜", "view", "customer:2", None, NOW)
        assert await audit.verify(kept) == 4


async def test_many_at_once_leave_no_gap(migrated_url: str) -> None:
    async with account(migrated_url):

        async def one(n: int) -> None:
            with suppress(KeyError):
                async with transaction():
                    await audit.note("李娜", "view", f"customer:{n}", {"n": n}, NOW)
                    if n % 5 == 0:
                        raise KeyError

        await asyncio.gather(*(one(n) for n in range(60)))
        numbers = [entry.number for entry in await audit.entries(limit=1000)]
        assert numbers == list(range(48, 0, -1))
        assert await audit.verify() is None


async def test_each_account_has_its_own_book(migrated_url: str) -> None:
    async with account(migrated_url):
        await write(2)
        with account_scope(await ensure_account("wx0000000000000002")):
            assert await audit.entries() == []
            assert await audit.note("李娜", "view", "customer:1", None, NOW) == 1
            assert await audit.verify() is None
        assert await audit.verify() is None
