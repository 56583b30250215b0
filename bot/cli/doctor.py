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
        yield Finding("broken", f"{error.setting}{error.problem}", error.hint)
        return
    yield Finding("ok", "设置齐全")
    if len(settings.secret_key.get_secret_value()) < 32:
        yield Finding("warning", "CHEYU_SECRET_KEY太短", "请用32个以上的随机字符。")
    yield _mode(settings)
    yield _address(settings)
    try:
        todo = await pending(settings.database_url)
    except StaffError as error:
        yield Finding("broken", error.what, error.hint)
        return
    if todo:
        yield Finding("broken", f"数据库结构还差{len(todo)}步升级", "请运行 `cheyu migrate`。")
        return
    yield Finding("ok", "数据库正常，结构是最新的")
    async for finding in _inside(settings):
        yield finding


def _mode(settings: Settings) -> Finding:
    if settings.wechat_aes_key.get_secret_value():
        return Finding("ok", "安全模式：微信推送的内容已加密并签名")
    return Finding("warning", "明文模式：微信推送的内容没有加密",
                   "请设置CHEYU_WECHAT_AES_KEY，并在公众平台选择安全模式。")  # fmt: skip


def _address(settings: Settings) -> Finding:
    if settings.public_url.startswith("https://"):
        return Finding("ok", f"微信推送到{settings.public_url}/wechat")
    return Finding("warning", f"{settings.public_url}不是https",
                   "微信只访问80端口的http或443端口的https：请在前面加一层TLS代理，"
                   "并设置CHEYU_PUBLIC_URL。")  # fmt: skip


async def _inside(settings: Settings) -> AsyncIterator[Finding]:
    async with assembled(settings) as parts:
        yield _keys(await standing())
        with account_scope(parts.account):
            known = await shop()
        if known.stores:
            yield Finding("ok", f"{len(known.stores)}家门店可以预约")
            yield _calendar(known)
        else:
            yield Finding("broken", "还没有门店", "请运行 `cheyu store add main --name 总店`。")
        with account_scope(parts.account):
            for code, why in await wrong_care():
                yield Finding("warning", f"门店{code}：{why}",
                              f"请运行 `cheyu store care {code} NAME=VALUE`；改好之前按默认值。")  # fmt: skip
            yield _jobs(parts.chores.table(), await states(clock.now()), clock.now())
            for problem in await words.problems():
                yield Finding(
                    "warning", problem, "请看 `cheyu template list` 和 `cheyu text list`。"
                )
            async for finding in of_staff():
                yield finding
        yield await _credentials(parts)


def _keys(found: Standing) -> Finding:
    if found.unreadable or found.clear:
        return Finding("broken", f"有{found.unreadable}项个人资料的密钥不在CHEYU_SECRET_KEY里，"
                       f"{found.clear}项没有加密",
                       "请把当时用的密钥加到CHEYU_SECRET_KEY里，写在第一个之后。")  # fmt: skip
    if found.old:
        return Finding("warning", f"还有{found.old}项个人资料用旧密钥加密",
                       "请运行 `cheyu keys rotate`，然后去掉旧密钥。")  # fmt: skip
    return Finding("ok", f"{found.current}项个人资料都用第一个密钥加密")


def _calendar(known: Shop) -> Finding:
    """Customers book up to 60 days ahead: are the holidays of those days announced?"""
    today = clock.now().date()
    last = today + timedelta(days=HORIZON_DAYS)
    year = unknown_year((store.calendar for store in known.stores), today, last)
    if year is None:
        return Finding("ok", f"客户可预约的日子（到{last}）放假安排都已知")
    return Finding("warning", f"还不知道{year}年的放假安排",
                   "每年11月公布：请更新程序包chinesecalendar，或把通知写成表用"
                   " `cheyu calendar import` 导入。在此之前只能按星期推算。")  # fmt: skip


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
        return Finding("warning", "定时任务没有运行：最近没有任何任务开始过",
                       "请启动 `cheyu serve` 或 `cheyu serve --role worker`。")  # fmt: skip
    if failed:
        what = "；".join(f"{name}（{error}）" for name, error in sorted(failed.items()))
        return Finding("broken", f"失败的定时任务：{what}",
                       "请看 `cheyu jobs` 和服务日志；到时间会自动重试。")  # fmt: skip
    if stopped:
        return Finding("broken", f"停了的定时任务：{'、'.join(stopped)}",
                       "请看 `cheyu jobs`，并重新启动 `cheyu serve --role worker`。")  # fmt: skip
    return Finding("ok", f"{len(table)}个定时任务都在运行")


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
        return Finding("warning", "公众号凭证有效，但还没有发布自定义菜单",
                       "请运行 `cheyu menu push`。")  # fmt: skip
    return Finding("ok", "公众号凭证有效，自定义菜单已发布")


def refusal(settings: Settings, error: WeChatError) -> StaffError:
    """What the platform's answer means to who runs the server, and the mend."""
    if error.errcode == -1:
        return StaffError(f"微信接口{settings.wechat_api_url}没有应答。",
                          "请检查网络和CHEYU_WECHAT_API_URL。")  # fmt: skip
    verdict = reaction(error.errcode)
    return StaffError(f"微信拒绝了请求（{error.errcode}：{verdict.means}）。", verdict.mend)
