"""Complaints in a list: by state, owner, store and clock, the newest first, as far as one sees."""

from datetime import timedelta

from storage.queries.cases.acting import do
from storage.queries.cases.opening import NewCase, open_case
from storage.queries.cases.pages import Listed, Wanted, page
from tests.cases.office import Office, office
from tests.people import NOW

DAY = timedelta(days=1)


async def three(here: Office) -> list[int]:
    """王芳's at the main store; 李强's at the east one, two days later; one nobody knows who."""
    wang, li = here.cast.wang, here.cast.li
    news = [
        (NewCase("chat", "等太久", "response_time", wechat_user_id=wang.user_id), NOW),
        (NewCase("chat", "没电", "product_quality", vehicle_id=li.cars[1][1]), NOW + 2 * DAY),
        (NewCase("staff", "态度差", "attitude", store_id=here.cast.main.id), NOW + 2 * DAY),
    ]
    return [(await open_case(new, at)).id for new, at in news]


async def ids(
    wanted: Wanted, limit: int = 50, who: str = "", here: Office | None = None
) -> list[int]:
    staff = here.who(who) if here and who else None
    return [one.case.id for one in await page(wanted, limit, NOW + 2 * DAY, staff)]


async def test_what_is_wanted(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        one, two, three_ = await three(here)
        await do(here.who("gu"), one, "receive", NOW)
        assert await ids(Wanted()) == [three_, two, one]
        assert await ids(Wanted(), 2) == [three_, two]
        assert await ids(Wanted(after=two)) == [one]
        assert await ids(Wanted(state="in_progress")) == [one]
        assert await ids(Wanted(owner_id=here.who("gu").id)) == [three_, one]
        assert await ids(Wanted(store_id=here.cast.east.id)) == [two]
        assert await ids(Wanted(category="attitude")) == [three_]
        assert await ids(Wanted(), who="wu", here=here) == [two]
        assert await ids(Wanted(state="open"), who="gu", here=here) == [three_]
        assert await ids(Wanted(), who="shi", here=here) == []


async def test_a_broken_clock_is_found_by_what_it_says_now(migrated_url: str) -> None:
    async with office(migrated_url) as here:
        one, _, _ = await three(here)
        assert await ids(Wanted(clock="broken")) == [one]
        assert await ids(Wanted(clock="broken"), 1) == [one]
        [found] = await page(Wanted(clock="broken"), 5, NOW + 2 * DAY)
        assert isinstance(found, Listed)
        assert found.running[0].state == "broken"
        clocks = {clock["name"]: clock["state"] for clock in found.shown()["clocks"]}
        assert clocks["reply"] == "broken"
        assert clocks["report"] == "met"
        await do(here.who("gu"), one, "withdraw", NOW + 2 * DAY)
        assert await ids(Wanted(clock="broken")) == []
