"""`python -m tests.bench.answers [--answers 1000000] [--days 365]`: the monthly report on PostgreSQL.

The report of the last month is measured, over all stores, and the database says how it found the
answers. Rows are made by the database itself. One rating in twenty became a complaint, each with
its history of ten events.
"""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from bot.clock import monotonic
from bot.rules.reports.monthly import Monthly
from storage.db import opened, sql
from storage.migrate import migrate
from storage.queries.reports.monthly import monthly
from storage.queries.reports.staff import by_staff
from storage.queries.reports.trend import trend
from storage.queries.stores import equip
from storage.queries.stores.shops import ensure_account
from storage.scope import account_id, account_scope
from storage.secrets import seal, use_keys
from tests.databases import Databases, postgres_server

APP_ID = "wx0000000000000001"
FIRST = datetime(2025, 12, 31, 16, tzinfo=UTC)
"""New year in Shanghai."""
NOW = datetime(2027, 1, 15, 4, tzinfo=UTC)
MONTH = "2026-12"
AIM = 2.0
"""Seconds for the whole report."""
PER_RATING = 8
STORES = 10

_RATINGS = """
INSERT INTO rating (account_id, subject, occasion, store_id, surveys, state, asked_at, until,
  first_answer_at, satisfaction, nps, low, changed_at)
SELECT $1, 'r' || n, CASE WHEN n % 4 = 0 THEN 'month_3' ELSE 'visit' END, $5 + n % $6,
  '[["standard", 1]]', 'done', at, at + interval '2 days', at, 1 + (n % 9) * 0.5, n % 11,
  n % 20 = 0, at
FROM generate_series(1, $2::int) n, LATERAL (SELECT $3::timestamptz + n * $4::interval / $2::int AS at)
"""
# Eight questions each: four scores, a yes or no, a choice, the NPS, and words.
_ANSWERS = """
INSERT INTO rating_answer (account_id, rating_id, store_id, survey, version, question, kind, value,
  choices, words, answered_at)
SELECT r.account_id, r.id, r.store_id, 'standard', 1, q.code, q.kind,
  CASE q.kind WHEN 'score' THEN 1 + (r.id + q.n) % 5 WHEN 'nps' THEN r.id % 11
    WHEN 'yes_no' THEN (r.id % 7 > 0)::int END,
  CASE WHEN q.kind = 'choice' THEN
    jsonb_build_array((ARRAY['same', 'change', 'add'])[1 + r.id % 3]) END,
  CASE WHEN q.kind = 'text' THEN $2 ELSE '' END, r.first_answer_at + q.n * interval '10 seconds'
FROM rating r JOIN (VALUES (1, 'overall', 'score'), (2, 'advisor', 'score'), (3, 'waiting', 'score'),
  (4, 'range', 'yes_no'), (5, 'plan', 'choice'), (6, 'recommend', 'nps'), (7, 'words', 'text'),
  (8, 'wait_where', 'choice')) q (n, code, kind)
  ON r.account_id = $1
"""
_TOUCHES = """
INSERT INTO touchpoint (account_id, kind, subject, purpose, store_id, due_on, due_at, state, outcome,
  created_at, changed_at)
SELECT account_id, 'after_visit', subject, 'follow_up', store_id, (asked_at AT TIME ZONE 'UTC')::date,
  asked_at, 'done', 'rated', asked_at, asked_at FROM rating WHERE account_id = $1
"""
_CASES = """
INSERT INTO complaint (account_id, source, state, category, department, rating_id, store_id,
  root_cause, recorded_at, solved_at, changed_at)
SELECT account_id, 'rating', 'confirmed',
  (ARRAY['attitude', 'information', 'response_time', 'product_quality', 'process'])[1 + id % 5],
  '售后', id, store_id, $2, first_answer_at, first_answer_at + interval '20 hours', changed_at
FROM rating WHERE account_id = $1 AND low
"""
_EVENTS = """
INSERT INTO complaint_event (account_id, case_id, number, kind, actor, words, at)
SELECT c.account_id, c.id, e.n, e.kind, '严工', '', c.recorded_at + e.n * interval '2 hours'
FROM complaint c, (VALUES (1, 'recorded'), (2, 'seen'), (3, 'received'), (4, 'replied'),
  (5, 'progressed'), (6, 'progressed'), (7, 'solved'), (8, 'told'), (9, 'checked'),
  (10, 'confirmed')) e (n, kind) WHERE c.account_id = $1
"""
_ASK = (
    "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT survey, version, question, value,"
    " choices, COUNT(*) FROM rating_answer WHERE account_id = ? AND answered_at >= ? AND"
    " answered_at < ? AND (value IS NOT NULL OR choices IS NOT NULL) GROUP BY 1, 2, 3, 4, 5"
)


