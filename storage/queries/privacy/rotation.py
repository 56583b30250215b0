"""Sealing everything anew under the first key, in batches, beside servers that go on writing.

A value is replaced only while it is still the one that was read, so that a server's newer one
stays; what is done is not done again, so that a rotation that was interrupted goes on where it
was. The hashes a row is found by go with the value they are of. Keys belong to the installation:
this works on the rows of every account.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.errors import Conflict, StaffError
from bot.rules.identifiers import phone_key
from storage import models
from storage.db import AlreadyThere, Sql, sql, transaction
from storage.secrets import EncText, first_key, key_ids, look_up, seal, unseal

BATCH = 200
CLEAR = ""

# column: the hashes beside it, each (column, kind); the VIN's tail is hashed by itself
HASHES: Mapping[str, Sequence[tuple[str, str]]] = {
    "customer.phone": [("phone_hash", "phone")],
    "customer.id_number": [("id_hash", "id")],
    "vehicle.vin": [("vin_hash", "vin"), ("vin_tail_hash", "vin_tail")],
    "vehicle.plate": [("plate_hash", "plate"), ("plate_live_hash", "plate")],
    "booking.plate": [("plate_hash", "plate")],
    "lead.phone": [("phone_hash", "phone")],
    "complaint.phone": [("phone_hash", "phone")],
}
_ALWAYS = frozenset({"lead.phone", "complaint.phone"})
"""Who is found by these is found by nothing else: where the hash is missing, it was not known how."""


@dataclass(frozen=True, slots=True)
class Progress:
    """After a batch: rows sealed anew in `table` so far, and columns that could not be (their row)."""

    table: str
    done: int
    stuck: tuple[str, ...] = ()


@cache
def sealed_columns() -> Mapping[str, Sequence[str]]:
    """table → the columns that are sealed, as the models say."""
    found: dict[str, list[str]] = {}
    for name in models.__all__:
        meta = getattr(models, name)._meta  # noqa: SLF001  # Tortoise has no other way to ask
        for column, field in meta.fields_map.items():
            if isinstance(field, EncText):
                found.setdefault(meta.db_table, []).append(column)
    return found


async def values_by_key() -> dict[str, int]:
    """How many values are sealed under each key, by its name; CLEAR: not sealed at all."""
    found: dict[str, int] = {}
    for table, columns in sealed_columns().items():
        for column in columns:
            rows = await sql().rows(
                f"SELECT substr({column}, 1, 12) AS kept, count(*) AS n FROM {table}"  # noqa: S608 - tables and columns of the models, no value
                f" WHERE {column} <> '' GROUP BY 1"
            )
            for row in rows:
                version, _, rest = row["kept"].partition(".")
                key = rest.rstrip(".") if version == "v1" else CLEAR
                found[key] = found.get(key, 0) + row["n"]
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How many values wait for `keys rotate`, open with no key in force, or lie in clear."""

    current: int
    old: int
    unreadable: int
    clear: int


async def standing() -> Standing:
    found, known = await values_by_key(), key_ids()
    return Standing(
        found.get(known[0], 0),
        sum(found.get(key, 0) for key in known[1:]),
        sum(n for key, n in found.items() if key and key not in known),
        found.get(CLEAR, 0),
    )


async def rotate(batch: int = BATCH) -> AsyncIterator[Progress]:
    """Table by table, a batch at a time; between two of them whoever waits for the database goes."""
    for table, columns in sealed_columns().items():
        last, done, stuck = 0, 0, list[str]()
        while rows := await _old(table, columns, last, batch):
            for column in columns:
                stuck += await _renew(table, column, rows)
            last, done = rows[-1]["id"], done + len(rows)
            yield Progress(table, done, tuple(stuck))
            await asyncio.sleep(0)


async def _old(table: str, columns: Sequence[str], after: int, batch: int) -> Sequence[Any]:
    """Rows with a value that the first key did not write, in their order."""
    new = f"{first_key().prefix}%"
    wanted = " OR ".join(f"({column} <> '' AND {column} NOT LIKE ?)" for column in columns)
    return await sql().rows(
        f"SELECT id, {', '.join(columns)} FROM {table} WHERE id > ? AND ({wanted})"  # noqa: S608 - tables and columns of the models; values are marks
        " ORDER BY id LIMIT ?",
        *(after, *(new for _ in columns), batch),
    )


async def _renew(table: str, column: str, rows: Sequence[Any]) -> list[str]:
    """Write one column of these rows anew; the names of those that cannot be."""
    name, stuck, todo = f"{table}.{column}", list[str](), list[tuple[Any, ...]]()
    for row in rows:
        kept = row[column]
        if not kept or kept.startswith(first_key().prefix):
            continue
        try:
            clear = unseal(name, kept)
        except StaffError:
            stuck.append(f"{name} {row['id']}")
            continue
        todo.append((seal(name, clear), *_hashes(name, clear), row["id"], kept))
    statement = _statement(table, column)
    try:
        async with transaction() as connection:
            await connection.many(statement, todo)
    except (AlreadyThere, Conflict):
        stuck += [f"{name} {row[-2]}" for row in todo if not await _alone(statement, row)]
    return stuck


async def _alone(statement: str, row: Sequence[Any]) -> bool:
    """One row by itself; False: its hash is another row's already, two files for one car."""
    connection: Sql = sql()
    try:
        await connection.run(statement, *row)
    except AlreadyThere:
        return False
    return True


@cache
def _statement(table: str, column: str) -> str:
    # what has no hash has a reason: a sold car's plate is another car's to have
    kept = (
        "{0} = ?"
        if f"{table}.{column}" in _ALWAYS
        else "{0} = CASE WHEN {0} IS NULL THEN NULL ELSE ? END"
    )
    hashes = "".join(
        f", {kept.format(found_by)}" for found_by, _ in HASHES.get(f"{table}.{column}", ())
    )
    return f"UPDATE {table} SET {column} = ?{hashes} WHERE id = ? AND {column} = ?"  # noqa: S608 - a table and a column of the models; values are marks


def _hashes(name: str, clear: str) -> list[str]:
    return [look_up(kind, _found_by(name, kind, clear)) for _, kind in HASHES.get(name, ())]


def _found_by(name: str, kind: str, clear: str) -> str:
    if kind == "vin_tail":
        return clear[-6:]
    return phone_key(clear) if name in _ALWAYS else clear
