"""What each API of the platform still gives, shared by all processes: calls this minute, calls today,
and the pause after an answer that concerns all of them. Minutes are the clock's, days Beijing's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.rules.backoff import BEIJING, BURST, PAUSE, midnight
from storage.db import calendar_day, moment, sql
from storage.scope import account_id

UNLIMITED = 1_000_000_000
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """One API. Limits None: not known, so not the reason to stop. `failures`: bad answers in a row."""

    api: str
    minute_limit: int | None = None
    day_limit: int | None = None
    minute_start: datetime | None = None
    minute_used: int = 0
    day: date | None = None
    day_used: int = 0
    checked_at: datetime | None = None
    paused_until: datetime | None = None
    why: str = ""
    failures: int = 0

    def paused(self, now: datetime) -> bool:
        """A clock that was set back by more than a day does not prolong a pause."""
        until = self.paused_until
        return until is not None and until - timedelta(days=1) <= now < until

    def left(self, now: datetime) -> int:
        """Calls that may still go at `now`."""
        if self.paused(now):
            return 0
        minute = self.minute_used if self.minute_start == _minute(now) else 0
        today = self.day_used if self.day == _day(now) else 0
        left = UNLIMITED if self.minute_limit is None else self.minute_limit - minute
        if self.day_limit is not None:
            left = min(left, self.day_limit - today)
        return max(left, 0)

    def free_again(self, now: datetime) -> datetime | None:
        """When a call may go again; None: now."""
        if self.left(now):
            return None
        if self.paused(now):
            return self.paused_until
        if self.day == _day(now) and self.day_limit is not None and self.day_used >= self.day_limit:
            return midnight(now)
        return _minute(now) + _MINUTE

    def stale(self, now: datetime, lasts: timedelta = timedelta(hours=1)) -> bool:
        """Whether the platform should be asked again; also when its day has changed."""
        checked = self.checked_at
        return checked is None or now - checked >= lasts or _day(checked) != _day(now)


_COLUMNS = (
    "api, minute_limit, day_limit, minute_start, minute_used, day, day_used, checked_at,"
    " paused_until, why, failures"
)
_MADE = "INSERT INTO api_budget (account_id, api) VALUES (?, ?) ON CONFLICT (account_id, api) DO NOTHING"
_SPEND = """
UPDATE api_budget SET
  minute_used = CASE WHEN minute_start = ? THEN minute_used ELSE 0 END + ?, minute_start = ?,
  day_used = CASE WHEN day = ? THEN day_used ELSE 0 END + ?, day = ?
WHERE account_id = ? AND api = ?
"""
# What was spent since the platform was asked is not in its answer yet: the larger number counts.
_CHECKED = """
INSERT INTO api_budget (account_id, api, minute_limit, day_limit, day, day_used, checked_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, api) DO UPDATE SET checked_at = excluded.checked_at,
  minute_limit = COALESCE(excluded.minute_limit, api_budget.minute_limit),
  day_limit = COALESCE(excluded.day_limit, api_budget.day_limit),
  day_used = CASE WHEN api_budget.day = excluded.day AND api_budget.day_used > excluded.day_used
    THEN api_budget.day_used ELSE excluded.day_used END,
  day = excluded.day
"""
_PAUSE = """
INSERT INTO api_budget (account_id, api, paused_until, why) VALUES (?, ?, ?, ?)
ON CONFLICT (account_id, api) DO UPDATE SET why = excluded.why, failures = 0,
  paused_until = CASE WHEN api_budget.paused_until > excluded.paused_until
    AND api_budget.paused_until < ? THEN api_budget.paused_until ELSE excluded.paused_until END
"""
_BAD = """
INSERT INTO api_budget (account_id, api, failures) VALUES (?, ?, ?)
ON CONFLICT (account_id, api) DO UPDATE SET failures = api_budget.failures + excluded.failures
RETURNING failures
"""


async def held(api: str) -> Budget:
    """The budget, locked until the open transaction ends: claimers of one API take turns."""
    db = sql()
    found = await _found(api, " FOR UPDATE" if db.postgres else "")
    if found is None:
        await db.run(_MADE, account_id(), api)
        found = await _found(api, " FOR UPDATE" if db.postgres else "")
    return found or Budget(api)


async def of(api: str) -> Budget:
    """The budget as it stands."""
    return await _found(api, "") or Budget(api)


async def every() -> Mapping[str, Budget]:
    """All that is known, by API."""
    rows = await sql().rows(
        f"SELECT {_COLUMNS} FROM api_budget WHERE account_id = ? ORDER BY api",  # noqa: S608 - our own columns
        account_id(),
    )
    return {row["api"]: _budget(row) for row in rows}


async def spend(api: str, calls: int, now: datetime) -> None:
    """Count calls that are about to be made."""
    minute, day = _minute(now), _day(now)
    await sql().run(_SPEND, minute, calls, minute, day, calls, day, account_id(), api)


async def checked(
    api: str, now: datetime, *, day_limit: int | None, used: int, minute_limit: int | None
) -> None:
    """What the platform says of its quota; None keeps what was known."""
    await sql().run(_CHECKED, account_id(), api, minute_limit, day_limit, _day(now), used, now)


async def pause(api: str, until: datetime, why: str, now: datetime) -> None:
    """Nothing is sent by this API before `until`; a longer pause in force is kept."""
    beyond = now + timedelta(days=1)
    await sql().run(_PAUSE, account_id(), api, until, why[:200], beyond)


async def resume(api: str) -> None:
    """End a pause."""
    await sql().run(
        "UPDATE api_budget SET paused_until = NULL, why = '', failures = 0"
        " WHERE account_id = ? AND api = ?",
        *(account_id(), api),
    )


async def bad_answers(api: str, count: int, why: str, now: datetime) -> datetime | None:
    """Count answers that say something is wrong; the end of the pause that so many in a row bring."""
    row = await sql().one(_BAD, account_id(), api, count)
    if row["failures"] < BURST:
        return None
    until = now + PAUSE
    await pause(api, until, why, now)
    return until


async def good_answer(api: str) -> None:
    """The row of bad ones is broken."""
    await sql().run(
        "UPDATE api_budget SET failures = 0 WHERE account_id = ? AND api = ? AND failures > 0",
        *(account_id(), api),
    )


async def _found(api: str, lock: str) -> Budget | None:
    row = await sql().row(
        f"SELECT {_COLUMNS} FROM api_budget WHERE account_id = ? AND api = ?{lock}",  # noqa: S608 - our own columns
        *(account_id(), api),
    )
    return _budget(row) if row else None


def _budget(row: Any) -> Budget:
    return Budget(
        row["api"], row["minute_limit"], row["day_limit"], moment(row["minute_start"]),
        row["minute_used"], calendar_day(row["day"]), row["day_used"], moment(row["checked_at"]),
        moment(row["paused_until"]), row["why"], row["failures"],
    )  # fmt: skip  # in the order of the class


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
