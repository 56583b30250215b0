"""When a customer-service message may be sent. WeChat docs: customer-service messages, limits.

A message from the person opens 5 messages within 48 hours; a tap on the menu, following or scanning
a code opens 3 within a minute. A passive reply does not count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """`margin`: how long before its end a message is sent no more, for it takes time to arrive."""

    most: int
    lasts: timedelta
    margin: timedelta
    spoken: str


WINDOWS = {
    "message": Window(5, timedelta(hours=48), timedelta(seconds=30), "48小时"),
    "tap": Window(3, timedelta(minutes=1), timedelta(seconds=5), "1分钟"),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """`left`: messages that may still go; `until`: the last moment for them; `why` if none may."""

    left: int
    until: datetime | None = None
    why: str = ""

    def __bool__(self) -> bool:
        return self.left > 0


def may_send(kind: str, opened_at: datetime | None, sent: int, now: datetime) -> Allowed:
    """Whether a message may go at `now`: the window's kind, its opening, and what it has carried.

    The platform's own count is the truth: it answers 45015 (time) and 45047 (count).
    """
    window = WINDOWS.get(kind)
    if window is None or opened_at is None:
        return Allowed(0, None, "客户还没有发来过消息，微信不允许主动发送")
    until = opened_at + window.lasts - window.margin
    if now > until:
        return Allowed(0, until, f"距客户上次互动已超过{window.spoken}，微信不允许再发送")
    if sent >= window.most:
        why = f"客户上次互动后已发送{window.most}条，须等客户再次来消息"
        return Allowed(0, until, why)
    return Allowed(window.most - sent, until)
