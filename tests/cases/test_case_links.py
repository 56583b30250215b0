"""Cases that look alike are suggested; those that are alike are linked."""

from datetime import timedelta

import pytest

from bot.errors import StaffError
from storage import models as m
from storage.queries.cases import links as case_links
from storage.queries.cases import opening as cases
from storage.queries.cases.links import similar
from storage.queries.cases.opening import Case
from tests.cases.office import LATER, Office, history, office
from tests.people import NOW


async def read(case_id: int) -> Case:
    found = await cases.one(case_id)
    assert found is not None
    return found


async def alike(here: Office) -> list[int]:
    """The first, one just like it, one 90 days earlier, and some that are not."""
    li = here.cast.li
    wanted = [
        await here.complaint(at=NOW),
        await here.complaint(at=NOW - timedelta(days=3)),
        await here.complaint(at=NOW - timedelta(days=90)),
    ]
    await here.complaint(at=NOW - timedelta(days=91))
    await here.complaint(category="attitude")
    await here.complaint(store_id=here.cast.east.id)
    await here.complaint(vehicle_id=li.car, customer_id=li.customer_id)
    return wanted


async def test_what_looks_alike_is_suggested_the_nearest_first(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first, near, far = await alike(here)
        case = await read(first)
        assert [one.id for one in await similar(case)] == [near, far]
        assert [one.id for one in await similar(case, limit=1)] == [near]
        assert [one.id for one in await similar(case, here.who("hou"))] == []
        assert [one.id for one in await similar(case, here.who("yan"))] == [near, far]
        assert await similar(await read(await here.complaint(category=""))) == []


async def test_linked_ones_are_not_suggested_again(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first, near, far = await alike(here)
        yan = here.who("yan")
        assert await case_links.link(yan, near, first, LATER, why="同一台举升机")
        assert await case_links.link(yan, first, near, LATER) is False
        assert [one.id for one in await similar(await read(first))] == [far]
        assert first not in [one.id for one in await similar(await read(near))]
        [link] = await case_links.linked(near)
        assert (link.case_id, link.why, link.made_by) == (first, "同一台举升机", "严工")
        assert [one.number for one in await case_links.linked(first)] == [f"T{near:06d}"]
        assert (await m.CaseLink.get()).case_id == min(first, near)
        assert await history(near) == [("linked", "严工", f"T{first:06d} 同一台举升机")]
        assert await history(first) == [("linked", "严工", f"T{near:06d} 同一台举升机")]
        assert await case_links.unlink(yan, near, first, LATER)
        assert await case_links.unlink(yan, near, first, LATER) is False
        assert [one.id for one in await similar(await read(first))] == [near, far]


async def test_only_who_works_on_both_links_them(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        first, near, _ = await alike(here)
        east = await here.complaint(store_id=here.cast.east.id)
        assert await case_links.link(here.who("hou"), first, near, NOW) is None
        assert await case_links.unlink(here.who("hou"), first, near, NOW) is None
        assert await case_links.link(here.who("shi"), first, near, NOW) is None
        assert await case_links.link(here.who("zhao"), first, east, NOW)
        with pytest.raises(StaffError, match="自己"):
            await case_links.link(here.who("zhao"), first, first, NOW)
