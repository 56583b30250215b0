"""Stores ready to be booked, remembered in memory, and never stale."""

from datetime import date, timedelta

import pytest

from bot.errors import StaffError
from bot.rules.calendar import DayKind
from storage.db import sql, transaction
from storage.queries.bookings import booking as bookings
from storage.queries.stores import equip
from storage.queries.stores import shops as stores
from storage.queries.stores.shops import Store
from storage.scope import account_scope
from tests.people import APP_ID, NOW, TOMORROW, dealership


def names(store: Store, kind: str) -> list[str]:
    return [store.called[r.id] for r in store.resources if r.kind == kind]


async def test_a_new_store_can_be_booked_for_everything(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        for store in (cast.main, cast.east):
            assert [service.name for service in store.services] == [
                *("首保", "常规保养", "空调清洗", "轮胎服务", "故障检查"),
            ]
            for service in store.services:
                assert await bookings.free_times(store.id, service.id, TOMORROW, NOW), service
        assert names(cast.main, "bay") == ["1号工位", "2号工位", "3号工位"]
        assert names(cast.main, "technician") == ["1号技师", "2号技师", "3号技师"]
        assert cast.main.offer("nonsense") is None


async def test_added_again_a_store_changes_only_what_is_named(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        before = (await stores.shop()).rev
        renamed = await equip.add_store("main", name="城南旗舰店")
        assert (await stores.shop()).rev == before + 1
        assert (renamed.id, renamed.name) == (cast.main.id, "城南旗舰店")
        assert renamed.address == cast.main.address
        assert renamed.resources == cast.main.resources
        fewer = await equip.add_store("main", bays=2, hours={"sat": [["09:00", "12:00"]]})
        assert names(fewer, "bay") == ["1号工位", "2号工位"]
        assert not fewer.calendar.hours(TOMORROW)
        assert len(fewer.calendar.hours(TOMORROW + timedelta(days=2))) == 1
        more = await equip.add_store("main", bays=4, phone="010-5550000", timezone="Asia/Urumqi")
        assert names(more, "technician") == [f"{n}号技师" for n in (1, 2, 3, 4)]
        assert (more.phone, more.calendar.timezone) == ("010-5550000", "Asia/Urumqi")
        assert [store.code for store in (await stores.shop()).stores] == ["main", "east"]


async def test_nonsense_is_refused_with_a_hint(migrated_url: str) -> None:
    async with dealership(migrated_url):
        with pytest.raises(StaffError, match="1到50"):
            await equip.add_store("tiny", bays=0)
        with pytest.raises(StaffError, match="营业时间"):
            await equip.add_store("odd", hours={"mon": [["18:00", "08:00"]]})
        with pytest.raises(ValueError, match="shift"):
            await stores.add_calendar_day(TOMORROW, hours=[["18:00", "08:00"]])
        assert (await stores.shop()).by_code("tiny") is None


async def test_a_day_of_all_stores_and_one_of_a_single_store(migrated_url: str) -> None:
    async with dealership(migrated_url):
        new_year = date(2027, 1, 1)
        await stores.add_calendar_day(new_year, kind=DayKind.HOLIDAY, hours=[], name="元旦")
        await stores.add_calendar_day(new_year, hours=[["10:00", "12:00"]], store_code="east")
        known = await stores.shop()
        main, east = known.by_code("main"), known.by_code("east")
        assert main is not None
        assert east is not None
        assert main.calendar.hours(new_year) == []
        assert len(east.calendar.hours(new_year)) == 1
        assert east.calendar.days[new_year].name == "元旦"
        assert east.calendar.kind(new_year) is DayKind.HOLIDAY
        await stores.add_calendar_day(new_year, hours=[["09:00", "12:00"]])
        main = (await stores.shop()).by_code("main")
        assert main is not None
        assert len(main.calendar.hours(new_year)) == 1


async def test_what_is_remembered_is_kept_until_something_changes(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        first = await stores.shop()
        assert await stores.shop() is first
        read = stores.in_force(first.rev)
        assert await stores.shop() is first
        stores.in_force_no_longer(read)
        async with transaction() as connection:
            await connection.run(
                "UPDATE service SET active = ? WHERE account_id = ? AND code = ?",
                *(False, cast.account, "tyres"),
            )
            await stores.changed(connection)
        second = await stores.shop()
        assert second is not first
        assert second.store(cast.main.id).offer("tyres") is None
        assert second.service(cast.service("tyres")).name == "轮胎服务"


async def test_each_account_has_its_own_stores(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        assert await stores.ensure_account(APP_ID) == cast.account
        other = await stores.ensure_account("wx0000000000000002")
        with account_scope(other):
            assert (await stores.shop()).stores == ()
            store = await equip.add_store("main", bays=1)
            assert store.id not in {cast.main.id, cast.east.id}
        row = await sql().row("SELECT count(*) AS n FROM store")
        assert row is not None
        assert row["n"] == 3
        assert len((await stores.shop()).stores) == 2
