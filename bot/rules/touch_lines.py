"""The lines that can be tapped under a pushed message: how it is answered in one tap."""

from collections.abc import Mapping
from typing import Final

OFFER: Final = "0.0"
"""The tag of a line that belongs to no question."""

_BOOKING: Final = ("预约保养", "改天再说", "这次不用")
LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "first_service": _BOOKING,
    "regular_service": _BOOKING,
    "win_back": _BOOKING,
    "inspection": _BOOKING,
    "insurance": ("改天再说", "这次不用"),
    "booking_reminder": ("确认到店", "改约", "取消预约"),
}
"""By kind, each line a conversation's own name; other kinds ask for an answer in words."""


def lines(kind: str) -> list[list[str]]:
    """As blocks of a queued message: [shown, says, tag]."""
    return [[words, words, OFFER] for words in LINES.get(kind, ())]
