"""A complaint is found by its number, however it was written, whenever it was recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.db import opened, sql
from storage.migrate import migrate
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.privacy import rotation
from storage.queries.stores.shops import ensure_account
from storage.secrets import look_up, seal, use_keys
from tests.people import APP_ID, NOW, SECRET, dealership
from tests.privacy.earlier import migrations_before

NEW = "another secret for after the rotation"
WRITTEN = ("13700000009", "+86 137-0000-0009", "010-8888 6666", "")
FOUND_BY = ("13700000009", "13700000009", "01088886666", "")


@pytest.fixture
def before_it(tmp_path: Path) -> Iterator[str]:
    with migrations_before("0008", tmp_path) as name:
        yield name


async def kept(table: str = "complaint") -> list[str | None]:
    rows = await sql().rows(f"SELECT phone_hash FROM {table} ORDER BY id")  # noqa: S608 - a table that the test names
    return [row["phone_hash"] for row in rows]


def hashes() -> list[str | None]:
    return [look_up("phone", number) if number else None for number in FOUND_BY]


async def test_complaints_of_before_are_found_too(database_url: str, before_it: str) -> None:
    await migrate(database_url, migrations=before_it)
    use_keys("a key that was lost")
    lost = seal("complaint.phone", WRITTEN[0])
    use_keys(SECRET)
    async with opened(database_url):
        account = await ensure_account(APP_ID)
        for phone in (*(seal("complaint.phone", number) for number in WRITTEN), lost):
            await sql().run(
                "INSERT INTO complaint (account_id, source, phone, recorded_at, changed_at)"
                " VALUES (?, 'call', ?, ?, ?)",
                *(account, phone, NOW, NOW),
            )
        for phone in (seal("lead.phone", WRITTEN[0]), ""):
            await sql().run(
                "INSERT INTO lead (account_id, source, level, phone, phone_hash, created_at,"
                " changed_at) VALUES (?, 'call', 'A', ?, ?, ?, ?)",
                *(account, phone, "of a key that is gone" if phone else None, NOW, NOW),
            )
    assert (await migrate(database_url))[0] == "0008_phones_of_complaints"
    async with opened(database_url):
        assert await kept() == [*hashes(), None]
        assert await kept("lead") == [look_up("phone", WRITTEN[0]), None]
        use_keys(f"{NEW},{SECRET},a key that was lost")
        assert not any([step.stuck async for step in rotation.rotate(2)])
        use_keys(NEW)
        assert await kept() == [*hashes(), look_up("phone", WRITTEN[0])]


async def test_a_new_one_is_found_before_and_after_the_keys_change(migrated_url: str) -> None:
    async with dealership(migrated_url):
        for number in WRITTEN:
            await open_case(NewCase("call", "漆面有划痕", phone=number), NOW)
        assert await kept() == hashes()
        lead = await open_lead(NewLead("call", phone=WRITTEN[0]), NOW)
        use_keys(f"{NEW},{SECRET}")
        async for step in rotation.rotate(2):
            assert step.stuck == ()
        use_keys(NEW)
        assert await kept() == hashes()
        # somebody who calls again is found, and has one lead
        assert (await open_lead(NewLead("call", phone=WRITTEN[0]), NOW)).id == lead.id
