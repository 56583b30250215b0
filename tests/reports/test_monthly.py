"""回访月报: every figure beside what was counted by hand."""

from datetime import timedelta

import pytest

from bot.errors import StaffError
from bot.rules.reports.answers import percent
from bot.rules.reports.monthly import Contacts, FollowUps, follow_ups
from bot.rules.touch.ends import MISSED, NO_TIME, RATED
from storage.db import transaction
from storage.queries.reports.monthly import monthly
from tests.people import NOW, dealership
from tests.reports.ledger import LATER, november


async def test_follow_ups(migrated_url: str) -> None:
    async with november(migrated_url):
        report = await monthly("2026-11", LATER)
        assert report.follow_ups == FollowUps(due=8, done=5, successful=3, spared=1)
        assert report.follow_ups.done_percent == 62.5
        assert report.follow_ups.successful_percent == 60.0
        by_store = {one.store: one.follow_ups for one in report.stores}
        assert by_store == {
            "main": FollowUps(5, 3, 2, 1),
            "east": FollowUps(2, 2, 1, 0),
            "": FollowUps(1, 0, 0, 0),
        }
        tomorrow = await monthly("2026-11", LATER + timedelta(days=1))
        assert tomorrow.follow_ups.due == 9
        assert (await monthly("2026-10", LATER)).follow_ups == FollowUps(1, 1, 0, 0)


@pytest.mark.parametrize("why", [*MISSED, f"避开早高峰；{NO_TIME}"])
def test_what_nobody_made_in_time_was_owed(why: str) -> None:
    assert follow_ups([Contacts("skipped", "", why, 2)]) == FollowUps(due=2)


def test_who_was_left_alone_is_not_among_the_due() -> None:
    found = [
        Contacts("skipped", "", RATED, 1),
        Contacts("skipped", "", "14天内已经请客户评价过", 1),
    ]
    assert follow_ups(found) == FollowUps(due=1, done=1, successful=1, spared=1)


async def test_ratings(migrated_url: str) -> None:
    async with november(migrated_url):
        found = (await monthly("2026-11", LATER)).ratings
        assert (found.answered, found.judged, found.low) == (4, 3, 1)
        assert found.satisfaction == 3.67  # 5, 2 and 4
        assert found.last_repair == 3.5  # 5 and 2
        assert found.nps == 0  # one promoter, one detractor of three
        main = (await monthly("2026-11", LATER, "main")).ratings
        assert (main.answered, main.satisfaction, main.nps) == (3, 3.5, 0)
        east = next(one for one in (await monthly("2026-11", LATER)).stores if one.store == "east")
        assert (east.ratings.satisfaction, east.ratings.last_repair, east.ratings.nps) == (
            4.0,
            None,
            0,
        )
        october = (await monthly("2026-10", LATER)).ratings
        assert (october.answered, october.satisfaction, october.nps, october.low) == (
            1,
            1.0,
            -100,
            1,
        )


async def test_each_question_by_itself(migrated_url: str) -> None:
    async with november(migrated_url):
        report = await monthly("2026-11", LATER)
        assert [
            (one.question, one.answered, one.satisfaction, one.low) for one in report.questions
        ] == [
            ("overall", 3, 3.67, 1),  # the same in both versions
            ("advisor", 1, 1.0, 1),  # as it is asked now …
            ("advisor", 1, 4.0, 0),  # … and as it was asked before
            ("range", 2, 3.0, 1),
            ("plan", 3, None, 0),
        ]
        overall, new, old, fuel, plan = report.questions
        assert overall.counts == (("1分", 0), ("2分", 1), ("3分", 0), ("4分", 1), ("5分", 1))
        assert overall.low_percent == 33.3
        assert (new.text, old.text[:6]) == ("顾问讲得清楚吗？打几分？", "服务顾问的接")
        assert fuel.counts == (("是", 1), ("否", 1))
        assert plan.counts == (("暂时不变", 1), ("想换一辆", 2), ("想添一辆", 0))
        main = await monthly("2026-11", LATER, "main")
        assert [(one.question, one.answered) for one in main.questions] == [
            ("overall", 2), ("advisor", 1), ("range", 2), ("plan", 2),
        ]  # fmt: skip


async def test_complaints_and_their_clocks(migrated_url: str) -> None:
    async with november(migrated_url):
        report = await monthly("2026-11", LATER)
        found = report.complaints
        assert (found.recorded, found.withdrawn, found.solved) == (5, 1, 3)
        assert found.resolution_percent == 75.0
        assert (found.on_time, found.late) == (2, 1)  # one is running still
        assert found.on_time_percent == 66.7
        assert {one.name: (one.met, one.late) for one in report.clocks} == {
            "report": (3, 0),
            "receipt": (3, 0),
            "reply": (2, 1),
            "progress": (3, 1),  # the late one has a day missed, and a day that was not
            "told": (3, 0),
        }
        assert [one.called for one in report.clocks][2] == "首次回复客户"
        assert report.clocks[2].on_time_percent == 66.7
        assert [one.said for one in report.issues] == [
            "回应时间 3件（75%），主要原因：没有排班",
            "服务态度 1件（25%），主要原因：没有培训",
        ]
        east = (await monthly("2026-11", LATER, "east")).complaints
        assert (east.recorded, east.resolution_percent, east.on_time_percent) == (1, 100.0, 100.0)
        # a month on, what was running was missed
        assert (await monthly("2026-11", LATER + timedelta(days=30))).complaints.late == 2


async def test_a_month_without_anything_says_so(migrated_url: str) -> None:
    async with dealership(migrated_url):
        report = await monthly("2026-11", NOW)
        assert report.follow_ups.done_percent is None
        assert (report.ratings.satisfaction, report.ratings.nps) == (None, None)
        assert report.complaints.resolution_percent is None
        assert (report.questions, report.issues) == ((), ())
        assert [one.store for one in report.stores] == ["main", "east"]
        assert percent(1, 3) == 33.3


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-13", "2026-1", "26-11", "2026-11-01", "x-y", "1999-12", "2026-１１"]
)
async def test_what_is_no_month_is_refused(migrated_sqlite_url: str, month: str) -> None:
    async with dealership(migrated_sqlite_url):
        with pytest.raises(StaffError, match=r"不是月份"):
            await monthly(month, NOW)
        with pytest.raises(StaffError, match=r"还没到"):
            await monthly("2026-12", NOW)
        with pytest.raises(StaffError, match=r"没有门店west"):
            await monthly("2026-11", NOW, "west")


async def test_the_answers_of_a_month_are_found_by_their_index(migrated_postgres_url: str) -> None:
    async with november(migrated_postgres_url) as cast:
        async with transaction() as connection:
            # a few rows are quicker read from end to end
            await connection.run("SET LOCAL enable_seqscan = off")
            rows = await connection.rows(
                "EXPLAIN SELECT COUNT(*) FROM rating_answer WHERE account_id = ?"
                " AND answered_at >= ? AND answered_at < ?",
                *(cast.account, NOW - timedelta(days=17), NOW),
            )
        assert "idx_rating_answ_account" in " ".join(row["QUERY PLAN"] for row in rows)
