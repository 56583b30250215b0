"""`cheyu plan rules`, `set`, `reset`, `dry-run`, `announce`, `approve`."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Column, Table

from bot.cli.acting import colleague
from bot.cli.inside import in_account
from bot.cli.kinds import KindWord
from bot.clock import clock
from bot.errors import StaffError
from bot.jobs.dry_run import would_have
from bot.rules.consent import BY_CODE
from bot.rules.explaining import days_said, rule_said
from bot.rules.roles import Role
from bot.rules.touch.facts import Owed
from bot.rules.touch.kinds import KINDS, Override, rules_for
from bot.rules.touch.roles import may_announce, may_approve, may_change
from bot.settings import load
from storage.queries.staff.colleagues import Staff
from storage.queries.stores.shops import shop
from storage.queries.touch import announcements, letterheads
from storage.queries.touch import facts as touch_facts
from storage.queries.touch import rules as touch_rules
from storage.queries.touch.announcements import ANNOUNCED, Words

T = TypeVar("T")
_DAY = click.DateTime(["%Y-%m-%d"])


def _run(work: Callable[[], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with in_account(load()):
            return await work()

    return asyncio.run(inside())


@click.group()
def plan() -> None:
    """The touch plan: what customers are owed, and by which rules."""


def _at(_context: click.Context, _param: click.Parameter, value: str | None) -> str:
    try:
        return f"{time.fromisoformat(value.zfill(5)):%H:%M}" if value else ""
    except ValueError:
        raise click.BadParameter(f"{value}不是时间，例如16:00") from None


def _change(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what is to hold, for a store and a model."""
    for option in reversed(
        (
            click.argument("kind", type=KindWord(), metavar="KIND"),
            click.option("--store", default="", help="A store's code; all stores if left out."),
            click.option("--model", default="", help="A model; all models if left out."),
            click.option("--on/--off", "active", default=None, help="Whether it is done at all."),
            click.option(
                "--days", "offset_days", type=int, help="Days after its anchor; before: -7."
            ),
            click.option("--at", callback=_at, help="From which local time on, such as 16:00."),
            click.option(
                "--catch-up", "catch_up_days", type=click.IntRange(0, 366),
                help="Days for which a missed one is made up for.",
            ),
            click.option(
                "--months", type=click.IntRange(0, 120), help="Months from its anchor; a service's interval."
            ),
            click.option("--km", type=click.IntRange(0, 100_000), help="A service's interval."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@plan.command("rules")
def rules_list() -> None:
    """Every kind, its rule, and what was changed by whom."""

    async def work() -> touch_rules.RuleBook:
        return await touch_rules.book()

    book = _run(work)
    usual = rules_for(())
    table = Table(
        "项目",
        Column("代码", no_wrap=True),
        Column("规则", overflow="fold"),
        "目的",
        "补发",
        "已改",
    )
    for code, kind in KINDS.items():
        changed = [change for change in book.changes if change.override.kind == code]
        said = "\n".join(
            f"{_scope(change.override)}{_said(change.override)}（{change.by}，{change.at:%Y-%m-%d}）"
            for change in changed
        )
        purpose = BY_CODE[kind.purpose].name if kind.purpose in BY_CODE else "服务通知"
        rule, late = rule_said(usual[code]), f"{kind.catch_up_days}天"
        table.add_row(kind.name, code, rule, purpose, late, said)
    Console(width=max(Console().width, 120)).print(table)


def _scope(said: Override) -> str:
    where = " ".join(part for part in (said.store, said.model) if part)
    return f"{where or '全部'}："


def _said(said: Override) -> str:
    parts = (
        None if said.active is None else ("启用" if said.active else "停用"),
        None if said.offset_days is None else days_said(said.offset_days),
        said.at or None,
        None if said.months is None else f"{said.months}个月",
        None if said.km is None else f"{said.km:,}公里",
        None if said.catch_up_days is None else f"补发{said.catch_up_days}天",
    )
    return "，".join(part for part in parts if part)


@plan.command("set")
@_change
@click.option("--by", "login", metavar="LOGIN", help="Who decided it: a colleague's log-in.")
def rules_set(kind: str, login: str | None, **said: Any) -> None:
    """Change a rule from now on, for a store and a model or for all; try it by dry-run before."""
    override = Override(kind, **said)
    if not _said(override):
        raise StaffError("没有要修改的内容。", "例如：cheyu plan set first_service --days -10。")

    async def work() -> None:
        await _known_store(override.store)
        by = await _changing(login, override.store)
        await touch_rules.change(override, by, clock.now())

    _run(work)
    click.echo(f"{KINDS[kind].name}：{_scope(override)}{_said(override)}，从现在起生效。")


@plan.command("reset")
@click.argument("kind", type=KindWord(), metavar="KIND")
@click.option("--store", default="", help="A store's code.")
@click.option("--model", default="", help="A model.")
@click.option("--by", "login", metavar="LOGIN", help="Who decided it: a colleague's log-in.")
def rules_reset(kind: str, store: str, model: str, login: str | None) -> None:
    """Take a change back."""

    async def work() -> bool:
        by = await _changing(login, store)
        return await touch_rules.restore(kind, store, model, by, clock.now())

    if not _run(work):
        raise StaffError("这里没有修改过。", "用cheyu plan rules查看已改的规则。")
    click.echo(f"{KINDS[kind].name}：已恢复。")


async def _changing(login: str | None, store: str) -> str:
    """In whose name the rule of a store is changed; nobody named: whoever runs the server."""
    if login is None:
        return "cli"
    return _allowed(
        who := await colleague(login), may_change(Role(who.role), who.store_code, store)
    )


def _allowed(who: Staff, yes: bool) -> str:
    if not yes:
        raise StaffError("您的岗位不能做这一步。", "请联系主管。")
    return who.actor


async def _known_store(code: str) -> None:
    if code and (await shop()).by_code(code) is None:
        raise StaffError(f"没有代码为{code}的门店。", "请核对门店代码。")


@plan.command("dry-run")
@_change
@click.option("--from", "first", type=_DAY, help="The first day; a month ago if left out.")
@click.option("--to", "last", type=_DAY, help="The last day; yesterday if left out.")
@click.option("--show", default=20, help="How many to name.")
def dry_run(
    kind: str, first: datetime | None, last: datetime | None, show: int, **said: Any
) -> None:
    """Who would have got this last month, by the rule as it is or as it would be. Changes nothing."""
    now = clock.now()

    async def work() -> tuple[int, list[tuple[Owed, str]]]:
        zone = (await touch_facts.setting()).zone
        today = now.astimezone(zone).date()
        begin = first.date() if first else today - timedelta(days=30)
        end = last.date() if last else today - timedelta(days=1)
        return await _counted(Override(kind, **said), begin, end, now, show)

    total, named = _run(work)
    click.echo(f"{KINDS[kind].name}：按现在的资料推算，共{total}人次。")
    for one, who in named:
        click.echo(f"{one.due_on}  {who}")


async def _counted(
    said: Override, first: date, last: date, now: datetime, show: int
) -> tuple[int, list[tuple[Owed, str]]]:
    total, shown = 0, list[Owed]()
    await _known_store(said.store)
    async for one in would_have(said, first, last, now):
        total += 1
        if len(shown) < show:
            shown.append(one)
    heads = await letterheads.heads(
        {one.customer_id or 0 for one in shown}, {one.vehicle_id or 0 for one in shown}
    )
    named = []
    for one in sorted(shown, key=lambda touch: touch.due_at):
        person, car = heads.customers.get(one.customer_id or 0), heads.cars.get(one.vehicle_id or 0)
        who = f"{person.name if person else '没有客户档案'} {car.plate if car else ''}".strip()
        named.append((one, who))
    return total, named


@plan.command("announce")
@click.argument("kind", type=KindWord(ANNOUNCED), metavar="KIND")
@click.argument("title")
@click.argument("body")
@click.option("--on", "due", type=_DAY, required=True, help="The day it goes out.")
@click.option("--until", type=_DAY, help="The last day it means something.")
@click.option("--audience", default="{}", help='JSON: {"energy": ["纯电"], "tier": "A"}.')
@click.option("--by", "login", required=True, metavar="LOGIN", help="Who wrote it: a log-in.")
def announce(
    kind: str,
    title: str,
    body: str,
    *,
    due: datetime,
    until: datetime | None,
    audience: str,
    login: str,
) -> None:
    """Write an announcement; it is planned once another person has approved it."""
    try:
        whom = json.loads(audience)
    except json.JSONDecodeError:
        whom = None
    if not isinstance(whom, dict):
        raise StaffError("范围要写成JSON。", '例如：{"energy": ["纯电"]}。')
    words = Words(kind, title, body, due.date(), until.date() if until else None, whom)

    async def work() -> int:
        who = await colleague(login)
        by = _allowed(who, may_announce(Role(who.role)))
        return await announcements.add(words, by, clock.now())

    number = _run(work)
    click.echo(f"通知{number}已保存，等待另一位同事批准：cheyu plan approve {number} --by 登录名。")


@plan.command("approve")
@click.argument("number", type=int)
@click.option("--by", "login", required=True, metavar="LOGIN", help="Who approves: a log-in.")
def approve(number: int, login: str) -> None:
    """Approve an announcement that somebody else wrote."""

    async def work() -> None:
        who = await colleague(login)
        by = _allowed(who, may_approve(Role(who.role)))
        await announcements.approve(number, by, clock.now())

    _run(work)
    click.echo(f"通知{number}已批准。")
