"""`cheyu keys rotate`, `export-person`, `erase-person`."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from jinja2 import Environment, FileSystemLoader
from rich.console import Console

from bot.cli.acting import colleague
from bot.cli.inside import in_account
from bot.cli.person_words import told
from bot.clock import clock
from bot.errors import StaffError
from bot.rules.roles import Action, Kind, may
from bot.settings import load
from storage import evidence_files
from storage.db import dumps
from storage.queries import audit
from storage.queries.evidence import collecting as evidence
from storage.queries.privacy import rotation
from storage.queries.privacy.erasing import erase_person, erased_before, would_go
from storage.queries.privacy.numbers import find_whole, has_phone, strangers
from storage.queries.privacy.persons import Part, Person, everything_on, still_open, titled

ACTOR = "cli"
PASSES = 3  # what a server with the old key in front writes meanwhile is taken by the next one
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parents[2] / "templates" / "console"),
    autoescape=True,
)
_PAGES.filters["told"] = told
_as_somebody = click.option("--as", "login", metavar="LOGIN", help="谁来做，记入操作日志：登录名。")


async def _actor(login: str | None, action: Action) -> str:
    """Whose name the audit log keeps; StaffError where their role is not to do this."""
    if login is None:
        return ACTOR
    who = await colleague(login)
    if not may(who.role, Kind.CUSTOMER, action):
        raise StaffError("您的岗位不能做这一步。", "请联系主管。")
    return who.actor


@click.group()
def keys() -> None:
    """个人信息加密用的密钥。"""


@keys.command("rotate")
def keys_rotate() -> None:
    """用 CHEYU_SECRET_KEY 的第一个密钥重新加密全部个人信息，服务不用停。

    先在每台服务器上把新密钥写在旧密钥前面，做完再去掉旧的。
    """
    stuck, left = asyncio.run(_rotate())
    for each in stuck:
        click.echo(f"无法重新加密：{each}", err=True)
    files = sum(each.startswith("file ") for each in stuck)
    if left.old or left.unreadable or left.clear or files:
        raise StaffError(
            f"还有 {left.old} 项用旧密钥加密，{left.unreadable} 项没有密钥能打开，"
            f"{left.clear} 项没有加密；{files} 个文件打不开。",
            "请保留旧密钥，处理上面列出的内容后再做一次。",
        )
    click.echo(f"全部 {left.current} 项都已用第一个密钥加密，其余密钥可以去掉。")


async def _rotate() -> tuple[set[str], rotation.Standing]:
    stuck = set[str]()
    async with in_account(load()):
        with Console(stderr=True).status("") as line:
            for _ in range(PASSES):
                async for progress in rotation.rotate():
                    line.update(f"{progress.table}: {progress.done}")
                    stuck |= set(progress.stuck)
                stuck |= set((await evidence_files.renew())[1])
                left = await rotation.standing()
                if not left.old or stuck:
                    break
        return stuck, left


@click.command("export-person")
@click.argument("ref")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="文件夹，自动建立。")
@_as_somebody
def export_person(ref: str, out: Path | None, login: str | None) -> None:
    """导出我们保存的一个人的全部信息：一个文件夹，里面是 JSON 和网页。

    REF：客户编号、#加档案号、电话（没有建档、只来过电话的人也可以）或 openid。
    """
    settings, now = load(), clock.now()
    folder = out or Path(f"person-{now:%Y%m%d-%H%M%S}")

    async def work() -> tuple[list[Part], list[str]]:
        async with in_account(settings):
            actor = await _actor(login, Action.EXPORT)
            who = await _found(ref)
            parts = await everything_on(who)
            rows = {part.name: len(part.rows) for part in parts}
            for subject in who.subjects or ["customer:0"]:
                await audit.note(actor, "export", subject, rows, now)
            return parts, await _beside(who, ref)

    parts, beside = asyncio.run(work())
    _write(folder, parts, now.astimezone(ZoneInfo(settings.timezone)))
    click.echo(f"已导出：{_counted(parts)}。")
    click.echo(f"{folder}/person.json\n{folder}/person.html")
    for line in beside:
        click.echo(line, err=True)


async def _found(ref: str) -> Person:
    who = await find_whole(ref)
    if who is None:
        others = [f"{one.openid}（{'、'.join(one.gave)}）" for one in await strangers(ref)]
        raise StaffError(
            "没有找到这个人。",
            f"微信里有人留过这个电话，核实是本人后用 openid：{'；'.join(others)}。"
            if others
            else "请用电话、客户编号、#加档案号或 openid。",
        )
    return who


async def _beside(who: Person, ref: str) -> list[str]:
    """What a colleague has to look at: whether these are the same person nobody but a person can say."""
    lines = [
        f"微信里 {one.openid} 也留过这个电话（{'、'.join(one.gave)}）；核实是本人后，用这个 openid 再做一次。"
        for one in await strangers(ref)
    ]
    if who.customers and not who.numbers and await has_phone(who):
        lines.append("这个电话还在别人的档案里，所以只写了电话的投诉和潜客没有算在内。")
    return lines


def _counted(parts: Sequence[Part]) -> str:
    return "，".join(f"{part.title} {len(part.rows)}" for part in parts) or "没有内容"


def _write(folder: Path, parts: Sequence[Part], at: datetime) -> None:
    """Readable by nobody but who asked."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = {"exported_at": at.isoformat(), **{part.name: part.rows for part in parts}}
    page = _PAGES.get_template("person.html").render(parts=parts, at=at, zone=at.tzinfo)
    for name, text in (("person.json", dumps(held)), ("person.html", page)):
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")


@click.command("erase-person")
@click.argument("ref")
@click.option("--yes", is_flag=True, help="确认删除，不能恢复；不写只列出会删除什么。")
@_as_somebody
def erase_person_command(ref: str, yes: bool, login: str | None) -> None:
    """删除一切能认出一个人的信息，统计数字保留。

    REF：客户编号、#加档案号、电话（没有建档、只来过电话的人也可以）或 openid。
    """
    settings, now = load(), clock.now()

    async def work() -> bool:
        async with in_account(settings):
            actor = await _actor(login, Action.ERASE)
            if at := await erased_before(ref):
                click.echo(f"已在 {at.astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d} 删除过。")
                return True
            who = await _found(ref)
            for line in await _beside(who, ref):
                click.echo(line, err=True)
            if not yes:
                for line in await _warned(who):
                    click.echo(line, err=True)
                return False
            done = await erase_person(ref, now, actor)
            await evidence.sweep()  # their photos and voices: no row names those files any more
            rows = done.rows if done else {}
            click.echo(f"已删除：{'，'.join(f'{titled(name)} {n}' for name, n in rows.items())}。")
            return True

    if not asyncio.run(work()):
        sys.exit(2)


async def _warned(who: Person) -> list[str]:
    """What would go, and what is still being worked on and would end with it."""
    parts = await would_go(who)
    lines = [f"会删除：{_counted(parts)}。"]
    if running := still_open(parts):
        lines.append(f"还没有办完，会一起结束：{'、'.join(running)}。")
    return [*lines, "删除后不能恢复。需要的话先用 export-person 导出；确认删除请加 --yes。"]