@dataclass(frozen=True)
class Measured:
    """`seconds` of each try, the first with nothing in the program's memory; `trend` of a year,
    and `staff`: each colleague's figures of the month.
    """

    answers: int
    here: int
    cases: int
    seconds: tuple[float, ...]
    trend: float
    staff: float
    report: Monthly
    plan: tuple[str, ...]


async def build(answers: int, first: datetime, span: timedelta) -> None:
    """Ratings at an even pace for `span` from FIRST on, and all that belongs to them."""
    stores = [await equip.add_store(f"s{n}", name=f"门店{n}") for n in range(STORES)]
    account, db = account_id(), sql()
    words, cause = (
        seal("rating_answer.words", "等得有点久"),
        seal("complaint.root_cause", "没有排班"),
    )
    ratings = max(answers // PER_RATING, 1)
    for statement, *values in (
        (_RATINGS, account, ratings, first, span, stores[0].id, STORES),
        (_ANSWERS, account, words),
        (_TOUCHES, account),
        (_CASES, account, cause),
        (_EVENTS, account),
    ):
        await db.client.execute_query(str(statement), values)
    for table in ("rating", "rating_answer", "touchpoint", "complaint", "complaint_event"):
        await db.run(f"VACUUM ANALYZE {table}")


async def measured(
    url: str, answers: int, first: datetime, span: timedelta, tries: int = 5
) -> Measured:
    await migrate(url)
    async with opened(url):
        with account_scope(await ensure_account(APP_ID)):
            await build(answers, first, span)
            seconds = []
            for _ in range(tries):
                began = monotonic()
                report = await monthly(MONTH, NOW)
                seconds.append(monotonic() - began)
            began = monotonic()
            await trend(MONTH, NOW)
            year = monotonic() - began
            began = monotonic()
            await by_staff(MONTH, NOW)
            staff = monotonic() - began
            end = datetime(2026, 12, 31, 16, tzinfo=UTC)
            rows = await sql().rows(_ASK, account_id(), end - timedelta(days=31), end)
            total = await sql().one("SELECT COUNT(*) AS n FROM rating_answer")
    here = sum(one.answered for one in report.questions)
    plan = tuple(row["QUERY PLAN"] for row in rows)
    cases = report.complaints.recorded
    return Measured(total["n"], here, cases, tuple(seconds), year, staff, report, plan)


def say(found: Measured) -> None:
    report = found.report
    click.echo(
        f"{found.answers:,} answers, {found.here:,} of them and {found.cases:,} complaints in the"
        f" month: the report took {min(found.seconds):.2f} s at best, {max(found.seconds):.2f} s at"
        f" worst of {len(found.seconds)} (aim: under {AIM:.0f} s), load {os.getloadavg()[0]:.1f}"
    )
    click.echo(
        f"  the trend of twelve months took {found.trend:.2f} s, the figures of colleagues"
        f" {found.staff:.2f} s"
    )
    click.echo(
        f"  satisfaction {report.ratings.satisfaction}, NPS {report.ratings.nps},"
        f" solved {report.complaints.resolution_percent} %,"
        f" in time {report.complaints.on_time_percent} %"
    )
    for line in found.plan:
        click.echo(f"  {line}")


@click.command()
@click.option("--answers", default=1_000_000)
@click.option("--days", default=365, help="How many they lie in, up to the end of the month.")
def main(answers: int, days: int) -> None:
    use_keys("0" * 32)
    first = FIRST + timedelta(days=365 - days)
    with postgres_server(durable=True) as server, Databases(server).fresh() as url:
        say(asyncio.run(measured(url, answers, first, timedelta(days=days))))


if __name__ == "__main__":
    main()
