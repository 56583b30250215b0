"""`cheyu text list|show|set|reset|preview`: the words of what is pushed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TextIO, TypeVar

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.clock import clock
from bot.errors import StaffError
from bot.outbox import texts
from bot.outbox.letters import gift, letter
from bot.rules.etiquette import Care
from bot.rules.letter import FIELDS
from bot.rules.touch.facts import Owed
from bot.rules.touch.kinds import KINDS
from bot.rules.touch.lines import LINES
from bot.rules.touch.words import by_rule
from bot.rules.touchplan import owed
from bot.settings import load
from storage.queries import texts as kept
from storage.queries.privacy.persons import Person, find_person
from storage.queries.stores.shops import Store, shop
from storage.queries.touch.facts import of_cars, of_customers, setting
from storage.queries.touch.letterheads import heads
from storage.queries.touch.rules import book

ACTOR = "cli"
YEAR = timedelta(days=366)
T = TypeVar("T")
_STORE = click.option("--store", "scope", default="", help="Only for the store with this code.")


def _run(work: Callable[[], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with in_account(load()):
            return await work()

    return asyncio.run(inside())


@click.group()
def text() -> None:
    """The words of what is pushed to customers."""


@text.command("list")
def text_list() -> None:
    """Every text, and which stores say it in their own words."""
    own = _run(kept.reworded)
    table = Table(title="话术")
    for title in ("名称", "用于", "自己的说法"):
        table.add_column(title)
    for name in texts.names():
        stores = "、".join(scope or "所有门店" for scope, of in own if of == name)
        table.add_row(name, _called(name), stores)
    Console().print(table)


def _called(name: str) -> str:
    kind = name.removesuffix(texts.MASS)
    called = KINDS[kind].name if kind in KINDS else "未到店关怀"
    return f"{called}（群发）" if name.endswith(texts.MASS) else called


@text.command("show")
@click.argument("name")
@_STORE
@click.option("--fields", is_flag=True, help="The fields that a wording may use, too.")
def text_show(name: str, scope: str, fields: bool) -> None:
    """A text as it stands, with its fields in braces."""
    wordings = _run(texts.load)
    click.echo(wordings.body(name, scope).strip())
    for field, means in FIELDS.items() if fields else ():
        click.echo(f"{{{{ {field} }}}}  {means}")


@text.command("set")
@click.argument("name")
@_STORE
@click.option("--file", "source", type=click.File(encoding="utf-8"), default="-",
              help="Where the words are; else they are read from the standard input.")  # fmt: skip
def text_set(name: str, scope: str, source: TextIO) -> None:
    """Say a text in other words; what customers should not get is refused."""
    body = source.read()

    async def work() -> int:
        await _known(scope)
        return await texts.save(scope, name, body, ACTOR, clock.now())

    click.echo(f"{name}从现在起这样说（第{_run(work)}版）。")


@text.command("reset")
@click.argument("name")
@_STORE
def text_reset(name: str, scope: str) -> None:
    """Say a text in our words again."""

    async def work() -> bool:
        texts.usual(name)
        return await kept.drop(scope, name, ACTOR, clock.now())

    click.echo(f"{name}已恢复默认。" if _run(work) else f"{name}在这里没有改过。")


@text.command("preview")
@click.argument("kind")
@click.option("--customer", "ref", required=True, help="A customer's ref, phone or openid.")
@_STORE
@click.option("--file", "source", type=click.File(encoding="utf-8"),
              help="Words that are not saved yet.")  # fmt: skip
def text_preview(kind: str, ref: str, scope: str, source: TextIO | None) -> None:
    """What a real customer would read, and could tap."""
    body = source.read() if source else ""

    async def work() -> str:
        return await preview(kind, ref, scope, body, clock.now())

    click.echo(_run(work))
    for words in LINES.get(kind, ()):
        click.echo(f"[{words}]")


async def preview(kind: str, ref: str, scope: str, body: str, now: datetime) -> str:
    """The text for a customer, from what the plan owes them nearest to `now`."""
    if kind not in KINDS:
        raise StaffError(f"没有叫{kind}的跟踪项目。", f"可用：{'、'.join(KINDS)}。")
    person = await find_person(ref)
    if person is None or not person.customers:
        raise StaffError(f"没有客户{ref}。", "用客户编号、手机号或openid。")
    touch, car_id, store_id = await _nearest(kind, person, now)
    facts = touch.facts if touch else {}
    found = await heads(person.customers, [car_id] if car_id else [])
    store = await _known(scope) or await _store_of(store_id)
    care = (await setting()).care.get(store.id, {})
    car = found.cars.get(car_id or 0)
    rules = (await book()).rules(store.code, car.ruled_as if car else "")
    head, due = found.customers.get(person.customers[0]), touch.due_on if touch else now.date()
    context = letter(
        kind,
        facts,
        found,
        person.customers[0],
        car_id,
        store=store,
        now=now,
        care=Care.of(care),
        **gift(care, kind, head.tier if head else "", due),
        **by_rule(kind, rules, facts),
    )
    if not body:
        return await texts.render(kind, context, store.code)
    if wrong := texts.check(kind, body):
        raise StaffError("这段话术不能用：" + "；".join(wrong), "请修改后再看。")
    return texts.said(body, context.words)


async def _nearest(
    kind: str, person: Person, now: datetime
) -> tuple[Owed | None, int | None, int | None]:
    """What is owed nearest to now, the car it is about, and the store."""
    base, rules = await setting(), await book()
    loaded = [
        *await of_cars(person.cars, now, base, since=now - YEAR),
        *await of_customers(person.customers[:1], now, base),
    ]
    today = now.date()
    nearest: list[tuple[timedelta, Owed, int | None]] = []
    for one in loaded:
        model = one.facts.car.model if one.facts.car else ""
        plan = owed(one.facts, rules.rules(one.facts.store, model), today - YEAR, today + YEAR)
        nearest += [
            (abs(touch.due_at - now), touch, one.store_id) for touch in plan if touch.kind == kind
        ]
    if nearest:
        _, touch, store_id = min(nearest, key=lambda found: found[0])
        return touch, touch.vehicle_id, store_id
    first: Any = next(iter(loaded), None)
    return None, person.cars[-1] if person.cars else None, first.store_id if first else None


async def _known(scope: str) -> Store | None:
    """The store of a code; None for "". Raises StaffError where there is none."""
    if not scope:
        return None
    store = (await shop()).by_code(scope)
    if store is None:
        raise StaffError(f"没有门店{scope}。", "用cheyu store add添加。")
    return store


async def _store_of(store_id: int | None) -> Store:
    known = await shop()
    store = known.by_id.get(store_id or 0) or next(iter(known.stores), None)
    if store is None:
        raise StaffError("还没有门店。", "用cheyu store add添加。")
    return store
