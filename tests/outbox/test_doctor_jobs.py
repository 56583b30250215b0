"""What the doctor says of the scheduler: running, failed, stopped, or not there at all."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.cli.doctor import Finding, _jobs
from bot.jobs.scheduler import Job
from storage.queries.jobs import JobState
from tests.people import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def nothing(_now: datetime) -> None:
    """A job that does it."""


TABLE = {"dispatch": Job(timedelta(seconds=1), nothing), "plan": Job(DAY, nothing, alone=True)}


def seen(began: Mapping[str, timedelta], **errors: str) -> Finding:
    """What is said where these began so long ago."""
    known = [
        JobState(
            *(name, NOW - ago, NOW - ago, "1-a", False, name not in errors, 5, {}),
            *(errors.get(name, ""), 3, int(name in errors)),
        )
        for name, ago in began.items()
    ]
    return _jobs(TABLE, known, NOW)


def test_all_is_well() -> None:
    found = seen({"dispatch": 2 * MINUTE, "plan": DAY + MINUTE, "old_one": 9 * DAY})
    assert (found.level, found.what) == ("ok", "2个定时任务都在运行")


def test_nobody_serves() -> None:
    for found in (seen({}), seen({"dispatch": DAY, "plan": 3 * DAY})):
        assert found.level == "warning"
        assert "cheyu serve" in found.mend


def test_one_has_stopped() -> None:
    found = seen({"dispatch": MINUTE, "plan": 2 * DAY})
    assert (found.level, found.what) == ("broken", "停了的定时任务：plan")
    assert "停了的定时任务：plan" in seen({"dispatch": MINUTE}).what


def test_one_has_failed() -> None:
    found = seen({"dispatch": MINUTE, "plan": MINUTE}, plan="WeChatError: 48001")
    assert (found.level, found.what) == ("broken", "失败的定时任务：plan（WeChatError: 48001）")
