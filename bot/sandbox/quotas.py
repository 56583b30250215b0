"""Calls per API, per day of Beijing and per minute (WeChat docs: API call limits)."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.errors import ApiError

BEIJING = ZoneInfo("Asia/Shanghai")
PER_DAY = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/preview": 100,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/info/updateremark": 10_000,
}
PER_MINUTE = {
    "/cgi-bin/stable_token": 10_000,
    "/cgi-bin/message/mass/send": 60,
    "/cgi-bin/message/mass/sendall": 60,
    "/sns/oauth2/access_token": 50_000,
}
CLEARINGS_PER_MONTH = 10


def beijing_day(now: datetime) -> str:
    return now.astimezone(BEIJING).strftime("%Y-%m-%d")


class Quotas:
    """`per_day` and `per_minute` may be changed by a test; a path without an entry is free."""

    def __init__(self) -> None:
        self.per_day = dict(PER_DAY)
        self.per_minute = dict(PER_MINUTE)
        self.cleared: Counter[str] = Counter()
        self._days: Counter[tuple[str, str]] = Counter()
        self._minutes: Counter[tuple[str, str]] = Counter()

    def count(self, path: str, now: datetime) -> None:
        """Count one call. Raises ApiError 45009 or 45011 when it is one too many."""
        day, minute = (path, beijing_day(now)), (path, f"{now:%Y%m%d%H%M}")
        if path in self.per_day and self._days[day] >= self.per_day[path]:
            raise ApiError(45009)
        if path in self.per_minute and self._minutes[minute] >= self.per_minute[path]:
            raise ApiError(45011)
        self._days[day] += 1
        self._minutes[minute] += 1

    def used(self, path: str, now: datetime) -> int:
        return self._days[path, beijing_day(now)]

    def clear(self, now: datetime) -> None:
        """clear_quota: all counters of the day to zero, ten times a month, then 48006."""
        month = beijing_day(now)[:7]
        if self.cleared[month] >= CLEARINGS_PER_MONTH:
            raise ApiError(48006)
        self.cleared[month] += 1
        self._days.clear()
        self._minutes.clear()
