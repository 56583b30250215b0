"""`cheyu doctor`: checks every setting, the database, the credentials, and says how to mend each."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta

import click

from bot.app import Parts, assembled, logs
from bot.cli.doctor_findings import Finding
from bot.cli.doctor_staff import of_staff
from bot.clock import clock
from bot.errors import ConfigError, StaffError, WeChatError
from bot.jobs.scheduler import Job
from bot.outbox import fields as words
from bot.rules.calendar import unknown_year
from bot.rules.errcodes import reaction
from bot.rules.open_days import HORIZON_DAYS
from bot.settings import Settings, load
from storage.migrate import pending
from storage.queries.jobs import JobState, states
from storage.queries.privacy.rotation import Standing, standing
from storage.queries.stores.care import wrong_care
from storage.queries.stores.shops import Shop, shop
from storage.scope import account_scope

__all__ = ["Finding", "doctor", "findings", "refusal"]

GRACE = timedelta(minutes=15)
"""How much later than its interval a job may begin before it counts as stopped."""


@click.command()
def doctor() -> None:
    """Check settings, database, WeChat credentials and calendar, and say how to mend each."""
    logs.set_up("ERROR", "console")  # a warning is told as a finding
    broken = 0
    for finding in asyncio.run(_all()):
        sign = {"ok": "✓", "warning": "!", "broken": "✗"}[finding.level]
        click.echo(f"{sign} {finding.what}" + (f"\n    → {finding.mend}" if finding.mend else ""))
        broken += finding.level == "broken"
    sys.exit(1 if broken else 0)


async def _all() -> list[Finding]:
    return [finding async for finding in findings()]


async def findings() -> AsyncIterator[Finding]:
    """Every check in order; what cannot be checked because of an earlier failure is left out."""
    try:
        settings = load()
    except ConfigError as error:
        yield Finding("broken", f"{error.setting} {error.problem}", error.hint)
        return
    yield Finding("ok", "settings are complete")
    if len(settings.secret_key.get_secret_value()) < 32:
        yield Finding("warning", "CHEYU_SECRET_KEY is short", "Use 32 or more random characters.")
    yield _mode(settings)
    yield _address(settings)
    try:
        todo = await pending(settings.database_url)
    except StaffError as error:
        yield Finding("broken", error.what, error.hint)
        return
    if todo:
        yield Finding(
            "broken", f"the database lacks {len(todo)} migration(s)", "Run `cheyu migrate`."
        )
        return
    yield Finding("ok", "the database answers and has the newest schema")
    async for finding in _inside(settings):
        yield finding


def _mode(settings: Settings) -> Finding:
    if settings.wechat_aes_key.get_secret_value():
        return Finding("ok", "safe mode: callbacks are encrypted and signed")
    return Finding("warning", "plain mode: the body of a callback is not protected",
                   "Set CHEYU_WECHAT_AES_KEY and choose 安全模式 in the console.")  # fmt: skip


def _address(settings: Settings) -> Finding:
    if settings.public_url.startswith("https://"):
        return Finding("ok", f"the callback address is {settings.public_url}/wechat")
    return Finding("warning", f"{settings.public_url} is not https",
                   "WeChat calls http on port 80 or https on port 443; put a proxy with TLS in front"
                   " and set CHEYU_PUBLIC_URL.")  # fmt: skip


async def _inside(settings: Settings) -> AsyncIterator[Finding]:
    async with assembled(settings) as parts:
        yield _keys(await standing())
        with account_scope(parts.account):
            known = await shop()
        if known.stores:
            yield Finding("ok", f"{len(known.stores)} store(s) can be booked")
            yield _calendar(known)
        else:
            yield Finding("broken", "there is no store", "Run `cheyu store add main --name 总店`.")
        with account_scope(parts.account):
            for code, why in await wrong_care():
                yield Finding("warning", f"store {code}: {why}",
                              f"Run `cheyu store care {code} NAME=VALUE`; until then it is as delivered.")  # fmt: skip
            yield _jobs(parts.chores.table(), await states(clock.now()), clock.now())
            for problem in await words.problems():
                yield Finding(
                    "warning", problem, "See `cheyu template list` and `cheyu text list`."
                )
            async for finding in of_staff():
                yield finding
        yield await _credentials(parts)


def _keys(found: Standing) -> Finding:
    if found.unreadable or found.clear:
        return Finding("broken", f"{found.unreadable} personal value(s) are sealed under a key that"
                       f" CHEYU_SECRET_KEY lacks, {found.clear} lie in clear",
                       "Add the key they were written with to CHEYU_SECRET_KEY, after the first.")  # fmt: skip
    if found.old:
        return Finding("warning", f"{found.old} personal value(s) are still under an old key",
                       "Run `cheyu keys rotate`, then drop the old key.")  # fmt: skip
    return Finding("ok", f"all {found.current} personal values are sealed under the first key")


def _calendar(known: Shop) -> Finding:
    """Customers book up to 60 days ahead: are the holidays of those days announced?"""
    today = clock.now().date()
    last = today + timedelta(days=HORIZON_DAYS)
    year = unknown_year((store.calendar for store in known.stores), today, last)
    if year is None:
        return Finding("ok", f"the statutory holidays are known as far as customers book ({last})")
    return Finding("warning", f"the statutory holidays of {year} are not known yet",
                   "They are announced each November: update the package chinesecalendar, or give the"
                   " notice to `cheyu calendar import`. Until then weekdays are guessed.")  # fmt: skip


def _jobs(table: Mapping[str, Job], known: Sequence[JobState], now: datetime) -> Finding:
    """Which jobs of the scheduler failed, or have not begun for much longer than they should."""
    last = {one.name: one for one in known}
    stopped = sorted(name for name, job in table.items() if _stopped(job, last.get(name), now))
    failed = {
        name: one.error
        for name, one in last.items()
        if name in table and one.ok is False and not one.running
    }
    if len(stopped) == len(table):
        return Finding("warning", "the scheduler does not run: no job has begun of late",
                       "Start `cheyu serve`, or `cheyu serve --role worker`.")  # fmt: skip
    if failed:
        what = "; ".join(f"{name} ({error})" for name, error in sorted(failed.items()))
        return Finding("broken", f"job(s) that failed: {what}",
                       "See `cheyu jobs` and the server's log; they are tried again by themselves.")  # fmt: skip
    if stopped:
        return Finding("broken", f"job(s) that have stopped: {', '.join(stopped)}",
                       "See `cheyu jobs`; start `cheyu serve --role worker` anew.")  # fmt: skip
    return Finding("ok", f"all {len(table)} jobs of the scheduler run")


def _stopped(job: Job, last: JobState | None, now: datetime) -> bool:
    began = last.started_at if last else None
    return began is None or now - began > job.every + max(job.every / 2, GRACE)


async def _credentials(parts: Parts) -> Finding:
    try:
        menu = await parts.client.menu_get()
    except WeChatError as error:
        refused = refusal(parts.settings, error)
        return Finding("broken", refused.what, refused.hint)
    if menu is None:
        return Finding("warning", "WeChat accepts our credentials, but no custom menu is published",
                       "Run `cheyu menu push`.")  # fmt: skip
    return Finding("ok", "WeChat accepts our credentials, and a custom menu is published")


def refusal(settings: Settings, error: WeChatError) -> StaffError:
    """What the platform's answer means to who runs the server, and the mend."""
    if error.errcode == -1:
        return StaffError(f"WeChat does not answer at {settings.wechat_api_url}.",
                          "Check the network and CHEYU_WECHAT_API_URL.")  # fmt: skip
    verdict = reaction(error.errcode)
    return StaffError(f"WeChat refuses us ({error.errcode}: {verdict.means}).", verdict.mend)
