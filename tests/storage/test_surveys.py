"""Surveys as staff keep them: which is in force where, and what was asked stays as it was."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import StaffError
from bot.rules.surveys.choosing import Question, Survey
from bot.rules.surveys.pack import PACK
from storage.db import sql
from storage.queries import audit, surveys
from storage.queries.surveys import as_asked, by_version, in_force, put, retire, written
from storage.scope import account_scope
from tests.people import NOW, dealership

HOUSE = {survey.code: survey for survey in PACK}
STANDARD = HOUSE["standard"]


def version(number: int, text: str, of: Survey = STANDARD) -> Survey:
    """Another version, whose last question says something else."""
    return replace(
        of, version=number, questions=(*of.questions[:-1], Question("words", "text", text))
    )


async def asked(scope: str = "") -> dict[str, int]:
    return {one.code: one.version for one in await in_force(scope)}


async def test_the_house_asks_until_staff_write_their_own(migrated_url: str) -> None:
    async with dealership(migrated_url):
        assert set(await in_force()) == set(PACK)
        assert [one.kind for one in await in_force()].index("extension") == 2  # standard first
        two, three = version(2, "说说看"), version(3, "东店说说看")
        assert (await put(two, "李娜", NOW)).state == "created"
        assert (await put(three, "李娜", NOW, scope="east")).state == "created"
        assert (await asked())["standard"] == (await asked("main"))["standard"] == 2
        assert (await asked("east"))["standard"] == 3
        assert two in await in_force("main")
        assert three in await in_force("east")
        noted = await audit.entries(subject="survey:standard")
        assert [one.detail for one in noted] == [
            {"scope": "east", "version": 3},
            {"scope": "", "version": 2},
        ]


async def test_the_same_once_more_changes_nothing(migrated_url: str) -> None:
    async with dealership(migrated_url):
        assert (await put(STANDARD, "李娜", NOW)).state == "unchanged"
        assert (await put(STANDARD, "李娜", NOW, scope="east")).state == "unchanged"
        mine = replace(STANDARD, code="mine")
        assert (await put(mine, "李娜", NOW)).state == "created"
        assert (await put(mine, "张伟", NOW)).state == "unchanged"
        assert (await put(replace(mine, version=7), "张伟", NOW, renumber=True)).survey == mine
        assert [one.created_by for one in await written()] == ["李娜"]
        assert len(await audit.entries(subject="survey:mine")) == 1


async def test_what_was_asked_is_never_changed(migrated_url: str) -> None:
    async with dealership(migrated_url):
        with pytest.raises(StaffError, match=r"版本1已经用过.*version: 2"):
            await put(version(1, "换了"), "李娜", NOW)
        await put(version(2, "二"), "李娜", NOW)
        with pytest.raises(StaffError, match=r"version: 3"):
            await put(version(2, "换了"), "李娜", NOW)
        with pytest.raises(
            StaffError, match=r"version: 3"
        ):  # a number means one thing in all stores
            await put(version(2, "东店"), "李娜", NOW, scope="east")
        found = await put(version(2, "东店"), "李娜", NOW, scope="east", renumber=True)
        assert found.survey.version == 3
        await put(version(9, "九"), "李娜", NOW)
        with pytest.raises(StaffError, match=r"version: 10"):
            await put(version(4, "四"), "李娜", NOW)
        assert await by_version("standard", 1) == STANDARD
        assert await by_version("standard", 2) == version(2, "二")
        assert await by_version("standard", 3, "east") == version(3, "东店")
        assert await by_version("standard", 4) is None
        pairs = [["standard", 3], ["after_repair", 1], ["standard", 9], ["gone", 1]]
        found_again = await as_asked(pairs)
        assert found_again == (version(3, "东店"), HOUSE["after_repair"], version(9, "九"))
        assert await as_asked([]) == ()
        with pytest.raises(StaffError, match=r"没有门店west"):
            await put(version(10, "西店"), "李娜", NOW, scope="west")


async def test_a_survey_can_be_put_away_and_comes_back(migrated_url: str) -> None:
    async with dealership(migrated_url):
        assert await retire("premium", "李娜", NOW, scope="east")
        assert "premium" not in await asked("east")
        assert "premium" in await asked()
        assert not await retire("premium", "李娜", NOW, scope="east")
        assert await retire("premium", "李娜", NOW)
        assert "premium" not in await asked("main")
        back = await put(HOUSE["premium"], "李娜", NOW, renumber=True)
        assert back.state == "created"
        assert (await asked())["premium"] == back.survey.version == 4
        assert "premium" not in await asked("east")  # the store said so itself
        await put(version(5, "东店", HOUSE["premium"]), "李娜", NOW, scope="east")
        assert (await asked("east"))["premium"] == 5
        assert await retire("premium", "李娜", NOW, scope="east")
        assert await by_version("premium", 5) is not None  # answers to it can still be read
        assert [one.retired_at is None for one in await written("premium")] == [
            False,
            True,
            False,
            False,
        ]
        with pytest.raises(StaffError, match=r"没有问卷nothing"):
            await retire("nothing", "李娜", NOW)
        with pytest.raises(StaffError, match=r"没有门店west"):
            await retire("premium", "李娜", NOW, scope="west")


async def test_what_was_kept_is_read_though_it_would_be_refused_now(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        old = version(2, "您对我们的服务满意吗？")
        await surveys._insert(old, "", "李娜", NOW)
        assert await by_version("standard", 2) == old
        assert old in await in_force()
        row = await sql().one("SELECT id FROM account WHERE id = ?", cast.account)
        with account_scope(row["id"] + 1):
            assert set(await in_force()) == set(PACK)  # another account knows nothing of it


async def test_two_who_write_at_once_take_two_numbers(migrated_postgres_url: str) -> None:
    async with dealership(migrated_postgres_url):
        texts = [f"第{number}个人写的" for number in range(6)]
        found = await asyncio.gather(
            *(put(version(1, text), "李娜", NOW, renumber=True) for text in texts)
        )
        assert sorted(one.survey.version for one in found) == [2, 3, 4, 5, 6, 7]
        tried = await asyncio.gather(
            *(put(version(8, text), "李娜", NOW) for text in texts), return_exceptions=True
        )
        assert sum(isinstance(one, surveys.Put) for one in tried) == 1
        assert sum(isinstance(one, StaffError) for one in tried) == 5


async def test_a_number_that_staff_gave_is_theirs_when_the_house_takes_it(
    migrated_url: str,
) -> None:
    """A later release may bring a version of the house with a number that a store has used."""
    async with dealership(migrated_url):
        mine = replace(version(2, "说说看"), version=2)
        await put(mine, "李娜", NOW)
        await sql().run("UPDATE survey SET version = ? WHERE code = 'standard'", STANDARD.version)
        assert await as_asked([("standard", STANDARD.version)]) == (
            replace(mine, version=STANDARD.version),
        )
        assert await as_asked([]) == ()
