"""`cheyu staff add`, `list`, `code`, `unbind`, `assign` and `leave`; `audit verify` and `list`."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from bot.cli.acting import acting, as_staff, colleague, mobile
from bot.cli.doctor_staff import mend
from bot.cli.inside import in_account
from bot.cli.staff_wechat import staff_code, staff_unbind
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.identifiers import mask_phone
from bot.rules.roles import ROLE_NAMES, Kind, Role
from bot.settings import load
from storage.db import dumps
from storage.queries import audit as book
from storage.queries.files.names import named
from storage.queries.staff import consultants
from storage.queries.staff import left as staff_left
from storage.queries.staff.colleagues import Staff, add_staff, all_staff
from storage.queries.staff.consultants import Handed
from storage.queries.staff.left import Left

T = TypeVar("T")


def _run(work: Callable[[], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with in_account(load()):
            return await work()

    return asyncio.run(inside())


@click.group()
def staff() -> None:
    """The people who work here."""


def _name(_context: click.Context, _param: click.Parameter, value: str) -> str:
    if not 1 <= len(value.strip()) <= 64:
        raise click.BadParameter("姓名是1到64个字")
    return value.strip()


@staff.command("add")
@click.argument("name", callback=_name)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--store", "store_code", help="The store's code; of every store if never said.")
@click.option("--phone", callback=mobile, help="Their mobile number.")
@click.option("--login", help="The name they log in by.")
@click.option("--active/--left", default=None, help="Whether they still work here.")
def staff_add(
    name: str,
    role: str,
    store_code: str | None,
    phone: str | None,
    login: str | None,
    active: bool | None,
) -> None:
    """Add somebody in a role; run again it changes what is named.

    Who has --left gives nothing away by it: `cheyu staff leave` does both.
    """

    async def work() -> tuple[Staff, list[Left]]:
        one = await add_staff(
            name,
            Role(role),
            now=clock.now(),
            store_code=store_code,
            phone=phone,
            login=login,
            active=active,
        )
        return one, [] if one.active else await staff_left.hanging(one.id)

    added, still = _run(work)
    works = "在职" if added.active else "已离职"
    where = f"门店{added.store_code}" if added.store_code else "所有门店"
    click.echo(f"{added.name}：{ROLE_NAMES[Role(added.role)]}，{where}，{works}。")
    for left in still:
        click.echo(f"名下还有{left.said}。{mend(left)}")


@staff.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also those who left.")
def staff_list(everybody: bool) -> None:
    """Who works here."""

    async def work() -> list[Staff]:
        return await all_staff(inactive=everybody)

    table = Table(title="员工")
    for title in ("姓名", "岗位", "门店", "电话", "登录名", "在职"):
        table.add_column(title, no_wrap=True)
    for one in _run(work):
        role = ROLE_NAMES[Role(one.role)] if one.role in ROLE_NAMES else one.role
        store, at_work = one.store_code or "全部", "是" if one.active else "否"
        table.add_row(one.name, role, store, mask_phone(one.phone), one.login, at_work)
    Console().print(table)


staff.add_command(staff_code)
staff.add_command(staff_unbind)


@staff.command("assign")
@click.argument("ref")
@click.option("--to", required=True, metavar="LOGIN", help="Whose customer it is to be.")
@click.option("--why", default="", help="The reason; it is kept in the book.")
@as_staff
def staff_assign(ref: str, to: str, why: str, login: str) -> None:
    """Give a customer, with their cars, to another consultant.

    REF: a customer's ref or phone, or # and the number of the file.
    """

    async def work(who: Staff, now: datetime) -> bool | None:
        customer, new = await named(who, Kind.CUSTOMER, ref), await colleague(to)
        return await consultants.assign(who, customer, new.id, now, reason=why)

    click.echo("已移交。" if acting(login, work) else "本来就由这位同事负责。")


@staff.command("leave")
@click.argument("gone", metavar="LOGIN")
@click.option("--to", required=True, metavar="LOGIN", help="Who takes over.")
@as_staff
def staff_leave(gone: str, to: str, login: str) -> None:
    """A colleague leaves: their customers, cars and open tasks are somebody else's."""

    async def work(who: Staff, now: datetime) -> Handed | None:
        old, new = await colleague(gone, left=True), await colleague(to)
        return await consultants.leave(who, old.id, new.id, now)

    handed = acting(login, work)
    cases = f"、{handed.cases} 单投诉" if handed.cases else ""
    cases += f"、{handed.leads} 位潜客" if handed.leads else ""
    cases += f"、{handed.measures} 项措施" if handed.measures else ""
    click.echo(
        f"已移交 {handed.customers} 位客户、{handed.cars} 台车、{handed.tasks} 项任务{cases}。"
    )


@click.group()
def audit() -> None:
    """The book of who saw, changed and exported what."""


def _head(_context: click.Context, _param: click.Parameter, value: str | None) -> book.Head | None:
    if value is None:
        return None
    if not (match := re.fullmatch(r"(\d+):([0-9a-f]{64})", value)):
        raise click.BadParameter(f"{value}不是以前verify打印的“编号:哈希”")
    return book.Head(int(match[1]), match[2])


@audit.command("verify")
@click.option("--known", callback=_head, help="NUMBER:HASH that an earlier verify printed.")
def audit_verify(known: book.Head | None) -> None:
    """Whether every entry is as it was written; names the first that is not."""

    async def work() -> tuple[int | None, book.Head]:
        return await book.verify(known), await book.head()

    broken, head = _run(work)
    if broken is not None:
        raise StaffError(
            f"操作日志从第{broken}条起被改动过。",
            "请与备份核对；在它之前的都原样未动。",
        )
    click.echo(f"共{head.number}条，全部原样未动。")
    click.echo(f"{head.number}:{head.hash}")


@audit.command("list")
@click.option("--subject", default="", help="Only about this, such as customer:7.")
@click.option("--actor", default="", help="Only by this person.")
@click.option("--before", type=int, help="Only entries before this number: the next page.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50)
def audit_list(subject: str, actor: str, before: int | None, limit: int) -> None:
    """The newest entries."""

    async def work() -> list[book.Entry]:
        now = clock.now()
        found = await book.entries(subject=subject, actor=actor, before=before, limit=limit)
        await book.note("cli", "view", "audit", {"subject": subject, "actor": actor}, now)
        return found

    table = Table(title="操作日志")
    for title in ("编号", "时间", "谁", "做了什么", "对象", "详情"):
        table.add_column(title, overflow="fold")  # nothing of it is hidden, however narrow
    zone = ZoneInfo(load().timezone)
    for entry in _run(work):
        detail = "" if entry.detail is None else dumps(entry.detail)
        table.add_row(
            str(entry.number), _local(entry.at, zone), entry.actor, entry.action,
            entry.subject, detail,
        )  # fmt: skip  # in the order of the columns
    Console().print(table)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
