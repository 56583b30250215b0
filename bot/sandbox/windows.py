"""How many customer-service messages may still be sent to whom (WeChat docs: since June 2023)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Opened = Literal["message", "click", "follow", "scan"]
GRANTS: dict[Opened, tuple[int, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "click": (3, timedelta(minutes=1)),
    "follow": (3, timedelta(minutes=1)),
    "scan": (3, timedelta(minutes=1)),
}
OUT_OF_TIME, OUT_OF_COUNT = 45015, 45047
TYPING_TOO_LATE, ALREADY_TYPING = 45080, 45081
TYPING_FOR = timedelta(seconds=30)


@dataclass
class Grant:
    """An open window: messages left, until when."""

    left: int
    until: datetime


class Windows:
    """A ledger per person; each kind of trigger restores its own allowance."""

    def __init__(self) -> None:
        self.grants: dict[str, dict[Opened, Grant]] = {}
        self.touched: dict[str, datetime] = {}
        self.typing: dict[str, datetime] = {}

    def open(self, openid: str, by: Opened, now: datetime) -> None:
        count, during = GRANTS[by]
        self.grants.setdefault(openid, {})[by] = Grant(count, now + during)
        self.touched[openid] = now

    def close(self, openid: str) -> None:
        """The person stopped following: nothing may be sent any more."""
        self.grants.pop(openid, None)
        self.touched.pop(openid, None)

    def refusal(self, openid: str, now: datetime) -> int:
        """0 when a message may go, else the errcode."""
        grants = [g for g in self.grants.get(openid, {}).values() if g.until > now]
        if not grants:
            return OUT_OF_TIME
        return 0 if any(g.left for g in grants) else OUT_OF_COUNT

    def spend(self, openid: str, now: datetime) -> int:
        """Take one message from the window that ends first. 0, or the errcode."""
        refused = self.refusal(openid, now)
        if refused:
            return refused
        grants = self.grants[openid].values()
        min((g for g in grants if g.until > now and g.left), key=lambda g: g.until).left -= 1
        self.typing.pop(openid, None)
        return 0

    def type(self, openid: str, now: datetime) -> int:
        """Show "对方正在输入". 0, or the errcode."""
        touched = self.touched.get(openid)
        if touched is None or now - touched > TYPING_FOR:
            return TYPING_TOO_LATE
        if openid in self.typing and self.typing[openid] > now:
            return ALREADY_TYPING
        self.typing[openid] = now + TYPING_FOR
        return 0
