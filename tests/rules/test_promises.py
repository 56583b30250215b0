"""What was promised, and until which day."""

from datetime import UTC, date, datetime

import pytest

from bot.rules.promises import Promise, day_named, promises
from tests.people import SHANGHAI

WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("明天下午前给您答复", date(2026, 11, 19)),
        ("周五之前修好", date(2026, 11, 20)),
        ("12月1日前换新", date(2026, 12, 1)),
        ("11月20日到货，21日通知您", date(2026, 11, 21)),
        ("昨天已经查过了", None),
        ("已为您安排，谢谢", None),
    ],
)
def test_the_day_that_an_answer_names(words: str, day: date | None) -> None:
    assert day_named(words, WEDNESDAY) == day


def test_only_what_the_customer_was_told_and_by_the_stores_day() -> None:
    late = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)  # after midnight in Shanghai
    said = [
        ("recorded", late, "customer", "等了三个小时"),
        ("replied", late, "严工", "明天答复您"),
        ("progressed", late, "严工", "明天再看"),
        ("called", late, "严工", " "),
    ]
    assert promises(said, SHANGHAI) == [Promise(late, "严工", "明天答复您", date(2026, 11, 20))]
