"""When colleagues are told in their own WeChat of what waits for them."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Final

UP: Final = time(8)
ABED: Final = time(21)


def told_at(now: datetime, zone: tzinfo) -> datetime:
    """At once by day; what comes up at night is told in the morning. `zone`: the store's."""
    local = now.astimezone(zone)
    if UP <= local.time() < ABED:
        return now
    day = local.date() + timedelta(days=1) if local.time() >= ABED else local.date()
    return datetime.combine(day, UP, zone).astimezone(now.tzinfo)


def headline(about: str, due: datetime | None, now: datetime) -> str:
    """今天18:00前T000012接单: a field of 20 characters shows its beginning, so that is the deadline.

    `due` and `now` in the store's zone.
    """
    if due is None:
        return about
    day = "今天" if due.date() == now.date() else f"{due.day}日"
    return f"{day}{due:%H:%M}{'前' if due > now else '到期'}{about}"
