"""试驾车: one is promised to one person at a time, whoever asks and however many do at once."""

import asyncio
from datetime import datetime, time, timedelta

import pytest
from click.testing import CliRunner, Result

from bot.cli import cheyu
from bot.errors import Conflict, StaffError
from bot.rules.drives import DemoCar, car_for, free_hours, meant
from storage.db import AlreadyThere, sql
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import drives
from storage.queries.leads import joining as lead_joining
from storage.queries.leads.drives import DriveTaken
from storage.queries.leads.opening import Lead, NewLead, open_lead
from storage.queries.stores.shops import shop
from tests.databases import run_apart
from tests.leads.rig import duties
from tests.people import NOW, Cast, at, dealership
from tests.typing_commands import settings

TEN = at("10:00")
HAN = DemoCar(1, "京A1", "比亚迪汉EV", ((time(10), time(12)), (time(13), time(17))))
TANG = DemoCar(2, "京A2", "唐DM")


def test_which_cars_are_meant() -> None:
    cars = (HAN, TANG)
    assert meant(cars, "汉ev") == (HAN,)
    assert meant(cars, "我说的是唐DM冠军版") == (TANG,)
    assert meant(cars, "") == cars
    assert meant(cars, "宋") == ()


def test_the_hours_of_a_car() -> None:
    hours = [at(f"{hour:02}:00") for hour in range(9, 18)]
    assert [f"{one:%H}" for one in free_hours([HAN], "汉EV", hours, ())] == [
        "10",
        "11",
        "13",
        "14",
        "15",
        "16",
    ]
    assert free_hours([HAN], "宋", hours, ()) == hours  # the consultant sees to it
    assert free_hours([HAN, TANG], "", hours, {(2, TEN)}) == hours
    assert car_for([HAN, TANG], "", TEN, {(1, TEN)}) == TANG
    assert car_for([HAN], "汉EV", TEN, {(1, TEN)}) is None


async def lead(cast: Cast, number: int, at_: datetime = TEN, model: str = "汉EV") -> Lead:
    phone = f"137{number:08}"
    new = NewLead(
        "test_drive", model=model, phone=phone, store_id=cast.main.id, drive_at=at_,
        same=f"talk:{number}:{at_}",
    )  # fmt: skip
    return await open_lead(new, NOW)


async def promised() -> list[tuple[int, str]]:
    rows = await sql().rows(
        "SELECT drive_car_id, drive_at FROM lead WHERE drive_car_id IS NOT NULL ORDER BY 1, 2"
    )
    return [(row["drive_car_id"], str(row["drive_at"])) for row in rows]


async def test_many_want_two_cars_at_one_hour(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        for name in ("京A1", "京A2"):
            await drives.put_car("main", name, "汉EV")

        async def wants(number: int) -> bool:
            for _ in range(20):
                try:
                    await lead(cast, number)
                except DriveTaken:
                    return False
                except Conflict:
                    continue
                return True
            raise AssertionError("never got through")

        got = await asyncio.gather(*(wants(number) for number in range(1, 21)))
        assert sum(got) == 2
        found = await promised()
        assert len(found) == len(set(found)) == 2
        # who got none has no lead either: the talk asks for another hour
        assert (await sql().one("SELECT COUNT(*) AS n FROM lead"))["n"] == 2


async def test_the_database_itself_keeps_a_car_from_being_promised_twice(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        car = await drives.put_car("main", "京A1", "汉EV")
        await lead(cast, 1)
        other = await lead(cast, 2, model="宋PLUS")
        with pytest.raises(AlreadyThere):
            await sql().run(
                "UPDATE lead SET drive_car_id = ?, drive_at = ? WHERE id = ?", car.id, TEN, other.id
            )


async def test_a_car_is_free_again(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await drives.put_car("main", "京A1", "汉EV")
        first = await lead(cast, 1)
        with pytest.raises(DriveTaken):
            await lead(cast, 2)
        await lead(cast, 1, TEN + timedelta(hours=1))  # they come an hour later instead
        second = await lead(cast, 2)
        await lead_deeds.lose(second.id, "买了别家", "静静", NOW)
        third = await lead(cast, 3)
        rows = await sql().rows(
            "SELECT id FROM lead WHERE drive_car_id IS NOT NULL ORDER BY drive_at"
        )
        assert [row["id"] for row in rows] == [third.id, first.id]


async def test_the_drive_of_a_lead_that_was_joined_to_another(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await drives.put_car("main", "京A1", "汉EV")
        wang = cast.wang
        first = await open_lead(NewLead("visit", phone="13700000001"), NOW)
        again = await lead(cast, 2)
        await sql().run(
            "UPDATE lead SET customer_id = ?, wechat_user_id = ? WHERE id IN (?, ?)",
            *(wang.customer_id, wang.user_id, first.id, again.id),
        )
        assert wang.customer_id is not None
        await lead_joining.join(wang.customer_id, "静静", NOW)
        drive = await drives.expected(wang.user_id, wang.customer_id, NOW)
        assert drive is not None
        assert (drive.lead_id, drive.at) == (again.id, TEN)
        assert await drives.take_back(drive, NOW)
        assert not await drives.take_back(drive, NOW)
        assert await promised() == []
        [open_task] = [one for one in await duties() if not one.done]
        assert "客户又说：取消试驾" in open_task.detail


async def test_what_nobody_told_us_of_is_promised_without_a_car(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        await drives.put_car("main", "京A1", "汉EV")
        for number in (1, 2):
            await lead(cast, number, model="宋PLUS")
        assert await promised() == []
        await drives.put_car("main", "京A1", "汉EV", active=False)
        for number in (3, 4):
            await lead(cast, number)
        assert await promised() == []
        with pytest.raises(StaffError, match="没有门店"):
            await drives.put_car("west", "京A1", "汉EV")


async def test_a_demo_car_is_no_bay(migrated_url: str) -> None:
    async with dealership(migrated_url) as cast:
        before = len((await shop()).store(cast.main.id).resources)
        await drives.put_car("main", "京A1", "汉EV", ((time(10), time(17)),))
        [car] = await drives.demo_cars(cast.main.id)
        assert (car.model, car.shifts) == ("汉EV", ((time(10), time(17)),))
        assert len((await shop()).store(cast.main.id).resources) == before


@pytest.fixture
def installed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def move_in() -> None:
        async with dealership(migrated_sqlite_url):
            pass

    run_apart(move_in())
    settings(monkeypatch, migrated_sqlite_url, 120)


def typed(*words: str) -> Result:
    return CliRunner().invoke(cheyu, ["store", "demo-car", *words])


@pytest.mark.usefixtures("installed")
def test_by_command() -> None:
    hours = "10:00-12:00 13:00-17:00"
    done = typed("main", "京A1试", "--model", "汉EV", "--hours", hours)
    assert done.exit_code == 0, done.output
    assert "汉EV" in done.output
    assert hours in typed("main").output
    assert "营业时间" in typed("main", "京A1试", "--model", "汉EV").output
    assert "京A1试" not in typed("main", "京A1试", "--off").output
    assert isinstance(typed("main", "京A2试", "--off").exception, StaffError)
    for wrong in (
        ("main", "京A1"),
        ("main", "--model", "x"),
        ("main", "京A1", "--model", "x", "--hours", "ten"),
    ):
        assert typed(*wrong).exit_code == 2
    assert isinstance(typed("west").exception, StaffError)
