"""Why a lead was lost and two complaints are alike, in a colleague's words: never in the clear."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.db import opened, sql
from storage.migrate import migrate
from storage.queries.cases.links import link, linked
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.queries.leads.opening import NewLead, open_lead
from storage.queries.privacy import rotation
from storage.queries.privacy.erasing import erase_person
from storage.queries.privacy.persons import everything_on, find_person
from storage.queries.stores.shops import ensure_account
from storage.scope import account_scope
from storage.secrets import SEALED, use_keys
from tests.cases.office import Office, office
from tests.people import APP_ID, NOW, SECRET
from tests.privacy.earlier import migrations_before

WHY, ALIKE = "王芳说老公不同意，改买别家", "王芳和邻居说的是同一位技师"
KEPT = (("lead", "lost_why"), ("complaint_link", "words"))


@pytest.fixture
def before_it(tmp_path: Path) -> Iterator[str]:
    with migrations_before("0009", tmp_path) as name:
        yield name


async def kept(table: str, column: str) -> str:
    row = await sql().one(f"SELECT {column} AS said FROM {table}")  # noqa: S608 - tables and columns that this file names
    return str(row["said"])


async def written(here: Office) -> tuple[int, int]:
    """A lost lead of 王芳's, and a complaint of hers that is like another's."""
    wang, li = here.cast.wang, here.cast.li
    lead = await open_lead(NewLead("visit", customer_id=wang.customer_id), NOW)
    await lead_deeds.lose(lead.id, WHY, "严工", NOW)
    case = await here.complaint()
    other = await here.complaint(customer_id=li.customer_id, wechat_user_id=li.user_id)
    assert await link(here.who("gu"), case, other, NOW, why=ALIKE)
    return lead.id, case


async def read(lead_id: int, case_id: int) -> tuple[str, list[str]]:
    lead = await leads.one(lead_id)
    assert lead is not None
    return lead.lost_reason, [one.why for one in await linked(case_id)]


async def test_they_are_sealed_read_rotated_exported_and_erased(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        both = await written(here)
        assert [SEALED.fullmatch(await kept(*where)) is not None for where in KEPT] == [True, True]
        assert [await kept("lead", "lost_reason"), await kept("complaint_link", "why")] == ["", ""]
        assert await read(*both) == (WHY, [ALIKE])
        use_keys(f"another secret for after the rotation,{SECRET}")
        assert not any([step.stuck async for step in rotation.rotate(2)])
        use_keys("another secret for after the rotation")
        assert await read(*both) == (WHY, [ALIKE])
        who = await find_person(f"#{here.cast.wang.customer_id}")
        assert who is not None
        parts = {part.name: part.rows for part in await everything_on(who)}
        assert parts["lead"][0]["lost_why"] == WHY
        assert parts["complaint_link"][0]["words"] == ALIKE
        await erase_person(f"#{here.cast.wang.customer_id}", NOW, "沈文")
        assert await read(*both) == ("客户要求删除", [""])
        assert [await kept(*where) for where in KEPT] == ["", ""]


async def test_what_was_written_before_is_sealed(database_url: str, before_it: str) -> None:
    await migrate(database_url, migrations=before_it)
    async with opened(database_url):
        account = await ensure_account(APP_ID)
        made = [
            await sql().one(
                "INSERT INTO complaint (account_id, source, recorded_at, changed_at)"
                " VALUES (?, 'call', ?, ?) RETURNING id",
                *(account, NOW, NOW),
            )
            for _ in range(2)
        ]
        await sql().run(
            "INSERT INTO complaint_link (account_id, case_id, other_id, why, made_by, made_at)"
            " VALUES (?, ?, ?, ?, '严工', ?)",
            *(account, made[0]["id"], made[1]["id"], ALIKE, NOW),
        )
        for state, reason in (("lost", WHY), ("open", "")):
            await sql().run(
                "INSERT INTO lead (account_id, source, level, state, lost_reason, created_at,"
                " changed_at) VALUES (?, 'call', 'A', ?, ?, ?, ?)",
                *(account, state, reason, NOW, NOW),
            )
    assert (await migrate(database_url))[0] == "0009_sealed_words"
    async with opened(database_url):
        with account_scope(account):
            rows = await sql().rows("SELECT id, lost_reason, lost_why FROM lead ORDER BY id")
            assert [row["lost_reason"] for row in rows] == ["", ""]
            assert [SEALED.fullmatch(row["lost_why"]) is not None for row in rows] == [True, False]
            assert await kept("complaint_link", "why") == ""
            assert await read(rows[0]["id"], made[0]["id"]) == (WHY, [ALIKE])
