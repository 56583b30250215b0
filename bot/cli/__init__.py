"""The command line. Exit codes: 0 done, 1 the work failed, 2 wrong usage."""

import sys

import click

from bot.cli import admin, demo, doctor, serve
from bot.errors import CheyuError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cheyu", prog_name="cheyu")
def cheyu() -> None:
    """车语: the voice of a car dealership in WeChat."""


for command in (
    demo.demo, serve.serve, serve.tick, admin.migrate, doctor.doctor, admin.store, admin.bookings,
    admin.menu,
):  # fmt: skip  # in the order the help shows them
    cheyu.add_command(command)


def main() -> None:
    """Errors that people can mend are one line on stderr; a wrong setting is wrong usage."""
    try:
        cheyu()
    except CheyuError as error:
        click.echo(f"cheyu: {error}", err=True)
        sys.exit(1)
