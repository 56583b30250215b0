"""满意度趋势: each month of the last ones as the report of that month has it."""

import pytest

from bot.errors import StaffError
from storage.queries.reports.monthly import monthly
from storage.queries.reports.trend import trend
from tests.people import dealership
from tests.reports.ledger import LATER, november


@pytest.mark.parametrize("store", ["", "main", "east"])
async def test_each_month_is_as_its_own_report_says(migrated_url: str, store: str) -> None:
    async with november(migrated_url):
        found = await trend("2026-11", LATER, store)
        assert [one.month for one in found.points] == [
            "2025-12", *(f"2026-{month:02}" for month in range(1, 12)),
        ]  # fmt: skip
        for point in found.points:
            report = await monthly(point.month, LATER, store)
            assert (point.ratings, point.follow_ups) == (report.ratings, report.follow_ups)
            for name in ("recorded", "withdrawn", "solved", "resolution_percent"):
                assert getattr(point.complaints, name) == getattr(report.complaints, name)


async def test_how_far_satisfaction_went(migrated_url: str) -> None:
    async with november(migrated_url):
        found = await trend("2026-11", LATER, months=3)
        assert [one.ratings.satisfaction for one in found.points] == [None, 1.0, 3.67]
        assert [found.changed(place) for place in range(3)] == [None, None, 2.67]
        assert found.points[2].ratings.low_percent == 25.0


async def test_which_months_there_are(migrated_sqlite_url: str) -> None:
    async with dealership(migrated_sqlite_url):
        assert [one.month for one in (await trend("2000-02", LATER)).points] == [
            "2000-01",
            "2000-02",
        ]
        assert len((await trend("2026-11", LATER, months=1)).points) == 1
        for month, why in (("2026-12", "还没到"), ("2026-13", "不是月份")):
            with pytest.raises(StaffError, match=why):
                await trend(month, LATER)
