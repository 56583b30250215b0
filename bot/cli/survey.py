"""`cheyu survey list|show|export|import|retire`: what customers are asked."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn, TextIO, TypeVar

import click
from rich.console import Console
from rich.table import Table

from bot.cli.inside import in_account
from bot.cli.survey_files import Wrong, read_survey, write_survey
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.etiquette import BEIJING
from bot.rules.surveys.choosing import Survey
from bot.rules.surveys.words import asked_when, asked_whom, question_lines
from bot.settings import load
from storage.queries import surveys

ACTOR = "cli"
T = TypeVar("T")
_STORE = click.option("--store", "scope", default="", help="As at the store with this code.")
_VERSION = click.option(
    "--version", type=click.IntRange(1, 9999), help="Not the one in force, but this one."
)


def _run(work: Callable[[], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with in_account(load()):
            return await work()

    return asyncio.run(inside())


@click.group()
def survey() -> None:
    """What customers are asked after a visit and at other times."""


@survey.command("list")
@_STORE
@click.option("--all", "every", is_flag=True, help="Every version that staff wrote, too.")
def survey_list(scope: str, every: bool) -> None:
    """The surveys in force."""

    async def work() -> tuple[Sequence[Survey], Sequence[surveys.Written]]:
        return await surveys.in_force(scope), await surveys.written()

    found, versions = _run(work)
    table = Table(title="问卷")
    for title in ("代码", "版本", "名称", "题数", "什么时候问", "问谁"):
        table.add_column(title, overflow="fold")
    for one in found:
        count = str(len(one.questions))
        whom = asked_whom(one.audience)
        table.add_row(one.code, str(one.version), one.name, count, asked_when(one), whom)
    Console().print(table)
    for own in versions if every else ():
        where = f"门店{own.scope}" if own.scope else "所有门店"
        over = "，已停用" if own.retired_at else ""
        click.echo(
            f"{own.survey.code} 版本{own.survey.version} {where} {own.created_by}"
            f" {own.created_at.astimezone(BEIJING):%Y-%m-%d}{over}"
        )


async def _found(code: str, scope: str, version: int | None) -> Survey:
    if version is not None:
        one = await surveys.by_version(code, version, scope)
    else:
        one = next((one for one in await surveys.in_force(scope) if one.code == code), None)
    if one is None:
        which = f"的版本{version}" if version is not None else ""
        raise StaffError(f"没有问卷{code}{which}。", "用cheyu survey list看有哪些。")
    return one


@survey.command("show")
@click.argument("code")
@_STORE
@_VERSION
def survey_show(code: str, scope: str, version: int | None) -> None:
    """The questions of a survey, as staff read them."""
    one = _run(lambda: _found(code, scope, version))
    click.echo(f"{one.name}（{one.code} 版本{one.version}）")
    click.echo(f"{asked_when(one)}，{asked_whom(one.audience)}")
    for line in question_lines(one):
        click.echo(line)


@survey.command("export")
@click.argument("code")
@_STORE
@_VERSION
@click.option("--file", "to", type=click.File("w", encoding="utf-8"), default="-",
              help="Where it is written; else to the standard output.")  # fmt: skip
def survey_export(code: str, scope: str, version: int | None, to: TextIO) -> None:
    """A survey as YAML, to be changed and imported again."""
    to.write(write_survey(_run(lambda: _found(code, scope, version))))


@survey.command("import")
@click.argument("source", type=click.File(encoding="utf-8"), metavar="FILE")
@_STORE
@click.option("--next", "renumber", is_flag=True, help="Take the next free version number.")
@click.option("--dry-run", is_flag=True, help="Look the file over, and change nothing.")
def survey_import(source: TextIO, scope: str, renumber: bool, dry_run: bool) -> None:
    """Ask by a survey from now on; the same file once more changes nothing."""
    try:
        text = source.read()
    except UnicodeDecodeError:
        _end(source.name, [Wrong(1, "文件", "不是UTF-8编码。")])
    found = read_survey(text)
    if isinstance(found, list):
        _end(source.name, found)
    put = _run(lambda: _put(found, scope, renumber=renumber, dry_run=dry_run))
    said = f"问卷{put.survey.code}版本{put.survey.version}"
    if put.state == "unchanged":
        click.echo(f"{said}已在使用，没有变化。")
    elif dry_run:
        click.echo(f"{said}可以导入；这次没有写入。")
    else:
        click.echo(f"{said}从现在起使用。")


async def _put(found: Survey, scope: str, *, renumber: bool, dry_run: bool) -> surveys.Put:
    return await surveys.put(
        found, ACTOR, clock.now(), scope=scope, renumber=renumber, dry_run=dry_run
    )


def _end(name: str, found: Sequence[Wrong]) -> NoReturn:
    """Every problem with its line, as compilers name them."""
    for wrong in found:
        click.echo(f"{name}:{wrong.line}: {wrong.place}：{wrong.what}", err=True)
    click.echo(f"cheyu: 共{len(found)}处问题，没有导入。", err=True)
    sys.exit(1)


@survey.command("retire")
@click.argument("code")
@_STORE
def survey_retire(code: str, scope: str) -> None:
    """Ask nobody by it any more; a newer version brings it back."""
    done = _run(lambda: surveys.retire(code, ACTOR, clock.now(), scope=scope))
    click.echo(f"问卷{code}已停用。" if done else f"问卷{code}本来就没有在用。")
