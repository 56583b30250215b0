"""A database made from the models is the one that the migrations make."""

from typing import Any

import pytest
from tortoise import Tortoise

from storage.db import Sql, opened, sql
from tests.databases import Databases

Shape = dict[str, set[Any]]

_PG_COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision,
  numeric_scale, is_nullable, column_default, is_identity
FROM information_schema.columns WHERE table_schema = 'public'
"""
_PG_KEYS = """
SELECT c.conrelid::regclass::text AS name, pg_get_constraintdef(c.oid) AS rule FROM pg_constraint c
WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('f', 'p', 'c', 'u')
"""
_PG_INDEXES = """
SELECT t.relname AS name, i.indisunique AS unique, pg_get_expr(i.indpred, i.indrelid) AS only,
  (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true), ',' ORDER BY k)
   FROM generate_series(1, i.indnkeyatts) k) AS columns
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace
"""


async def shape(db: Sql) -> Shape:
    """Columns, keys and indexes of every table, whatever they are called."""
    return await (_postgres(db) if db.postgres else _sqlite(db))


async def _postgres(db: Sql) -> Shape:
    return {
        "columns": {tuple(row) for row in await db.rows(_PG_COLUMNS)},
        "keys": {tuple(row) for row in await db.rows(_PG_KEYS)},
        "indexes": {tuple(row) for row in await db.rows(_PG_INDEXES)},
    }


async def _sqlite(db: Sql) -> Shape:
    found: Shape = {"columns": set(), "keys": set(), "indexes": set()}
    tables = await db.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for (table,) in tables:
        for row in await db.rows(f"PRAGMA table_info('{table}')"):
            found["columns"].add((table, *tuple(row)[1:]))
        for row in await db.rows(f"PRAGMA foreign_key_list('{table}')"):
            found["keys"].add((table, *tuple(row)[2:]))
        for row in await db.rows(f"PRAGMA index_list('{table}')"):
            columns = await db.rows(f"PRAGMA index_info('{row['name']}')")
            names = tuple(column["name"] for column in columns)
            found["indexes"].add((table, row["unique"], row["partial"], names))
    return found


def without_bookkeeping(found: Shape) -> Shape:
    """Tortoise keeps its own list of migrations in a table that only they make."""
    return {
        part: {row for row in rows if row[0] != "tortoise_migrations"}
        for part, rows in found.items()
    }


async def made_from_models(url: str) -> Shape:
    async with opened(url):
        await Tortoise.generate_schemas(safe=False)
        return await shape(sql())


async def made_by_migrations(url: str) -> Shape:
    async with opened(url):
        return without_bookkeeping(await shape(sql()))


def differences(fresh: Shape, migrated: Shape) -> dict[str, set[Any]]:
    return {part: fresh[part] ^ migrated[part] for part in fresh if fresh[part] ^ migrated[part]}


async def test_fresh_is_migrated_on_sqlite(
    migrated_sqlite_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh = await made_from_models(f"sqlite://{tmp_path_factory.mktemp('fresh')}/cheyu.db")
    migrated = await made_by_migrations(migrated_sqlite_url)
    assert len(migrated["columns"]) > 100
    assert differences(fresh, migrated) == {}


async def test_fresh_is_migrated_on_postgres(
    migrated_postgres_url: str, postgres: Databases
) -> None:
    with postgres.fresh() as url:
        fresh = await made_from_models(url)
    migrated = await made_by_migrations(migrated_postgres_url)
    assert len(migrated["columns"]) > 100
    assert differences(fresh, migrated) == {}
