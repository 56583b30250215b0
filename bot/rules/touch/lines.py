"""The lines that can be tapped under a pushed message: how it is answered in one tap."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.rules.wording import say_moment

OFFER: Final = "0.0"
"""The tag of a line that belongs to no question."""

_BOOKING: Final = ("预约保养", "改天再说", "这次不用")
_RATING: Final = ("评价", "改天再说", "这次不用")
_SOLVED: Final = ("问题解决了", "还没解决")
LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "first_service": _BOOKING,
    "regular_service": _BOOKING,
    "win_back": ("预约保养", "说说原因", "改天再说", "这次不用"),
    "after_visit": _RATING,
    "delivery_thanks": _RATING,
    "month_3": _RATING,
    "month_6": _RATING,
    "month_12": _RATING,
    "inspection": _BOOKING,
    "insurance": ("改天再说", "这次不用"),
    "no_show": _BOOKING,
    "booking_reminder": ("确认到店", "改约", "取消预约"),
    "case_reply": ("补充", "投诉进度"),
    "case_solved": _SOLVED,
    "case_check": _SOLVED,
}
"""By kind, each line a conversation's own name; other kinds ask for an answer in words."""


def lines(kind: str, first: Sequence[tuple[str, str]] = ()) -> list[list[str]]:
    """As blocks of a queued message: [shown, says, tag]. `first`: (shown, says) of its own."""
    usual = [(words, words) for words in LINES.get(kind, ())]
    return [[shown, says, OFFER] for shown, says in (*first, *usual)]


def book_at(times: Sequence[datetime], service: str, plate: str) -> list[tuple[str, str]]:
    """Lines that lead into the booking with all of it said."""
    said = [f"{at.month}月{at.day}日{at:%H:%M}" for at in times]
    return [
        (
            f"{say_moment(at, at.date()).partition('（')[0]} {at:%H:%M}",
            " ".join(filter(None, ("预约保养", when, plate, service))),
        )
        for at, when in zip(times, said, strict=True)
    ]
