"""号码有误: the mark comes off the file with the number that it was of, whoever corrects it."""

import pytest

from bot.rules import records as rules
from bot.rules.call_records import WRONG
from bot.rules.records import CustomerRecord, Problems
from bot.rules.roles import Kind
from storage.db import dumps, loads, sql
from storage.queries.calls import worklist as call_list
from storage.queries.calls.records import Told, record
from storage.queries.files import changes as file_changes
from storage.queries.records.puts import put_customers
from storage.queries.staff.colleagues import Staff
from tests.calls.rig import FOUR, consents_to, owed
from tests.leads.rig import colleague
from tests.people import Cast, dealership


async def tags(cast: Cast) -> list[str] | None:
    row = await sql().one("SELECT tags FROM customer WHERE id = ?", cast.wang.customer_id)
    return loads(row["tags"]) if row["tags"] else None


async def marked(cast: Cast, *before: str) -> Staff:
    """王芳's file says that her number is wrong, and that it is C1 in the DMS."""
    await sql().run(
        "UPDATE customer SET ref = 'C1', tags = ? WHERE id = ?",
        *(dumps(list(before)), cast.wang.customer_id),
    )
    await consents_to(cast.wang)
    jing = await colleague(cast, "静静", "care_specialist", everywhere=True)
    task = await owed(cast.wang)
    assert await record(task.id, jing, Told("wrong_number"), FOUR) is not None
    assert await tags(cast) == [*before, WRONG]
    return jing


def told(**fields: str) -> CustomerRecord:
    made = rules.customer({"ref": "C1", **fields})
    assert not isinstance(made, Problems)
    return made


@pytest.mark.parametrize(("before", "left"), [((), None), (("老客户",), ["老客户"])])
async def test_the_dms_tells_of_another_number(
    migrated_url: str, before: tuple[str, ...], left: list[str] | None
) -> None:
    async with dealership(migrated_url) as cast:
        await marked(cast, *before)
        for same in ({"phone": "13800000001"}, {"occupation": "教师"}):
            await put_customers([told(**same)], FOUR, "dms")
            assert await tags(cast) == [*before, WRONG]
        await put_customers([told(phone="13800000077")], FOUR, "dms")
        assert await tags(cast) == left


async def test_a_colleague_corrects_it(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        jing = await marked(cast)
        boss = await colleague(cast, "赵敏", "general_manager", everywhere=True)
        customer = cast.wang.customer_id
        assert customer is not None
        asked = await file_changes.edit(
            jing, Kind.CUSTOMER, customer, {"phone": "13800000077"}, FOUR, reason="本人来电"
        )
        assert asked is not None
        assert asked.change_id is not None  # a filed file waits for a manager
        assert await tags(cast) == [WRONG]
        await file_changes.decide(boss, asked.change_id, True, FOUR)
        assert await tags(cast) is None
        task = await owed(cast.wang, "month_3")
        again = await call_list.one(task.id, FOUR)
        assert again is not None
        assert (again.card.wrong_number, again.card.phone) == (False, "13800000077")


async def test_no_number_at_all_is_not_a_right_one(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await marked(cast)
        made = rules.customer({"ref": "C1", "phone": None})
        assert not isinstance(made, Problems)
        await put_customers([made], FOUR, "dms")
        assert await tags(cast) == [WRONG]
