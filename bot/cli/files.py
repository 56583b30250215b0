"""`cheyu file`: the steps, changes, merges and claims of customers' and cars' files."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.acting import acting, as_staff
from bot.cli.file_lists import KINDS, LISTS, Lines
from bot.rules.roles import Kind
from bot.settings import load
from storage.queries import claims
from storage.queries.files import changes as file_changes
from storage.queries.files import steps as files
from storage.queries.files.changes import Edit
from storage.queries.files.names import named
from storage.queries.files.writing import from_words
from storage.queries.merging import cars as merging_cars
from storage.queries.merging import customers as merging
from storage.queries.staff.colleagues import Staff

_kind: Callable[[Any], Any] = click.argument(
    "kind", type=click.Choice([kind.value for kind in KINDS])
)
_why: Callable[[Any], Any] = click.option("--why", default="", help="The reason; it is kept.")
_STEPS: Final = {"verified": "已核实", "filed": "已建档"}


@click.group("file")
def file() -> None:
    """Files of customers and cars.

    REF: a customer's ref or phone, a car's VIN or plate, or # and the number of the file.
    """


@file.command("list")
@click.option("--state", type=click.Choice([*LISTS]), default="draft", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=50)
@as_staff
def list_files(state: str, limit: int, login: str) -> None:
    """What waits for somebody: drafts, stocktakes, claims from chat, changes."""
    zone = ZoneInfo(load().timezone)

    async def work(who: Staff, now: datetime) -> Lines:
        return await LISTS[state](who, now, zone, limit)

    found = acting(login, work)
    table = Table(title=found.title)
    for column in found.columns:
        table.add_column(column)
    for row in found.rows:
        table.add_row(*row)
    Console().print(table)


def _step(
    login: str, kind: str, ref: str, deed: Callable[..., Awaitable[str | bool | None]]
) -> str:
    """Verify, file or confirm; what was done, in words."""

    async def work(who: Staff, now: datetime) -> str | None:
        row_id = await named(who, Kind(kind), ref)
        done = await deed(who, Kind(kind), row_id, now)
        return (
            f"{KINDS[Kind(kind)]} #{row_id} {_STEPS.get(str(done), '已盘点')}。" if done else None
        )

    return acting(login, work)


@file.command("verify")
@_kind
@click.argument("ref")
@as_staff
def verify(kind: str, ref: str, login: str) -> None:
    """核实: somebody else than who entered it found the draft right."""
    click.echo(_step(login, kind, ref, files.verify))


@file.command("file")
@_kind
@click.argument("ref")
@as_staff
def file_it(kind: str, ref: str, login: str) -> None:
    """建档: a manager files what was verified."""
    click.echo(_step(login, kind, ref, files.file))


@file.command("stocktake")
@_kind
@click.argument("ref")
@as_staff
def stocktake(kind: str, ref: str, login: str) -> None:
    """盘点: the file was looked through and is right."""
    click.echo(_step(login, kind, ref, files.confirm))


def _said(edit: Edit) -> str:
    if edit.state == "pending":
        return f"变更申请 {edit.change_id} 等待主管批准。"
    return "已变更。" if edit.state == "changed" else "没有变化。"


def _fields(
    _context: click.Context, _param: click.Parameter, value: tuple[str, ...]
) -> dict[str, str]:
    pairs = [one.partition("=") for one in value]
    if wrong := next((name for name, equals, _ in pairs if not (name and equals)), None):
        raise click.BadParameter(f"{wrong}不是FIELD=VALUE的写法")
    return {name: text for name, _, text in pairs}


@file.command("change")
@_kind
@click.argument("ref")
@click.argument("fields", nargs=-1, required=True, callback=_fields, metavar="FIELD=VALUE…")
@_why
@as_staff
def change(kind: str, ref: str, fields: dict[str, str], why: str, login: str) -> None:
    """Change fields of a file; of a filed one, ask for it. FIELD= clears."""
    of, zone = Kind(kind), ZoneInfo(load().timezone)

    async def work(who: Staff, now: datetime) -> Edit | None:
        row_id = await named(who, of, ref)
        wanted = from_words(of, fields, zone)
        return await file_changes.edit(who, of, row_id, wanted, now, reason=why)

    click.echo(_said(acting(login, work)))


@file.command("remove")
@_kind
@click.argument("ref")
@click.option("--why", required=True, help="The reason; a manager decides by it.")
@as_staff
def remove(kind: str, ref: str, why: str, login: str) -> None:
    """Ask that a file be removed: a customer's is erased, a car's put away; figures stay."""

    async def work(who: Staff, now: datetime) -> Edit | None:
        row_id = await named(who, Kind(kind), ref)
        return await file_changes.remove(who, Kind(kind), row_id, now, reason=why)

    click.echo(_said(acting(login, work)))


def _decide(login: str, number: int, approved: bool, why: str) -> None:
    async def work(who: Staff, now: datetime) -> Edit | None:
        return await file_changes.decide(who, number, approved, now, why=why)

    acting(login, work)
    click.echo(f"变更申请 {number} {'已批准' if approved else '已驳回'}。")


@file.command("approve")
@click.argument("number", metavar="CHANGE", type=int)
@_why
@as_staff
def approve(number: int, why: str, login: str) -> None:
    """A manager's yes to a change; it is made at once."""
    _decide(login, number, True, why)


@file.command("refuse")
@click.argument("number", metavar="CHANGE", type=int)
@click.option("--why", required=True, help="The reason; it is kept in the book.")
@as_staff
def refuse(number: int, why: str, login: str) -> None:
    """A manager's no to a change."""
    _decide(login, number, False, why)


@file.command("merge")
@_kind
@click.argument("keep", metavar="A")
@click.argument("gone", metavar="B")
@_why
@as_staff
def merge(kind: str, keep: str, gone: str, why: str, login: str) -> None:
    """Two files that are one: A stays, with all that hangs on B."""
    of = Kind(kind)
    deed = merging.merge_customers if of is Kind.CUSTOMER else merging_cars.merge_vehicles

    async def work(who: Staff, now: datetime) -> int | None:
        pair = await named(who, of, keep), await named(who, of, gone)
        return await deed(who, *pair, now, reason=why)

    click.echo(f"已合并，合并编号 {acting(login, work)}。")


@file.command("split")
@click.argument("number", metavar="MERGE", type=int)
@as_staff
def split(number: int, login: str) -> None:
    """Undo a merge of two customers."""

    async def work(who: Staff, now: datetime) -> int | None:
        return await merging.split_customers(who, number, now)

    click.echo(f"已拆分，客户 #{acting(login, work)} 恢复。")


@file.group("claim")
def claim() -> None:
    """Cars that people claimed in chat; CLAIM is the number that `file list --state claims` shows."""


@claim.command("approve")
@click.argument("task", metavar="CLAIM", type=int)
@as_staff
def approve_claim(task: int, login: str) -> None:
    """The person may see the car from now on."""

    async def work(who: Staff, now: datetime) -> int | None:
        return await claims.approve(who, task, now)

    click.echo(f"已同意，车辆 #{acting(login, work)} 已关联。")


@claim.command("refuse")
@click.argument("task", metavar="CLAIM", type=int)
@_why
@as_staff
def refuse_claim(task: int, why: str, login: str) -> None:
    """The person does not get the car."""

    async def work(who: Staff, now: datetime) -> bool | None:
        return await claims.refuse(who, task, now, why=why)

    acting(login, work)
    click.echo("已驳回。")
