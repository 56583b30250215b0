"""access_token of both kinds (WeChat docs: getAccessToken, getStableAccessToken)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.errors import ApiError
from bot.sandbox.quotas import beijing_day

LIFE = timedelta(seconds=7200)
OVERLAP = timedelta(minutes=5)
FORCED_PER_DAY, FORCED_APART = 20, timedelta(seconds=30)


def _new() -> str:
    return "94_" + secrets.token_urlsafe(100)


@dataclass
class Tokens:
    """`ends` knows every token ever given, so that expired (42001) differs from unknown (40001)."""

    ends: dict[str, datetime] = field(default_factory=dict)
    current: str = ""
    stable: str = ""
    killed: set[str] = field(default_factory=set)
    forced: list[datetime] = field(default_factory=list)

    def ordinary(self, now: datetime) -> tuple[str, int]:
        """A new token each time; the previous one lives five minutes more."""
        if self.current:
            self.ends[self.current] = min(self.ends[self.current], now + OVERLAP)
        self.current = _new()
        self.ends[self.current] = now + LIFE
        return self.current, int(LIFE.total_seconds())

    def steady(self, now: datetime, *, force: bool = False) -> tuple[str, int]:
        """The same token until its last five minutes; `force` kills it at once."""
        if force:
            self._allow_force(now)
            if self.stable:
                self.killed.add(self.stable)
            self.stable = ""
        if not self.stable or self.ends[self.stable] - now <= OVERLAP:
            self.stable = _new()
            self.ends[self.stable] = now + LIFE
        return self.stable, int((self.ends[self.stable] - now).total_seconds())

    def _allow_force(self, now: datetime) -> None:
        if self.forced and timedelta(0) <= now - self.forced[-1] < FORCED_APART:
            raise ApiError(45011)
        today = [one for one in self.forced if beijing_day(one) == beijing_day(now)]
        if len(today) >= FORCED_PER_DAY:
            raise ApiError(45009)
        self.forced = [*today, now]

    def check(self, token: str, now: datetime) -> None:
        """Raises ApiError 41001, 40014, 40001 or 42001 for a token that is not good now."""
        if not token:
            raise ApiError(41001)
        if len(token) < 20:
            raise ApiError(40014)
        if token not in self.ends or token in self.killed:
            raise ApiError(40001, "invalid credential, access_token is invalid or not latest")
        if self.ends[token] <= now:
            raise ApiError(42001)
