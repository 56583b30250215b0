"""How long there is until something is due, or since when it has been."""

from datetime import datetime, timedelta
from typing import Final

_UNITS: Final = (
    (timedelta(days=1), "天"),
    (timedelta(hours=1), "小时"),
    (timedelta(minutes=1), "分钟"),
)


def time_left(due: datetime, now: datetime) -> str:
    """还有2小时, 已超时3天; whole units, the largest that fits."""
    over = now > due
    gap = now - due if over else due - now
    for unit, name in _UNITS:
        if gap >= unit:
            return f"{'已超时' if over else '还有'}{gap // unit}{name}"
    return "刚刚超时" if over else "马上到期"
