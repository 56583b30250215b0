"""`cheyu lead`: who wants a car, whose they are, and what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.acting import acting, as_staff, mobile
from bot.errors import StaffError
from bot.rules.leads import EVENTS, LEVELS, SOURCES, STATES, id_of
from bot.rules.roles import Action, Kind, may, shown_phone
from bot.settings import load
from storage.queries import audit
from storage.queries.leads import deeds as lead_deeds
from storage.queries.leads import opening as leads
from storage.queries.leads import pages as lead_pages
from storage.queries.leads.opening import Lead, NewLead
from storage.queries.leads.pages import Wanted
from storage.queries.leads.whose import consultant_named
from storage.queries.staff.colleagues import Staff, by_login
from storage.queries.stores.shops import shop

MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


@click.group("lead")
def lead() -> None:
    """潜客: who wants a car. NUMBER is L000012, l12 or 12."""


def _said(at: datetime | None) -> str:
    return f"{at.astimezone(ZoneInfo(load().timezone)):%Y-%m-%d %H:%M}" if at else ""


@lead.command("list")
@click.option("--state", type=click.Choice([*STATES]), default="open", show_default=True)
@click.option("--level", type=click.Choice([*LEVELS]))
@click.option("--limit", type=click.IntRange(1, 1000), default=50)
@as_staff
def list_leads(state: str, level: str | None, limit: int, login: str) -> None:
    """The leads that somebody may see, the newest first."""

    async def work(who: Staff, now: datetime) -> list[Lead]:
        found = await lead_pages.page(Wanted(state, level), limit, who)
        ids = {"ids": [one.id for one in found]}
        await audit.note(who.actor, "view", "lead", ids, now)
        return found

    table = Table(title=f"潜客：{STATES[state]}")
    for column in ("编号", "级别", "客户", "意向车型", "来源", "顾问", "下次联系"):
        table.add_column(column, overflow="fold")
    for one in acting(login, work):
        name, owner = one.name or "微信客户", one.consultant or "待分派"
        table.add_row(
            *(one.number, one.level, name, one.model, SOURCES[one.source], owner),
            _said(one.next_at),
        )
    Console().print(table)


@lead.command("show")
@click.argument("number")
@as_staff
def show(number: str, login: str) -> None:
    """One lead and its history."""

    async def work(who: Staff, now: datetime) -> list[str] | None:
        found = await lead_pages.seen_by(who, id_of(number) or 0)
        if found is None:
            return None
        await audit.note(who.actor, "view", f"lead:{found.id}", None, now)
        return _card(found, shown_phone(who.role, found.phone)) + [
            f"{_said(one.at)} {EVENTS[one.kind]} {_change(one)} {one.actor} {one.note}".rstrip()
            for one in await leads.events(found.id)
        ]

    click.echo("\n".join(acting(login, work)))


def _change(event: leads.Event) -> str:
    if event.kind == "level":
        return f"{event.before}→{event.after}"
    if event.kind == "joined":
        return event.after or event.before
    if event.kind == "put_off":
        return _said(datetime.fromisoformat(event.after))
    return event.after if event.kind in {"created", "assigned", "changed", "escalated"} else ""


def _card(found: Lead, phone: str) -> list[str]:
    told = (
        ("级别", f"{found.level} {LEVELS[found.level]}"),
        ("客户", f"{found.name or '微信客户'} {phone}".strip()),
        ("意向车型", found.model),
        ("来源", f"{SOURCES[found.source]} {found.heard_of_us}".strip()),
        ("顾问", found.consultant or "待分派"),
        ("首次确认", _said(found.confirmed_at) or "还没有"),
        ("下次联系", _said(found.next_at)),
        ("战败原因", found.lost_reason),
        ("说明", found.note),
    )
    head = f"{found.number} {STATES[found.state]}"
    return [head, *(f"{name}：{value}" for name, value in told if value)]


def _done(
    login: str, number: str, deed: Callable[[Lead, Staff, datetime], Awaitable[Lead]]
) -> None:
    """Do it if they may, and say how the lead stands."""

    async def work(who: Staff, now: datetime) -> Lead | None:
        found = await lead_pages.seen_by(who, id_of(number) or 0)
        if found is None:
            return None
        if await lead_pages.seen_by(who, found.id, Action.EDIT) is None:
            raise StaffError("您的岗位不能做这一步。", "请联系主管。")
        return await deed(found, who, now)

    after = acting(login, work)
    due = f"，下次联系{_said(after.next_at)}" if after.next_at else ""
    whose = f"，顾问{after.consultant}" if after.consultant else ""
    click.echo(f"{after.number} {STATES[after.state]}，{after.level}级{whose}{due}。")


@lead.command("add")
@click.argument("source", type=click.Choice([*SOURCES]))
@click.option("--name", default="")
@click.option("--phone", default="", callback=mobile, help="Their mobile number.")
@click.option("--model", default="", help="The car they want.")
@click.option("--level", default="", help="H, A, B, C or O; else as the source usually is.")
@click.option("--store", "code", help="A store's code.")
@click.option("--heard-of-us", default="")
@click.option("--note", default="")
@as_staff
def add(source: str, code: str | None, login: str, **told: Any) -> None:
    """来店/来电登记: somebody wants a car; a person with an open lead has one more wish."""

    async def work(who: Staff, now: datetime) -> Lead:
        store = (await shop()).by_code(code) if code else None
        if code and store is None:
            raise StaffError(f"没有代码为 {code} 的门店。", "请核对门店代码。")
        own = who.id if who.role == "sales_consultant" else None
        if not may(who.role, Kind.LEAD, Action.EDIT):
            raise StaffError("您的岗位不能登记潜客。", "请联系主管。")
        shown = store.id if store else who.store_id
        new = NewLead(source, consultant_id=own, store_id=shown, by=who.actor)
        return await leads.open_lead(replace(new, **told), now)

    made = acting(login, work)
    click.echo(f"{made.number} 已登记，请在{_said(made.next_at)}前联系。")


@lead.command("level")
@click.argument("number")
@click.argument("level", type=click.Choice([*LEVELS], case_sensitive=False))
@click.option("--note", default="", help="Why; it is kept.")
@as_staff
def level(number: str, level: str, note: str, login: str) -> None:
    """Nearer to buying, or farther: the contacts follow the level."""
    _done(login, number, lambda one, who, now: lead_deeds.set_level(one.id, level, who.actor, now, note=note))  # fmt: skip


@lead.command("contact")
@click.argument("number")
@click.option("--note", default="", help="What was said.")
@click.option("--level", default="", help="The level as found now.")
@as_staff
def contact(number: str, note: str, level: str, login: str) -> None:
    """They were spoken to; the first time confirms the lead."""
    _done(login, number, lambda one, who, now: lead_deeds.contacted(one.id, who.actor, now, note=note, level=level))  # fmt: skip


@lead.command("later")
@click.argument("number")
@click.argument("until", type=click.DateTime(MOMENTS))
@as_staff
def later(number: str, until: datetime, login: str) -> None:
    """They named a time, in the time zone of the installation."""
    at = until.replace(tzinfo=ZoneInfo(load().timezone))
    _done(login, number, lambda one, who, now: lead_deeds.put_off(one.id, at, who.actor, now))


@lead.command("assign")
@click.argument("number")
@click.argument("name")
@as_staff
def assign(number: str, name: str, login: str) -> None:
    """Another consultant looks after them; NAME: a log-in, or the name."""

    async def deed(one: Lead, who: Staff, now: datetime) -> Lead:
        found = await by_login(name)
        staff = found.id if found else await consultant_named(name)
        return await lead_deeds.assign(one.id, staff or 0, who.actor, now)

    _done(login, number, deed)


@lead.command("lose")
@click.argument("number")
@click.argument("reason")
@as_staff
def lose(number: str, reason: str, login: str) -> None:
    """战败: they will not buy here, and why."""
    _done(login, number, lambda one, who, now: lead_deeds.lose(one.id, reason, who.actor, now))


@lead.command("win")
@click.argument("number")
@click.option("--note", default="")
@as_staff
def win(number: str, note: str, login: str) -> None:
    """成交: they bought."""
    _done(login, number, lambda one, who, now: lead_deeds.win(one.id, who.actor, now, note=note))
