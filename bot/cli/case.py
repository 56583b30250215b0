"""`cheyu case`: complaints, each deed in a colleague's name and by their role."""

from datetime import datetime
from typing import Any

import click

from bot.cli.acting import acting, colleague
from bot.cli.case_amends import compensate, compensation, improve, measure
from bot.cli.case_options import NUMBER, by, store_of
from bot.cli.case_pack import pack
from bot.cli.case_tables import route, top5
from bot.cli.case_words import case_list, everything, say
from bot.errors import StaffError
from bot.rules.cases.words import PRIORITIES, STATES
from bot.rules.roles import Action, Kind
from storage.queries import audit
from storage.queries.access.rows import reach
from storage.queries.cases import links as case_links
from storage.queries.cases import opening as cases
from storage.queries.cases.acting import DEEDS, do
from storage.queries.cases.opening import NewCase
from storage.queries.cases.pages import CLOCK_FILTERS, Listed, Wanted, page
from storage.queries.cases.whole import Whole, looked, masked
from storage.queries.privacy.persons import find_person
from storage.queries.staff.colleagues import Staff

_DEED_LINES = "\n".join(f"  {deed:<11} {name}" for deed, name in DEEDS.items())


@click.group()
def case() -> None:
    """投诉: what customers complain of, until it is solved. NUMBER: T000012, t12 or 12."""


@case.command("list")
@click.option("--state", type=click.Choice([*STATES]), default=None)
@click.option("--owner", metavar="LOGIN", help="Whose they are.")
@click.option("--store", help="A store's code.")
@click.option(
    "--category", default="", help="Its code or its name (服务态度), or a store's own word."
)
@click.option("--clock", type=click.Choice(CLOCK_FILTERS), help="With a clock that is so now.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@by
def list_cases(
    state: str | None,
    owner: str | None,
    store: str | None,
    *,
    category: str,
    clock: str | None,
    limit: int,
    login: str,
) -> None:
    """The newest first, each with its most urgent deadline."""

    async def work(who: Staff, now: datetime) -> list[Listed]:
        whose = (await colleague(owner)).id if owner else None
        where = await store_of(store)
        wanted = Wanted(state or "", whose, where, category, clock or "")
        found = await page(wanted, limit, now, who)
        if found:
            detail = {"ids": [one.case.id for one in found]}
            await audit.note(who.actor, "view", "complaint", detail, now)
        return [Listed(masked(one.case, who.role), one.clocks) for one in found]

    say(case_list(acting(login, work)))


@case.command("show")
@click.argument("number", type=NUMBER)
@by
def show(number: int, login: str) -> None:
    """All that belongs to one: clocks, history, compensation, measures, evidence, what is alike."""
    seen: list[datetime] = []

    async def work(who: Staff, now: datetime) -> Whole | None:
        seen.append(now)
        return await looked(who, number, now)

    found = acting(login, work)
    today = seen[0].astimezone(found.case.recorded_at.tzinfo).date()
    say(*everything(found, today))


@case.command("new")
@click.argument("what")
@click.option(
    "--category", default="", help="Its code or its name (服务态度), or a store's own word."
)
@click.option("--customer", metavar="REF", help="Ref, # and the file's number, phone or openid.")
@click.option("--since", default="", help="Since when.")
@click.option("--wish", default="", help="What the customer wants.")
@click.option("--store", help="A store's code.")
@click.option("--phone", default="", help="Where to call back.")
@click.option("--priority", type=click.Choice([*PRIORITIES]), default="normal")
@by
def new(what: str, *, customer: str | None, store: str | None, login: str, **said: Any) -> None:
    """Record what a customer said at the store or on the telephone.

    Who they are is needed to answer them: --customer, or at least a --phone.
    """

    async def work(who: Staff, now: datetime) -> str:
        if not reach(who, Kind.CASE, Action.EDIT):
            raise StaffError("您的岗位不能登记投诉。", "请联系回访专员。")
        person = await find_person(customer) if customer else None
        if customer and person is None:
            raise StaffError("没有找到这位客户。", "请核对编号或电话；没有建档的可以只写电话。")
        customer_id = person.customers[0] if person and person.customers else None
        # A known customer's car says which store it is about.
        store_id = await store_of(store) or (None if customer_id else who.store_id)
        stranger = person.identities[0] if person and not person.customers else None
        made = NewCase(
            *("staff", what),
            **said,
            customer_id=customer_id,
            wechat_user_id=stranger,
            store_id=store_id,
            by=who.actor,
        )
        opened = await cases.take_down(made, now)
        owner = opened.owner or "无人负责"
        return f"已登记 {opened.number}，{opened.category_name}，负责人：{owner}。"

    click.echo(acting(login, work))


@case.command("do", epilog="\b\nDEED：\n" + _DEED_LINES)
@click.argument("number", type=NUMBER)
@click.argument("deed", type=click.Choice([*DEEDS]), metavar="DEED")
@click.option(
    "--words", default="", help="What is said or noted; reply and tell go to the customer."
)
@click.option("--cause", help="The root cause, to solve it.")
@click.option("--solution", help="The solution, to solve it.")
@click.option("--to", "to", metavar="LOGIN", help="To whom it is assigned.")
@click.option("--category", help="The right category: its code, its name or a store's own word.")
@click.option("--priority", type=click.Choice([*PRIORITIES]))
@click.option("--missed", is_flag=True, help="Nobody answered the call.")
@by
def do_deed(
    number: int,
    deed: str,
    words: str,
    *,
    to: str | None,
    missed: bool,
    login: str,
    **said: str | None,
) -> None:
    """A step with a complaint: receive, reply, progress, solve, tell …

    solve needs --cause and --solution, assign --to, and what is said or noted --words.
    """

    if deed == "assign" and not to:
        raise click.UsageError("转派要用 --to 写明转给谁（登录名）")

    async def work(who: Staff, now: datetime) -> str | None:
        data: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
        if "cause" in data:
            data["root_cause"] = data.pop("cause")
        if to:
            data["staff_id"] = (await colleague(to)).id
        if missed:
            data["reached"] = False
        done = await do(who, number, deed, now, words=words, **data)
        if done is None:
            return None
        owner = done.owner or "无人负责"
        return f"{done.number} {DEEDS[deed]}：现在{STATES[done.state]}，负责人：{owner}。"

    click.echo(acting(login, work))


@case.command("link")
@click.argument("number", type=NUMBER)
@click.argument("other", type=NUMBER)
@click.option("--why", default="", help="What they have in common.")
@click.option("--undo", is_flag=True, help="They are not alike after all.")
@by
def link(number: int, other: int, why: str, undo: bool, login: str) -> None:
    """Two complaints are of one kind."""

    async def work(who: Staff, now: datetime) -> str | None:
        if undo:
            gone = await case_links.unlink(who, number, other, now)
            return None if gone is None else ("已取消关联。" if gone else "本来没有关联。")
        made = await case_links.link(who, number, other, now, why=why)
        return None if made is None else ("已关联。" if made else "已经关联过了。")

    click.echo(acting(login, work))


for more in (compensate, compensation, improve, measure, route, top5, pack):
    case.add_command(more)
