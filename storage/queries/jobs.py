"""Who runs a job now, when it last ran and what came of it: one row a job, shared by all processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.db import dumps, loads, moment, sql
from storage.scope import account_id

LEASE = timedelta(minutes=10)
"""How long a holder is believed to be alive without a word."""
AGAIN = timedelta(minutes=5)
"""How soon a job that failed, or whose holder died, is tried again."""

# One statement, so that of two processes one gets a row back. A start or a lease in the future was
# written under a clock that has since been set back: it binds nobody.
_TAKE = """
INSERT INTO job_run (account_id, name, started_at, lease_until, holder) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account_id, name) DO UPDATE SET started_at = excluded.started_at,
  lease_until = excluded.lease_until, holder = excluded.holder
WHERE (job_run.lease_until IS NULL OR job_run.lease_until <= ? OR job_run.lease_until > ?)
  AND (job_run.started_at IS NULL OR job_run.started_at <= ? OR job_run.started_at > ?
    OR (job_run.ended_at IS NULL OR job_run.ended_at < job_run.started_at)
    OR (job_run.ok = ? AND job_run.ended_at <= ?))
RETURNING id
"""

_END = """
UPDATE job_run SET ended_at = ?, lease_until = NULL, ok = ?, milliseconds = ?, result = ?,
  error = ?, runs = runs + 1, failures = failures + ?
WHERE account_id = ? AND name = ? AND holder = ?
"""

_NOTE = """
INSERT INTO job_run (account_id, name, started_at, ended_at, holder, ok, milliseconds, result,
  error, runs, failures)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account_id, name) DO UPDATE SET started_at = excluded.started_at,
  ended_at = excluded.ended_at, holder = excluded.holder, ok = excluded.ok,
  milliseconds = excluded.milliseconds, result = excluded.result, error = excluded.error,
  runs = job_run.runs + excluded.runs, failures = job_run.failures + excluded.failures
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. `result` is what the job counted, `error` "" where it went well."""

    at: datetime
    milliseconds: int
    result: Mapping[str, Any] | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as the store knows it; None where it never ran or never ended."""

    name: str
    started_at: datetime | None
    ended_at: datetime | None
    holder: str
    running: bool
    ok: bool | None
    milliseconds: int | None
    result: Mapping[str, Any] | None
    error: str
    runs: int
    failures: int


async def take(name: str, holder: str, every: timedelta, now: datetime) -> bool:
    """Whether `holder` is to run the job now: it is due, and nobody else has it.

    Due is what nobody began for `every`, what failed or was left unfinished a while ago.
    """
    row = await sql().row(
        _TAKE, account_id(), name, now, now + LEASE, holder,
        now, now + 2 * LEASE, now - every, now, False, now - min(AGAIN, every),
    )  # fmt: skip  # in the order of the statement
    return row is not None


async def ended(name: str, holder: str, run: Ended) -> bool:
    """Give the job back. False: its lease ran out, and another one has it by now."""
    failed = bool(run.error)
    written = await sql().run(
        _END, run.at, not failed, run.milliseconds, _kept(run.result), run.error[:300],
        int(failed), account_id(), name, holder,
    )  # fmt: skip  # in the order of the statement
    return written == 1


async def note(
    name: str, holder: str, started: datetime, last: Ended, runs: int, failures: int
) -> None:
    """What became of the last of `runs` runs of a job that every process runs for itself."""
    await sql().run(
        _NOTE, account_id(), name, started, last.at, holder, not last.error, last.milliseconds,
        _kept(last.result), last.error[:300], runs, failures,
    )  # fmt: skip  # in the order of the statement


async def states(now: datetime) -> Sequence[JobState]:
    """Every job that ever ran, by name."""
    rows = await sql().rows(
        "SELECT name, started_at, ended_at, lease_until, holder, ok, milliseconds, result, error,"
        " runs, failures FROM job_run WHERE account_id = ? AND started_at IS NOT NULL"
        " ORDER BY name",
        account_id(),
    )
    return [_state(row, now) for row in rows]


def _state(row: Any, now: datetime) -> JobState:
    lease = moment(row["lease_until"])
    return JobState(
        row["name"], moment(row["started_at"]), moment(row["ended_at"]), row["holder"],
        lease is not None and lease > now, None if row["ok"] is None else bool(row["ok"]),
        row["milliseconds"], loads(row["result"]) if row["result"] else None,
        row["error"], row["runs"], row["failures"],
    )  # fmt: skip  # in the order of the class


def _kept(result: Mapping[str, Any] | None) -> str | None:
    return None if result is None else dumps(dict(result))
