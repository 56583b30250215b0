"""`cheyu template sync|list|map|once`: the account's WeChat templates and what they carry."""

import asyncio
from collections.abc import Mapping, Sequence

import click
from rich.console import Console
from rich.table import Table

from bot.app import assembled
from bot.cli.doctor import refusal
from bot.cli.inside import in_account, newest_schema
from bot.clock import clock
from bot.errors import StaffError, WeChatError
from bot.outbox import fields
from bot.rules.template_fields import parse_content
from bot.settings import load
from storage.queries import platform_templates as registry
from storage.queries.platform_templates import ONCE, Registered, Synced
from storage.scope import account_scope

ACTOR = "cli"


@click.group()
def template() -> None:
    """The account's WeChat templates, and which notice each carries."""


@template.command("sync")
def template_sync() -> None:
    """Read the list of templates from WeChat."""
    found = asyncio.run(_sync())
    click.echo(
        f"新增{len(found.new)}个，修改{len(found.changed)}个，删除{len(found.gone)}个，"
        f"未变{found.kept}个。"
    )
    for sign, titles in (("+", found.new), ("~", found.changed), ("-", found.gone)):
        for title in titles:
            click.echo(f"{sign} {title}")


async def _sync() -> Synced:
    settings = load()
    await newest_schema(settings)
    async with assembled(settings) as parts:
        try:
            listed = await parts.client.templates()
        except WeChatError as error:
            raise refusal(settings, error) from error
        with account_scope(parts.account):
            return await registry.sync(listed, clock.now())


@template.command("list")
def template_list() -> None:
    """Every template, its fields, and the notice it carries."""

    async def work() -> Sequence[Registered]:
        async with in_account(load()):
            return await registry.every()

    table = Table(title="微信模板")
    for title in ("模板ID", "标题", "字段", "用于", "状态"):
        table.add_column(title)
    for one in asyncio.run(work()):
        table.add_row(one.template_id, one.title, _fields(one), one.notice, _state(one))
    Console().print(table)


def _fields(one: Registered) -> str:
    return "\n".join(
        f"{key} {label}" + (f" ← {one.mapping[key]}" if key in one.mapping else "")
        for key, label in one.keys.items()
    )


def _state(one: Registered) -> str:
    if one.gone_at:
        return "已从公众号删除"
    return one.broken or ("使用中" if one.notice else "")


def _pairs(
    _context: click.Context, _param: click.Parameter, given: Sequence[str]
) -> Mapping[str, str]:
    """thing3=store, or thing3==words that are always the same."""
    parted = [pair.partition("=") for pair in given]
    if any(not (key and middle and source) for key, middle, source in parted):
        raise click.BadParameter("请写KEY=FIELD，固定文字写KEY==文字")
    return {key: source for key, _, source in parted}


@template.command("map")
@click.argument("template_id")
@click.argument("notice")
@click.argument("mapping", nargs=-1, required=True, callback=_pairs, metavar="KEY=FIELD …")
@click.option(
    "--once", help="A template of one-time subscriptions: its content, as WeChat shows it."
)
def template_map(
    template_id: str, notice: str, mapping: Mapping[str, str], once: str | None
) -> None:
    """Let a template carry a notice: thing3=store takes our field, thing3==到店保养 these words."""

    async def work() -> None:
        now = clock.now()
        async with in_account(load()):
            if once is not None:
                keys = parse_content(once)
                if wrong := fields.wrong(keys, notice + ONCE, mapping):
                    raise StaffError("这样设置不行：" + "；".join(wrong) + "。", "请修改后再保存。")
                await registry.add_once(template_id, notice, once, now)
            kind = notice if once is None else notice + ONCE
            await fields.map_notice(template_id, kind, mapping, ACTOR, now)

    asyncio.run(work())
    click.echo(f"{notice}从现在起用模板{template_id}发送。")
