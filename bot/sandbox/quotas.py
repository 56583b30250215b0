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
    "/cgi-bin/message/template/subscribe": 100_000,
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
FREE = 10**12
CLEARINGS_PER_MONTH, SINGLE_CLEARINGS = 10, 50
MASS = ("/cgi-bin/message/mass/send", "/cgi-bin/message/mass/sendall")


def beijing_day(now: datetime) -> str:
    return now.astimezone(BEIJING).strftime("%Y-%m-%d")


class Quotas:
    """`per_day` and `per_minute` may be changed by a test; a path without an entry is free."""

    def __init__(self) -> None:
        self.per_day = dict(PER_DAY)
        self.per_minute = dict(PER_MINUTE)
        self.cleared: Counter[str] = Counter()
        self._days: Counter[str] = Counter()
        self._minutes: Counter[str] = Counter()
        self._day, self._minute = "", 0

    def count(self, path: str, now: datetime) -> None:
        """Count one call. Raises ApiError 45009 (a mass send: 45028) or 45011: one too many."""
        self._turn(now)
        if self._days[path] >= self.per_day.get(path, FREE):
            raise ApiError(45028 if path in MASS else 45009)
        if self._minutes[path] >= self.per_minute.get(path, FREE):
            raise ApiError(45011)
        self._days[path] += 1
        self._minutes[path] += 1

    def used(self, path: str, now: datetime) -> int:
        self._turn(now)
        return self._days[path]

    def _turn(self, now: datetime) -> None:
        """Only the day and the minute it is are counted."""
        minute = int(now.timestamp()) // 60
        if minute == self._minute:
            return
        self._minute = minute
        self._minutes.clear()
        day = beijing_day(now)
        if day != self._day:
            self._day = day
            self._days.clear()

    def clear(self, now: datetime) -> None:
        """clear_quota: all counters of the day to zero, ten times a month, then 48006."""
        month = beijing_day(now)[:7]
        if self.cleared[month] >= CLEARINGS_PER_MONTH:
            raise ApiError(48006)
        self.cleared[month] += 1
        self._days.clear()
        self._minutes.clear()

    def clear_one(self, path: object, now: datetime) -> None:
        """openapi/quota/clear: one API's counter, fifty times a month. Raises 76021, 48006."""
        if not isinstance(path, str) or path not in self.per_day:
            raise ApiError(76021)
        month = f"one {beijing_day(now)[:7]}"
        if self.cleared[month] >= SINGLE_CLEARINGS:
            raise ApiError(48006)
        self.cleared[month] += 1
        self._days.pop(path, None)
        self._minutes.pop(path, None)
