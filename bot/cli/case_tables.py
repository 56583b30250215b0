"""`cheyu case route|top5`: who gets which complaint, and what the week's complaints were about."""

from datetime import datetime

import click

from bot.cli.acting import acting
from bot.cli.case_options import by, store_of
from bot.cli.case_words import grid, say, top_list
from bot.cli.kinds import of_our_time
from bot.errors import StaffError
from bot.rules.cases.routing import ANY_DEPARTMENT, DEPARTMENTS
from bot.rules.cases.words import category_code, category_name
from bot.rules.roles import Action, Kind, may
from storage.queries.cases import routes as case_routes
from storage.queries.cases import top as case_top
from storage.queries.cases.routes import ENERGIES, Kept, Line
from storage.queries.cases.top import Week
from storage.queries.staff.colleagues import Staff

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("route")
@click.option("--store", default="", help="A store's code; every store if left out.")
@click.option("--category", default="", help="Its code or name; every one if left out.")
@click.option("--energy", type=click.Choice([one for one in ENERGIES if one]), help="Of which car.")
@click.option("--department", help="Where they go from now on; without it: the table as it is.")
@click.option("--owner", default="", metavar="LOGIN", help="Whose they are.")
@click.option("--remove", is_flag=True, help="Take the line away.")
@by
def route(
    store: str,
    category: str,
    energy: str | None,
    *,
    department: str | None,
    owner: str,
    remove: bool,
    login: str,
) -> None:
    """The table that sends new complaints to a department and an owner."""
    kind = category_code(category)
    if remove:
        click.echo(acting(login, lambda who, now: _removed(who, (store, kind, energy or ""), now)))
    elif department is not None:
        line = Line(store, kind, energy or "", department, owner)

        async def work(who: Staff, now: datetime) -> str:
            return "已保存。" if await case_routes.put(who, line, now) else "没有变化。"

        click.echo(acting(login, work))
    else:
        found = acting(login, _table)
        rows = [_row(kept) for kept in found]
        say(
            grid("投诉分派", ("门店", "类别", "能源", "部门", "负责人", "修改"), rows), _otherwise()
        )


def _otherwise() -> str:
    """Where complaints go that no line speaks of."""
    usual = "、".join(f"{category_name(code)}到{name}" for code, name in DEPARTMENTS.items())
    return f"表里没有写到的：{usual}，其他到{ANY_DEPARTMENT}；负责人按岗位定。"


async def _removed(who: Staff, key: tuple[str, str, str], now: datetime) -> str:
    return "已删除。" if await case_routes.remove(who, *key, now) else "没有这一行。"


async def _table(who: Staff, _now: datetime) -> list[Kept]:
    if not may(who.role, Kind.CASE, Action.VIEW):
        raise StaffError("您的岗位不能查看投诉分派。", "请联系服务经理。")
    return await case_routes.table()


def _row(kept: Kept) -> tuple[str, ...]:
    line = kept.line
    return (
        *(line.store or "全部", category_name(line.category) if line.category else "全部"),
        *(ENERGIES[line.energy] or "全部", line.department, kept.owner_name or "按岗位"),
        f"{kept.changed_by} {kept.changed_at:%Y-%m-%d}",
    )


@click.command("top5")
@click.option(
    "--week", type=_DAY, callback=of_our_time, help="Any day of it; this week if left out."
)
@click.option("--store", help="A store's code; all that you see if left out.")
@by
def top5(week: datetime | None, store: str | None, login: str) -> None:
    """What customers complained of most in a week, with share and main cause."""

    async def work(who: Staff, now: datetime) -> Week:
        if not may(who.role, Kind.CASE, Action.VIEW):
            raise StaffError("您的岗位不能查看投诉。", "请联系服务经理。")
        day = week.date() if week else await case_top.today(now)
        return await case_top.of_week(day, store_id=await store_of(store), who=who)

    say(top_list(acting(login, work)))
