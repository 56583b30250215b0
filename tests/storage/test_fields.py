"""One instant is one instant: however it is spelled, written, compared and read."""

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from storage.db import moment, opened, sql
from storage.models import Customer
from storage.queries.stores.shops import ensure_account
from tests.source import ROOT

INSTANT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
ZONES = (
    UTC,
    ZoneInfo("Asia/Shanghai"),
    *(timezone(timedelta(hours=hours)) for hours in (-12, -5, 5.5, 8, 14)),
)
# Moments around the instant: their text differs in length, day and sign.
BEFORE = (INSTANT - MICRO, INSTANT - timedelta(hours=3))
AFTER = (INSTANT + MICRO, INSTANT + timedelta(hours=23, microseconds=500))
COMPARED = {
    "lt": ("<", len(BEFORE)),
    "lte": ("<=", len(BEFORE) + len(ZONES)),
    "": ("=", len(ZONES)),
    "not": ("<>", len(BEFORE) + len(AFTER)),
    "gte": (">=", len(AFTER) + len(ZONES)),
    "gt": (">", len(AFTER)),
}

Write = Callable[[int, list[datetime]], Awaitable[None]]
SOME_TIME = datetime(2020, 1, 1, tzinfo=UTC)


async def by_constructor(account: int, moments: list[datetime]) -> None:
    for each in moments:
        await Customer(account_id=account, created_at=each).save()


async def by_attribute(account: int, moments: list[datetime]) -> None:
    for each in moments:
        row = await Customer.create(account_id=account, created_at=SOME_TIME)
        row.created_at = each
        await row.save()


async def by_update(account: int, moments: list[datetime]) -> None:
    for each in moments:
        row = await Customer.create(account_id=account, created_at=SOME_TIME)
        await Customer.filter(id=row.id).update(created_at=each)


async def by_bulk_create(account: int, moments: list[datetime]) -> None:
    await Customer.bulk_create([Customer(account_id=account, created_at=m) for m in moments])


async def by_bulk_update(account: int, moments: list[datetime]) -> None:
    await by_constructor(account, [SOME_TIME] * len(moments))
    rows = await Customer.all()
    for row, each in zip(rows, moments, strict=True):
        row.created_at = each
    await Customer.bulk_update(rows, ["created_at"])


async def by_sql(account: int, moments: list[datetime]) -> None:
    for each in moments:
        await sql().run(
            "INSERT INTO customer (account_id, created_at, state, name, gender, phone, source)"
            " VALUES (?, ?, '', '', '', '', '')",
            account, each,
        )  # fmt: skip  # in the order of the statement


async def by_many(account: int, moments: list[datetime]) -> None:
    await sql().many(
        "INSERT INTO customer (account_id, created_at, state, name, gender, phone, source)"
        " VALUES (?, ?, '', '', '', '', '')",
        [[account, each] for each in moments],
    )


WAYS = (
    by_constructor, by_attribute, by_update, by_bulk_create, by_bulk_update, by_sql, by_many,
)  # fmt: skip  # one line


@asynccontextmanager
async def account(url: str) -> AsyncIterator[int]:
    async with opened(url):
        yield await ensure_account("wx")


@pytest.mark.parametrize("write", WAYS)
async def test_it_is_compared_as_an_instant(migrated_url: str, write: Write) -> None:
    async with account(migrated_url) as ours:
        spelled = [INSTANT.astimezone(zone) for zone in ZONES]
        await write(ours, [*spelled, *BEFORE, *AFTER])
        for value in spelled:
            for operator, (sign, expected) in COMPARED.items():
                found = Customer.filter(
                    **{f"created_at__{operator}" if operator else "created_at": value}
                )
                assert await found.count() == expected, (operator, value)
                row = await sql().row(
                    f"SELECT count(*) AS n FROM customer WHERE created_at {sign} ?",  # noqa: S608 - a sign that the test names; the value is a mark
                    value,
                )
                assert row is not None
                assert row["n"] == expected, (sign, value)
            between = Customer.filter(created_at__range=(value, value + MICRO))
            assert await between.count() == len(ZONES) + 1
            assert await Customer.filter(created_at__in=[value]).count() == len(ZONES)


@pytest.mark.parametrize("write", WAYS)
async def test_it_is_read_in_utc_and_in_order(migrated_url: str, write: Write) -> None:
    async with account(migrated_url) as ours:
        await write(ours, [INSTANT.astimezone(zone) for zone in ZONES] + [*AFTER, *BEFORE])
        expected = sorted([INSTANT] * len(ZONES) + [*BEFORE, *AFTER])
        rows = await Customer.all().order_by("created_at")
        assert [row.created_at for row in rows] == expected
        assert {row.created_at.utcoffset() for row in rows} == {timedelta(0)}
        plain = await sql().rows("SELECT created_at FROM customer ORDER BY created_at")
        assert [moment(row["created_at"]) for row in plain] == expected


@pytest.mark.parametrize("write", WAYS)
async def test_a_naive_one_is_refused(migrated_url: str, write: Write) -> None:
    async with account(migrated_url) as ours:
        with pytest.raises(ValueError, match="needs a time zone"):
            await write(ours, [INSTANT.replace(tzinfo=None)])
        assert await Customer.filter(created_at__gt=SOME_TIME).count() == 0


async def test_nor_is_a_naive_one_compared(migrated_url: str) -> None:
    naive = INSTANT.replace(tzinfo=None)
    async with account(migrated_url):
        with pytest.raises(ValueError, match="needs a time zone"):
            await Customer.filter(created_at=naive).count()
        with pytest.raises(ValueError, match="needs a time zone"):
            await sql().rows("SELECT id FROM customer WHERE created_at = ?", naive)


STOCK = """
import asyncio
from datetime import datetime, timedelta, timezone
from tortoise import Tortoise, fields
from tortoise.models import Model

class Row(Model):
    id = fields.IntField(primary_key=True)
    at = fields.DatetimeField()

async def main():
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["__main__"]})
    await Tortoise.generate_schemas()
    instant = datetime(2026, 12, 1, 2, tzinfo=timezone.utc)
    for hours in (-12, -5, 0, 8, 14):
        row = await Row.create(at=instant)
        await Row.filter(id=row.id).update(at=instant.astimezone(timezone(timedelta(hours=hours))))
    print(await Row.filter(at=instant).count(), await Row.filter(at__lt=instant).count())
    await Tortoise.close_connections()

asyncio.run(main())
"""


def test_tortoises_own_field_tells_spellings_apart() -> None:
    """Five rows at one instant: not all are found, and some are said to be earlier."""
    done = subprocess.run(
        [sys.executable, "-c", STOCK], cwd=ROOT, capture_output=True, text=True, check=False
    )
    equal, earlier = map(int, done.stdout.split()) if not done.returncode else (0, 0)
    assert done.returncode == 0, done.stderr
    assert equal < 5
    assert earlier > 0
