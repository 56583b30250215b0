"""Customer-service windows: what a message, a tap and silence allow."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.windows import may_send

OPENED = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "after", "sent", "left"),
    [
        ("message", timedelta(0), 0, 5),
        ("message", timedelta(hours=47), 0, 5),
        ("message", timedelta(hours=47), 4, 1),
        ("message", timedelta(hours=47), 5, 0),
        ("message", timedelta(hours=47), 9, 0),
        ("message", timedelta(hours=48, seconds=-31), 0, 5),
        ("message", timedelta(hours=48, seconds=-29), 0, 0),
        ("message", timedelta(hours=49), 0, 0),
        ("tap", timedelta(0), 0, 3),
        ("tap", timedelta(seconds=55), 2, 1),
        ("tap", timedelta(seconds=55), 3, 0),
        ("tap", timedelta(seconds=56), 0, 0),
        ("tap", timedelta(hours=1), 0, 0),
        ("message", timedelta(hours=-1), 0, 5),  # the clock was set back
    ],
)
def test_what_is_left_of_a_window(kind: str, after: timedelta, sent: int, left: int) -> None:
    allowed = may_send(kind, OPENED, sent, OPENED + after)
    assert (allowed.left, bool(allowed)) == (left, left > 0)
    assert bool(allowed.why) is (left == 0)
    assert allowed.until is not None


@pytest.mark.parametrize(("kind", "opened"), [("", None), ("", OPENED), ("message", None)])
def test_who_never_wrote_is_not_written_to(kind: str, opened: datetime | None) -> None:
    allowed = may_send(kind, opened, 0, OPENED)
    assert not allowed
    assert "还没有发来过消息" in allowed.why


def test_the_reason_is_readable() -> None:
    assert "48小时" in may_send("message", OPENED, 0, OPENED + timedelta(days=3)).why
    assert "1分钟" in may_send("tap", OPENED, 0, OPENED + timedelta(days=3)).why
    assert "已发送5条" in may_send("message", OPENED, 5, OPENED).why
