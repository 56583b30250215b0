"""A year whose holidays nobody has announced yet: a warning, never an exception."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.doctor import Finding, findings
from bot.clock import clock
from bot.rules.calendar import DayKind, StoreCalendar, known_until, parse_week
from storage.db import opened
from storage.queries.bookings import booking as bookings
from storage.queries.stores.equip import ORDINARY_HOURS
from storage.queries.stores.shops import add_calendar_day, ensure_account
from storage.scope import account_scope
from tests.people import APP_ID, at, dealership

UNKNOWN = known_until().year + 1
SPRING = datetime(UNKNOWN, 3, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def installed(
    migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[str]:
    """Settings as an installation has them; nobody answers at the platform's address."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATABASE_URL": migrated_sqlite_url,
        "SECRET_KEY": "s" * 32,
        "WECHAT_APP_ID": APP_ID,
        "WECHAT_APP_SECRET": "secret",
        "WECHAT_TOKEN": "token123",
        "WECHAT_API_URL": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(f"CHEYU_{name}", value)
    yield migrated_sqlite_url
    clock.reset()


async def about_holidays(now: datetime) -> Finding:
    clock.stop(at=now)
    (found,) = [each async for each in findings() if "放假安排" in each.what]
    return found


async def test_the_doctor_warns_and_staff_can_mend_it(installed: str) -> None:
    async with dealership(installed):
        pass
    assert (await about_holidays(datetime(UNKNOWN - 1, 6, 1, tzinfo=UTC))).level == "ok"
    warned = await about_holidays(SPRING)
    assert (warned.level, str(UNKNOWN) in warned.what) == ("warning", True)
    assert (await about_holidays(datetime(UNKNOWN - 1, 12, 30, tzinfo=UTC))).level == "warning"
    async with opened(installed):
        with account_scope(await ensure_account(APP_ID)):
            await add_calendar_day(date(UNKNOWN, 10, 1), kind=DayKind.HOLIDAY, name="国庆节")
    assert (await about_holidays(SPRING)).level == "ok"


async def test_such_a_year_can_be_booked(migrated_url: str) -> None:
    day = SPRING.date() + timedelta(days=1)
    async with dealership(migrated_url, SPRING) as cast:
        assert not cast.main.calendar.known(day)
        free = await bookings.free_times(cast.main.id, cast.service(), day, SPRING)
        assert free
        wish = cast.wish(cast.wang, "09:30", day=day)
        await bookings.hold(wish, SPRING)
        assert (await bookings.confirm(wish, SPRING)).starts_at == at("09:30", day)


def test_no_day_of_a_century_raises() -> None:
    calendar = StoreCalendar(parse_week(ORDINARY_HOURS))
    day = date(1999, 1, 1)
    while day.year < 2100:
        assert isinstance(calendar.kind(day), DayKind)
        assert calendar.known(day) in (True, False)
        for opens, shuts in calendar.hours(day):
            assert opens < shuts
        day += timedelta(days=3)


@pytest.mark.parametrize("year", [1999, UNKNOWN, UNKNOWN + 1, 2041, 2099])
def test_working_time_is_counted_in_any_year(year: int) -> None:
    calendar = StoreCalendar(parse_week(ORDINARY_HOURS))
    start = datetime(year, 12, 30, 1, 0, tzinfo=UTC)
    end = calendar.add_working_time(start, timedelta(hours=40))
    assert calendar.working_time_between(start, end) == timedelta(hours=40)
