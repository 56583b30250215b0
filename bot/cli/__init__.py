"""The command line. Exit codes: 0 done, 1 the work failed, 2 wrong usage."""

import sys
from errno import ENOSPC
from importlib import import_module
from typing import NoReturn

import click

from bot.cli.spoken import cannot_open, cannot_use, in_chinese, refused, sentence
from bot.errors import CheyuError, ConfigError

COMMANDS = {
    "demo": "bot.cli.demo:demo",
    "serve": "bot.cli.serve:serve",
    "tick": "bot.cli.serve:tick",
    "migrate": "bot.cli.admin:migrate",
    "doctor": "bot.cli.doctor:doctor",
    "store": "bot.cli.admin:store",
    "staff": "bot.cli.staff:staff",
    "file": "bot.cli.files:file",
    "import": "bot.cli.importing:import_file",
    "bookings": "bot.cli.admin:bookings",
    "calendar": "bot.cli.calendar:calendar",
    "audit": "bot.cli.staff:audit",
    "outbox": "bot.cli.outbox:outbox",
    "jobs": "bot.cli.jobs:jobs",
    "simulate": "bot.cli.simulate:simulate",
    "apikey": "bot.cli.apikey:apikey",
    "text": "bot.cli.texts:text",
    "template": "bot.cli.templates:template",
    "webhook": "bot.cli.webhook:webhook",
    "menu": "bot.cli.admin:menu",
    "export-person": "bot.cli.privacy:export_person",
    "erase-person": "bot.cli.privacy:erase_person_command",
    "plan": "bot.cli.plan:plan",
    "why": "bot.cli.why:why",
    "survey": "bot.cli.survey:survey",
    "report": "bot.cli.report:report",
    "case": "bot.cli.case:case",
    "lead": "bot.cli.leads:lead",
    "call": "bot.cli.calls:call",
    "keys": "bot.cli.privacy:keys",
    "qrcode": "bot.cli.qrcode:qrcode",
}
"""Where each command is; only the one that runs is imported, so that each starts fast."""


class Commands(click.Group):
    """The commands above, in their order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return in_chinese(command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cheyu", prog_name="cheyu")
def cheyu() -> None:
    """车语: the voice of a car dealership in WeChat."""


def main() -> None:
    """Errors that people can mend are one line on stderr; a wrong setting is wrong usage."""
    try:
        sys.exit(in_chinese(cheyu)(prog_name="cheyu", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "cheyu"
        _end(f"{refused(error)}请看 `{command} --help`。", 2)
    except click.FileError as error:
        _end(cannot_open(error), error.exit_code)
    except click.ClickException as error:
        _end(sentence(error.message), error.exit_code)
    except click.Abort:
        _end("已中止。", 1)
    except ConfigError as error:
        _end(str(error), 2)
    except CheyuError as error:
        _end(str(error), 1)
    except OSError as error:  # a file or a folder, somewhere in the work
        if error.filename is None and error.errno != ENOSPC:
            raise
        _end(cannot_use(error), 1)


def _end(why: str, code: int) -> NoReturn:
    click.echo(f"cheyu: {why.replace('。 ', '。')}", err=True)
    sys.exit(code)
