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
from storage.queries.privacy.erasing import erase_person
from storage.queries.privacy.persons import Part, everything_on, find_person

ACTOR = "cli"
PASSES = 3  # what a server with the old key in front writes meanwhile is taken by the next one
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parents[2] / "templates" / "console"),
    autoescape=True,
)
_PAGES.filters["told"] = told
_as_somebody = click.option(
    "--as", "login", metavar="LOGIN", help="Who does it, for the audit log: their log-in."
)


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
    """The keys that personal values are sealed under."""


@keys.command("rotate")
def keys_rotate() -> None:
    """Seal everything anew under the first key of CHEYU_SECRET_KEY, while servers go on.

    First put the new key in front of the old one, on every server. Afterwards drop the old one.
    """
    stuck, left = asyncio.run(_rotate())
    for each in stuck:
        click.echo(f"cannot be sealed anew: {each}", err=True)
    files = sum(each.startswith("file ") for each in stuck)
    if left.old or left.unreadable or left.clear or files:
        raise StaffError(
            f"{left.old} value(s) are under an old key, {left.unreadable} under none of ours,"
            f" {left.clear} in clear; {files} file(s) cannot be opened.",
            "Keep the old key, mend what is named above, and run it again.",
        )
    click.echo(f"All {left.current} values are under the first key; the others may go.")


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
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder; made.")
@_as_somebody
def export_person(ref: str, out: Path | None, login: str | None) -> None:
    """All that is held on one person, as JSON and as a page, in a folder.

    REF: the customer's own key, # and the number of the file, a phone number, or an openid.
    """
    settings, now = load(), clock.now()
    folder = out or Path(f"person-{now:%Y%m%d-%H%M%S}")

    async def work() -> list[Part]:
        async with in_account(settings):
            actor = await _actor(login, Action.EXPORT)
            who = await find_person(ref)
            if who is None:
                raise StaffError("Nobody is known by that.", "Try the phone number or the openid.")
            parts = await everything_on(who)
            rows = {part.name: len(part.rows) for part in parts}
            for customer in who.customers or (0,):
                await audit.note(actor, "export", f"customer:{customer}", rows, now)
            return parts

    _write(folder, asyncio.run(work()), now.astimezone(ZoneInfo(settings.timezone)))
    click.echo(f"Written to {folder}/person.json and {folder}/person.html.")


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
@click.option("--yes", is_flag=True, help="Do it; it cannot be undone.")
@_as_somebody
def erase_person_command(ref: str, yes: bool, login: str | None) -> None:
    """Take away all that says who a person is; figures stay.

    REF: the customer's own key, # and the number of the file, a phone number, or an openid.
    """
    settings, now = load(), clock.now()
    if not yes:
        click.echo("This cannot be undone. Export first if in doubt; then say --yes.", err=True)
        sys.exit(2)

    async def work() -> None:
        async with in_account(settings):
            done = await erase_person(ref, now, await _actor(login, Action.ERASE))
            await evidence.sweep()  # their photos and voices: no row names those files any more
        if done is None:
            raise StaffError("Nobody is known by that.", "Try the phone number or the openid.")
        if not done.rows:
            click.echo(
                f"This was done on {done.at.astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d}."
            )
            return
        rows = ", ".join(f"{table} {n}" for table, n in done.rows.items())
        click.echo(f"Erased: {rows}.")

    asyncio.run(work())
